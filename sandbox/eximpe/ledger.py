"""All links of the stand-in, and the one place where something happens to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.eximpe.amounts import paise_of
from sandbox.eximpe.fields import moment_of
from sandbox.eximpe.payments import Dispute, Entry, Payment, PaymentLink, Refund
from sandbox.options import Options

_DEFAULT_LIFE = timedelta(days=365)


class Impossible(Exception):
    """The present state does not allow it; the text says why."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What an event tells of: `refund` and `dispute` where it is about one."""

    event: str
    link: PaymentLink
    payment: Payment
    refund: Refund | None = None
    dispute: Dispute | None = None


class Ledger:
    """Keeps the links; `tell` hears of everything that EximPe has an event for, in order."""

    def __init__(self, clock: Clock, options: Options, tell: Callable[[Happening], None]) -> None:
        self._clock, self._options, self._tell = clock, options, tell
        self._links: list[PaymentLink] = []

    @property
    def links(self) -> list[PaymentLink]:
        return list(self._links)

    @property
    def payments(self) -> Iterator[tuple[PaymentLink, Payment]]:
        return ((link, payment) for link in self._links for payment in link.payments)

    def add(self, request: dict[str, Any]) -> PaymentLink:
        """A new link from a body that was found valid."""
        now, amount = self._clock.now(), paise_of(request["amount"]) or 0
        named = moment_of(request.get("expiry_date"))
        expires = self._clock.inside(named) if named else now + _DEFAULT_LIFE
        link = PaymentLink(request, amount, now, expires, [Payment(amount, now)])
        self._links.append(link)
        return link

    def named(self, name: str) -> PaymentLink | None:
        """The link of this id: of its payment request, or the guide's `link_id`."""
        return next((link for link in self._links if name in {link.id, link.link_id}), None)

    def find(self, name: str) -> PaymentLink | None:
        """The link of this id, URL or reference (of several with one reference, the newest)."""
        link = self.named(name.partition("?")[0].rsplit("/", 1)[-1])
        return link or next((one for one in reversed(self._links) if one.reference == name), None)

    def payment(self, name: str) -> tuple[PaymentLink, Payment] | None:
        """By its id, or the one of version 2."""
        return next((pair for pair in self.payments if name in {pair[1].id, pair[1].uuid}), None)

    def order(self, name: str) -> PaymentLink | None:
        return next((link for link in self._links if name in {link.order_id, link.order_uuid}), None)

    def refund(self, name: str) -> tuple[PaymentLink, Payment, Refund] | None:
        found = ((*pair, one) for pair in self.payments for one in pair[1].refunds if one.id == name)
        return next(found, None)

    def is_taken(self, reference: str) -> bool:
        """A reference is unique while its link is active."""
        now = self._clock.now()
        return any(link.reference == reference and link.is_open(now) for link in self._links)

    def begin(self, link: PaymentLink, method: str, *, force: bool = False) -> Payment:
        """The payer has chosen a method; raises Impossible for a closed link unless `force`."""
        now = self._clock.now()
        if not link.is_open(now) and not force:
            raise Impossible(f"the link is {link.status(now)}")
        payment = link.payments[-1]
        again = payment.status == "failed" and self._options["retry"] == "new_id"
        if again or payment.status == "captured":
            payment = Payment(link.amount, now)
            link.payments.append(payment)
        payment.status, payment.method, payment.message = "pending", method, "Payment initiated"
        self._note(link, payment)
        return payment

    def capture(self, link: PaymentLink, payment: Payment, amount: int | None = None) -> None:
        payment.status, payment.message = "captured", "Payment Captured"
        payment.amount, payment.completed_at = amount or payment.amount, self._clock.now()
        self._note(link, payment)
        self._tell(Happening("PAYMENT_SUCCESSFUL", link, payment))

    def fail(self, link: PaymentLink, payment: Payment, why: str = "Payment failed") -> None:
        payment.status, payment.message = "failed", why
        self._note(link, payment)
        self._tell(Happening("PAYMENT_FAILED", link, payment))

    def settle(self, link: PaymentLink, payment: Payment) -> None:
        payment.settled_at = self._clock.now()
        self._tell(Happening("PAYMENT_SETTLED", link, payment))

    def ask_refund(self, link: PaymentLink, payment: Payment, amount: int | None) -> Refund:
        """A refund begins; nothing has moved yet. The caller holds it to `to_refund`."""
        refund = Refund(amount or payment.to_refund, self._clock.now())
        payment.refunds.append(refund)
        self._tell(Happening("REFUND_STATUS_UPDATE", link, payment, refund))
        return refund

    def end_refund(self, link: PaymentLink, payment: Payment, refund: Refund, *, done: bool) -> None:
        """A refund comes to its end; one that nobody was told of before is added to its payment."""
        refund.status = "refunded" if done else "refund_failed"
        if refund not in payment.refunds:
            payment.refunds.append(refund)
        event = "PAYMENT_REFUNDED" if done else "REFUND_FAILED"
        self._tell(Happening(event, link, payment, refund))

    def dispute(self, link: PaymentLink, payment: Payment, dispute: Dispute, status: str) -> None:
        """`OPEN` raises it, `WON` and `LOST` close it."""
        dispute.status = status
        if dispute not in payment.disputes:
            payment.disputes.append(dispute)
        self._tell(Happening("DISPUTE_UPDATED", link, payment, dispute=dispute))

    def _note(self, link: PaymentLink, payment: Payment) -> None:
        at: datetime = self._clock.now()
        link.history.append(Entry(at, payment.status, payment, payment.message or ""))
