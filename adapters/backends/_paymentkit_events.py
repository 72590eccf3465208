"""What PaymentKit tells of payments: by webhook, or in its Events API, whose rows have another shape.

Nothing documented leads from an event to its link. Tried in this order: the link's id, our reference in the
metadata, a price that was made for one link, and the same through the checkout session of a payment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.backends._paymentkit_request import plain
from adapters.backends._paymentkit_tables import (
    CHARGED,
    EVENTS,
    GIVEN_BACK,
    INTENT,
    LINK_FIELDS,
    OUR_REFERENCE,
    PAYMENT_FIELDS,
    PRICE_FIELDS,
    REFUND,
    REFUND_STATES,
    SESSION,
    SESSION_FIELDS,
)
from adapters.backends._shapes import an_object, moment, part, text, word
from bot.money import Money
from bot.ports.backend import Moment
from bot.ports.model import Event, EventKind

Row = Mapping[str, Any]
UNREADABLE = (LookupError, TypeError, ValueError, OverflowError, OSError)  # the last two: of moments
_OF_ITS_OWN = frozenset({EventKind.REFUND_PENDING, EventKind.REFUND_FAILED})


@dataclass(frozen=True, slots=True)
class Told:
    """One event, whichever way it came. `about`: the object that it is about."""

    word: str
    kind: EventKind
    at: datetime
    about: Row
    payment_id: str | None

    @property
    def session_id(self) -> str | None:
        """The checkout that it belongs to."""
        is_session = plain(self.word).startswith(SESSION)
        return word(self.about.get("id")) if is_session else _id_in(self.about, SESSION_FIELDS)

    @property
    def reference(self) -> str | None:
        return word(part(self.about, "metadata").get(OUR_REFERENCE))

    @property
    def link_id(self) -> str | None:
        return _id_in(self.about, LINK_FIELDS)


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
        if not known.startswith(SESSION):
            raise TypeError(f"no payment in {name}")
        kind = EventKind.IGNORED
    return Told(name, kind, _when(event["created"]), about, payment_id)


def is_older(event: Row, moment_: datetime) -> bool:
    """Certainly older."""
    try:
        return _when(event.get("created")) < moment_
    except UNREADABLE:
        return False


def to_event(told: Told, key: str, *, references: Mapping[str, str]) -> Event:
    """The event of one webhook. `references`: ours, by the prices that we have made."""
    by_price = next(filter(None, (references.get(price) for price in prices_in(told.about))), None)
    link_id = told.link_id
    return Event(
        key=key,
        kind=told.kind,
        provider_word=told.word,
        provider_payment_id=told.payment_id,
        reference=told.reference or (by_price if link_id is None else None),
        occurred_at=told.at,
        amounts=_amounts(told),
        method=word(told.about.get("payment_method")),
        reason=_reason(told),
        provider_link_id=link_id,
    )


def to_payment(payment_id: str, known: Iterable[Told], references: Mapping[str, str]) -> tuple[Event, ...]:
    """What has become of a payment, out of all that was told of it, newest first; none if nothing was."""
    told = _oldest_first(one for one in known if one.payment_id == payment_id)
    order = (EventKind.REFUNDED, EventKind.CAPTURED, EventKind.DECLINED, EventKind.PENDING)
    refunds = {word(one.about.get("id")): one for one in told if plain(one.word).startswith(REFUND)}
    standing = [one for one in told if not plain(one.word).startswith(REFUND)]
    standing += [one for one in refunds.values() if one.kind is EventKind.REFUNDED]
    kind = next((kind for kind in order if any(one.kind is kind for one in standing)), None)
    if kind is None:
        return ()
    amounts = _largest(standing) | _sum(refunds.values())
    last = max((one for one in standing if one.kind is kind), key=lambda one: one.at)
    named = [to_event(one, "", references=references) for one in told]
    so_far = ",".join(f"{of}={amount.minor}{amount.currency}" for of, amount in sorted(amounts.items()))
    return (
        Event(
            key=f"fetched:{payment_id}:{kind}:{so_far}"[:255],
            kind=kind,
            provider_word=last.word,
            provider_payment_id=payment_id,
            reference=next((one.reference for one in named if one.reference), None),
            occurred_at=last.at,
            amounts=amounts,
            method=next((one.method for one in reversed(named) if one.method), None),
            reason=_reason(last),
            provider_link_id=next((one.provider_link_id for one in named if one.provider_link_id), None),
        ),
    )


def of_link(sold: Sold, told: Sequence[Told]) -> list[Told]:
    """The events that belong to a link, directly or through a checkout session or a payment of it."""
    ours = [one for one in told if _is_of(sold, one)]
    sessions = {one.session_id for one in ours} - {None}
    ours += [one for one in told if one not in ours and one.session_id in sessions]
    payments = {one.payment_id for one in ours} - {None}
    return [one for one in told if one in ours or one.payment_id in payments]


def to_history(told: Iterable[Told]) -> tuple[Moment, ...]:
    """What was told newest first, oldest first; the customer is not in it."""
    return tuple(
        Moment(one.at, one.word, _reason(one) or word(one.about.get("status")) or "")
        for one in _oldest_first(told)
    )


def prices_in(about: Row) -> list[str]:
    """The prices of an object's line items, which are flat or hold the whole price."""
    items = about.get("line_items")
    if not isinstance(items, list):
        return []
    found = (_id_in(item, PRICE_FIELDS) for item in items if isinstance(item, dict))
    return [price for price in found if price]


