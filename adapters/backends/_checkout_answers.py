"""What Checkout.com answers and sends, read: links, payments, events, refusals."""

import re
from collections.abc import Mapping
from typing import Any

import httpx

from adapters.backends._checkout_request import from_units
from adapters.backends._checkout_tables import (
    BALANCES,
    EVENTS,
    FIELDS,
    LEFT,
    PAYMENT_STATES,
    RECEIVED,
    TOO_MANY,
    USABLE,
    WHOLE_AMOUNTS,
)
from adapters.backends._http import Answer, expect, reading
from adapters.backends._keys import fetched_key, so_far
from adapters.backends._shapes import Row, address, an_object, moment, part, text, word
from bot.errors import BackendProtocolError, BackendRateLimited, BackendRejected
from bot.money import Money
from bot.ports.backend import CreatedLink, FetchedLink
from bot.ports.model import Event, EventKind

_CODE = re.compile(r"[A-Za-z][\w.:-]{0,100}", re.ASCII)
_APPROVED = "10000"
_TRIED = frozenset({EventKind.VOID_FAILED, EventKind.REFUND_PENDING, EventKind.REFUND_FAILED})
_WITH_REASON = frozenset({EventKind.DECLINED, EventKind.CAPTURE_FAILED, EventKind.REFUND_FAILED})


def to_link(body: Row, request_id: str | None) -> CreatedLink:
    """The answer to a creation. The id and the address are unrelated: neither is built from the other.

    Nothing else is required of it: without its expiry it can be paid all the same.
    """
    with reading("link", request_id):
        url, expires_on = address(body["_links"]["redirect"]["href"]), body.get("expires_on")
        return CreatedLink(text(body["id"]), url, None if expires_on is None else moment(expires_on))


def to_fetched(body: Row, request_id: str | None) -> FetchedLink:
    """A link as it stands. An unknown status is taken as usable: it changes nothing."""
    with reading("link", request_id):
        payment_id, expires_on = word(body.get("payment_id")), body.get("expires_on")
        return FetchedLink(
            provider_id=text(body["id"]),
            reference=word(body.get("reference")),
            amount=from_units(body["amount"], body["currency"]),
            usable=USABLE.get(body["status"], True),
            received=body["status"] == RECEIVED,
            expires_on=None if expires_on is None else moment(expires_on),
            payment_ids=(payment_id,) if payment_id else (),
        )


def to_events(body: Row, key: str) -> tuple[Event, ...]:
    """The event of one webhook. Its time is in `timestamp` or `created_on`, by type.

    Only what concerns a link's money is read closely: anything else is kept, whatever its shape.
    """
    name, data = str(body["type"]), an_object(body["data"])
    kind = EVENTS.get(name, EventKind.IGNORED)
    concerns = kind is not EventKind.IGNORED
    # A dispute and an authentication have ids of their own.
    payment_id = data.get("payment_id") or data.get("id")
    return (
        Event(
            key=key,
            kind=kind,
            provider_word=name,
            provider_payment_id=text(payment_id) if concerns else word(payment_id),
            reference=_reference(data),
            occurred_at=moment(body.get("timestamp") or body.get("created_on")),
            amounts=_amounts(kind, data) if concerns else {},
            method=_method(data.get("source")) if concerns else None,
            bank_reference=word(part(data, "processing").get("acquirer_reference_number")),
            reason=_reason(kind, name, data),
            dispute=word(data.get("id")) if name.startswith("dispute_") else None,
            action=word(data.get("action_id")) if kind in _TRIED else None,
        ),
    )


def about(event: Row) -> str | None:
    """The ordering key: our reference, which a link's events share; a few kinds name their payment alone."""
    data = part(event, "data")
    return _reference(data) or word(data.get("payment_id")) or word(data.get("id"))


def to_payment(body: Row, request_id: str | None) -> Event:
    """A payment as it stands, as the event that it amounts to: IGNORED for a state that we do not know."""
    with reading("payment", request_id):
        status, payment_id = text(body["status"]), text(body["id"])
        kind = PAYMENT_STATES.get(status, EventKind.IGNORED)
        amounts = _amounts(kind, body)
        amounts.pop(EventKind.RETURNED, None)  # how much of it was is told by its webhook alone
        if not part(body, "balances") and status == "Captured":
            amounts = {kind: from_units(body["amount"], text(body["currency"]))}
        if kind is EventKind.DECLINED and EventKind.AUTHORISED in amounts:  # held, and let go of untaken
            kind = EventKind.VOIDED
        return Event(
            key=fetched_key(payment_id, status, so_far(amounts)),
            kind=kind,
            provider_word=status,
            provider_payment_id=payment_id,
            reference=_reference(body),
            occurred_at=moment(body.get("processed_on") or body["requested_on"]),
            amounts=amounts,
            method=_method(body.get("source")),
            bank_reference=word(part(body, "processing").get("acquirer_reference_number")),
            reason=_why_declined(body) if kind is EventKind.DECLINED else None,
        )


