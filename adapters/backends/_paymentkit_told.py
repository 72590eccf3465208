"""One event of PaymentKit, by webhook or out of its Events API, whose rows have another shape.

Nothing documented leads from an event to its link. Tried in this order: the link's id, our reference in the
metadata, a price that was made for one link, and the same of what it belongs with: a checkout, an invoice, a
subscription.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.backends._http import UNREADABLE
from adapters.backends._paymentkit_tables import (
    BEGUN,
    BY_CAUSE,
    BY_OBJECT,
    CAUSE,
    EVENTS,
    INTENT,
    INVOICE,
    INVOICE_FIELDS,
    LINK_FIELDS,
    OUR_REFERENCE,
    PAYMENT_FIELDS,
    PRICE_FIELDS,
    REFUND,
    REFUND_STATES,
    SESSION,
    SESSION_FIELDS,
    SUBSCRIPTION,
    SUBSCRIPTION_FIELDS,
)
from adapters.backends._shapes import Row, an_object, in_reach, moment, part, text, word
from bot.ports.model import EventKind


@dataclass(frozen=True, slots=True)
class Told:
    """`about`: the object that the event is about; `cause`: what it shares with others of one cause."""

    word: str
    kind: EventKind
    at: datetime
    about: Row
    payment_id: str | None
    cause: str | None = None

    @property
    def reference(self) -> str | None:
        return word(part(self.about, "metadata").get(OUR_REFERENCE))

    @property
    def link_id(self) -> str | None:
        return _id_in(self.about, LINK_FIELDS)

    @property
    def session_id(self) -> str | None:
        """The checkout that it is about or names; so the others."""
        return self._id(SESSION, SESSION_FIELDS)

    @property
    def invoice_id(self) -> str | None:
        return self._id(INVOICE, INVOICE_FIELDS)

    @property
    def subscription_id(self) -> str | None:
        return self._id(SUBSCRIPTION, SUBSCRIPTION_FIELDS)

    @property
    def begins_subscription(self) -> bool:
        return plain(self.word) == BEGUN

    @property
    def hides_payment(self) -> bool:
        """A checkout that was completed over something, and names neither a payment nor an invoice."""
        is_completed = plain(self.word) == f"{SESSION}completed"
        is_named = self.payment_id is not None or self.invoice_id is not None
        return is_completed and not is_named and self.about.get("total_amount_atom") != 0

    @property
    def belongs_with(self) -> frozenset[str]:
        """The ids by which what happens in one sale hangs together."""
        ids = (self.payment_id, self.session_id, self.invoice_id, self.subscription_id)
        return frozenset(filter(None, ids))

    @property
    def leads(self) -> Mapping[str, str]:
        """What further events may be asked for by, and how: they may say what this one does not."""
        leads = dict.fromkeys(self.belongs_with, BY_OBJECT)
        return leads | ({self.cause: BY_CAUSE} if self.cause and self.begins_subscription else {})

    def _id(self, group: str, fields: Iterable[str]) -> str | None:
        itself = plain(self.word).startswith(group)
        return word(self.about.get("id")) if itself else _id_in(self.about, fields)


@dataclass(frozen=True, slots=True)
class Sold:
    """A link by all that an event can know it by. `prices`: those that were made for it alone."""

    link_id: str | None
    reference: str | None
    prices: Collection[str] = ()


def read(event: Row, kinds: Mapping[str, EventKind]) -> Told:
    """A webhook's body or a row of the Events API; raises TypeError, LookupError, ValueError."""
    data = an_object(event["data"])
    inner = data.get("object")
    about, name = (inner if isinstance(inner, dict) else data), text(event["type"])
    known = plain(name)
    kind = {**EVENTS, **kinds}.get(known, EventKind.IGNORED)
    if known.startswith(REFUND) and kind is EventKind.REFUND_PENDING:
        kind = REFUND_STATES.get(word(about.get("status")) or "", kind)
    payment_id = _payment_of(known, about, configured=known in kinds)
    if payment_id is None and kind is not EventKind.IGNORED:
        if not known.startswith((SESSION, INVOICE)):
            raise TypeError(f"no payment in {name}")
        kind, payment_id = _without_money(about)
    return Told(name, kind, _when(event["created"]), about, payment_id, word(event.get(CAUSE)))


