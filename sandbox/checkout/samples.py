"""An event of each type about a payment that never was, as testing a workflow sends them."""

from collections.abc import Mapping
from datetime import datetime

from sandbox.checkout.cards import DEMO_CARD, card_source
from sandbox.checkout.events import EVENT_TYPES
from sandbox.checkout.outcomes import OUTCOMES
from sandbox.checkout.payments import Action, Payment

# Which outcomes, one after the other, end in the event; a dispute's are named like their event.
_WAYS: Mapping[str, tuple[str, ...]] = {
    "payment_pending": ("pending",),
    "payment_capture_pending": ("pending", "capture_pending"),
    "payment_approved": ("authorised",),
    "payment_declined": ("declined",),
    "payment_canceled": ("pending", "canceled"),
    "payment_expired": ("pending", "expired"),
    "payment_captured": ("paid",),
    "payment_authentication_failed": ("payment_authentication_failed",),
    "payment_capture_declined": ("authorised", "capture_declined"),
    "payment_voided": ("authorised", "voided"),
    "payment_void_declined": ("authorised", "void_declined"),
    "payment_refund_pending": ("paid", "refund_pending"),
    "payment_refunded": ("paid", "refunded"),
    "payment_refund_declined": ("paid", "refund_declined"),
    "payment_returned": ("paid", "returned"),
    "authentication_failed": ("authentication_failed",),
    "authentication_expired": ("authentication_expired",),
    "dispute_received": ("paid", "disputed"),
}


def sample(event_type: str, now: datetime) -> tuple[Payment, Action]:
    """A payment and the last thing that happened to it, of this type (one of EVENT_TYPES)."""
    payment = Payment(4990, "EUR", card_source(DEMO_CARD, 12, now.year + 3), now, reference="WORKFLOW-TEST")
    if event_type == "payment_paid":
        return payment, Action(event_type, payment.amount, now)
    for name in _WAYS.get(event_type) or ("paid", "disputed", event_type):
        outcome = OUTCOMES[name]
        opening = () if outcome.suits(payment) else outcome.opening or ()
        payment.actions += [step(payment, None, now) for step in (*opening, *outcome.steps)]
    return payment, payment.actions[-1]


def source_of(event_type: str) -> str:
    """Who tells of it when it happens to a payment of a link."""
    begins = event_type.partition("_")[0]
    return "gateway" if begins == "payment" else begins


# By what an event is named in a workflow. Payouts have events of the same names, and are never told here;
# that authentications are a source of their own is assumed.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "card_payout": ("payment_approved", "payment_declined"),
    **{
        source: tuple(kind for kind in EVENT_TYPES if source_of(kind) == source)
        for source in ("gateway", "authentication", "dispute")
    },
}
