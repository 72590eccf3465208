"""Pure: what an event changes. A link is always recomputed from all its payments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.links.expected import (
    Match,
    adds_up,
    compare,
    is_as_asked,
    is_free,
    is_single,
    is_used_up,
    net_of,
    uses_of,
    was_in_time,
)
from bot.links.notices import INCIDENTS, of_incident, worth_saying
from bot.links.payments import (
    Stage,
    is_refunded_in_full,
    learn,
    money_since,
    stage,
)
from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Payment
from bot.ports.traffic import Notice


class Headline(StrEnum):
    """A link in a few words, computed from its own state and its money."""

    CREATING = "creating"
    FAILED = "failed"
    OPEN = "open"
    PENDING = "pending"
    AUTHORISED = "authorised"
    CAPTURE_FAILED = "capture_failed"
    VOIDED = "voided"
    PAID = "paid"
    PAID_PART = "paid_part"
    PAID_DIFFERENT = "paid_different"
    PAID_UNCONFIRMED = "paid_unconfirmed"
    PAID_TWICE = "paid_twice"
    PAID_AFTER_CANCEL = "paid_after_cancel"
    PAID_AFTER_CLOSE = "paid_after_close"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    RETURNED = "returned"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    SAVED = "saved"  # a means of payment
    # Of a link that can be used more than once:
    USES = "uses"
    TIMES = "times"
    SUBSCRIBED = "subscribed"
    SOME_DIFFERENT = "some_different"
    SOME_UNCONFIRMED = "some_unconfirmed"
    TOO_OFTEN = "too_often"
    EXPIRED_USED = "expired_used"
    CANCELLED_USED = "cancelled_used"


@dataclass(frozen=True, slots=True)
class Change:
    """What an event makes of a payment and its link, and what is worth saying."""

    payment: Payment
    link: Link
    notices: tuple[Notice, ...]


_PAID: Mapping[Match, Headline] = {
    Match.EQUAL: Headline.PAID,
    Match.PART: Headline.PAID_PART,
    Match.DIFFERENT: Headline.PAID_DIFFERENT,
    Match.UNKNOWN: Headline.PAID_UNCONFIRMED,
}
# If one of several payments needs attention, it decides the headline.
_TROUBLES = (Stage.DISPUTED, Stage.DISPUTE_LOST, Stage.RETURNED)
_WITHOUT_MONEY = (Stage.AUTHORISED, Stage.CAPTURE_FAILED, Stage.VOIDED)
_WORST_FIRST = (Match.UNKNOWN, Match.DIFFERENT, Match.PART, Match.EQUAL)
_NOT_CLOSED: Mapping[LinkState, Headline] = {
    LinkState.CREATING: Headline.CREATING,
    LinkState.OPEN: Headline.OPEN,
    LinkState.PAUSED: Headline.PAUSED,
}
_CLOSED: Mapping[Closed | None, Headline] = {
    Closed.EXPIRED: Headline.EXPIRED,
    Closed.CANCELLED: Headline.CANCELLED,
}
_CLOSED_USED: Mapping[Closed | None, Headline] = {
    Closed.EXPIRED: Headline.EXPIRED_USED,
    Closed.CANCELLED: Headline.CANCELLED_USED,
}
_SOME: Mapping[Match, Headline] = {
    Match.UNKNOWN: Headline.SOME_UNCONFIRMED,
    Match.DIFFERENT: Headline.SOME_DIFFERENT,
    Match.PART: Headline.SOME_DIFFERENT,
}


def apply(link: Link, payments: Sequence[Payment], event: Event) -> Change | None:
    """The change that an event makes; None if it says nothing new. `payments`: all of the link so far."""
    if event.provider_payment_id is None or event.kind is EventKind.IGNORED:
        return None
    before = next(
        (known for known in payments if known.provider_payment_id == event.provider_payment_id),
        Payment(link.account_id, event.provider_payment_id, link.id),
    )
    after = learn(before, event)
    if after == before and event.kind not in INCIDENTS:
        return None
    others = [known for known in payments if known.provider_payment_id != event.provider_payment_id]
    told = (*worth_saying(link, others, before, after), *of_incident(event, after))
    return Change(after, recompute(link, [*others, after]), told)


def recompute(link: Link, payments: Sequence[Payment]) -> Link:
    """The link with the state that follows from its payments: closed if it is used up, even if it expired."""
    is_open = link.state is not LinkState.CLOSED
    if not is_used_up(link, payments) or not (is_open or was_in_time(link, payments)):
        return link
    paid = is_single(link) and link.kind is LinkKind.PAYMENT
    closed = Closed.PAID if paid else Closed.USED_UP
    return replace(link, state=LinkState.CLOSED, closed=closed)


def headline(link: Link, payments: Sequence[Payment]) -> Headline:
    """The state of a link and that of its money, in one word."""
    stages = {stage(payment) for payment in payments}
    if found := next((trouble for trouble in _TROUBLES if trouble in stages), None):
        return Headline(found)
    of_those = _headline_of_one if is_single(link) else _headline_of_many
    return of_those(link, payments, stages)


def is_payable(link: Link, payments: Sequence[Payment]) -> bool:
    """Should the customer still be sent to it? Not if payments, finished or under way, leave no use free."""
    return link.state is LinkState.OPEN and is_free(link, payments)


def is_repeatable(link: Link, payments: Sequence[Payment]) -> bool:
    """May it be created again: was it never created, is it over, or was its payment voided?"""
    is_released = link.closed is Closed.USED_UP and headline(link, payments) is Headline.VOIDED
    return is_released or link.closed in {Closed.FAILED, Closed.EXPIRED, Closed.CANCELLED}


def totals(link: Link, payments: Sequence[Payment], kind: EventKind) -> tuple[Money, ...]:
    """The sums of all known amounts of a kind, by currency, the link's first."""
    known = [payment.amounts[kind] for payment in payments if kind in payment.amounts]
    currencies = {amount.currency for amount in known}
    return tuple(
        Money(sum(amount.minor for amount in known if amount.currency == currency), currency)
        for currency in sorted(currencies, key=lambda each: (each != link.amount.currency, each))
    )


