"""What EximPe's webhooks tell, in our words; and what of them may be signed."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.backends._eximpe_answers import reason_in, refund_state, to_money
from adapters.backends._eximpe_tables import (
    DISPUTE_STATES,
    DISPUTE_UPDATE,
    EVENTS,
    REFUND_UPDATE,
    REFUNDED,
)
from adapters.backends._shapes import Row, an_object, moment, text, word
from bot.money import Money
from bot.ports.model import Event, EventKind

_LONGEST_EVENT = 64_000  # bytes; those that are documented have a few thousand
_PAYMENT_ID = re.compile(r"PR[0-9]{6,20}")
_OTHER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WITH_REASON = frozenset({EventKind.DECLINED, EventKind.REFUND_FAILED})
# Which field is the amount that a kind of event is about.
_AMOUNTS: Mapping[EventKind, tuple[str, ...]] = {
    EventKind.CAPTURED: ("amount",),
    EventKind.REFUND_PENDING: ("refund_amount", "amount"),
    EventKind.REFUND_FAILED: ("refund_amount", "amount"),
    EventKind.DISPUTED: ("dispute_amount",),
    EventKind.DISPUTE_WON: ("dispute_amount",),
    EventKind.DISPUTE_LOST: ("dispute_amount",),
}


def to_events(body: Row, key: str, taken: Mapping[str, str], read_at: datetime) -> tuple[Event, ...]:
    """What one webhook tells: an event, or several of a list. A dispute lies flat, without `data`.

    `taken`: the payment that was taken, by our reference. `read_at` stands in for a moment that is not told.
    """
    name, items, at = text(body["event_type"]), _items(body), _told_at(body) or read_at
    return tuple(
        _to_event(name, an_object(item), at, f"{key}:{n}" if n else key, taken)
        for n, item in enumerate(items)
    )


def about(body: Row) -> str | None:
    """Our reference, which is also what a link's payment is known by where it has another id."""
    data = next((item for item in _items(body) if isinstance(item, dict)), {})
    return _reference(data) or _payment_id(data, None)


def canonical(body: bytes) -> bytes:
    """An event as EximPe's own examples write it before they sign it: sorted, without blanks, in ASCII.

    Read as they read it, numbers and all: amounts are only ever read out of the body itself. A body that is
    longer than any event is left as it is: anybody can send one, and it would hold up everybody else.
    """
    if len(body) > _LONGEST_EVENT:
        return body
    try:
        event = json.loads(body, parse_float=float)
        if not isinstance(event, dict) or "event_type" not in event:
            return body
        return json.dumps(event, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return body


def _items(body: Row) -> list[Any]:
    data = body.get("data")
    return data if isinstance(data, list) else [data or body]


def _reference(data: Row) -> str | None:
    return word(data.get("merchant_reference_id")) or word(data.get("order_reference_id"))


def _to_event(name: str, data: Row, at: datetime, key: str, taken: Mapping[str, str]) -> Event:
    """Only what concerns a link's money is read closely: anything else is kept, whatever its shape."""
    status = _status_in(name, data)
    kind = _kind(name, status)
    concerns = kind is not EventKind.IGNORED
    reference = _reference(data)
    payment_id = _payment_id(data, taken.get(reference or ""))
    return Event(
        key=key,
        kind=kind,
        provider_word=f"{name} {status}" if status else name,
        provider_payment_id=text(payment_id) if concerns else payment_id,
        reference=reference,
        occurred_at=_completed_at(data) or at if kind is EventKind.CAPTURED else at,
        amounts=_amounts(kind, data) if concerns else {},
        method=word(data.get("mop_type")),
        bank_reference=word(data.get("bank_ref_num")) or word(data.get("utr")),
        reason=_reason(data) if kind in _WITH_REASON else None,
        provider_link_id=payment_id,
        dispute=word(data.get("dispute_id")),
        action=word(data.get("refund_id")),
    )


def _kind(name: str, status: str | None) -> EventKind:
    """A dispute whose status we do not know is one all the same, and so is a refund that is named as done.

    Of any other refund raises ValueError: what has become of it is told by its payment.
    """
    if name in {REFUND_UPDATE, REFUNDED}:
        kind = refund_state(status) or EVENTS.get(name)
        if kind is None:
            raise ValueError("a refund in no state that we know")
        return kind
    if name == DISPUTE_UPDATE:
        return DISPUTE_STATES.get((status or "").casefold().removeprefix("dispute_"), EventKind.DISPUTED)
    return EVENTS.get(name, EventKind.IGNORED)


def _status_in(name: str, data: Row) -> str | None:
    """The status that says what an event means, if its name alone does not."""
    if name == REFUND_UPDATE:
        return word(data.get("refund_status")) or word(data.get("status"))
    if name == REFUNDED:
        return word(data.get("refund_status"))
    if name == DISPUTE_UPDATE:
        return word(data.get("dispute_status")) or word(data.get("status"))
    return None


def _amounts(kind: EventKind, data: Row) -> dict[EventKind, Money]:
    """A refund that is done tells of itself alone, not how much was given back in all: that is fetched."""
    value = next((data[name] for name in _AMOUNTS.get(kind, ()) if data.get(name) is not None), None)
    return {} if value is None else {kind: to_money(value, data.get("currency"))}


def _told_at(body: Row) -> datetime | None:
    """None if it is not told, or in no form that we know: no call would tell of a dispute instead."""
    try:
        return moment(body.get("event_time") or body.get("created_at"))
    except (TypeError, ValueError):
        return None


def _completed_at(data: Row) -> datetime | None:
    """When the money came: `event_time` is when that was told, and need not say in which zone."""
    told = data.get("payment_completed_at")
    return None if told is None else moment(told)


def _payment_id(data: Row, taken: str | None) -> str | None:
    """Where a webhook has a UUID for it: what the bank's reference ends with, or the one that was taken."""
    told = word(data.get("payment_id")) or word(data.get("payment_request_id"))
    if told is None or _OTHER_ID.fullmatch(told) is None:
        return told
    in_bank = _PAYMENT_ID.search(word(data.get("bank_ref_num")) or "")
    return in_bank.group() if in_bank else taken


def _reason(data: Row) -> str | None:
    names = ("payment_message", "message", "comments")
    return next(filter(None, (reason_in(data, name) for name in names)), None)
