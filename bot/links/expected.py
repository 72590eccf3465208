"""Pure: compares what was paid with what the link expects: how much, and how often."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.links.payments import Stage, captured, is_captured, is_gone, money_since, stage
from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, EventKind, Link, Payment


class Match(StrEnum):
    """The result of comparing what was captured with what was asked for."""

    EQUAL = "equal"
    PART = "part"  # less, and more of what was authorised can still be taken
    DIFFERENT = "different"
    UNKNOWN = "unknown"


_FREE = frozenset({Stage.STARTED, Stage.PENDING, Stage.DECLINED, Stage.SAVED})


def compare(link: Link, payment: Payment) -> Match:
    """Compare one payment with the amount that the link asks for, or with its range."""
    taken, least, most = captured(payment), link.least or link.amount, link.amount
    if taken is None:
        return Match.UNKNOWN
    same_currency = taken.currency == most.currency
    if same_currency and least.minor <= taken.minor <= most.minor:
        return Match.EQUAL
    authorised = payment.amounts.get(EventKind.AUTHORISED, taken)
    is_less = same_currency and taken.minor < min(least.minor, authorised.minor)
    return Match.PART if is_less and EventKind.VOIDED not in payment.heard else Match.DIFFERENT


def is_single(link: Link) -> bool:
    """Is one payment, or one saved means of payment, all that is expected?"""
    return link.uses == 1 and link.kind is not LinkKind.SUBSCRIPTION


def used_since(link: Link, payment: Payment) -> datetime | None:
    """The first time known at which this payment had used the link: by money, or by saving how to pay.

    None: it has not used it.
    """
    saved = payment.heard.get(EventKind.SAVED) if link.kind is not LinkKind.PAYMENT else None
    return min((moment for moment in (money_since(payment), saved) if moment), default=None)


def uses_of(link: Link, payments: Sequence[Payment]) -> int:
    """How many payments have used the link. Nobody reports which of them belong to one subscription."""
    return sum(used_since(link, payment) is not None for payment in payments)


def counted(link: Link, payments: Sequence[Payment]) -> int:
    """The number of uses that people are told; for a subscription its payments, a free trial not counted."""
    if link.kind is LinkKind.SUBSCRIPTION:
        return sum(money_since(payment) is not None for payment in payments)
    return uses_of(link, payments)


def is_used_up(link: Link, payments: Sequence[Payment]) -> bool:
    """Has it been used as often as it can be? False for several subscriptions, as nobody knows."""
    if link.uses is None or (link.kind is LinkKind.SUBSCRIPTION and link.uses > 1):
        return False
    return uses_of(link, payments) >= link.uses


def is_used_too_often(link: Link, payments: Sequence[Payment]) -> bool:
    """Is one more payment too many? A subscription's payments go on."""
    return link.kind is not LinkKind.SUBSCRIPTION and is_used_up(link, payments)


def is_free(link: Link, payments: Sequence[Payment]) -> bool:
    """Can a payment still be started: is there a use that no payment holds?"""
    if link.uses is None:
        return True
    free = _FREE if link.uses == 1 else _FREE | {Stage.VOIDED}
    held = [payment for payment in payments if used_since(link, payment) or stage(payment) not in free]
    return len(held) < link.uses


def adds_up(link: Link, payments: Sequence[Payment]) -> bool:
    """Are several payments no more than was asked for, as they are parts of it, or some was refunded?"""
    stays = net_of(link, payments)
    if stays is None or stays.minor > link.amount.minor * (link.uses or 1):
        return False
    least = link.least or link.amount
    in_parts = is_single(link) and any(
        taken.minor < least.minor for taken in map(captured, payments) if taken
    )
    return in_parts or any(payment.amounts.get(EventKind.REFUNDED) for payment in payments)


def is_as_asked(link: Link, total: Money | None) -> bool:
    """Is the total of several payments the amount that was expected of one?"""
    least = link.least or link.amount
    return total is not None and least.minor <= total.minor <= link.amount.minor


def total_of_parts(link: Link, payments: Sequence[Payment]) -> Money | None:
    """The total of the parts in which a single-use link was paid; None if it is too much, or not known."""
    stays = [payment for payment in payments if is_captured(payment) and not is_gone(payment)]
    return net_of(link, stays) if is_single(link) and adds_up(link, stays) else None


def net_of(link: Link, payments: Sequence[Payment]) -> Money | None:
    """What was captured minus what was refunded; None if that is not known, or in another currency."""
    taken = [amount for payment in payments if (amount := captured(payment))]
    back = [amount for payment in payments if (amount := payment.amounts.get(EventKind.REFUNDED))]
    currency = link.amount.currency
    if len(taken) < len(payments) or {amount.currency for amount in (*taken, *back)} != {currency}:
        return None
    return Money(sum(amount.minor for amount in taken) - sum(amount.minor for amount in back), currency)


def was_in_time(link: Link, payments: Sequence[Payment]) -> bool:
    """Is it closed as expired, although it had been used in time, as we have learnt since?"""
    used = [
        min(at, payment.heard.get(EventKind.AUTHORISED, at))  # when money is taken is not the payer's doing
        for payment in payments
        if (at := used_since(link, payment))
    ]
    in_time = sum(at <= link.expires_at for at in used)
    return link.closed is Closed.EXPIRED and in_time >= min(link.uses or 1, len(used))
