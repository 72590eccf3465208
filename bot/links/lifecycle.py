"""Pure: a payment's event in, changes out; a link recomputed from its payments, never patched.

What is said in the thread follows from the difference that an event made to what is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.links.payments import (
    TRANSITIONS,
    Stage,
    captured,
    is_captured,
    is_refunded_in_full,
    learn,
    stage,
    taken_by,
)
from bot.money import Money, pack
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Payment
from bot.ports.traffic import Notice


class Match(StrEnum):
    """What was captured beside what was asked for."""

    EQUAL = "equal"
    PART = "part"  # less, and more of what was authorised can still be taken
    DIFFERENT = "different"
    UNKNOWN = "unknown"


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


@dataclass(frozen=True, slots=True)
class Change:
    """What an event made of a payment and its link, and what is worth saying."""

    payment: Payment
    link: Link
    notices: tuple[Notice, ...]


# Worth a line whenever they are heard: they leave the payment where it is, and may happen again.
_INCIDENTS = frozenset({EventKind.VOID_FAILED, EventKind.REFUND_PENDING, EventKind.REFUND_FAILED})
_TOLD_BY_AMOUNT = frozenset({Stage.CAPTURED, Stage.PART_REFUNDED, Stage.REFUNDED})
_PAID: Mapping[Match, Headline] = {
    Match.EQUAL: Headline.PAID,
    Match.PART: Headline.PAID_PART,
    Match.DIFFERENT: Headline.PAID_DIFFERENT,
    Match.UNKNOWN: Headline.PAID_UNCONFIRMED,
}
_DISPUTES = frozenset({Stage.DISPUTED, Stage.DISPUTE_WON, Stage.DISPUTE_LOST})
_AGAINST_US = frozenset({Stage.DISPUTED, Stage.DISPUTE_LOST})
_AMOUNT_OF: Mapping[Stage, EventKind] = {
    Stage.AUTHORISED: EventKind.AUTHORISED,
    Stage.CAPTURE_FAILED: EventKind.AUTHORISED,
    Stage.VOIDED: EventKind.AUTHORISED,
    Stage.RETURNED: EventKind.RETURNED,
    **dict.fromkeys(_DISPUTES, EventKind.DISPUTED),
}
# Of several payments the one that needs somebody's eyes most speaks for the link.
_TROUBLES = (Stage.DISPUTED, Stage.DISPUTE_LOST, Stage.RETURNED)
_WITHOUT_MONEY = (Stage.AUTHORISED, Stage.CAPTURE_FAILED, Stage.VOIDED)
_NOT_CLOSED: Mapping[LinkState, Headline] = {
    LinkState.CREATING: Headline.CREATING,
    LinkState.OPEN: Headline.OPEN,
    LinkState.PAUSED: Headline.PAUSED,
}
_CLOSED: Mapping[Closed | None, Headline] = {
    Closed.EXPIRED: Headline.EXPIRED,
    Closed.CANCELLED: Headline.CANCELLED,
}


def apply(link: Link, payments: Sequence[Payment], event: Event) -> Change | None:
    """The change an event makes; None if it tells nothing new. `payments`: all that the link has so far."""
    if event.provider_payment_id is None or event.kind is EventKind.IGNORED:
        return None
    before = next(
        (known for known in payments if known.provider_payment_id == event.provider_payment_id),
        Payment(link.account_id, event.provider_payment_id, link.id),
    )
    after = learn(before, event)
    incident = event.kind in _INCIDENTS
    if after == before and not incident:
        return None
    others = [known for known in payments if known.provider_payment_id != event.provider_payment_id]
    notices = [*_paid(link, others, before, after), *_refunded(before, after), *_moved(link, before, after)]
    if incident and not _is_over(event.kind, after):
        notices.append(Notice(event.kind, f"{event.provider_payment_id}:{event.key}", _amount(event)))
    return Change(after, recompute(link, [*others, after]), tuple(notices))


def recompute(link: Link, payments: Sequence[Payment]) -> Link:
    """The link as its payments make it: closed as paid once it is used up, also if its time ran out since."""
    paid = [payment for payment in payments if taken_by(payment)]
    if len(paid) < link.uses or not (link.state is not LinkState.CLOSED or _in_time(link, paid)):
        return link
    return replace(link, state=LinkState.CLOSED, closed=Closed.PAID, version=link.version + 1)


def headline(link: Link, payments: Sequence[Payment]) -> Headline:
    """Both axes in one word."""
    stages = {stage(payment) for payment in payments}
    if found := next((trouble for trouble in _TROUBLES if trouble in stages), None):
        return Headline(found)
    paid = [payment for payment in payments if taken_by(payment)]
    if paid:
        return _headline_of_money(link, paid, stages)
    if found := next((known for known in _WITHOUT_MONEY if known in stages), None):
        return Headline(found)
    if link.state is LinkState.CLOSED:
        return _CLOSED.get(link.closed, Headline.FAILED)
    if Stage.PENDING in stages:
        return Headline.PENDING
    return _NOT_CLOSED[link.state]


def is_payable(link: Link, payments: Sequence[Payment]) -> bool:
    """Should the customer still be sent to it? Not while a payment has it, or has used it up."""
    return link.state is LinkState.OPEN and is_free(payments)


def is_free(payments: Sequence[Payment]) -> bool:
    """Does no payment have it, or has used it up?"""
    return all(stage(payment) in {Stage.STARTED, Stage.PENDING, Stage.DECLINED} for payment in payments)


def total(link: Link, payments: Sequence[Payment], kind: EventKind) -> Money | None:
    """All amounts of a kind in the link's currency, else the first one in another; None if unknown."""
    known = [payment.amounts[kind] for payment in payments if kind in payment.amounts]
    same = [amount.minor for amount in known if amount.currency == link.amount.currency]
    return Money(sum(same), link.amount.currency) if same else next(iter(known), None)