def to_money(atoms: Any, currency: Any) -> Money:
    """Whole atoms; the currency is in small letters in an event."""
    if isinstance(atoms, bool) or not isinstance(atoms, int):
        raise TypeError(f"not an amount: {type(atoms).__name__}")
    return Money(atoms, text(currency).upper())


def _oldest_first(told: Iterable[Told]) -> list[Told]:
    """Moments are whole seconds: within one, what came last stands first."""
    return sorted(told, key=lambda one: one.at, reverse=True)[::-1]


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


def _amounts(told: Told) -> dict[EventKind, Money]:
    """All that was taken and given back so far, if told; a refund by itself only tells its own part."""
    about, kind = told.about, told.kind
    atoms = next((about[name] for name in CHARGED if about.get(name) is not None), None)
    if atoms is None or kind is EventKind.IGNORED:
        return {}
    if kind is not EventKind.CAPTURED:
        return {kind: to_money(atoms, about["currency"])} if kind in _OF_ITS_OWN else {}
    back = about.get(GIVEN_BACK) or 0
    both = {EventKind.CAPTURED: atoms, EventKind.REFUNDED: back}
    amounts = {of: to_money(one, about["currency"]) for of, one in both.items()}
    return {of: amount for of, amount in amounts.items() if amount.minor}


def _largest(told: Iterable[Told]) -> dict[EventKind, Money]:
    known: dict[EventKind, Money] = {}
    for one in told:
        for kind, amount in _amounts(one).items():
            if kind not in known or amount.minor > known[kind].minor:
                known[kind] = amount
    return known


def _sum(refunds: Iterable[Told]) -> dict[EventKind, Money]:
    """All that was given back; nothing is said unless every part is known and of one currency."""
    done = [one.about for one in refunds if one.kind is EventKind.REFUNDED]
    parts = [(about.get("amount_atom"), about.get("currency")) for about in done]
    if not parts or len({currency for _, currency in parts}) > 1 or not all(_whole(one) for one, _ in parts):
        return {}
    return {EventKind.REFUNDED: to_money(sum(one for one, _ in parts), parts[0][1])}


def _reason(told: Told) -> str | None:
    if told.kind is not EventKind.DECLINED:
        return None
    error = part(told.about, "last_payment_error")
    return word(error.get("message")) or word(error.get("code")) or told.word


def _when(value: Any) -> datetime:
    """Seconds in a webhook, ISO 8601 in the Events API."""
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    return moment(value)


def _id_in(about: Row, names: Iterable[str]) -> str | None:
    """The first id that stands under one of these names, or in an object that does."""
    found = (about.get(name) for name in names)
    ids = (word(one.get("id")) if isinstance(one, dict) else word(one) for one in found)
    return next(filter(None, ids), None)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