def about(event: Row, kinds: Mapping[str, EventKind]) -> str | None:
    """What a link's events are known by first, as far as this one tells it by itself."""
    try:
        told = read(event, kinds)
    except UNREADABLE:
        return None
    return told.reference or told.link_id or told.session_id or told.invoice_id or told.payment_id


def is_older(event: Row, moment_: datetime) -> bool:
    """Is it older than this, as far as it tells when it was?"""
    try:
        return _when(event.get("created")) < moment_
    except UNREADABLE:
        return False


def plain(name: str) -> str:
    """An event's name whether it is written with dots or underscores."""
    return name.replace("_", ".").lower()


def of_link(sold: Sold, told: Sequence[Told]) -> list[Told]:
    """The events that belong to a link, directly or through others that do."""
    ours = {at for at, one in enumerate(told) if _is_of(sold, one)}
    while True:
        ids = {id_ for at in ours for id_ in told[at].belongs_with}
        causes = _causes(told, ours)
        more = {
            at
            for at, one in enumerate(told)
            if not ids.isdisjoint(one.belongs_with) or (one.begins_subscription and one.cause in causes)
        }
        if more <= ours:
            return [told[at] for at in sorted(ours)]
        ours |= more


def _causes(told: Sequence[Told], ours: Collection[int]) -> set[str | None]:
    """Of our checkouts, as far as they are of no other checkout."""
    checkouts = [(at in ours, one.cause) for at, one in enumerate(told) if one.session_id]
    return {cause for is_ours, cause in checkouts if is_ours} - {
        cause for is_ours, cause in checkouts if not is_ours
    }


def prices_in(about: Row) -> list[str]:
    """The prices of an object's line items, which are flat or hold the whole price."""
    items = about.get("line_items")
    if not isinstance(items, list):
        return []
    found = (_id_in(item, PRICE_FIELDS) for item in items if isinstance(item, dict))
    return [price for price in found if price]


def _is_of(sold: Sold, told: Told) -> bool:
    if told.link_id is not None and sold.link_id is not None:
        return told.link_id == sold.link_id
    if told.reference is not None and sold.reference is not None:
        return told.reference == sold.reference
    return any(price in sold.prices for price in prices_in(told.about))


def _payment_of(name: str, about: Row, *, configured: bool) -> str | None:
    named = _id_in(about, PAYMENT_FIELDS)
    itself = name.startswith(INTENT) or (configured and named is None)
    return word(about.get("id")) if itself else named


def _without_money(about: Row) -> tuple[EventKind, str | None]:
    """Of a completed checkout: a means of payment was saved, alone or for a trial; else nothing is told."""
    mode, over_nothing = about.get("mode"), about.get("total_amount_atom") == 0
    is_trial = mode == "subscription" and (over_nothing or _id_in(about, INVOICE_FIELDS) is None)
    if mode == "setup" or is_trial:
        return EventKind.SAVED, word(about.get("id"))
    return EventKind.IGNORED, None


def _when(value: Any) -> datetime:
    """Seconds in a webhook, ISO 8601 in the Events API."""
    if isinstance(value, int) and not isinstance(value, bool):
        return in_reach(datetime.fromtimestamp(value, UTC))
    return moment(value)


def _id_in(about: Row, names: Iterable[str]) -> str | None:
    """The first id that stands under one of these names, or in an object that does."""
    found = (about.get(name) for name in names)
    ids = (word(one.get("id")) if isinstance(one, dict) else word(one) for one in found)
    return next(filter(None, ids), None)
