"""A class per table; all of it runs inside the transaction that made it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    exists,
    or_,
    select,
)

from bot.ports.model import (
    Account,
    Closed,
    Customer,
    Destination,
    Draft,
    DraftState,
    Link,
    LinkState,
    Mode,
    Person,
    Place,
    Reach,
)
from bot.ports.provider_links import ProviderLink
from storage import rows
from storage import tables as t
from storage.statements import Repository, update, upsert

AT_ONCE = 500
_PAYMENT = ("account_id", "provider_payment_id")
_LOOKUP = ("inbound_id", "provider_payment_id")


class Accounts(Repository):
    def put(self, account: Account) -> None:
        upsert(self.connection, t.accounts, asdict(account), ["id"])

    def all(self) -> Sequence[Account]:
        found = self.connection.execute(select(t.accounts).order_by(t.accounts.c.id))
        return [Account(row.id, row.backend, Mode(row.mode), row.settings_prefix) for row in found]


class Destinations(Repository):
    def add(self, place: Place, language: str, root: str | None = None) -> Destination:
        values = rows.place_values(place) | {"language": language, "root": root, "reach": Reach.OPEN}
        inserted = self.connection.execute(t.destinations.insert().values(values))
        return Destination(rows.new_id(inserted), place, language, root)

    def get(self, destination_id: int) -> Destination:
        row = self.one(t.destinations, {"id": destination_id})
        if row is None:
            raise LookupError(f"destination {destination_id}")
        place = Place(row.chat, row.channel, row.team, row.thread, row.private)
        return Destination(row.id, place, row.language, row.root, row.prompt, Reach(row.reach))

    def put(self, destination: Destination) -> None:
        values = rows.place_values(destination.place) | {
            "language": destination.language,
            "root": destination.root,
            "prompt": destination.prompt,
            "reach": destination.reach,
        }
        update(self.connection, t.destinations, destination.id, values)

    def rename(self, chat: str, channel: str, renamed: str) -> None:
        table, owed = t.destinations, t.outbox
        there = (table.c.chat == chat) & (table.c.channel == channel)
        for row in self.connection.execute(select(table).where(there)).all():
            lane = Place(row.chat, renamed, row.team, row.thread, row.private).lane
            moved = {"channel": renamed, "lane": lane, "root": None, "prompt": None}
            self.connection.execute(table.update().where(table.c.id == row.id).values(moved))
            mine = owed.c.destination_id == row.id
            self.connection.execute(owed.update().where(mine).values(lane=lane))


class Drafts(Repository):
    def add(self, draft: Draft) -> None:
        self.connection.execute(t.drafts.insert().values(rows.draft_values(draft)))

    def get(self, draft_id: str) -> Draft | None:
        row = self.one(t.drafts, {"id": draft_id}, lock=True)
        return rows.draft(row) if row else None

    def put(self, draft: Draft) -> None:
        upsert(self.connection, t.drafts, rows.draft_values(draft), ["id"])

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
        row = self.connection.execute(statement).one_or_none()
        return rows.draft(row) if row else None

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
        return list(self.connection.execute(statement).scalars())


class Links(Repository):
    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._got: dict[str, Link] = {}

    def add(self, link: Link) -> None:
        self.connection.execute(t.links.insert().values(rows.link_values(link)))

    def get(self, link_id: str) -> Link | None:
        row = self.one(t.links, {"id": link_id}, lock=True)
        if row is None:
            return None
        self._got[link_id] = rows.link(row)
        return self._got[link_id]

    def put(self, link: Link) -> None:
        """Only what has changed is written, so that a column that stays leaves its indices alone."""
        values, got = rows.link_values(link), self._got.get(link.id)
        before = rows.link_values(got) if got else {}
        changed = {
            name: value for name, value in values.items() if name not in before or value != before[name]
        }
        if changed:
            update(self.connection, t.links, link.id, changed)
        self._got[link.id] = link

    def creating(self, now: datetime) -> Sequence[str]:
        table = t.links
        due = table.c.retry_at.is_(None) | (table.c.retry_at <= now)
        statement = select(table.c.id).where(table.c.state == LinkState.CREATING, due)
        return list(self.connection.execute(statement).scalars())

    def watched(self, now: datetime) -> Sequence[str]:
        table = t.links
        statement = select(table.c.id).where(table.c.poll_at <= now).order_by(table.c.poll_at).limit(AT_ONCE)
        return list(self.connection.execute(statement).scalars())

    def watch_all(self, now: datetime) -> int:
        watched = t.links.update().where(t.links.c.poll_at.is_not(None))
        return self.connection.execute(watched.values(poll_at=now)).rowcount

    def twin(self, wanted: Link) -> Link | None:
        table, expected = t.links, rows.expectation_values(wanted)
        return self._newest(
            wanted.customer,
            table.c.account_id == wanted.account_id,
            table.c.state == LinkState.OPEN,
            *(table.c[name].is_not_distinct_from(value) for name, value in expected.items()),
        )

    def latest_of(self, account_id: str, customer: Customer) -> Link | None:
        return self._newest(customer, t.links.c.account_id == account_id)

    def _newest(self, customer: Customer, *conditions: ColumnElement[bool]) -> Link | None:
        """The newest link for this customer on these conditions; None if nothing names the customer."""
        table = t.links
        known = {"customer_email": customer.email, "customer_phone": customer.phone}
        same = [table.c[name] == value for name, value in known.items() if value]
        if not same:
            return None
        newest = select(table).where(*conditions, or_(*same)).order_by(table.c.created_at.desc()).limit(1)
        row = self.connection.execute(newest).one_or_none()
        return rows.link(row) if row else None

    def recent(self, limit: int) -> Sequence[Link]:
        statement = select(t.links).order_by(t.links.c.created_at.desc()).limit(limit)
        return [rows.link(row) for row in self.connection.execute(statement)]

    def asked_for(
        self, creator: Person | None, states: Collection[LinkState] | None, limit: int
    ) -> Sequence[Link]:
        table = t.links
        statement = select(table).where(_earned() if states is None else table.c.state.in_(states))
        if creator is not None:
            known = {"chat": creator.chat, "team": creator.team, "user": creator.user}
            statement = statement.where(*(table.c[f"creator_{name}"] == known[name] for name in known))
        newest = statement.order_by(table.c.created_at.desc()).limit(limit)
        return [rows.link(row) for row in self.connection.execute(newest)]


def _earned() -> ColumnElement[bool]:
    """Money came by it; of what was paid without an amount, its state tells."""
    paid, link = t.payments.c, t.links.c
    taken = exists().where(paid.link_id == link.id, paid.captured > 0)
    return or_(link.closed.in_((Closed.PAID, Closed.USED_UP)), taken)


class ProviderLinks(Repository):
    def of(self, link_id: str) -> Sequence[ProviderLink]:
        table = t.provider_links
        found = self.connection.execute(
            select(table).where(table.c.link_id == link_id).order_by(table.c.attempt)
        )
        return [rows.provider_link(row) for row in found]

    def put(self, provider_link: ProviderLink) -> None:
        values = rows.provider_link_values(provider_link)
        upsert(self.connection, t.provider_links, values, ["link_id", "attempt"])

    def remove(self, provider_link: ProviderLink) -> None:
        table = t.provider_links
        same = (table.c.link_id == provider_link.link_id) & (table.c.attempt == provider_link.attempt)
        self.connection.execute(table.delete().where(same))

    def by_reference(self, account_id: str, reference: str) -> ProviderLink | None:
        return self._by(account_id, reference=reference)

    def by_provider_id(self, account_id: str, provider_id: str) -> ProviderLink | None:
        return self._by(account_id, provider_id=provider_id)

    def by_token(self, account_id: str, webhook_token: str) -> ProviderLink | None:
        return self._by(account_id, webhook_token=webhook_token)

    def _by(self, account_id: str, **unique: str) -> ProviderLink | None:
        row = self.one(t.provider_links, {"account_id": account_id, **unique})
        return rows.provider_link(row) if row else None


class RateBuckets(Repository):
    """A transaction asks after the same one for every message of a lane: it is read once, and locked."""

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
