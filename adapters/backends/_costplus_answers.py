"""What Cost+ answers, read: links, orders with what befell them, refusals."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.backends._costplus_request import from_period, to_lifetime
from adapters.backends._costplus_tables import (
    FAILED,
    FIELDS,
    ORDER_STATES,
    ORIGINALS,
    REASONS,
    RECEIVED,
    TEST_FLAG,
    USABLE,
)
from adapters.backends._http import Answer
from adapters.backends._shapes import an_object, in_figures, moment, part, text, word
from bot.errors import BackendRejected
from bot.money import Money
from bot.ports.backend import CreatedLink, FetchedLink, LinkRequest
from bot.ports.model import Event, EventKind, Mode

Row = Mapping[str, Any]
_HOW_FAR = (EventKind.CAPTURED, EventKind.VOIDED, EventKind.AUTHORISED)
_PLAIN = re.compile(r"[\w./\[\]-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An order that a customer paid or tried to, and the orders that took its money back or returned it."""

    order: Row
    reference: str | None
    refunds: Sequence[Row] = ()
    chargebacks: Sequence[Row] = ()
    reversals: Sequence[Row] = ()


def to_link(body: Row, request: LinkRequest) -> CreatedLink:
    """The answer to a creation. It need not repeat more than its id and address: what we sent then holds."""
    lifetime = from_period(word(body.get("expiration_period"))) or to_lifetime(request)
    begun = moment(body["created"]) if body.get("created") else request.now
    return CreatedLink(text(body["id"]), text(body["payment_url"]), begun + lifetime)


def to_fetched(body: Row) -> FetchedLink:
    """A link as it stands. An unknown status, or none, is taken as usable: it changes nothing."""
    status, orders = word(body.get("status")) or "new", part(body, "orders")
    listed = [order_id for name in orders for order_id in ids(orders, name)]
    completed = word(body.get("completed_order_id"))
    return FetchedLink(
        provider_id=text(body["id"]),
        reference=word(body.get("merchant_order_id")),
        amount=_money(body),
        usable=USABLE.get(status, True),
        received=status == RECEIVED,
        expires_on=_expiry(body),
        payment_ids=tuple(dict.fromkeys([*listed, *([completed] if completed else [])])),
    )


def to_event(attempt: Attempt, mode: Mode) -> Event:
    """An order as it stands, as the one event that it amounts to. One of the other mode changes nothing."""
    order = attempt.order
    order_id, status = text(order["id"]), text(order["status"])
    kind, amounts, befallen = _standing(attempt, status)
    is_test = TEST_FLAG in ids(order, "flags")
    if is_test is not (mode is Mode.TEST):
        kind = EventKind.IGNORED
    told = ",".join(f"{of}={amount.minor}" for of, amount in sorted(amounts.items()))
    last = _last_transaction(order)
    why = word(last.get("reason")) or word(order.get("reason")) or status
    return Event(
        key=f"fetched:{order_id}:{kind}:{befallen}:{told}"[:255],
        kind=kind,
        provider_word=befallen,
        provider_payment_id=order_id,
        reference=attempt.reference,
        occurred_at=_when(order, kind),
        amounts=amounts,
        method=_method(last),
        reason=REASONS.get(why, why) if kind is EventKind.DECLINED else None,
        provider_link_id=word(order.get("related_payment_link_id")),
    )


def original_of(order: Row) -> str | None:
    """The order that a refund, a chargeback or a reversal belongs to; None for a customer's attempt."""
    return next(filter(None, (word(order.get(name)) for name in ORIGINALS)), None)


def is_taken_by_hand(order: Row) -> bool:
    """Is it captured by hand? Then an order is complete as soon as it is authorised."""
    return order.get("capture_mode") == "manual" or bool(_authorisations(order))


def ids(row: Row, name: str) -> tuple[str, ...]:
    """A list of texts inside an object; empty where there is none."""
    listed = row.get(name)
    return tuple(filter(None, map(word, listed))) if isinstance(listed, list) else ()


