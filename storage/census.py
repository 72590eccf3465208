"""How many rows there are: what an operator watches."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table, func, select

from bot.ports.traffic import OwedState
from storage import tables as t
from storage.repositories import Repository


class Census(Repository):
    def links(self) -> Mapping[str, int]:
        return self._by_state(t.links)

    def outbox(self) -> Mapping[str, int]:
        return self._by_state(t.outbox)

    def inbox(self) -> Mapping[str, int]:
        return self._by_state(t.inbox)

    def quarantined(self) -> int:
        return self.connection.execute(select(func.count()).select_from(t.quarantine)).scalar_one()

    def oldest_owed(self) -> datetime | None:
        waiting = t.outbox.c.state == OwedState.OWED
        oldest = select(t.outbox.c.not_before).where(waiting).order_by(t.outbox.c.not_before).limit(1)
        return self.connection.execute(oldest).scalar_one_or_none()

    def _by_state(self, table: Table) -> Mapping[str, int]:
        counted = select(table.c.state, func.count()).group_by(table.c.state)
        return {row[0]: row[1] for row in self.connection.execute(counted)}
