"""Links, the payments that are tried on them, refunds and disputes: state, and the words for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sandbox.eximpe.ids import new_id

_ORDER_STATUSES = {"pending": "payment_pending", "captured": "payment_successful", "failed": "failed"}

# By the option `statuses`: no page lists them. The guide has ACTIVE; a payer reads "Inactive", "Expired".
LINK_STATUSES = {
    "payment": {},
    "guide": {
        "pending": "ACTIVE",
        "failed": "ACTIVE",
        "captured": "PAID",
        "deactivated": "INACTIVE",
        "expired": "EXPIRED",
    },
}
OPEN = frozenset({"pending", "failed"})  # a link that can be paid; the others are closed for good


def _id(prefix: str) -> Callable[[], str]:
    return lambda: new_id(prefix)


@dataclass
class Refund:
    """Money on its way back: `refund_pending`, `refunded` or `refund_failed` (words of EximPe's client)."""

    amount: int
    created_at: datetime
    status: str = "refund_pending"
    id: str = field(default_factory=_id("RF"))


@dataclass
class Dispute:
    """`OPEN`, `WON` or `LOST`: the words are assumed."""

    amount: int
    status: str = "OPEN"
    id: str = field(default_factory=_id("DP"))


@dataclass
class Payment:
    """One payment request and what became of it; amounts in paise. `uuid` is its id in version 2."""

    amount: int
    created_at: datetime
    id: str = field(default_factory=_id("PR"))
    uuid: str = field(default_factory=lambda: str(uuid4()))
    status: str = "pending"  # pending, captured, failed
    method: str | None = None  # UPI, CARD, NET_BANKING; None: the payer has not chosen yet
    message: str | None = None
    completed_at: datetime | None = None
    settled_at: datetime | None = None
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)

    @property
    def to_refund(self) -> int:
        """What was captured, less what has gone back or is going."""
        gone = sum(refund.amount for refund in self.refunds if refund.status != "refund_failed")
        return self.amount - gone if self.status == "captured" else 0

    @property
    def refund_pending(self) -> Refund | None:
        waiting = (refund for refund in self.refunds if refund.status == "refund_pending")
        return next(waiting, None)

    @property
    def dispute_open(self) -> Dispute | None:
        return next((dispute for dispute in self.disputes if dispute.status == "OPEN"), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a link's history."""

    at: datetime
    status: str
    payment: Payment
    message: str


@dataclass
class PaymentLink:
    """A link as it was asked for (`request`: the accepted body), its order and its payments, oldest first.

    The first payment is there from the beginning: its id is the link's.
    """

    request: dict[str, Any]
    amount: int
    created_at: datetime
    expires_at: datetime
    payments: list[Payment]
    link_id: str = field(default_factory=_id("pl_"))  # in its address, and in the guide's answers
    order_id: str = field(default_factory=_id("OD"))
    order_uuid: str = field(default_factory=lambda: str(uuid4()))
    deactivated: bool = False
    said_status: str | None = None  # what the API says instead
    history: list[Entry] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.payments[0].id

    @property
    def reference(self) -> str:
        reference: str = self.request["reference_id"]
        return reference

    @property
    def payment(self) -> Payment:
        """The payment the link speaks of: the newest captured one, else the newest."""
        captured = [payment for payment in self.payments if payment.status == "captured"]
        return (captured or self.payments)[-1]

    def status(self, now: datetime) -> str:
        """`captured` (whatever came after), deactivated, expired, failed (may be tried again) or pending."""
        if self.payment.status == "captured":
            return "captured"
        if self.deactivated:
            return "deactivated"
        return self.payment.status if now < self.expires_at else "expired"

    def is_open(self, now: datetime) -> bool:
        return self.status(now) in OPEN

    def status_said(self, now: datetime, words: str) -> str:
        """The status as the API writes it, with the words that the option `statuses` chooses."""
        status = self.status(now)
        return self.said_status or LINK_STATUSES[words].get(status, status)

    @property
    def order_status(self) -> str:
        return _ORDER_STATUSES[self.payment.status]