def explain(answer: Answer) -> BackendRejected:
    """A refusal in one of its two shapes. Its sentence is not repeated: it may quote the customer."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    told = [error.get("type"), _property(error)] if isinstance(error, dict) else [error]
    codes = [code for code in told if isinstance(code, str) and _PLAIN.fullmatch(code)]
    if codes and not isinstance(error, dict):
        codes.append("why_unsaid")
    field = next((FIELDS[code] for code in codes if code in FIELDS), None)
    all_codes = tuple(codes) or (f"http_{answer.status}",)
    return BackendRejected(all_codes, field=field, request_id=answer.request_id)


def _property(error: Row) -> str | None:
    """What is refused: by its name, wherever it lies, if it is one of ours."""
    path = word(error.get("property_path"))
    return next((name for name in re.split(r"\W+", path or "") if name in FIELDS), path)


def _standing(attempt: Attempt, status: str) -> tuple[EventKind, dict[EventKind, Money], str]:
    """What an order has come to, its amounts so far, and a word for it: its status, and what befell it."""
    order = attempt.order
    kind = ORDER_STATES.get(status, EventKind.IGNORED)
    by_hand = is_taken_by_hand(order)
    was_held = by_hand and status in FAILED and part(order, "amount_details").get("authorized")
    if kind is not EventKind.CAPTURED and not was_held:
        return kind, {}, status
    if by_hand:
        kind, amounts = _taken_by_hand(order)
    else:
        amounts = {kind: _money(order)}
    befallen = status
    refunded = order.get("refunded_amount") or _sum(attempt.refunds, order, begun=False)
    if refunded:
        kind, befallen = EventKind.REFUNDED, f"{status}, refunded"
        amounts[kind] = _money(order, refunded)
    disputed, tried = _sum(attempt.chargebacks, order, begun=True), _sum_of_all(attempt.chargebacks)
    if tried:
        is_over = _sum(attempt.reversals, order, begun=False) >= disputed
        kind = EventKind.DISPUTE_WON if is_over else EventKind.DISPUTED
        ended = "reversed" if disputed else "charged back in vain"
        times = f" {len(attempt.chargebacks)} times" if len(attempt.chargebacks) > 1 else ""
        befallen = f"{status}, {ended if is_over else 'charged back'}{times}"
        amounts[kind] = _money(order, min(disputed or tried, order["amount"]))  # one may follow another
    return kind, amounts, befallen


def _taken_by_hand(order: Row) -> tuple[EventKind, dict[EventKind, Money]]:
    """What was authorised, how much of it was taken, and what was let go once nothing more can be taken."""
    details = part(order, "amount_details")
    authorised, taken = details.get("authorized", order["amount"]), details.get("captured") or 0
    voided = authorised - taken if _is_let_go(order) else details.get("voided")
    amounts = {EventKind.AUTHORISED: _money(order, authorised)}
    if taken:
        amounts[EventKind.CAPTURED] = _money(order, taken)
    if voided and taken + voided >= authorised:
        amounts[EventKind.VOIDED] = _money(order, voided)
    return next(kind for kind in _HOW_FAR if kind in amounts), amounts


def _is_let_go(order: Row) -> bool:
    """Has the order come to nothing since it was authorised, or its authorisation?"""
    return any(word(one.get("status")) in FAILED for one in (order, *_authorisations(order)))


def _authorisations(order: Row) -> list[Row]:
    transactions = map(an_object, order.get("transactions") or ())
    return [one for one in transactions if word(one.get("transaction_type")) == "authorization"]


def _sum(orders: Sequence[Row], original: Row, *, begun: bool) -> int:
    """Of orders beside another one: those that are complete, or also those that may yet be."""
    total = 0
    for order in orders:
        amount = _money(order)
        if amount.currency != _money(original).currency:
            raise ValueError(f"{amount.currency} beside {original['currency']}")
        status = text(order["status"])
        total += amount.minor if status == RECEIVED or (begun and status not in FAILED) else 0
    return total


def _sum_of_all(orders: Sequence[Row]) -> int:
    """Also of those that have come to nothing."""
    return sum(_money(order).minor for order in orders)


def _money(row: Row, minor: Any = None) -> Money:
    """Cost+ counts in the currency's minor units: the row's own amount, or another one in its currency."""
    units = row["amount"] if minor is None else minor
    if type(units) is not int:
        raise TypeError(f"not an amount: {type(units).__name__}")
    return in_figures(Money(units, text(row["currency"])))


def _expiry(body: Row) -> datetime | None:
    lifetime = from_period(word(body.get("expiration_period")))
    return moment(body["created"]) + lifetime if body.get("created") and lifetime else None


def _when(order: Row, kind: EventKind) -> datetime:
    """Money came when its order was completed; anything else at the last change."""
    is_completion = kind in {EventKind.CAPTURED, EventKind.AUTHORISED}
    names = ("completed", "modified", "created") if is_completion else ("modified", "created")
    return moment(next(filter(None, map(order.get, names)), None))


def _last_transaction(order: Row) -> Row:
    transactions = order.get("transactions")
    return an_object(transactions[-1]) if isinstance(transactions, list) and transactions else {}


def _method(transaction: Row) -> str | None:
    name = word(transaction.get("payment_method"))
    number = word(part(transaction, "payment_method_details").get("truncated_pan")) or ""
    return f"{name} •{number[-4:]}" if name and number[-4:].isdecimal() else name
