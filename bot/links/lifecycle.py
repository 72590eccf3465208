"""Pure: a payment's event in, changes out; a link recomputed from its payments, never patched.

What we know of a payment only grows: amounts are cumulative and the larger one stays, the first
moment of each kind stays. So the same events give the same payment in any order and any number, and
nothing moves backwards. What is said in the thread follows from the difference it made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.money import Money, pack
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Payment
from bot.ports.traffic import Notice


class Stage(StrEnum):
    """How far one payment has come, in the order of TRANSITIONS."""

    STARTED = "started"
    DECLINED = "declined"
    AUTHORISED = "authorised"
    CAPTURED = "captured"


# From which stage a payment may come to which. Anything else changes nothing that is shown.
TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    Stage.STARTED: frozenset({Stage.DECLINED, Stage.AUTHORISED, Stage.CAPTURED}),
    Stage.DECLINED: frozenset({Stage.AUTHORISED, Stage.CAPTURED}),  # the same attempt, tried once more
    Stage.AUTHORISED: frozenset({Stage.CAPTURED}),
    Stage.CAPTURED: frozenset(),
}


class Match(StrEnum):
    """What was captured beside what was asked for."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class Headline(StrEnum):
    """A link in two words, computed from its own state and its money."""

    CREATING = "creating"
    FAILED = "failed"
    OPEN = "open"
    AUTHORISED = "authorised"
    PAID = "paid"
    PAID_DIFFERENT = "paid_different"
    PAID_UNCONFIRMED = "paid_unconfirmed"


@dataclass(frozen=True, slots=True)
class Change:
    """What an event made of a payment and its link, and what is worth saying."""

    payment: Payment
    link: Link
    notices: tuple[Notice, ...]


def apply(link: Link, payments: Sequence[Payment], event: Event) -> Change | None:
    """The change an event makes; None if it tells nothing new. `payments`: all that the link has so far."""
    if event.provider_payment_id is None or event.kind is EventKind.IGNORED:
        return None
    before = next(
        (known for known in payments if known.provider_payment_id == event.provider_payment_id),
        Payment(link.account_id, event.provider_payment_id, link.id),
    )
    after = _learn(before, event)
    if after == before:
        return None
    others = [known for known in payments if known.provider_payment_id != event.provider_payment_id]
    notices = _notices(link, others, before, after)
    return Change(after, recompute(link, [*others, after]), notices)


def stage(payment: Payment) -> Stage:
    """How far a payment has come."""
    if payment.captured_at is not None:
        return Stage.CAPTURED
    if payment.authorised_at is not None:
        return Stage.AUTHORISED
    return Stage.STARTED if payment.declined_at is None else Stage.DECLINED


def recompute(link: Link, payments: Sequence[Payment]) -> Link:
    """The link as its payments make it: used up and paid by captured money, whatever its state was before."""
    captured = [payment for payment in payments if stage(payment) is Stage.CAPTURED]
    if len(captured) < link.uses or link.state is LinkState.CLOSED:
        return link
    return replace(link, state=LinkState.CLOSED, closed=Closed.PAID, version=link.version + 1)


def headline(link: Link, payments: Sequence[Payment]) -> Headline:
    """Both axes in one word."""
    stages = {stage(payment) for payment in payments}
    if Stage.CAPTURED in stages:
        matches = {compare(link.amount, payment) for payment in payments if stage(payment) is Stage.CAPTURED}
        if matches == {Match.EQUAL}:
            return Headline.PAID
        return Headline.PAID_UNCONFIRMED if Match.UNKNOWN in matches else Headline.PAID_DIFFERENT
    if Stage.AUTHORISED in stages:
        return Headline.AUTHORISED
    if link.state is LinkState.CLOSED:
        return Headline.FAILED
    return Headline.CREATING if link.state is LinkState.CREATING else Headline.OPEN


def total_captured(link: Link, payments: Sequence[Payment]) -> Money | None:
    """All that was captured in the link's currency, else the first amount in another; None if unknown."""
    known = [captured for payment in payments if (captured := _captured(payment))]
    same = [captured.minor for captured in known if captured.currency == link.amount.currency]
    return Money(sum(same), link.amount.currency) if same else next(iter(known), None)


