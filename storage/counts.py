"""How many rows are not settled, for monitoring. Found by index, however many settled rows there are."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Table, func, select, true

from bot.ports.model import LinkState, Reach
from bot.ports.traffic import InboxState, OwedState
from storage import tables as t
from storage.statements import Repository, unsettled


class Counts(Repository):
    def links(self) -> Mapping[str, int]:
        return self._by_state(t.links, true(), LinkState.CREATING, LinkState.OPEN, LinkState.PAUSED)

    def outbox(self) -> Mapping[str, int]:
        unsaid = unsettled(t.outbox, OwedState.SAID)
        return self._by_state(
            t.outbox, unsaid, OwedState.OWED, OwedState.SENDING, OwedState.LOST, OwedState.DEAD
        )

    def inbox(self) -> Mapping[str, int]:
        kept = unsettled(t.inbox, InboxState.DONE)
        return self._by_state(t.inbox, kept, InboxState.WAITING, InboxState.FAILED)

    def quarantined(self) -> int:
        return self.connection.execute(select(func.count()).select_from(t.quarantine)).scalar_one()

    def oldest_owed(self) -> datetime | None:
        waiting = filter(None, map(self._oldest, (OwedState.OWED, OwedState.SENDING)))
        return min(waiting, default=None)

    def _oldest(self, state: OwedState) -> datetime | None:
        row, there = t.outbox.c, t.destinations.c
        waits = unsettled(t.outbox, OwedState.SAID) & (row.state == state) & row.owed_since.is_not(None)
        oldest = (
            select(row.owed_since)
            .join(t.destinations, there.id == row.destination_id)
            .where(waits, there.reach != Reach.UNINVITED)
            .order_by(row.owed_since)
            .limit(1)
        )
        return self.connection.execute(oldest).scalar_one_or_none()

    def _by_state(self, table: Table, indexed: ColumnElement[bool], *states: StrEnum) -> Mapping[str, int]:
        counted = select(table.c.state, func.count()).where(indexed, table.c.state.in_(states))
        counted = counted.group_by(table.c.state)
        return {row[0]: row[1] for row in self.connection.execute(counted)}
