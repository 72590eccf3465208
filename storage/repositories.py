"""Accounts, destinations, drafts and rate buckets; each belongs to one transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    Connection,
    Dialect,
    bindparam,
    exists,
    literal_column,
    select,
)

from bot.ports.model import (
    Account,
    Destination,
    Draft,
    DraftState,
    Mode,
    Person,
    Place,
    Reach,
)
from storage import rows
from storage import tables as t
from storage.outbox_statements import WAITS
from storage.prepared import Prepared
from storage.statements import Repository, add, add_numbered, update, upsert


@lru_cache
def _active(dialect: Dialect, *, lock: bool) -> Prepared:
    """The newest open draft of a person in a place."""
    table, there = t.drafts.c, t.destinations.c
    statement = (
        select(t.drafts)
        .join(t.destinations, there.id == table.destination_id)
        .where(
            table.chat == bindparam("of_chat"),
            table.team == bindparam("of_team"),
            table.user == bindparam("of_user"),
            table.state == DraftState.OPEN,
            there.channel == bindparam("in_channel"),
            there.thread.is_not_distinct_from(bindparam("in_thread")),
        )
        .order_by(there.id.desc())
        .limit(literal_column("1"))
    )
    return Prepared(dialect, statement.with_for_update(of=t.drafts) if lock else statement)


class Accounts(Repository):
    def put(self, account: Account) -> None:
        upsert(self.connection, t.accounts, asdict(account), ["id"])

    def all(self) -> Sequence[Account]:
        found = self.connection.execute(select(t.accounts).order_by(t.accounts.c.id))
        return [Account(row.id, row.backend, Mode(row.mode)) for row in found]


class Destinations(Repository):
    """Cached for the transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._got: dict[int, Destination] = {}

    def add(self, place: Place, language: str, root: str | None = None) -> Destination:
        values = rows.place_values(place) | {"language": language, "root": root, "reach": Reach.OPEN}
        return Destination(add_numbered(self.connection, t.destinations, values), place, language, root)

    def get(self, destination_id: int) -> Destination:
        if destination_id not in self._got:
            row = self.one(t.destinations, {"id": destination_id})
            if row is None:
                raise LookupError(f"destination {destination_id}")
            place = Place(row.chat, row.channel, row.team, row.thread, row.private)
            self._got[row.id] = Destination(
                row.id, place, row.language, row.root, row.prompt, Reach(row.reach)
            )
        return self._got[destination_id]

    def anew(self, destination_id: int) -> Destination:
        self._got.pop(destination_id, None)
        return self.get(destination_id)

    def lane(self, destination_id: int) -> str:
        return self.get(destination_id).place.lane

    def put(self, destination: Destination) -> None:
        """Write only what has changed: nobody locks one, and others learn other things of it at once."""
        values, before = rows.destination_values(destination), self._got.get(destination.id)
        known = rows.destination_values(before) if before else {}
        changed = {name: value for name, value in values.items() if name not in known or value != known[name]}
        if changed:
            update(self.connection, t.destinations, destination.id, changed)
        self._got[destination.id] = destination

    def rename(self, chat: str, channel: str, renamed: str) -> None:
        """What waits goes along; what is done is given its lane when it is owed once more."""
        self._got.clear()
        table = t.destinations
        there = (table.c.chat == chat) & (table.c.channel == channel)
        for team in self.connection.execute(select(table.c.team).where(there).distinct()).scalars().all():
            here, lane = Place(chat, channel, team).lane, Place(chat, renamed, team).lane
            moved = {"channel": renamed, "lane": lane, "root": None, "prompt": None}
            self.connection.execute(table.update().where(there, table.c.team == team).values(moved))
            waits = (t.outbox.c.lane == here) & WAITS
            self.connection.execute(t.outbox.update().where(waits).values(lane=lane))


class Drafts(Repository):
    """A draft that was read is locked, and cached until the transaction ends."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._got: dict[str, Draft] = {}

    def add(self, draft: Draft) -> None:
        add(self.connection, t.drafts, rows.draft_values(draft))

    def get(self, draft_id: str) -> Draft | None:
        if draft_id not in self._got and (row := self.one(t.drafts, {"id": draft_id}, lock=True)):
            self._got[draft_id] = rows.draft(row)
        return self._got.get(draft_id)

    def put(self, draft: Draft) -> None:
        self._got[draft.id] = draft
        upsert(self.connection, t.drafts, rows.draft_values(draft), ["id"])

    def active(self, person: Person, place: Place) -> Draft | None:
        who = {"of_chat": person.chat, "of_team": person.team, "of_user": person.user}
        where = {"in_channel": place.channel, "in_thread": place.thread}
        found = _active(self.connection.dialect, lock=self.locks).all(self.connection, who | where)
        return self._got.setdefault(found[0].id, rows.draft(found[0])) if found else None

    def open_in(self, chat: str, channel: str) -> Sequence[str]:
        table, there = t.drafts.c, t.destinations.c
        here = (there.id == table.destination_id, there.chat == chat, there.channel == channel)
        found = select(table.id).where(table.state == DraftState.OPEN, *here).order_by(table.id)
        return self.connection.execute(found).scalars().all()

    def overdue(self, now: datetime) -> bool:
        table = t.drafts
        late = exists().where(table.c.state == DraftState.OPEN, table.c.expires_at <= now)
        return bool(self.connection.execute(select(late)).scalar_one())

    def expire(self, now: datetime) -> Sequence[str]:
        table = t.drafts
        statement = (
            table.update()
            .where(table.c.state == DraftState.OPEN, table.c.expires_at <= now)
            .values(state=DraftState.EXPIRED, version=table.c.version + 1)
            .returning(table.c.id)
        )
        self._got.clear()
        return list(self.connection.execute(statement).scalars())

    def forget(self, before: datetime, limit: int) -> int:
        row = t.drafts.c
        over = row.state.in_((DraftState.CANCELLED, DraftState.EXPIRED))
        found = select(row.id).where(over, row.expires_at < before).limit(limit)
        self._got.clear()
        return self.connection.execute(t.drafts.delete().where(row.id.in_(found))).rowcount


class RateBuckets(Repository):
    """Cached for the transaction and locked: it is read for every message of a lane."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._known: dict[str, datetime | None] = {}

    def get(self, key: str) -> datetime | None:
        if key not in self._known:
            row = self.one(t.rate_buckets, {"key": key}, lock=True)
            self._known[key] = row.empty_at if row else None
        return self._known[key]

    def put(self, key: str, empty_at: datetime) -> None:
        self._known.pop(key, None)
        upsert(self.connection, t.rate_buckets, {"key": key, "empty_at": empty_at}, ["key"])
