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


def _has_to_capture(payment: Payment) -> bool:
    return payment.to_capture > 0


def _can_be_captured(payment: Payment) -> bool:
    return payment.settling or _has_to_capture(payment)


def _has_to_void(payment: Payment) -> bool:
    return payment.to_void > 0


def _has_money(payment: Payment) -> bool:
    return payment.to_refund > 0


def _to_refund(payment: Payment) -> int:
    return payment.to_refund


def _in_dispute(payment: Payment) -> bool:
    return payment.in_dispute


def _was_in_dispute(payment: Payment) -> bool:
    return bool(payment.disputes)


def _in_dispute_or_refunded(payment: Payment) -> bool:
    return payment.in_dispute or payment.refunded > 0


_BY_BANK: tuple[Step, ...] = (Payment.await_payer,)
_NO_AUTHORISATION = "nothing is authorised on this link that could still be {}"
_NO_MONEY = "nothing is captured on this link that could {}"
_NO_DISPUTE = "no dispute is open on this link"
_NEVER_DISPUTED = "there has been no dispute on this link"
_NOT_REFUNDED = "nothing is in dispute on this link, nor refunded"


def _refund(step: Step) -> Outcome:
    refusal = _NO_MONEY.format("still be refunded")
    return Outcome(_has_money, (step,), refusal, takes_amount=True, at_most=_to_refund)


def _dispute(
    event: str, suits: Callable[[Payment], bool] = _in_dispute, refusal: str = _NO_DISPUTE, *, is_open: bool
) -> Outcome:
    """What becomes of a dispute, told by `event`."""

    def step(payment: Payment, _: int | None, at: datetime) -> Action:
        return payment.move_dispute(event, at, is_open=is_open)

    return Outcome(suits, (step,), refusal)


OUTCOMES: dict[str, Outcome] = {
    "pending": Outcome(lambda _: False, (), opening=_BY_BANK),
    "capture_pending": Outcome(_is_pending, (Payment.await_capture,), opening=_BY_BANK),
    "authorised": Outcome(_is_pending, (Payment.authorise,), opening=(), takes_amount=True),
    "paid": Outcome(_is_pending, (Payment.authorise_in_full, Payment.capture), opening=(), takes_amount=True),
    "declined": Outcome(_is_pending, (Payment.decline,), opening=()),
    "canceled": Outcome(_is_pending, (Payment.cancel,), opening=_BY_BANK),
    "authentication_failed": Outcome(_is_pending, (Payment.fail_authentication,), opening=()),
    "payment_authentication_failed": Outcome(_is_pending, (Payment.refuse_unauthenticated,), opening=()),
    "authentication_expired": Outcome(_is_pending, (Payment.expire_authentication,), opening=()),
    "expired": Outcome(_is_pending, (Payment.expire,), opening=_BY_BANK),
    "captured": Outcome(
        _can_be_captured,
        (Payment.capture,),
        f"{_NO_AUTHORISATION.format('captured')}; paid authorises, too",
        takes_amount=True,
    ),
    "capture_declined": Outcome(
        _has_to_capture, (Payment.decline_capture,), _NO_AUTHORISATION.format("captured"), takes_amount=True
    ),
    "voided": Outcome(_has_to_void, (Payment.void,), _NO_AUTHORISATION.format("voided")),
    "void_declined": Outcome(_has_to_void, (Payment.decline_void,), _NO_AUTHORISATION.format("voided")),
    "refunded": _refund(Payment.refund),
    "refund_pending": _refund(Payment.await_refund),
    "refund_declined": _refund(Payment.decline_refund),
    "returned": Outcome(_has_money, (Payment.bounce,), _NO_MONEY.format("be returned")),
    "disputed": Outcome(
        lambda payment: payment.captured > 0 and not payment.in_dispute,
        (Payment.raise_dispute,),
        _NO_MONEY.format("be disputed"),
        takes_amount=True,
        at_most=lambda payment: payment.captured,
    ),
    "dispute_evidence_required": _dispute("dispute_evidence_required", is_open=True),
    "dispute_evidence_submitted": _dispute("dispute_evidence_submitted", is_open=True),
    "dispute_evidence_acknowledged_by_scheme": _dispute(
        "dispute_evidence_acknowledged_by_scheme", is_open=True
    ),
    "dispute_won": _dispute("dispute_won", is_open=False),
    "dispute_lost": _dispute("dispute_lost", is_open=False),
    "dispute_accepted": _dispute("dispute_accepted", is_open=False),
    "dispute_expired": _dispute("dispute_expired", is_open=False),
    "dispute_canceled": _dispute("dispute_canceled", is_open=False),
    "dispute_resolved": _dispute("dispute_resolved", _in_dispute_or_refunded, _NOT_REFUNDED, is_open=False),
    "dispute_arbitration_evidence_submitted": _dispute(
        "dispute_arbitration_evidence_submitted", _was_in_dispute, _NEVER_DISPUTED, is_open=True
    ),
    "dispute_arbitration_sent_to_scheme": _dispute(
        "dispute_arbitration_sent_to_scheme", _was_in_dispute, _NEVER_DISPUTED, is_open=True
    ),
    "dispute_arbitration_won": _dispute(
        "dispute_arbitration_won", _was_in_dispute, _NEVER_DISPUTED, is_open=False
    ),
    "dispute_arbitration_lost": _dispute(
        "dispute_arbitration_lost", _was_in_dispute, _NEVER_DISPUTED, is_open=False
    ),
}
