"""The outbox's rows: cards coalesced to one per subject, replies kept one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.ports.traffic import Notice, Owed, OwedState, Say
from storage import outbox_statements as statements
from storage import tables as t
from storage.outbox_statements import THREAD, UNFINISHED, WAITS
from storage.statements import unsettled

_ANYWHERE = frozenset({Say.CARD, Say.REPLY, Say.DESK})  # means the same in another place
_LOOK_AHEAD = 500
_PAGES = (16, _LOOK_AHEAD - 16)  # seldom is more than the first few looked at
_STATE = Notice(key="", once="")  # one row for all changes of a card or a desk


class Outbox:
    """Messages that are still to be sent."""

    def __init__(self, connection: Connection, lane_of: Callable[[int], str]) -> None:
        """`lane_of`: the lane of a destination."""
        self._connection, self._lane_of = connection, lane_of

    def owe_card(self, subject: str, destination_id: int, now: datetime) -> None:
        self._owe(Say.CARD, subject, destination_id, _STATE, now)

    def owe_desk(self, subject: str, destination_id: int, now: datetime) -> None:
        self._owe(Say.DESK, subject, destination_id, _STATE, now)

    def owe_prompt(self, subject: str, destination_id: int, now: datetime) -> None:
        self._owe(Say.PROMPT, subject, destination_id, _STATE, now)

    def owe_reply(self, subject: str, destination_id: int, notice: Notice, now: datetime) -> None:
        self._owe(Say.REPLY, subject, destination_id, notice, now)

    def owe_tidy(self, subject: str, destination_id: int, message_id: str, now: datetime) -> None:
        notice = Notice("", message_id, {"message_id": message_id})
        self._owe(Say.TIDY, subject, destination_id, notice, now)

    def tidied(self, subject: str) -> AbstractSet[str]:
        mine = select(t.outbox.c.once).where(t.outbox.c.subject == subject, t.outbox.c.say == Say.TIDY)
        return set(self._connection.execute(mine).scalars())

    def move(self, subject: str, destination_id: int) -> None:
        table = t.outbox
        mine = (table.c.subject == subject) & table.c.state.in_(UNFINISHED) & table.c.say.in_(_ANYWHERE)
        moved = {"destination_id": destination_id, "lane": self._lane_of(destination_id)}
        self._connection.execute(table.update().where(mine).values(moved))

    def hurry(self, destination_id: int, now: datetime) -> None:
        self._change(destination_id, {"not_before": now})

    def give_up(self, destination_id: int) -> None:
        self._change(destination_id, {"state": OwedState.DEAD})

    def heads(self, lane: str) -> Iterator[Owed]:
        threads: set[int] = set()
        after = 0
        for most in _PAGES:
            page = {"of": lane, "after": after, "most": most}
            found = statements.oldest(self._connection.dialect).all(self._connection, page)
            for row in found:
                after = row.id
                if row.say in THREAD:
                    if row.destination_id in threads:
                        continue
                    threads.add(row.destination_id)
                yield _owed(row)
            if len(found) < most:
                return

    def beside(self, lane: str, after: int) -> Iterator[Owed]:
        page = {"of": lane, "after": after, "most": _LOOK_AHEAD}
        return map(_owed, statements.oldest_beside(self._connection.dialect).all(self._connection, page))

    def take(self, owed_id: int) -> bool:
        return statements.taking(self._connection.dialect).change(self._connection, {"taken": owed_id}) == 1

    def holds(self, owed: Owed) -> bool:
        known = {"row_id": owed.id, "tried": owed.attempts, "since": owed.since}
        return bool(statements.holding(self._connection.dialect).all(self._connection, known))

    def settle(
        self,
        owed: Owed,
        state: OwedState,
        *,
        not_before: datetime | None = None,
        params: Mapping[str, str] | None = None,
    ) -> None:
        done = state not in UNFINISHED
        values: dict[str, Any] = {"attempts": 0 if done else owed.attempts, "state": state}
        if not_before is not None:
            values["not_before"] = not_before
        if params is not None:
            values["params"] = dict(params)
        once_more = done and (owed.say, state) != (Say.CARD, OwedState.LOST)
        statement = statements.settling(
            self._connection.dialect, tuple(values), done=done, once_more=once_more
        )
        statement.change(self._connection, values | {"row_id": owed.id, "said": owed.wanted})

    def lanes(self, now: datetime) -> Sequence[str]:
        table = t.outbox
        due = (table.c.state == OwedState.SENDING) | (table.c.not_before <= now)
        statement = select(table.c.lane).where(WAITS, due).distinct()
        return list(self._connection.execute(statement).scalars())

    def count(self) -> int:
        table = t.outbox
        statement = select(func.count()).select_from(table).where(WAITS)
        return self._connection.execute(statement).scalar_one()

    def unsaid(self) -> Sequence[Owed]:
        table = t.outbox
        unsaid = unsettled(table, OwedState.SAID) & (table.c.state != OwedState.DROPPED)
        found = map(_owed, self._connection.execute(select(table).where(unsaid)))
        return sorted(found, key=attrgetter("id"))  # in the database that would be done by reading all

    def retry(self, owed_id: int, now: datetime) -> bool:
        table = t.outbox
        given_up = (table.c.id == owed_id) & table.c.state.in_((OwedState.LOST, OwedState.DEAD))
        lane = select(t.destinations.c.lane).where(t.destinations.c.id == table.c.destination_id)
        again = {
            "state": OwedState.OWED,
            "not_before": now,
            "owed_since": now,
            "lane": lane.scalar_subquery(),  # the place may have another name by now
        }
        return self._connection.execute(table.update().where(given_up).values(again)).rowcount == 1

    def drop(self, owed_id: int) -> bool:
        table = t.outbox
        unsaid = table.c.state.in_((OwedState.OWED, OwedState.LOST, OwedState.DEAD))
        statement = table.update().where(table.c.id == owed_id, unsaid).values(state=OwedState.DROPPED)
        return self._connection.execute(statement).rowcount == 1

    def _change(self, destination_id: int, values: Mapping[str, Any]) -> None:
        """Change everything that is owed to a destination."""
        owed = unsettled(t.outbox, OwedState.SAID) & (t.outbox.c.state == OwedState.OWED)
        there = owed & (t.outbox.c.destination_id == destination_id)
        self._connection.execute(t.outbox.update().where(there).values(values))

    def _owe(self, say: Say, subject: str, destination_id: int, notice: Notice, now: datetime) -> None:
        values = {
            "say": say,
            "subject": subject,
            "once": notice.once,
            "destination_id": destination_id,
            "lane": self._lane_of(destination_id),
            "key": notice.key,
            "params": dict(notice.params),
            "state": OwedState.OWED,
            "wanted": 1,
            "attempts": 0,
            "not_before": now,
            "owed_since": now,
        }
        statement = statements.owing(self._connection.dialect, tuple(values), coalesced=notice is _STATE)
        statement.change(self._connection, values)


def _owed(row: Row[Any]) -> Owed:
    return Owed(
        id=row.id,
        say=Say(row.say),
        subject=row.subject,
        destination_id=row.destination_id,
        key=row.key,
        params=row.params,
        state=OwedState(row.state),
        wanted=row.wanted,
        attempts=row.attempts,
        not_before=row.not_before,
        since=row.owed_since or row.not_before,
    )
