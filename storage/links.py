"""Links, and their provider links."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Subquery,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
)

from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Customer, Link, LinkState, Person
from bot.ports.provider_links import ProviderLink
from storage import rows
from storage import tables as t
from storage.prepared import Prepared
from storage.statements import Repository, add, unsettled, update, upsert

AT_ONCE = 500
_OF_A_CUSTOMER = 500  # are looked through, the newest ones


@lru_cache
def _link_called(dialect: Dialect, *, lock: bool) -> Prepared:
    known_as = t.provider_links.c
    statement = (
        select(t.links)
        .join(t.provider_links, known_as.link_id == t.links.c.id)
        .where(known_as.account_id == bindparam("account"), known_as.reference == bindparam("reference"))
    )
    return Prepared(dialect, statement.with_for_update(of=t.links) if lock else statement)


def _unindexed(column: Column[Any]) -> ColumnElement[str]:
    """The column in a form that no index has: SQLite would use one, however many rows it leads to."""
    return column.concat(literal_column("''"))


def _of_customer(named: str) -> Subquery:
    """The newest links of a customer: some shops give one address of their own for all of theirs.

    `named`: the column that the customer is found by.
    """
    link = t.links.c
    theirs = (link.account_id == bindparam("account_id"), link[named] == bindparam("customer"))
    newest = select(t.links).where(*theirs).order_by(link.created_at.desc())
    return newest.limit(literal_column(str(_OF_A_CUSTOMER))).subquery()


@lru_cache
def _newest_open(dialect: Dialect, known: tuple[str, ...], named: str) -> Prepared:
    """The newest open link of a customer with given values in the columns `known`."""
    theirs = _of_customer(named)
    alike = [theirs.c[name].is_not_distinct_from(bindparam(name)) for name in known]
    return _newest(dialect, theirs, *alike, theirs.c.state == literal_column(f"'{LinkState.OPEN}'"))


@lru_cache
def _newest_made(dialect: Dialect, named: str) -> Prepared:
    """The newest link of a customer and a creator that its backend knows."""
    theirs, known_as = _of_customer(named), t.provider_links.c
    return _newest(
        dialect,
        theirs,
        theirs.c.creator_chat == bindparam("chat"),
        theirs.c.creator_team == bindparam("team"),
        theirs.c.creator_user == bindparam("user"),
        theirs.c.closed.is_distinct_from(literal_column(f"'{Closed.FAILED}'")),
        exists().where(known_as.link_id == theirs.c.id, known_as.provider_id.is_not(None)),
    )


def _newest(dialect: Dialect, links: Subquery, *conditions: ColumnElement[bool]) -> Prepared:
    newest = select(links).where(*conditions).order_by(links.c.created_at.desc())
    return Prepared(dialect, newest.limit(literal_column("1")))


@lru_cache
def _attempts(dialect: Dialect) -> Prepared:
    of_link = t.provider_links.c.link_id == bindparam("link")
    return Prepared(dialect, select(t.provider_links).where(of_link).order_by(t.provider_links.c.attempt))


class Links(Repository):
    """A link that was read is locked, and cached until the transaction ends."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._got: dict[str, Link] = {}

    def add(self, link: Link) -> None:
        add(self.connection, t.links, rows.link_values(link))

    def get(self, link_id: str) -> Link | None:
        return self._got.get(link_id) or self._keep(self.one(t.links, {"id": link_id}, lock=True))

    def by_reference(self, account_id: str, reference: str) -> Link | None:
        named = {"account": account_id, "reference": reference}
        found = _link_called(self.connection.dialect, lock=self.locks).all(self.connection, named)
        return self._keep(found[0] if found else None)

    def by_token(self, public_token: str) -> Link | None:
        return self._keep(self.one(t.links, {"public_token": public_token}, lock=True))

    def _keep(self, row: Any | None) -> Link | None:
        if row is None:
            return None
        link = self._got[row.id] = rows.link(row)
        return link

    def put(self, link: Link) -> None:
        """Write only what has changed, so that the indices of other columns are not touched."""
        changed = rows.link_changes(self._got.get(link.id), link)
        if changed:
            update(self.connection, t.links, link.id, changed)
        self._got[link.id] = link

    def creating(self, now: datetime) -> Sequence[tuple[str, str]]:
        table = t.links
        due = table.c.retry_at.is_(None) | (table.c.retry_at <= now)
        statement = select(table.c.account_id, table.c.id).where(table.c.state == LinkState.CREATING, due)
        return [(row.account_id, row.id) for row in self.connection.execute(statement)]

    def watched(self, now: datetime) -> Sequence[str]:
        table = t.links
        statement = select(table.c.id).where(table.c.poll_at <= now).order_by(table.c.poll_at).limit(AT_ONCE)
        return list(self.connection.execute(statement).scalars())

    def watch_all(self, now: datetime, due_by: datetime | None = None) -> int:
        poll_at = t.links.c.poll_at
        due = poll_at.is_not(None) if due_by is None else (poll_at > now) & (poll_at <= due_by)
        watched = t.links.update().where(due)
        return self.connection.execute(watched.values(poll_at=now)).rowcount

    def twin(self, wanted: Link) -> Link | None:
        known = rows.expectation_values(wanted)
        search = partial(_newest_open, known=tuple(known))
        return self._newest(wanted.account_id, wanted.customer, known, search)

    def latest_of(self, account_id: str, customer: Customer, creator: Person) -> Link | None:
        return self._newest(account_id, customer, rows.identity(creator), _newest_made)

    def _newest(
        self, account_id: str, customer: Customer, known: rows.Values, search: Callable[..., Prepared]
    ) -> Link | None:
        """The newest of those that are found by the customer's e-mail address or telephone number."""
        found = [
            row
            for name, value in _named(customer).items()
            for row in search(self.connection.dialect, named=name).all(
                self.connection, known | {"account_id": account_id, "customer": value}
            )
        ]
        return rows.link(max(found, key=attrgetter("created_at"))) if found else None

    def recent(self, limit: int, like: Callable[[Link], object] | None = None) -> Sequence[Link]:
        newest = select(t.links).order_by(t.links.c.created_at.desc())
        statement = newest.execution_options(yield_per=AT_ONCE) if like else newest.limit(limit)
        with self.connection.execute(statement) as found:
            return list(islice(filter(like, map(rows.link, found)), limit))

    def asked_for(
        self, creator: Person | None, states: Collection[LinkState] | None, limit: int
    ) -> Sequence[Link]:
        table = t.links
        statement = select(table).where(
            _earned() if states is None else _unindexed(table.c.state).in_(states)
        )
        if states is not None and LinkState.CLOSED not in states:
            statement = statement.where(unsettled(table, LinkState.CLOSED))
        if creator is not None:
            known = rows.identity(creator)
            statement = statement.where(*(table.c[f"creator_{name}"] == known[name] for name in known))
        newest = statement.order_by(table.c.created_at.desc()).limit(limit)
        return [rows.link(row) for row in self.connection.execute(newest)]