def compare(expected: Money, payment: Payment) -> Match:
    """Is what was captured what was asked for?"""
    captured = _captured(payment)
    if captured is None:
        return Match.UNKNOWN
    return Match.EQUAL if captured == expected else Match.DIFFERENT


def _learn(payment: Payment, event: Event) -> Payment:
    """What is known, joined with what is told: the same whichever came first."""
    known = replace(
        payment,
        method=_either(payment.method, event.method),
        bank_reference=_either(payment.bank_reference, event.bank_reference),
    )
    match event.kind:
        case EventKind.AUTHORISED:
            authorised = _larger(_money(known.authorised, known.currency), event.amount)
            return replace(
                known,
                authorised=authorised.minor if authorised else None,
                currency=authorised.currency if authorised else None,
                authorised_at=_earlier(known.authorised_at, event.occurred_at),
            )
        case EventKind.CAPTURED:
            captured = _larger(_captured(known), event.amount)
            return replace(
                known,
                captured=captured.minor if captured else None,
                captured_currency=captured.currency if captured else None,
                captured_at=_earlier(known.captured_at, event.occurred_at),
            )
        case EventKind.DECLINED:
            return replace(
                known,
                declined_at=_earlier(known.declined_at, event.occurred_at),
                reason=_either(known.reason, event.reason),
            )
        case EventKind.IGNORED:
            return payment


def _larger(known: Money | None, told: Money | None) -> Money | None:
    """Of cumulative amounts the larger one. Two currencies are a contradiction: any fixed choice will do."""
    both = [amount for amount in (known, told) if amount is not None]
    return max(both, key=lambda amount: (amount.currency, amount.minor), default=None)


def _earlier(known: datetime | None, told: datetime) -> datetime:
    return told if known is None else min(known, told)


def _either(known: str | None, told: str | None) -> str | None:
    """One of two words for the same thing; which one does not depend on the order."""
    return min((word for word in (known, told) if word), default=None)


def _notices(link: Link, others: Sequence[Payment], before: Payment, after: Payment) -> tuple[Notice, ...]:
    came_from, came_to = stage(before), stage(after)
    if came_to not in TRANSITIONS[came_from]:
        return _correction(link, others, before, after)
    once = f"{after.provider_payment_id}:{came_to}"
    if came_to is Stage.CAPTURED:
        return (Notice(_captured_key(link, others, after), once, _money_params(link, after)),)
    if came_to is Stage.AUTHORISED:
        authorised = (
            Money(after.authorised, after.currency) if after.authorised and after.currency else link.amount
        )
        return (Notice("authorised", once, {"amount": pack(authorised)}),)
    if after.reason is None:
        return (Notice("declined_plain", once),)
    return (Notice("declined", once, {"reason": after.reason}),)


def _correction(link: Link, others: Sequence[Payment], before: Payment, after: Payment) -> tuple[Notice, ...]:
    """More was captured than we had said, or how much has become known."""
    if stage(after) is not Stage.CAPTURED or _captured(before) == _captured(after):
        return ()
    once = f"{after.provider_payment_id}:captured:{after.captured}"
    return (Notice(_captured_key(link, others, after), once, _money_params(link, after)),)


def _captured_key(link: Link, others: Sequence[Payment], payment: Payment) -> str:
    earlier = sum(stage(other) is Stage.CAPTURED for other in others)
    if earlier >= link.uses:
        return "paid_twice"
    if link.state is LinkState.CLOSED and link.closed is not Closed.PAID:
        return "paid_after_close"
    return {Match.EQUAL: "paid", Match.DIFFERENT: "paid_different", Match.UNKNOWN: "paid_unconfirmed"}[
        compare(link.amount, payment)
    ]


def _captured(payment: Payment) -> Money | None:
    return _money(payment.captured, payment.captured_currency)


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)


def _money_params(link: Link, payment: Payment) -> dict[str, str]:
    paid = _captured(payment) or link.amount
    params = {"amount": pack(link.amount), "paid": pack(paid)}
    if payment.method is not None:
        params["method"] = payment.method
    return params
