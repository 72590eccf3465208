"""What a payer sets in motion: cards, with and without 3DS, banks to approve at, and time running out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.agenda import Agenda
from sandbox.checkout.cards import APPROVED, Verdict
from sandbox.checkout.ledger import Ledger, PaymentLink
from sandbox.checkout.options import Options
from sandbox.checkout.outcomes import Step
from sandbox.checkout.payments import Payment, Waiting
from sandbox.clock import Clock

_CHALLENGE_LASTS = timedelta(minutes=10)
_BANK_WAITS = timedelta(minutes=30)
_RETRIES = 5  # as documented for Flow; for links unverified
ANSWERS = ("accept", "fail", "cancel")


class Paying:
    """Lets payers' decisions happen to a ledger's payments."""

    def __init__(self, ledger: Ledger, agenda: Agenda, clock: Clock, options: Options) -> None:
        self._ledger, self._agenda, self._clock, self._options = ledger, agenda, clock, options

    def by_card(self, link: PaymentLink, source: dict[str, Any], verdict: Verdict = APPROVED) -> Payment:
        """Try a card: the payment is made, has failed, or waits for its challenge. Raises Impossible."""
        if not self._is_challenged(link):
            return self._finish(link, self._ledger.attempt(link, source, _steps(link, verdict, self._now())))
        payment = self._ledger.attempt(link, source, ())
        payment.waiting, payment.verdict = Waiting.AUTHENTICATION, verdict
        self._agenda.at(self._now() + _CHALLENGE_LASTS, lambda: self._let_challenge_expire(payment))
        return payment

    def by_method(self, link: PaymentLink, name: str) -> Payment:
        """Begin a payment that the payer approves at a bank. Raises Impossible."""
        payment = self._ledger.attempt(link, {"type": name}, (Payment.await_payer,))
        self._agenda.at(self._now() + _BANK_WAITS, lambda: self._let_bank_give_up(payment))
        return payment

    def answer(self, link: PaymentLink, payment: Payment, said: str) -> None:
        """What the payer says where the payment waits: one of ANSWERS."""
        if payment.waiting is Waiting.AUTHENTICATION:
            self._answer_challenge(link, payment, said)
        elif said == "accept":
            self._ledger.act(payment, (Payment.await_capture,))
            moment = self._now() + timedelta(seconds=self._options.settles_after_s)
            self._agenda.at(moment, lambda: self._settle(payment))
        else:
            self._ledger.act(payment, (Payment.cancel,))

    def is_used_up(self, link: PaymentLink) -> bool:
        """Whether the payer has failed as often as the link allows: once, and its retries."""
        retries = (link.request.get("customer_retry") or {}).get("max_attempts") or _RETRIES
        return sum(payment.failure is not None for payment in link.payments) > retries

    def _answer_challenge(self, link: PaymentLink, payment: Payment, said: str) -> None:
        payment.waiting = Waiting.NOTHING
        if said != "accept":
            self._ledger.act(payment, (Payment.fail_authentication,))
            return
        payment.authenticated = True
        self._finish(link, self._ledger.act(payment, _steps(link, payment.verdict, self._now())))

    def _finish(self, link: PaymentLink, payment: Payment) -> Payment:
        """Have it captured at the moment that the link names, if it does."""
        moment = _capture_moment(link)
        if moment and payment.to_capture:
            self._agenda.at(moment, lambda: self._capture(payment))
        return payment

    def _is_challenged(self, link: PaymentLink) -> bool:
        asked = link.request.get("3ds") or {}
        wanted = asked.get("enabled") and asked.get("challenge_indicator") != "no_challenge_requested"
        return {"always": True, "never": False}.get(self._options.challenges, bool(wanted))

    def _settle(self, payment: Payment) -> None:
        if payment.settling:
            self._ledger.act(payment, (Payment.capture,))

    def _capture(self, payment: Payment) -> None:
        if payment.to_capture:
            self._ledger.act(payment, (Payment.capture,))

    def _let_challenge_expire(self, payment: Payment) -> None:
        if payment.pending and payment.waiting is Waiting.AUTHENTICATION:
            self._ledger.act(payment, (Payment.expire_authentication,))

    def _let_bank_give_up(self, payment: Payment) -> None:
        if payment.pending and payment.waiting is Waiting.PAYER:
            self._ledger.act(payment, (Payment.expire,))

    def _now(self) -> datetime:
        return self._clock.now()


def _steps(link: PaymentLink, verdict: Verdict, now: datetime) -> Sequence[Step]:
    """Captured at once unless the link asked for `capture: false` or for a later capture."""
    if not verdict.approved:
        return [lambda payment, _, at: payment.decline(None, at, verdict)]
    moment = _capture_moment(link)
    later = moment > now if moment else link.request.get("capture") is False
    return [Payment.authorise] if later else [Payment.authorise, Payment.capture]


def _capture_moment(link: PaymentLink) -> datetime | None:
    """`capture_on` forces a capture, whatever `capture` says."""
    moment = link.request.get("capture_on")
    return datetime.fromisoformat(moment) if moment else None