def compare(expected: Money, payment: Payment) -> Match:
    """Is what was captured what was asked for?"""
    taken = captured(payment)
    if taken is None:
        return Match.UNKNOWN
    if taken == expected:
        return Match.EQUAL
    authorised = payment.amounts.get(EventKind.AUTHORISED, taken)
    is_less = taken.currency == expected.currency and taken.minor < min(expected.minor, authorised.minor)
    return Match.PART if is_less and EventKind.VOIDED not in payment.heard else Match.DIFFERENT


def _headline_of_money(link: Link, paid: Sequence[Payment], stages: set[Stage]) -> Headline:
    kept = [payment for payment in paid if not is_refunded_in_full(payment)]
    if not kept:
        return Headline.REFUNDED
    if len(kept) > link.uses:
        return Headline.PAID_TWICE
    if link.state is LinkState.CLOSED and link.closed is not Closed.PAID:
        return Headline.PAID_AFTER_CANCEL if link.closed is Closed.CANCELLED else Headline.PAID_AFTER_CLOSE
    if Stage.PART_REFUNDED in stages:
        return Headline.PART_REFUNDED
    matches = {compare(link.amount, payment) for payment in kept}
    worst = next(m for m in (Match.UNKNOWN, Match.DIFFERENT, Match.PART, Match.EQUAL) if m in matches)
    return Headline.DISPUTE_WON if Stage.DISPUTE_WON in stages and worst is Match.EQUAL else _PAID[worst]


def _in_time(link: Link, paid: Sequence[Payment]) -> bool:
    """Was it paid before it expired, although we heard of it later?"""
    in_time = [payment for payment in paid if (by := taken_by(payment)) and by <= link.expires_at]
    return link.closed is Closed.EXPIRED and len(in_time) >= min(link.uses, len(paid))


def _paid(link: Link, others: Sequence[Payment], before: Payment, after: Payment) -> tuple[Notice, ...]:
    """Money has come, more than we had said, or how much has become known."""
    if not is_captured(after) or (is_captured(before) and captured(before) == captured(after)):
        return ()
    first = not is_captured(before)
    once = f"{after.provider_payment_id}:captured" + ("" if first else f":{captured(after)}")
    return (Notice(_paid_key(link, others, before, after), once, _money(link, after)),)


def _paid_key(link: Link, others: Sequence[Payment], before: Payment, after: Payment) -> str:
    if stage(before) in {Stage.RETURNED, Stage.DISPUTED, Stage.DISPUTE_LOST, Stage.DISPUTE_WON}:
        return "paid_before"  # the bad news overtook the good news
    if sum(taken_by(other) is not None for other in others) >= link.uses:
        return "paid_twice"
    closed_before = link.state is LinkState.CLOSED and link.closed is not Closed.PAID
    if closed_before and not _in_time(link, [after]):
        return "paid_after_cancel" if link.closed is Closed.CANCELLED else "paid_after_close"
    return _PAID[compare(link.amount, after)]


def _refunded(before: Payment, after: Payment) -> tuple[Notice, ...]:
    """Money was given back, or more of it."""
    given_back = after.amounts.get(EventKind.REFUNDED)
    known = EventKind.REFUNDED in before.heard
    if EventKind.REFUNDED not in after.heard or (
        known and before.amounts.get(EventKind.REFUNDED) == given_back
    ):
        return ()
    once = f"{after.provider_payment_id}:refunded" + (f":{given_back}" if given_back else "")
    if given_back is None:
        return (Notice("refunded_unconfirmed", once),)
    key = "refunded" if is_refunded_in_full(after) else "part_refunded"
    return (Notice(key, once, {"refunded": pack(given_back)}),)


def _moved(link: Link, before: Payment, after: Payment) -> tuple[Notice, ...]:
    """The payment has come to another stage, in a way that no amount tells."""
    came_from, came_to = stage(before), stage(after)
    is_news = EventKind.DISPUTE_WON not in before.heard or came_from in _AGAINST_US
    if EventKind.DISPUTE_WON in after.heard and is_news and came_to not in _AGAINST_US:
        came_to = Stage.DISPUTE_WON  # also where it leaves the payment refunded, as it was before
    if came_to not in TRANSITIONS[came_from] or came_to in _TOLD_BY_AMOUNT:
        return ()
    once = f"{after.provider_payment_id}:{came_to}"
    if came_to in _DISPUTES:
        once += f":{after.heard[EventKind(came_to)].isoformat()}"  # it may come to the same again
    if came_to is Stage.DECLINED:
        return (Notice("declined", once, {"reason": after.reason} if after.reason else {}),)
    amount = link.amount if came_to is Stage.PENDING else after.amounts.get(_AMOUNT_OF[came_to])
    params = {"amount": pack(amount)} if amount else {}
    if came_to is Stage.CAPTURE_FAILED and after.reason:
        params["reason"] = after.reason
    return (Notice(came_to, once, params),)


def _money(link: Link, payment: Payment) -> dict[str, str]:
    """What was asked for, and what came, as far as that is known."""
    params, taken = {"amount": pack(link.amount)}, captured(payment)
    if taken is not None:
        params["paid"] = pack(taken)
    return params | ({"method": payment.method} if payment.method else {})


def _is_over(incident: EventKind, payment: Payment) -> bool:
    """Is what was tried done already? Then we hear of the attempt too late."""
    if incident is EventKind.VOID_FAILED:
        return EventKind.VOIDED in payment.heard
    return is_refunded_in_full(payment)


def _amount(event: Event) -> dict[str, str]:
    told = event.amounts.get(event.kind)
    return {"amount": pack(told)} if told else {}
