"""The inbox, and the quarantine of bodies that failed verification."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, literal_column, select

from bot.ports.traffic import Inbound, InboundFact, InboxState, Quarantined
from storage import rows
from storage import tables as t
from storage.prepared import DriverCursor, Prepared, writer_of
from storage.statements import Repository, add_once, unsettled, update, update_each

_MOST_QUARANTINED = 200  # of an account
_KEY = ("kind", "account_id", "key")
_DONE = f"'{InboxState.DONE.value}'"  # written out, as its index has it
_UNSETTLED = unsettled(t.inbox, InboxState.DONE)
_FACT = (*_KEY, "stripe", "body")
_of_fact = attrgetter(*_FACT)
_COLUMNS = (*_FACT, "received_at", "state")
_INSERT = f"INSERT INTO inbox ({', '.join(_COLUMNS)})"
_ONCE = f"ON CONFLICT ({', '.join(_KEY)}) DO NOTHING"


def add_all(connection: Connection, facts: Sequence[tuple[InboundFact, datetime]]) -> None:
    """Store each fact once, with the moment when it came.

    One statement of the driver, whatever their number: under high volume, a thread that goes to the database
    row by row waits for the other threads after every row.
    """
    waiting = InboxState.WAITING.value
    told = [(*_of_fact(fact), at, waiting) for fact, at in facts]
    by_column = zip(_writers(connection.dialect), zip(*told, strict=True), strict=True)
    columns = [list(map(write, values)) for write, values in by_column]
    if connection.dialect.name == "sqlite":
        text, values = _rows(len(facts)), tuple(chain(*zip(*columns, strict=True)))
    else:
        text, values = _arrays(connection.dialect), tuple(columns)
    with DriverCursor(connection, text) as cursor:
        cursor.execute(text, values)


@lru_cache
def _rows(count: int) -> str:
    row = f"({', '.join('?' * len(_COLUMNS))})"
    return f"{_INSERT} VALUES {', '.join([row] * count)} {_ONCE}"


@lru_cache
def _arrays(dialect: Dialect) -> str:
    columns = [f"%b::{t.inbox.c[name].type.compile(dialect)}[]" for name in _COLUMNS]
    return f"{_INSERT} SELECT * FROM unnest({', '.join(columns)}) {_ONCE}"  # noqa: S608 - names of columns


@lru_cache
def _writers(dialect: Dialect) -> Sequence[Callable[[Any], Any]]:
    """What turns a column's value into one that the driver accepts, by column."""
    return [writer_of(dialect, t.inbox.c[name].type) or _as_it_is for name in _COLUMNS]


@lru_cache
def _waiting(dialect: Dialect, *, lock: bool) -> Prepared:
    """The oldest rows of a stripe; locked, those that another transaction has applied meanwhile left out."""
    row = t.inbox.c
    statement = (
        select(t.inbox)
        .where(_UNSETTLED, row.state == InboxState.WAITING)
        .where(row.kind == bindparam("of"), row.stripe == bindparam("in"))
        .order_by(row.id)
        .limit(bindparam("most"))
    )
    return Prepared(dialect, statement.with_for_update() if lock else statement)


def _as_it_is(value: Any) -> Any:
    return value


def _values(fact: InboundFact, at: datetime) -> rows.Values:
    return asdict(fact) | {"received_at": at, "state": InboxState.WAITING}


class Inbox(Repository):
    def add(self, fact: InboundFact, now: datetime) -> bool:
        return add_once(self.connection, t.inbox, _values(fact, now), _KEY)

    def waiting(self, kind: str, stripe: int, limit: int) -> Sequence[Inbound]:
        asked = {"of": kind, "in": stripe, "most": limit}
        statement = _waiting(self.connection.dialect, lock=self.locks)
        return [rows.inbound(row) for row in statement.all(self.connection, asked)]

    def stripes(self) -> Sequence[tuple[str, int]]:
        table = t.inbox
        waiting = _UNSETTLED & (table.c.state == InboxState.WAITING)
        statement = select(table.c.kind, table.c.stripe).where(waiting).distinct()
        return [(row.kind, row.stripe) for row in self.connection.execute(statement)]

    def close(self, inbound_id: int, state: InboxState, trouble: str | None = None) -> None:
        update(self.connection, t.inbox, inbound_id, {"state": state, "trouble": trouble})

    def done(self, inbound_ids: Sequence[int]) -> None:
        update_each(self.connection, t.inbox, inbound_ids, {"state": InboxState.DONE, "trouble": None})

    def get(self, inbound_id: int) -> Inbound | None:
        row = self.one(t.inbox, {"id": inbound_id})
        return rows.inbound(row) if row else None

    def failed(self) -> Sequence[tuple[Inbound, str]]:
        table = t.inbox
        failed = _UNSETTLED & (table.c.state == InboxState.FAILED)
        statement = select(table).where(failed).order_by(table.c.id)
        return [(rows.inbound(row), row.trouble or "") for row in self.connection.execute(statement)]

    def replay(self, inbound_id: int) -> bool:
        table = t.inbox
        failed = (table.c.id == inbound_id) & (table.c.state == InboxState.FAILED)
        waiting = table.update().where(failed).values(state=InboxState.WAITING)
        return self.connection.execute(waiting).rowcount == 1

    def forget(self, before: datetime, limit: int) -> int:
        row = t.inbox.c
        old = (row.account_id == literal_column("''")) & (row.state == literal_column(_DONE))
        found = select(row.id).where(old, row.received_at < before).order_by(row.received_at).limit(limit)
        return self.connection.execute(t.inbox.delete().where(row.id.in_(found))).rowcount


class Quarantine(Repository):
    def add(self, account_id: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        table = t.quarantine
        values = {"account_id": account_id, "headers": dict(headers), "body": body, "received_at": now}
        self.connection.execute(table.insert().values(values))
        its = table.c.account_id == account_id
        kept = select(table.c.id).where(its).order_by(table.c.id.desc()).limit(_MOST_QUARANTINED)
        self.connection.execute(table.delete().where(its, table.c.id.not_in(kept)))

    def all(self) -> Sequence[Quarantined]:
        found = self.connection.execute(select(t.quarantine).order_by(t.quarantine.c.id))
        return [Quarantined(**row._asdict()) for row in found]

    def remove(self, quarantined_id: int) -> None:
        self.delete(t.quarantine, {"id": quarantined_id})
