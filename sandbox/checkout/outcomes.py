"""What can become of a link, by the names of the `pay` control, and when it can."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.checkout.payments import Action, Payment

Step = Callable[[Payment, int | None, datetime], Action]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Acts on the newest payment that `suits`, by its `steps`.

    Where none does, a new payment is attempted that begins with `opening`, or, when that is None,
    `refusal` says why nothing can happen. `at_most` (minor units) limits the amount, if one is taken.
    """

    suits: Callable[[Payment], bool]
    steps: tuple[Step, ...]
    refusal: str = ""
    opening: tuple[Step, ...] | None = None
    takes_amount: bool = False
    at_most: Callable[[Payment], int] | None = None


def _is_pending(payment: Payment) -> bool:
    return payment.pending


def _has_money(payment: Payment) -> bool:
    return payment.to_refund > 0


def _in_dispute(payment: Payment) -> bool:
    return payment.in_dispute


_BY_BANK: tuple[Step, ...] = (Payment.await_payer,)
_NO_DISPUTE = "no dispute is open on this link"

OUTCOMES: dict[str, Outcome] = {
    "pending": Outcome(lambda _: False, (), opening=_BY_BANK),
    "capture_pending": Outcome(_is_pending, (Payment.await_capture,), opening=_BY_BANK),
    "authorised": Outcome(_is_pending, (Payment.authorise,), opening=(), takes_amount=True),
    "paid": Outcome(_is_pending, (Payment.authorise_in_full, Payment.capture), opening=(), takes_amount=True),
    "declined": Outcome(_is_pending, (Payment.decline,), opening=()),
    "authentication_failed": Outcome(_is_pending, (Payment.fail_authentication,), opening=()),
    "expired": Outcome(_is_pending, (Payment.expire,), opening=_BY_BANK),
    "captured": Outcome(
        lambda payment: payment.to_capture > 0,
        (Payment.capture,),
        "nothing is authorised on this link that could still be captured",
        takes_amount=True,
    ),
    "voided": Outcome(
        lambda payment: payment.to_void > 0,
        (Payment.void,),
        "nothing is authorised on this link that could still be voided",
    ),
    "refunded": Outcome(
        _has_money,
        (Payment.refund,),
        "nothing is captured on this link that could still be refunded",
        takes_amount=True,
        at_most=lambda payment: payment.to_refund,
    ),
    "returned": Outcome(
        _has_money, (Payment.bounce,), "nothing is captured on this link that could be returned"
    ),
    "disputed": Outcome(
        lambda payment: payment.captured > 0 and not payment.in_dispute,
        (Payment.raise_dispute,),
        "nothing is captured on this link that could be disputed",
        takes_amount=True,
        at_most=lambda payment: payment.captured,
    ),
    "dispute_won": Outcome(_in_dispute, (Payment.win_dispute,), _NO_DISPUTE),
    "dispute_lost": Outcome(_in_dispute, (Payment.lose_dispute,), _NO_DISPUTE),
}