def _named(customer: Customer) -> dict[str, str]:
    """What a customer is known by, by column."""
    named = {"customer_email": customer.email, "customer_phone": customer.phone}
    return {name: value for name, value in named.items() if value}


def _earned() -> ColumnElement[bool]:
    """Links that took money; if no amount is known of it, only why the link is closed tells.

    What can be paid once is used up without being paid where its payment was released.
    """
    paid, link = t.payments.c, t.links.c
    taken = exists().where(paid.link_id == link.id, paid.captured > 0)
    several = or_(link.uses.is_distinct_from(1), link.kind != LinkKind.PAYMENT)
    return or_(link.closed == Closed.PAID, (link.closed == Closed.USED_UP) & several, taken)


class ProviderLinks(Repository):
    def of(self, link_id: str) -> Sequence[ProviderLink]:
        found = _attempts(self.connection.dialect).all(self.connection, {"link": link_id})
        return [rows.provider_link(row) for row in found]

    def put(self, provider_link: ProviderLink) -> None:
        values = rows.provider_link_values(provider_link)
        upsert(self.connection, t.provider_links, values, ["link_id", "attempt"])

    def remove(self, provider_link: ProviderLink) -> None:
        self.delete(t.provider_links, {"link_id": provider_link.link_id, "attempt": provider_link.attempt})

    def by_provider_id(self, account_id: str, provider_id: str) -> ProviderLink | None:
        return self._by(account_id, provider_id=provider_id)

    def by_token(self, account_id: str, webhook_token: str) -> ProviderLink | None:
        return self._by(account_id, webhook_token=webhook_token)

    def _by(self, account_id: str, **unique: str) -> ProviderLink | None:
        row = self.one(t.provider_links, {"account_id": account_id, **unique})
        return rows.provider_link(row) if row else None
