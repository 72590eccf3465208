"""All links and payments of the stand-in, and the one place where something happens to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.checkout.cards import DEMO_CARD, card_source
from sandbox.checkout.ids import new_id, new_link_id
from sandbox.checkout.outcomes import OUTCOMES, Outcome, Step
from sandbox.checkout.payments import Action, Payment
from sandbox.clock import Clock

_DEFAULT_EXPIRES_IN_S = 86_400
_VOUCHER = {"type": "multibanco"}


class Impossible(Exception):
    """The present state does not allow it; the text says why."""


@dataclass
class PaymentLink:
    """A link as it was asked for (`request`: the accepted body) and its attempts, oldest first."""

    request: dict[str, Any]
    created_on: datetime
    expires_on: datetime
    id: str = field(default_factory=new_link_id)
    payments: list[Payment] = field(default_factory=list)

    @property
    def amount(self) -> int:
        amount: int = self.request["amount"]
        return amount

    @property
    def currency(self) -> str:
        currency: str = self.request["currency"]
        return currency

    @property
    def reference(self) -> str | None:
        return self.request.get("reference")

    @property
    def settling(self) -> bool:
        """Whether money is on its way that a payer has approved."""
        return any(payment.settling for payment in self.payments)

    @property
    def payment(self) -> Payment | None:
        """The payment the link speaks of: the newest approved one, else the newest attempt."""
        approved = [payment for payment in self.payments if payment.approved]
        return next(reversed(approved or self.payments), None)

    def status(self, now: datetime) -> str:
        """`Active`, `Payment Received` (approved once, whatever came after) or `Expired`."""
        if any(payment.approved for payment in self.payments):
            return "Payment Received"
        return "Active" if now < self.expires_on else "Expired"


class Ledger:
    """Keeps links and payments; `tell` hears of everything that happens to a payment, in order."""

    def __init__(self, clock: Clock, tell: Callable[[Payment, Action], None]) -> None:
        self._clock, self._tell = clock, tell
        self._links: dict[str, PaymentLink] = {}
        self._payments: dict[str, Payment] = {}

    @property
    def links(self) -> list[PaymentLink]:
        return list(self._links.values())

    @property
    def payments(self) -> list[Payment]:
        return list(self._payments.values())

    def add(self, request: dict[str, Any]) -> PaymentLink:
        """A new link from a body that was found valid."""
        now = self._clock.now()
        lifetime = timedelta(seconds=request.get("expires_in") or _DEFAULT_EXPIRES_IN_S)
        link = PaymentLink(request, now, now + lifetime)
        self._links[link.id] = link
        return link

    def link(self, link_id: str) -> PaymentLink | None:
        return self._links.get(link_id)

    def find(self, name: str) -> PaymentLink | None:
        """The link of this id, URL or reference (of several with one reference, the newest)."""
        link = self._links.get(name.partition("?")[0].rsplit("/", 1)[-1])
        named = (one for one in reversed(self._links.values()) if one.reference == name)
        return link or next(named, None)

    def payment(self, name: str) -> Payment | None:
        """The payment of this id, or the one that was authenticated in the session of this id."""
        of_session = (one for one in self._payments.values() if one.session_id == name)
        return self._payments.get(name) or next(of_session, None)

    def payments_of(self, reference: str) -> list[Payment]:
        """Newest first."""
        return [one for one in reversed(self._payments.values()) if one.reference == reference]

    def play(
        self,
        link: PaymentLink,
        name: str,
        amount: int | None = None,
        *,
        payment_id: str | None = None,
        currency: str | None = None,
        force: bool = False,
    ) -> Payment:
        """Let the outcome of this name happen; raises Impossible.

        It befalls the newest payment that suits, or the one of `payment_id`. `force` lets a link that
        takes no more payments have one more; `currency` begins a payment in another one.
        """
        outcome = OUTCOMES[name]
        open_to = [] if currency else [one for one in link.payments if payment_id in (None, one.id)]
        payment = next((one for one in reversed(open_to) if outcome.suits(one)), None)
        if payment is not None:
            _hold_to_limit(outcome, payment, amount)
            return self.act(payment, outcome.steps, amount)
        if payment_id is not None:
            raise Impossible(f"the link has no payment {payment_id} that this could happen to")
        if outcome.opening is None:
            raise Impossible(outcome.refusal)
        source = _VOUCHER if outcome.opening else self._any_card()
        steps = (*outcome.opening, *outcome.steps)
        return self.attempt(link, source, steps, amount, currency=currency, force=force)

    def attempt(
        self,
        link: PaymentLink,
        source: dict[str, Any],
        steps: Sequence[Step],
        amount: int | None = None,
        *,
        currency: str | None = None,
        force: bool = False,
    ) -> Payment:
        """A new payment of a link, by these steps; raises Impossible unless the link is Active."""
        now = self._clock.now()
        status = link.status(now)
        if status != "Active" and not force:
            raise Impossible(f"the link is not Active but {status}")
        customer = link.request.get("customer")
        payment = Payment(
            link.amount,
            currency or link.currency,
            {"id": new_id("src"), **source},
            now,
            reference=link.reference,
            description=link.request.get("description"),
            metadata=link.request.get("metadata"),
            customer={"id": new_id("cus"), **customer} if customer else None,
            payment_type=link.request.get("payment_type") or "Regular",
        )
        link.payments.append(payment)
        self._payments[payment.id] = payment
        return self.act(payment, steps, amount)

    def act(
        self,
        payment: Payment,
        steps: Sequence[Step],
        amount: int | None = None,
        note: Mapping[str, Any] | None = None,
    ) -> Payment:
        """Let these steps happen to a payment, and tell of each; `note` is the merchant's about them."""
        for step in steps:
            action = replace(step(payment, amount, self._clock.now()), **(note or {}))
            payment.actions.append(action)
            self._tell(payment, action)
        return payment

    def _any_card(self) -> dict[str, Any]:
        return card_source(DEMO_CARD, 12, self._clock.now().year + 3)


def _hold_to_limit(outcome: Outcome, payment: Payment, amount: int | None) -> None:
    if outcome.at_most and amount and amount > (most := outcome.at_most(payment)):
        raise Impossible(f"at most {most} is left of this payment")