def to_sources(answer: Answer) -> dict[str, list[str]]:
    """Which events there are, by the source under which a workflow names them."""
    with reading("list of event types", answer.request_id):
        return {text(each["id"]): [text(one["id"]) for one in each["events"]] for each in answer.body}


def rows_of(answer: Answer) -> list[Row]:
    """What an answer lists."""
    listed = expect(answer, httpx.codes.OK).get("data")
    if not isinstance(listed, list):
        raise BackendProtocolError("a list without one", request_id=answer.request_id)
    return [each for each in listed if isinstance(each, dict)]


def keys_of(workflow: Mapping[str, Any]) -> list[Any]:
    """What a workflow signs with, if it tells."""
    actions = workflow.get("actions")
    listed = actions if isinstance(actions, list) else []
    told = [each.get("signature") for each in listed if isinstance(each, dict)]
    return [each.get("key") for each in told if isinstance(each, dict)]


def explain(answer: Answer) -> BackendRejected | BackendRateLimited:
    """A 422: every code is kept, the first that we know names the field. One of them asks for patience.

    What is no code is not repeated: it may quote what a customer's data are.
    """
    body = answer.body if isinstance(answer.body, dict) else {}
    listed = body.get("error_codes")
    told = map(str, listed) if isinstance(listed, list) else ()
    codes = tuple(filter(_CODE.fullmatch, told)) or (f"http_{answer.status}",)
    if TOO_MANY in codes:
        return BackendRateLimited(None)
    return BackendRejected(
        codes, field=next(filter(None, map(_field_of, codes)), None), request_id=answer.request_id
    )


def _field_of(code: str) -> str | None:
    """`country_required`, `country_invalid`: the common rule is a name and what is wrong with it."""
    return FIELDS.get(code.rpartition("_")[0])


def _reference(data: Row) -> str | None:
    """Ours, wherever it has survived: the id of a link is the reference of its first attempt.

    A refund or a capture can have a reference of its own, which then stands in ours' place.
    """
    told = word(data.get("reference")) or word(data.get("payment_reference"))
    link_id = word(part(data, "metadata").get("paylink_id"))
    return told if link_id is None or (told and told.startswith(link_id)) else link_id


def _amounts(kind: EventKind, data: Row) -> dict[EventKind, Money]:
    """All that was taken and given back so far, where it is told; else what this action alone was about."""
    currency = data.get("currency")
    if currency is None:
        return {}
    balances = part(data, "balances")
    told = {of: balances[name] for of, name in BALANCES.items() if balances.get(name) is not None}
    amounts = {of: from_units(units, text(currency)) for of, units in told.items()}
    if balances.get(LEFT) == 0:
        amounts |= _let_go(amounts)
    if kind in WHOLE_AMOUNTS and kind not in amounts and data.get("amount") is not None:
        amounts[kind] = from_units(data["amount"], text(currency))
    return {of: amount for of, amount in amounts.items() if amount.minor}


def _let_go(amounts: Mapping[EventKind, Money]) -> dict[EventKind, Money]:
    """The rest of what was authorised, once a part was taken and nothing more can be."""
    authorised, taken = amounts.get(EventKind.AUTHORISED), amounts.get(EventKind.CAPTURED)
    if authorised is None or taken is None or not 0 < taken.minor < authorised.minor:
        return {}
    return {EventKind.VOIDED: Money(authorised.minor - taken.minor, authorised.currency)}


def _reason(kind: EventKind, name: str, data: Row) -> str | None:
    """What the bank has said; an attempt that failed without a word is told by its event's name."""
    told = word(data.get("response_summary")) if kind in _WITH_REASON else None
    return told or (name if kind is EventKind.DECLINED else None)


def _why_declined(payment: Row) -> str | None:
    """What its bank has answered."""
    listed = payment.get("actions")
    actions = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    failed = (each for each in actions if each.get("response_code") != _APPROVED)
    return next(filter(None, (word(each.get("response_summary")) for each in failed)), None)


def _method(source: Any) -> str | None:
    if not isinstance(source, dict):
        return None
    name, last = word(source.get("scheme")) or word(source.get("type")), word(source.get("last_4"))
    return f"{name} •{last}" if name and last else name
