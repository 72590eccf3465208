"""A class per table; all of it runs inside the transaction that made it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, exists, func, select
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from bot.ports.model import (
    Account,
    Destination,
    Draft,
    DraftState,
    Event,
    Link,
    LinkState,
    Mode,
    Payment,
    Person,
    Place,
    ProviderLink,
)
from bot.ports.traffic import Inbound, InboundFact, InboxState
from storage import rows
from storage import tables as t

_INSERT: dict[str, Callable[[Table], SqliteInsert | PostgresqlInsert]] = {
    "sqlite": SqliteInsert,
    "postgresql": PostgresqlInsert,
}


def upsert(connection: Connection, table: Table, values: rows.Values, key: Sequence[str]) -> None:
    """Add a row, or bring the one with the same key up to date."""
    statement = _INSERT[connection.dialect.name](table).values(values)
    changed = {name: value for name, value in values.items() if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))


def add_once(connection: Connection, table: Table, values: rows.Values, key: Sequence[str]) -> bool:
    """Add a row; False if one with the same key is there already."""
    statement = _INSERT[connection.dialect.name](table).values(values)
    return connection.execute(statement.on_conflict_do_nothing(index_elements=list(key))).rowcount == 1


class _Repository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _one(self, table: Table, key: Mapping[str, Any], *, lock: bool = False) -> Row[Any] | None:
        statement = select(table).where(*(table.c[name] == value for name, value in key.items()))
        return self._connection.execute(statement.with_for_update() if lock else statement).one_or_none()


class Accounts(_Repository):
    def put(self, account: Account) -> None:
        upsert(self._connection, t.accounts, asdict(account), ["id"])

    def all(self) -> Sequence[Account]:
        found = self._connection.execute(select(t.accounts).order_by(t.accounts.c.id))
        return [Account(row.id, row.backend, Mode(row.mode), row.settings_prefix) for row in found]


class Destinations(_Repository):
    def add(self, place: Place, language: str, root: str | None = None) -> Destination:
        values = rows.place_values(place) | {"language": language, "root": root, "gone": False}
        inserted = self._connection.execute(t.destinations.insert().values(values))
        return Destination(rows.new_id(inserted), place, language, root)

    def get(self, destination_id: int) -> Destination:
        row = self._one(t.destinations, {"id": destination_id})
        if row is None:
            raise LookupError(f"destination {destination_id}")
        place = Place(row.chat, row.channel, row.team, row.thread, row.private)
        return Destination(row.id, place, row.language, row.root, row.gone)

    def put(self, destination: Destination) -> None:
        values = rows.place_values(destination.place) | {
            "language": destination.language,
            "root": destination.root,
            "gone": destination.gone,
        }
        table = t.destinations
        self._connection.execute(table.update().where(table.c.id == destination.id).values(values))


class Drafts(_Repository):
    def add(self, draft: Draft) -> None:
        self._connection.execute(t.drafts.insert().values(rows.draft_values(draft)))

    def get(self, draft_id: str) -> Draft | None:
        row = self._one(t.drafts, {"id": draft_id}, lock=True)
        return rows.draft(row) if row else None

    def put(self, draft: Draft) -> None:
        upsert(self._connection, t.drafts, rows.draft_values(draft), ["id"])

    def active(self, person: Person, place: Place) -> Draft | None:
        table, there = t.drafts, t.destinations
        statement = (
            select(table)
            .join(there, there.c.id == table.c.destination_id)
            .where(
                table.c.chat == person.chat,
                table.c.team == person.team,
                table.c.user == person.user,
                table.c.state == DraftState.OPEN,
                there.c.channel == place.channel,
                there.c.thread.is_not_distinct_from(place.thread),
            )
            .order_by(there.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(statement).one_or_none()
        return rows.draft(row) if row else None

    def overdue(self, now: datetime) -> bool:
        table = t.drafts
        late = exists().where(table.c.state == DraftState.OPEN, table.c.expires_at <= now)
        return bool(self._connection.execute(select(late)).scalar_one())

    def expire(self, now: datetime) -> Sequence[str]:
        table = t.drafts
        statement = (
            table.update()
            .where(table.c.state == DraftState.OPEN, table.c.expires_at <= now)
            .values(state=DraftState.EXPIRED, version=table.c.version + 1)
            .returning(table.c.id)
        )
        return list(self._connection.execute(statement).scalars())


class Links(_Repository):
    def add(self, link: Link) -> None:
        self._connection.execute(t.links.insert().values(rows.link_values(link)))

    def get(self, link_id: str) -> Link | None:
        row = self._one(t.links, {"id": link_id}, lock=True)
        return rows.link(row) if row else None

    def put(self, link: Link) -> None:
        values = rows.link_values(link)
        self._connection.execute(t.links.update().where(t.links.c.id == link.id).values(values))

    def creating(self, now: datetime) -> Sequence[str]:
        table = t.links
        due = table.c.retry_at.is_(None) | (table.c.retry_at <= now)
        statement = select(table.c.id).where(table.c.state == LinkState.CREATING, due)
        return list(self._connection.execute(statement).scalars())


class ProviderLinks(_Repository):
    def of(self, link_id: str) -> Sequence[ProviderLink]:
        table = t.provider_links
        found = self._connection.execute(
            select(table).where(table.c.link_id == link_id).order_by(table.c.attempt)
        )
        return [rows.provider_link(row) for row in found]

    def put(self, provider_link: ProviderLink) -> None:
        values = rows.flat(provider_link) | rows.money_values(provider_link.amount)
        upsert(self._connection, t.provider_links, values, ["link_id", "attempt"])

    def remove(self, provider_link: ProviderLink) -> None:
        table = t.provider_links
        same = (table.c.link_id == provider_link.link_id) & (table.c.attempt == provider_link.attempt)
        self._connection.execute(table.delete().where(same))

    def by_reference(self, account_id: str, reference: str) -> ProviderLink | None:
        row = self._one(t.provider_links, {"account_id": account_id, "reference": reference})
        return rows.provider_link(row) if row else None


class Payments(_Repository):
    def of(self, link_id: str) -> Sequence[Payment]:
        table = t.payments
        found = self._connection.execute(select(table).where(table.c.link_id == link_id).order_by(table.c.id))
        return [rows.payment(row) for row in found]

    def get(self, account_id: str, provider_payment_id: str) -> Payment | None:
        row = self._one(t.payments, {"account_id": account_id, "provider_payment_id": provider_payment_id})
        return rows.payment(row) if row else None

    def put(self, payment: Payment) -> None:
        upsert(self._connection, t.payments, asdict(payment), ["account_id", "provider_payment_id"])


class Events(_Repository):
    def add(self, account_id: str, event: Event, inbound_id: int, link_id: str | None) -> bool:
        values = {
            "account_id": account_id,
            "key": event.key,
            "inbox_id": inbound_id,
            "link_id": link_id,
            "kind": event.kind,
            "provider_word": event.provider_word,
            "provider_payment_id": event.provider_payment_id,
            "reference": event.reference,
            "amount_minor": event.amount.minor if event.amount else None,
            "currency": event.amount.currency if event.amount else None,
            "occurred_at": event.occurred_at,
        }
        return add_once(self._connection, t.events, values, ["account_id", "key"])


class Inbox(_Repository):
    def add(self, fact: InboundFact, now: datetime) -> bool:
        values = asdict(fact) | {"received_at": now, "state": InboxState.WAITING}
        return add_once(self._connection, t.inbox, values, ["kind", "account_id", "key"])

    def waiting(self, kind: str, stripe: int, limit: int) -> Sequence[Inbound]:
        table = t.inbox
        statement = (
            select(table)
            .where(table.c.state == InboxState.WAITING, table.c.kind == kind, table.c.stripe == stripe)
            .order_by(table.c.id)
            .limit(limit)
        )
        return [rows.inbound(row) for row in self._connection.execute(statement)]

    def stripes(self) -> Sequence[tuple[str, int]]:
        table = t.inbox
        statement = select(table.c.kind, table.c.stripe).where(table.c.state == InboxState.WAITING).distinct()
        return [(row.kind, row.stripe) for row in self._connection.execute(statement)]

    def close(self, inbound_id: int, state: InboxState, trouble: str | None = None) -> None:
        table = t.inbox
        self._connection.execute(
            table.update().where(table.c.id == inbound_id).values(state=state, trouble=trouble)
        )

    def last_key(self, kind: str) -> str | None:
        table = t.inbox
        newest = select(func.max(table.c.id)).where(table.c.kind == kind).scalar_subquery()
        return self._connection.execute(select(table.c.key).where(table.c.id == newest)).scalar_one_or_none()


class People(_Repository):
    def __init__(self, connection: Connection, now: datetime) -> None:
        super().__init__(connection)
        self._now = now

    def admit(self, person: Person) -> None:
        add_once(
            self._connection, t.people, asdict(person) | {"admitted_at": self._now}, ["chat", "team", "user"]
        )

    def admitted(self, person: Person) -> bool:
        identity = {"chat": person.chat, "team": person.team, "user": person.user}
        return self._one(t.people, identity) is not None


class RateBuckets(_Repository):
    def get(self, key: str) -> datetime | None:
        row = self._one(t.rate_buckets, {"key": key}, lock=True)
        return row.empty_at if row else None

    def put(self, key: str, empty_at: datetime) -> None:
        upsert(self._connection, t.rate_buckets, {"key": key, "empty_at": empty_at}, ["key"])
