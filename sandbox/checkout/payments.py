"""A payment: one attempt to pay a link, what may happen to it, and its balances."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sandbox.checkout.cards import APPROVED, DO_NOT_HONOUR, EXPIRED_3DS, FAILED_3DS, Verdict
from sandbox.checkout.ids import digits, new_dispute_id, new_id

_ANSWERED_WITHIN = timedelta(days=10)


class Waiting(Enum):
    """What a payment that is neither made nor failed waits for."""

    NOTHING = ""
    AUTHENTICATION = "the cardholder, at the issuer's 3DS page"
    PAYER = "the payer, at the bank of an asynchronous method"
    SETTLEMENT = "the money that the payer has approved"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that happened to a payment; `event` is the type of the event that tells of it."""

    event: str
    amount: int
    at: datetime
    verdict: Verdict = APPROVED
    id: str = field(default_factory=lambda: new_id("act"))
    reference: str | None = None  # of the merchant's, for this action only
    metadata: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A chargeback; open until something decides it. `told_by`: the type of its latest event."""

    id: str
    amount: int
    received_on: datetime
    is_open: bool = True
    told_by: str = "dispute_received"
    told_at: datetime | None = None

    @property
    def answer_by(self) -> datetime:
        return self.received_on + _ANSWERED_WITHIN


@dataclass
class Payment:
    """Amounts are minor units of `currency`; each method below the balances is one thing that happens.

    A method takes the amount (None: all that is left) and the moment, and assumes that the state
    allows it: `outcomes.OUTCOMES` and the routes ask the properties first.
    """

    amount: int
    currency: str
    source: dict[str, Any]
    requested_on: datetime
    reference: str | None = None
    description: str | None = None
    metadata: dict[str, Any] | None = None
    customer: dict[str, Any] | None = None
    payment_type: str = "Regular"
    id: str = field(default_factory=lambda: new_id("pay"))
    session_id: str = field(default_factory=lambda: new_id("sid"))  # of its authentication
    auth_code: str = field(default_factory=lambda: digits(6))
    authorised: int = 0
    captured: int = 0
    voided: int = 0
    refunded: int = 0
    refund_asked: int = 0  # a refund that is pending; nothing has moved yet
    returned: bool = False
    waiting: Waiting = Waiting.NOTHING
    authenticated: bool = False  # by a 3DS challenge
    verdict: Verdict = APPROVED  # the issuer's, also before it is asked
    failure: str | None = None  # the status of an attempt that came to nothing
    said_status: str | None = None  # what the API says instead of `status`
    disputes: list[Dispute] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    @property
    def status(self) -> str:
        """One of the words of https://www.checkout.com/docs/payments/manage-payments.

        "Returned" is one of https://github.com/checkout/checkout-sdk-net: Payments/PaymentStatus.cs.
        """
        if self.failure:
            return self.failure
        if not self.authorised:
            return "Pending"
        if self.voided and not self.captured:
            return "Voided"
        return self._money_status() if self.captured else "Authorized"

    def _money_status(self) -> str:
        if self.returned:
            return "Returned"
        if self.refunded:
            return "Refunded" if self.refunded >= self.captured else "Partially Refunded"
        return "Captured" if self.captured >= self.authorised else "Partially Captured"

    @property
    def approved(self) -> bool:
        return self.authorised > 0

    @property
    def pending(self) -> bool:
        return self.status == "Pending"

    @property
    def in_dispute(self) -> bool:
        return any(dispute.is_open for dispute in self.disputes)

    @property
    def settling(self) -> bool:
        return self.pending and self.waiting is Waiting.SETTLEMENT

    @property
    def to_capture(self) -> int:
        return 0 if self.voided else max(self.authorised - self.captured, 0)

    @property
    def to_void(self) -> int:
        """Only what was never captured can be voided."""
        return self.to_capture if not self.captured else 0

    @property
    def to_refund(self) -> int:
        return 0 if self.returned else self.captured - self.refunded

    @property
    def balances(self) -> dict[str, int]:
        return {
            "total_authorized": self.authorised,
            "total_voided": self.voided,
            "available_to_void": self.to_void,
            "total_captured": self.captured,
            "available_to_capture": self.to_capture,
            "total_refunded": self.refunded,
            "available_to_refund": self.to_refund,
        }

    def await_payer(self, _: int | None, at: datetime) -> Action:
        self.waiting = Waiting.PAYER
        return Action("payment_pending", self.amount, at)

    def await_capture(self, _: int | None, at: datetime) -> Action:
        self.waiting = Waiting.SETTLEMENT
        return Action("payment_capture_pending", self.amount, at)

    def authorise(self, amount: int | None, at: datetime) -> Action:
        self.authorised = amount or self.amount
        return Action("payment_approved", self.authorised, at)

    def authorise_in_full(self, _: int | None, at: datetime) -> Action:
        return self.authorise(None, at)

    def capture(self, amount: int | None, at: datetime) -> Action:
        """An asynchronous method has no authorisation of its own: its money comes whole."""
        if self.settling:
            self.authorised = self.amount
        taken = amount or self.to_capture
        self.captured += taken
        return Action("payment_captured", taken, at)

    def capture_finally(self, amount: int | None, at: datetime) -> Action:
        """As `capture`, and what is left of the authorisation is released."""
        action = self.capture(amount, at)
        self.voided += self.to_capture
        return action

    def void(self, _: int | None, at: datetime) -> Action:
        self.voided = self.to_void
        return Action("payment_voided", self.voided, at)

    def refund(self, amount: int | None, at: datetime) -> Action:
        given_back = amount or self.refund_asked or self.to_refund
        self.refunded, self.refund_asked = self.refunded + given_back, 0
        return Action("payment_refunded", given_back, at)

    def await_refund(self, amount: int | None, at: datetime) -> Action:
        self.refund_asked = amount or self.to_refund
        return Action("payment_refund_pending", self.refund_asked, at)

    def decline_refund(self, amount: int | None, at: datetime) -> Action:
        asked, self.refund_asked = amount or self.refund_asked or self.to_refund, 0
        return Action("payment_refund_declined", asked, at, DO_NOT_HONOUR)

    def decline_capture(self, amount: int | None, at: datetime) -> Action:
        return Action("payment_capture_declined", amount or self.to_capture, at, DO_NOT_HONOUR)

    def decline_void(self, _: int | None, at: datetime) -> Action:
        return Action("payment_void_declined", self.to_void, at, DO_NOT_HONOUR)

    def bounce(self, _: int | None, at: datetime) -> Action:
        amount, self.returned = self.to_refund, True
        return Action("payment_returned", amount, at)

    def expire(self, _: int | None, at: datetime) -> Action:
        self.failure = "Expired"
        return Action("payment_expired", self.amount, at)

    def cancel(self, _: int | None, at: datetime) -> Action:
        self.failure = "Canceled"
        return Action("payment_canceled", self.amount, at)

    def decline(self, _: int | None, at: datetime, verdict: Verdict = DO_NOT_HONOUR) -> Action:
        self.failure = "Declined"
        return Action("payment_declined", self.amount, at, verdict)

    def fail_authentication(self, _: int | None, at: datetime) -> Action:
        self.failure = "Declined"
        return Action("authentication_failed", self.amount, at, FAILED_3DS)

    def refuse_unauthenticated(self, _: int | None, at: datetime) -> Action:
        self.failure = "Declined"
        return Action("payment_authentication_failed", self.amount, at, FAILED_3DS)

    def expire_authentication(self, _: int | None, at: datetime) -> Action:
        self.failure = "Declined"
        return Action("authentication_expired", self.amount, at, EXPIRED_3DS)

    def raise_dispute(self, amount: int | None, at: datetime) -> Action:
        self.disputes.append(Dispute(new_dispute_id(), amount or self.captured, at))
        return Action("dispute_received", self.disputes[-1].amount, at)

    def move_dispute(self, event: str, at: datetime, *, is_open: bool) -> Action:
        """The newest dispute (a new one, where there is none) is told of by `event`."""
        if not self.disputes:
            self.disputes.append(Dispute(new_dispute_id(), self.captured, at))
        self.disputes[-1] = replace(self.disputes[-1], is_open=is_open, told_by=event, told_at=at)
        return Action(event, self.disputes[-1].amount, at)
