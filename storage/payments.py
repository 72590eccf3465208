"""Payments, their events, and lookups that are still to be done."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Dialect, bindparam, select

from bot.ports.model import Event, Payment
from bot.ports.traffic import Evidence, Lookup
from storage import rows
from storage import tables as t
from storage.links import AT_ONCE
from storage.prepared import Prepared
from storage.statements import Repository, add_once, upsert

_PAYMENT = ("account_id", "provider_payment_id")
_LOOKUP = ("inbound_id", "provider_payment_id")


@lru_cache
def _payments_of(dialect: Dialect) -> Prepared:
    of_link = t.payments.c.link_id == bindparam("link")
    return Prepared(dialect, select(t.payments).where(of_link).order_by(t.payments.c.id))


class Payments(Repository):
    def of(self, link_id: str) -> Sequence[Payment]:
        found = _payments_of(self.connection.dialect).all(self.connection, {"link": link_id})
        return [rows.payment(row) for row in found]

    def get(self, account_id: str, provider_payment_id: str) -> Payment | None:
        row = self.one(t.payments, {"account_id": account_id, "provider_payment_id": provider_payment_id})
        return rows.payment(row) if row else None

    def put(self, payment: Payment) -> None:
        upsert(self.connection, t.payments, rows.payment_values(payment), _PAYMENT)


class Events(Repository):
    def add(self, account_id: str, event: Event, inbound_id: int | None, link_id: str | None) -> bool:
        amount = event.amounts.get(event.kind)
        values = {
            "account_id": account_id,
            "key": _key(event, sent=inbound_id is not None),
            "inbox_id": inbound_id,
            "link_id": link_id,
            "kind": event.kind,
            "provider_word": event.provider_word,
            "provider_payment_id": event.provider_payment_id,
            "reference": event.reference,
            "amount_minor": amount.minor if amount else None,
            "currency": amount.currency if amount else None,
            "occurred_at": event.occurred_at,
        }
        return add_once(self.connection, t.events, values, ["account_id", "key"])

    def evidence(self, link_id: str) -> Sequence[Evidence]:
        table = t.events
        found = select(table).where(table.c.link_id == link_id).order_by(table.c.occurred_at)
        return [rows.evidence(row) for row in self.connection.execute(found)]


def _key(event: Event, *, sent: bool) -> str:
    """The key of an event that was `sent` begins with its day: those of one day are neighbours in the index.

    Ids alone are scattered over it. One that was fetched has no day: the next fetch may give it another.
    """
    return f"{event.occurred_at.astimezone(UTC):%Y-%m-%d} {event.key}" if sent else event.key


class Lookups(Repository):
    def add(self, lookup: Lookup) -> None:
        add_once(self.connection, t.lookups, asdict(lookup), _LOOKUP)

    def get(self, inbound_id: int, provider_payment_id: str) -> Lookup | None:
        row = self.one(t.lookups, {"inbound_id": inbound_id, "provider_payment_id": provider_payment_id})
        return Lookup(**row._asdict()) if row else None

    def of(self, account_id: str, provider_payment_id: str) -> Sequence[Lookup]:
        table = t.lookups
        same = (table.c.account_id == account_id) & (table.c.provider_payment_id == provider_payment_id)
        found = select(table).where(same).order_by(table.c.inbound_id)
        return [Lookup(**row._asdict()) for row in self.connection.execute(found)]

    def put(self, lookup: Lookup) -> None:
        upsert(self.connection, t.lookups, asdict(lookup), _LOOKUP)

    def remove(self, lookup: Lookup) -> None:
        self.delete(t.lookups, {name: getattr(lookup, name) for name in _LOOKUP})

    def due(self, now: datetime) -> Sequence[Lookup]:
        table = t.lookups
        found = select(table).where(table.c.not_before <= now).order_by(table.c.not_before).limit(AT_ONCE)
        return [Lookup(**row._asdict()) for row in self.connection.execute(found)]