def _headline_of_one(link: Link, payments: Sequence[Payment], stages: set[Stage]) -> Headline:
    """For a single-use link."""
    paid = [payment for payment in payments if money_since(payment)]
    if paid:
        return _headline_of_money(link, paid, stages)
    if is_used_up(link, payments):
        return Headline.SAVED
    if found := _without_money(stages):
        return found
    if Stage.PENDING in stages and link.closed in {None, Closed.FAILED}:  # one was created after all
        return Headline.PENDING
    return _NOT_CLOSED.get(link.state) or _CLOSED.get(link.closed, Headline.FAILED)


def _headline_of_money(link: Link, paid: Sequence[Payment], stages: set[Stage]) -> Headline:
    kept = [payment for payment in paid if not is_refunded_in_full(payment)]
    if not kept:
        return Headline.REFUNDED
    if len(kept) > 1 and not adds_up(link, kept):
        return Headline.PAID_TWICE
    if Stage.PART_REFUNDED in stages:
        return Headline.PART_REFUNDED
    if link.state is LinkState.CLOSED and link.closed not in {Closed.PAID, Closed.USED_UP}:
        return Headline.PAID_AFTER_CANCEL if link.closed is Closed.CANCELLED else Headline.PAID_AFTER_CLOSE
    in_parts = len(kept) > 1 and is_as_asked(link, net_of(link, kept))
    worst = Match.EQUAL if in_parts else _worst(link, kept)
    return Headline.DISPUTE_WON if Stage.DISPUTE_WON in stages and worst is Match.EQUAL else _PAID[worst]


def _headline_of_many(link: Link, payments: Sequence[Payment], stages: set[Stage]) -> Headline:
    """For a link with several uses: how often it was used, unless something needs attention."""
    used, goes_on = uses_of(link, payments), link.kind is LinkKind.SUBSCRIPTION
    in_hand = link.closed is Closed.USED_UP or (link.state is LinkState.OPEN and not is_free(link, payments))
    if not used and in_hand and (found := _without_money(stages)):
        return found
    if not used or link.state is LinkState.PAUSED:
        return _NOT_CLOSED.get(link.state) or _CLOSED.get(link.closed, Headline.FAILED)
    kept = [payment for payment in payments if money_since(payment) and not is_refunded_in_full(payment)]
    too_often = not goes_on and link.uses is not None and len(kept) > link.uses
    if too_often and not adds_up(link, kept):
        return Headline.TOO_OFTEN
    if (odd := _SOME.get(_worst(link, kept))) is not None:
        return odd
    if goes_on:
        return Headline.SUBSCRIBED
    return _CLOSED_USED.get(link.closed) or (Headline.TIMES if link.uses is None else Headline.USES)


def _without_money(stages: set[Stage]) -> Headline | None:
    """The headline of payments that were started and brought no money."""
    found = next((known for known in _WITHOUT_MONEY if known in stages), None)
    return Headline(found) if found else None


def _worst(link: Link, payments: Sequence[Payment]) -> Match:
    matches = {compare(link, payment) for payment in payments}
    return next((match for match in _WORST_FIRST if match in matches), Match.EQUAL)
