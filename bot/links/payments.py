"""Pure: what is known of one payment, and what an event adds to it.

Knowledge only grows. Amounts are cumulative, and the larger one is kept. For each kind of event the first
time is kept; for a dispute's verdict and its reopening, the last. Disputes with ids are kept apart: one that
is lost stays lost, whatever happens to another. So the same events give the same payment, in whatever order
and however often they come, and nothing moves backwards.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import reduce

from bot.money import Money
from bot.ports.model import Dispute, Event, EventKind, Payment


class Stage(StrEnum):
    """How far one payment has come."""

    STARTED = "started"
    PENDING = "pending"
    DECLINED = "declined"
    SAVED = "saved"  # a means of payment, and no money
    AUTHORISED = "authorised"
    CAPTURE_FAILED = "capture_failed"
    VOIDED = "voided"
    CAPTURED = "captured"
    DISPUTE_WON = "dispute_won"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    RETURNED = "returned"
    DISPUTED = "disputed"
    DISPUTE_LOST = "dispute_lost"


_BEFORE_MONEY = frozenset(
    {
        *(Stage.STARTED, Stage.PENDING, Stage.DECLINED, Stage.SAVED, Stage.AUTHORISED),
        *(Stage.CAPTURE_FAILED, Stage.VOIDED),
    }
)
_WITH_MONEY = frozenset(Stage) - _BEFORE_MONEY

# Which stages may follow which. An event that leads to none of them comes too late: it is kept, not told.
TRANSITIONS: Mapping[Stage, frozenset[Stage]] = {
    Stage.STARTED: frozenset(Stage) - {Stage.STARTED},
    Stage.PENDING: frozenset(Stage) - {Stage.STARTED, Stage.PENDING},
    Stage.DECLINED: frozenset(Stage) - {Stage.STARTED, Stage.PENDING, Stage.DECLINED},  # tried once more
    Stage.SAVED: _WITH_MONEY | {Stage.AUTHORISED, Stage.CAPTURE_FAILED, Stage.VOIDED},
    Stage.AUTHORISED: _WITH_MONEY | {Stage.CAPTURE_FAILED, Stage.VOIDED},
    Stage.CAPTURE_FAILED: _WITH_MONEY | {Stage.VOIDED},
    Stage.VOIDED: _WITH_MONEY,
    Stage.CAPTURED: _WITH_MONEY - {Stage.CAPTURED},
    Stage.DISPUTE_WON: _WITH_MONEY - {Stage.CAPTURED, Stage.DISPUTE_WON},
    Stage.PART_REFUNDED: _WITH_MONEY - {Stage.CAPTURED, Stage.PART_REFUNDED},
    Stage.REFUNDED: frozenset({Stage.RETURNED, Stage.DISPUTED, Stage.DISPUTE_LOST, Stage.DISPUTE_WON}),
    Stage.RETURNED: frozenset({Stage.DISPUTED, Stage.DISPUTE_LOST, Stage.DISPUTE_WON}),
    # A dispute that is won leaves the payment where it was before it.
    Stage.DISPUTED: _WITH_MONEY - {Stage.CAPTURED, Stage.DISPUTED},
    Stage.DISPUTE_LOST: _WITH_MONEY - {Stage.CAPTURED, Stage.DISPUTE_LOST},
}

_FURTHEST_FIRST = {
    EventKind(come_to): come_to
    for come_to in (
        *(Stage.CAPTURED, Stage.VOIDED, Stage.CAPTURE_FAILED, Stage.AUTHORISED),
        *(Stage.SAVED, Stage.DECLINED, Stage.PENDING),
    )
}
_MONEY = (EventKind.CAPTURED, EventKind.REFUNDED, EventKind.RETURNED, EventKind.DISPUTED)
_VERDICTS = (EventKind.DISPUTE_WON, EventKind.DISPUTE_LOST)
_TAKES_AWAY = {Stage.RETURNED: EventKind.RETURNED, Stage.DISPUTE_LOST: EventKind.DISPUTED}
_OF_DISPUTES = (EventKind.DISPUTED, *_VERDICTS)
# Which of several disputes of one payment decides: one to be answered, then one that is lost.
_WORST_FIRST = (Stage.DISPUTED, Stage.DISPUTE_LOST, Stage.DISPUTE_WON)
# The amounts that are kept, and under which kind: a dispute has one, whatever comes of it.
_KEPT_AS: Mapping[EventKind, EventKind] = {
    EventKind.AUTHORISED: EventKind.AUTHORISED,
    EventKind.CAPTURED: EventKind.CAPTURED,
    EventKind.REFUNDED: EventKind.REFUNDED,
    EventKind.RETURNED: EventKind.RETURNED,
    **dict.fromkeys(_OF_DISPUTES, EventKind.DISPUTED),
}
# An amount above zero for one of these kinds proves that it has happened, whatever the event is about.
_PROVEN = (EventKind.AUTHORISED, EventKind.CAPTURED, EventKind.VOIDED, EventKind.REFUNDED)


def learn(payment: Payment, event: Event) -> Payment:
    """The payment with what an event adds to it; the order of events makes no difference."""
    heard, amounts = dict(payment.heard), dict(payment.amounts)
    for kind, told in event.amounts.items():
        if kept_as := _KEPT_AS.get(kind):
            amounts[kept_as] = _larger(amounts.get(kept_as, told), told)
    proven = [kind for kind in _PROVEN if kind in event.amounts and event.amounts[kind].minor > 0]
    open_again = [EventKind.DISPUTED_LAST] if event.kind is EventKind.DISPUTED else []
    for kind in {event.kind, *proven, *open_again}:
        heard[kind] = _joined(kind, heard.get(kind), event.occurred_at)
    if disputes := _with_dispute(payment.disputes, event):
        amounts.pop(EventKind.DISPUTED, None)
        if stake := _at_stake(disputes):
            amounts[EventKind.DISPUTED] = stake
    return replace(
        payment,
        disputes=disputes,
        heard=heard,
        amounts=amounts,
        method=_either(payment.method, event.method),
        bank_reference=_either(payment.bank_reference, event.bank_reference),
        reason=_either(payment.reason, event.reason),
        use=_either(payment.use, event.use),
    )


def stage(payment: Payment) -> Stage:
    """The stage of a payment: money that was taken from us outweighs money that came in."""
    heard = payment.heard
    dispute = _worst(disputes_of(payment))
    if dispute in {Stage.DISPUTE_LOST, Stage.DISPUTED}:
        return dispute
    if EventKind.RETURNED in heard:
        return Stage.RETURNED
    if EventKind.REFUNDED in heard:
        return Stage.REFUNDED if is_refunded_in_full(payment) else Stage.PART_REFUNDED
    if dispute is not None:
        return dispute
    return next((come_to for kind, come_to in _FURTHEST_FIRST.items() if kind in heard), Stage.STARTED)


def money_since(payment: Payment) -> datetime | None:
    """The first time known at which money had come in, whatever happened since; None without proof."""
    return min((payment.heard[kind] for kind in _MONEY if kind in payment.heard), default=None)


def is_captured(payment: Payment) -> bool:
    """Has a capture been reported?"""
    return EventKind.CAPTURED in payment.heard


def captured(payment: Payment) -> Money | None:
    """The captured total; None if it was not reported."""
    return payment.amounts.get(EventKind.CAPTURED)


def is_refunded_in_full(payment: Payment) -> bool:
    """Has all of it been refunded? Not if one of the two amounts is unknown."""
    taken, given_back = captured(payment), payment.amounts.get(EventKind.REFUNDED)
    if taken is None or given_back is None:
        return False
    return given_back.currency == taken.currency and given_back.minor >= taken.minor


def is_gone(payment: Payment) -> bool:
    """Has all of it left again: refunded, returned to the payer's bank, or lost in a dispute?

    A return or lost dispute without an amount takes all of it.
    """
    taken, taker = captured(payment), _TAKES_AWAY.get(stage(payment))
    if taken is None or taker is None:
        return is_refunded_in_full(payment)
    lost = payment.amounts.get(taker, taken)
    return lost.currency == taken.currency and lost.minor >= taken.minor


def disputes_of(payment: Payment) -> Mapping[str, Dispute]:
    """The disputes by id; one that was reported without an id only if there are no others."""
    if payment.disputes or payment.heard.keys().isdisjoint(_OF_DISPUTES):
        return payment.disputes
    return {"": Dispute(payment.heard, payment.amounts.get(EventKind.DISPUTED))}


def verdict(dispute: Dispute) -> Stage | None:
    """The latest state of a dispute: open (again), won or lost; None if none is known."""
    heard = dispute.heard
    opened = heard.get(EventKind.DISPUTED_LAST, heard.get(EventKind.DISPUTED))
    told = [kind for kind in _VERDICTS if kind in heard and (opened is None or heard[kind] >= opened)]
    if told:
        return Stage(max(told, key=lambda kind: (heard[kind], kind)))
    return Stage.DISPUTED if opened else None


def _worst(disputes: Mapping[str, Dispute]) -> Stage | None:
    found = set(map(verdict, disputes.values()))
    return next((worst for worst in _WORST_FIRST if worst in found), None)


def _with_dispute(known: Mapping[str, Dispute], event: Event) -> Mapping[str, Dispute]:
    """The disputes with what an event adds to one of them, if it names its id."""
    if event.dispute is None or event.kind not in _OF_DISPUTES:
        return known
    one = known.get(event.dispute, Dispute())
    kind = EventKind.DISPUTED_LAST if event.kind is EventKind.DISPUTED else event.kind
    heard = {**one.heard, kind: _joined(kind, one.heard.get(kind), event.occurred_at)}
    told = [amount for of, amount in event.amounts.items() if of in _OF_DISPUTES]
    amounts = [amount for amount in (one.amount, *told) if amount]
    return {**known, event.dispute: Dispute(heard, reduce(_larger, amounts) if amounts else None)}


def _at_stake(disputes: Mapping[str, Dispute]) -> Money | None:
    """The total amount of the disputes that decide the stage; None if the amount of one is unknown."""
    worst = _worst(disputes)
    amounts = [one.amount for one in disputes.values() if verdict(one) is worst]
    known = [amount for amount in amounts if amount]
    if len(known) < len(amounts) or len({amount.currency for amount in known}) > 1:
        return None
    return Money(sum(amount.minor for amount in known), known[0].currency)


def _joined(kind: EventKind, known: datetime | None, told: datetime) -> datetime:
    """The first time that a kind of event was reported; the last one if it can be overturned."""
    if known is None:
        return told
    return max(known, told) if kind in {EventKind.DISPUTED_LAST, *_VERDICTS} else min(known, told)


def _larger(known: Money, told: Money) -> Money:
    """The larger of two cumulative amounts. If their currencies differ, one of them, always the same."""
    return max(known, told, key=lambda amount: (amount.currency, amount.minor))


def _either(known: str | None, told: str | None) -> str | None:
    """The longer of two texts for the same thing, so that their order makes no difference."""
    return max((word for word in (known, told) if word), key=lambda word: (len(word), word), default=None)
