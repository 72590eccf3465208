"""What Cost+ answers about an order, read: what has become of a customer's attempt, and of its money."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.backends._costplus_answers import money_of, words_in
from adapters.backends._costplus_tables import FAILED, ORDER_STATES, ORIGINALS, REASONS, RECEIVED, TEST_FLAG
from adapters.backends._keys import fetched_key, so_far
from adapters.backends._shapes import Row, an_object, moment, part, text, word
from bot.money import Money
from bot.ports.model import Event, EventKind, Mode

_HOW_FAR = (EventKind.CAPTURED, EventKind.VOIDED, EventKind.AUTHORISED)
_WITH_MONEY = frozenset({*_HOW_FAR, EventKind.REFUNDED})


@dataclass(frozen=True, slots=True)
class Attempt:
    """An order that a customer paid or tried to, and the orders that took its money back or returned it."""

    order: Row
    reference: str | None
    refunds: Sequence[Row] = ()
    chargebacks: Sequence[Row] = ()
    reversals: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Chargeback:
    """What has come of one: open, or won; no state says that one is lost."""

    id: str
    kind: EventKind
    amount: Money
    word: str


def to_events(attempt: Attempt, mode: Mode) -> tuple[Event, ...]:
    """An order as it stands: an event, or one for each of its chargebacks.

    One of the other mode, test or live, changes nothing.
    """
    status = text(attempt.order["status"])
    kind, amounts, befallen = _standing(attempt, status)
    if (TEST_FLAG in words_in(attempt.order, "flags")) is not (mode is Mode.TEST):
        return (_to_event(attempt, EventKind.IGNORED, amounts, befallen),)
    disputes = _disputes(attempt) if kind in _WITH_MONEY else []
    return tuple(
        _to_event(attempt, one.kind, amounts | {one.kind: one.amount}, f"{status}, {one.word}", one.id)
        for one in disputes
    ) or (_to_event(attempt, kind, amounts, befallen),)


def _to_event(
    attempt: Attempt,
    kind: EventKind,
    amounts: Mapping[EventKind, Money],
    befallen: str,
    dispute: str | None = None,
) -> Event:
    order = attempt.order
    order_id, status = text(order["id"]), text(order["status"])
    last = _last_transaction(order)
    why = word(last.get("reason")) or word(order.get("reason")) or status
    return Event(
        key=fetched_key(*filter(None, (order_id, dispute, kind, befallen, so_far(amounts)))),
        kind=kind,
        provider_word=befallen,
        provider_payment_id=order_id,
        reference=attempt.reference,
        occurred_at=_when(order, kind),
        amounts=amounts,
        method=_method(last),
        reason=REASONS.get(why, why) if kind is EventKind.DECLINED else None,
        provider_link_id=word(order.get("related_payment_link_id")),
        dispute=dispute,
    )


def original_of(order: Row) -> str | None:
    """The order that a refund, a chargeback or a reversal belongs to; None for a customer's attempt."""
    return next(filter(None, (word(order.get(name)) for name in ORIGINALS)), None)


def is_taken_by_hand(order: Row) -> bool:
    """Is it captured by hand? Then an order is complete as soon as it is authorised.

    https://github.com/NoPayn/php-sdk (ClientTest.php) chooses it for a transaction, not for an order.
    """
    modes = (one.get("capture_mode") for one in (order, *_transactions(order)))
    return "manual" in modes or bool(_authorisations(order))


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
        amounts = {kind: money_of(order)}
    befallen = status
    refunded = order.get("refunded_amount") or _sum(attempt.refunds, order, begun=False)
    if refunded:
        kind, befallen = EventKind.REFUNDED, f"{status}, refunded"
        amounts[kind] = money_of(order, refunded)
    return kind, amounts, befallen


def _disputes(attempt: Attempt) -> list[Chargeback]:
    """Chargebacks, each with what has come of it. Reversals that name none of them undo the earliest."""
    order, disputes = attempt.order, []
    known = {word(row.get("id")) for row in attempt.chargebacks}
    named, unnamed = defaultdict[str | None, list[Row]](list), list[Row]()
    for row in attempt.reversals:
        of = word(row.get("reversal_of_order_id"))
        (named[of] if of in known else unnamed).append(row)
    left = _sum(unnamed, order, begun=False)
    for row in attempt.chargebacks:
        stands = _sum([row], order, begun=True)
        missing = max(stands - _sum(named[word(row.get("id"))], order, begun=False), 0)
        is_over = missing <= left
        left -= missing if is_over else 0
        kind = EventKind.DISPUTE_WON if is_over else EventKind.DISPUTED
        ended = "reversed" if stands else "charged back in vain"
        amount = money_of(row)
        disputes.append(Chargeback(text(row["id"]), kind, amount, ended if is_over else "charged back"))
    return disputes


def _taken_by_hand(order: Row) -> tuple[EventKind, dict[EventKind, Money]]:
    """What was authorised, how much of it was taken, and what was let go once nothing more can be taken."""
    details = part(order, "amount_details")
    authorised, taken = details.get("authorized", order["amount"]), details.get("captured") or 0
    voided = authorised - taken if _is_let_go(order) else details.get("voided")
    amounts = {EventKind.AUTHORISED: money_of(order, authorised)}
    if taken:
        amounts[EventKind.CAPTURED] = money_of(order, taken)
    if voided and taken + voided >= authorised:
        amounts[EventKind.VOIDED] = money_of(order, voided)
    return next(kind for kind in _HOW_FAR if kind in amounts), amounts


def _is_let_go(order: Row) -> bool:
    """Has the order come to nothing since it was authorised, or its authorisation?"""
    return any(word(one.get("status")) in FAILED for one in (order, *_authorisations(order)))


def _authorisations(order: Row) -> list[Row]:
    return [one for one in _transactions(order) if word(one.get("transaction_type")) == "authorization"]


def _transactions(order: Row) -> list[Row]:
    return [an_object(one) for one in order.get("transactions") or ()]


def _sum(orders: Sequence[Row], original: Row, *, begun: bool) -> int:
    """Of orders beside another one: those that are complete, or also those that may yet be."""
    total = 0
    for order in orders:
        amount = money_of(order)
        if amount.currency != money_of(original).currency:
            raise ValueError(f"{amount.currency} beside {original['currency']}")
        status = text(order["status"])
        total += amount.minor if status == RECEIVED or (begun and status not in FAILED) else 0
    return total


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
