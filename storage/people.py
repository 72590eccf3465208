"""People: their standing, invitations, and what they did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.ports.model import Person, Standing
from bot.ports.traffic import Deed
from storage import rows
from storage import tables as t
from storage.statements import Repository, add, upsert

_IDENTITY = ("chat", "team", "user")


class People(Repository):
    """Cached for the transaction: people are looked up more than once."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        super().__init__(connection)
        self._now = now
        self._got: dict[Person, Any] = {}

    def put(self, person: Person, standing: Standing) -> None:
        known = {"standing": standing, "standing_at": self._now}
        row = self._one(person)
        name = person.name or (row.name if row else "")
        self._put(person, known | {"name": name})

    def standing(self, person: Person, since: datetime | None = None) -> Standing | None:
        row = self._one(person)
        if row is None or row.standing is None or (since is not None and row.standing_at < since):
            return None
        return Standing(row.standing)

    def all(self) -> Sequence[tuple[Person, Standing]]:
        table = t.people
        known = select(table).where(table.c.standing.is_not(None)).order_by(table.c.chat, table.c.user)
        return [(rows.person(row), Standing(row.standing)) for row in self.connection.execute(known)]

    def number_format(self, person: Person) -> str | None:
        row = self._one(person)
        return row.number_format if row else None

    def put_number_format(self, person: Person, number_format: str) -> None:
        self._put(person, {"number_format": number_format})

    def _one(self, person: Person) -> Any | None:
        if person not in self._got:
            self._got[person] = self.one(t.people, rows.identity(person))
        return self._got[person]

    def _put(self, person: Person, values: rows.Values) -> None:
        self._got.pop(person, None)
        upsert(self.connection, t.people, rows.flat(person) | values, _IDENTITY)


class Invites(Repository):
    def add(self, token_hash: str, chat: str, expires_at: datetime) -> None:
        values = {"token_hash": token_hash, "chat": chat, "expires_at": expires_at, "used_by": None}
        self.connection.execute(t.invites.insert().values(values))

    def redeem(self, token_hash: str, person: Person, now: datetime) -> bool:
        table = t.invites
        row = self.one(table, {"token_hash": token_hash, "chat": person.chat}, lock=True)
        if row is None or (row.used_by is None and row.expires_at <= now):
            return False
        if row.used_by is None:
            mine = table.c.token_hash == token_hash
            self.connection.execute(table.update().where(mine).values(used_by=person.user))
        return row.used_by in {None, person.user}

    def revoke(self, token_hash: str) -> bool:
        table = t.invites
        unused = (table.c.token_hash == token_hash) & table.c.used_by.is_(None)
        return self.connection.execute(table.delete().where(unused)).rowcount == 1

    def used_by(self, token_hash: str) -> str | None:
        row = self.one(t.invites, {"token_hash": token_hash})
        return None if row is None else row.used_by


class Deeds(Repository):
    def add(self, deed: Deed) -> None:
        values = rows.flat(deed.person) | {"subject": deed.subject, "act": deed.act, "at": deed.at}
        add(self.connection, t.deeds, values)

    def of(self, subject: str) -> Sequence[Deed]:
        table = t.deeds
        found = select(table).where(table.c.subject == subject).order_by(table.c.id)
        return [
            Deed(row.subject, row.act, rows.person(row), row.at) for row in self.connection.execute(found)
        ]
