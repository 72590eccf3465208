"""What can become of a link, by the names of the `pay` control.

EximPe takes a payment at once: nothing is authorised first, so nothing can be voided, and no bank
returns it. An expiry and a payer who has only begun are told by no event.
"""

from collections.abc import Callable

from sandbox.clock import Clock
from sandbox.eximpe.ledger import Impossible, Ledger
from sandbox.eximpe.payments import Dispute, Payment, PaymentLink, Refund

Play = Callable[["Stage"], Payment]


class Stage:
    """Where an outcome is played: a link of a ledger; `amount` in paise, None for all of it."""

    def __init__(
        self, ledger: Ledger, clock: Clock, link: PaymentLink, amount: int | None, *, force: bool
    ) -> None:
        self.ledger, self.clock, self.link, self.amount, self._force = ledger, clock, link, amount, force

    def attempt(self) -> Payment:
        """The payment that the payer has begun, or a new beginning by UPI."""
        newest, now = self.link.payments[-1], self.clock.now()
        begun = newest.status == "pending" and newest.method is not None
        if begun and (self._force or self.link.is_open(now)):
            return newest
        return self.ledger.begin(self.link, "UPI", force=self._force)

    def captured(self, suits: Callable[[Payment], object], otherwise: str) -> Payment:
        """The newest captured payment that suits; raises Impossible."""
        found = (one for one in reversed(self.link.payments) if one.status == "captured" and suits(one))
        payment = next(found, None)
        if payment is None:
            raise Impossible(otherwise)
        return payment

    def refund(self) -> tuple[Payment, Refund]:
        """The refund that is pending, unless an amount is named; else a new one, told to nobody yet."""
        if self.amount is None:
            for payment in reversed(self.link.payments):
                if payment.refund_pending:
                    return payment, payment.refund_pending
        payment = self.refundable()
        return payment, Refund(self.amount or payment.to_refund, self.clock.now())

    def refundable(self) -> Payment:
        payment = self.captured(
            lambda one: one.to_refund, "nothing is captured on this link that could be refunded"
        )
        if self.amount and self.amount > payment.to_refund:
            raise Impossible(f"at most {payment.to_refund} is left of this payment")
        return payment


def _pending(stage: Stage) -> Payment:
    return stage.attempt()


def _paid(stage: Stage) -> Payment:
    payment = stage.attempt()
    stage.ledger.capture(stage.link, payment, stage.amount)
    return payment


def _declined(stage: Stage) -> Payment:
    payment = stage.attempt()
    stage.ledger.fail(stage.link, payment)
    return payment


def _expired(stage: Stage) -> Payment:
    expire(stage.link, stage.clock)
    return stage.link.payment


def _settled(stage: Stage) -> Payment:
    payment = stage.captured(
        lambda one: one.settled_at is None, "nothing is captured on this link that could be settled"
    )
    stage.ledger.settle(stage.link, payment)
    return payment


def _refund_pending(stage: Stage) -> Payment:
    payment = stage.refundable()
    stage.ledger.ask_refund(stage.link, payment, stage.amount)
    return payment


def _refund_ends(*, done: bool) -> Play:
    def play(stage: Stage) -> Payment:
        payment, refund = stage.refund()
        stage.ledger.end_refund(stage.link, payment, refund, done=done)
        return payment

    return play


def _disputed(stage: Stage) -> Payment:
    payment = stage.captured(
        lambda one: not one.dispute_open, "nothing is captured on this link that could be disputed"
    )
    amount = stage.amount or payment.amount
    if amount > payment.amount:
        raise Impossible(f"at most {payment.amount} of this payment can be disputed")
    stage.ledger.dispute(stage.link, payment, Dispute(amount), "OPEN")
    return payment


def _dispute_ends(status: str) -> Play:
    def play(stage: Stage) -> Payment:
        payment = stage.captured(lambda one: one.dispute_open, "no dispute is open on this link")
        for dispute in payment.disputes:
            if dispute.status == "OPEN":
                stage.ledger.dispute(stage.link, payment, dispute, status)
        return payment

    return play


def expire(link: PaymentLink, clock: Clock) -> None:
    """The link's last moment is now; raises Impossible for one that is closed already."""
    now = clock.now()
    if not link.is_open(now):
        raise Impossible(f"the link is {link.status(now)}")
    link.expires_at = now


OUTCOMES: dict[str, Play] = {
    "pending": _pending,
    "captured": _paid,
    "paid": _paid,
    "declined": _declined,
    "expired": _expired,
    "settled": _settled,
    "refund_pending": _refund_pending,
    "refunded": _refund_ends(done=True),
    "refund_failed": _refund_ends(done=False),
    "disputed": _disputed,
    "dispute_won": _dispute_ends("WON"),
    "dispute_lost": _dispute_ends("LOST"),
}
TAKE_AMOUNT = frozenset({"captured", "paid", "refund_pending", "refunded", "refund_failed", "disputed"})
