"""Subscriptions: begun by a checkout, renewed by the clock until somebody ends them.

Documented are their names `customer.subscription.created` and `invoice.paid`, and that a trial can come
first. Assumed: that a renewal is charged at once, that one which fails is not tried again before the next.
"""

import asyncio

from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.paymentkit.answers import invoice_json, renewal_json, subscription_json
from sandbox.paymentkit.cards import DECLINED
from sandbox.paymentkit.ids import new_id
from sandbox.paymentkit.journal import Journal
from sandbox.paymentkit.records import Intent, Link, Session, Subscription


class Subscriptions:
    """Keeps them; everything that happens to one goes into the journal."""

    def __init__(self, clock: Clock, journal: Journal, options: Options) -> None:
        self._clock, self._journal, self._options = clock, journal, options
        self._all: dict[str, Subscription] = {}
        self._begun: asyncio.Queue[Subscription] = asyncio.Queue()

    @property
    def all(self) -> list[Subscription]:
        return list(self._all.values())

    def of(self, link: Link) -> Subscription | None:
        """The newest of a link that is still running."""
        found = (one for one in reversed(self._all.values()) if one.session.link is link and one.is_running)
        return next(found, None)

    def begin(self, session: Session) -> Subscription:
        """What a completed checkout begins; its payment intent belongs to the first invoice."""
        status = "active" if session.takes_money_now else "trialing"
        subscription = Subscription(self._new_id("sub"), session, self._clock.now(), status)
        session.subscription_id = session.intent.subscription_id = subscription.id
        session.intent.invoice_id = self._new_id("in")
        self._all[subscription.id] = subscription
        self._begun.put_nowait(subscription)
        return subscription

    def tell_begun(self, subscription: Subscription, cause: str) -> None:
        """The subscription, and its first invoice unless a trial comes first."""
        shown = subscription_json(subscription, self._options)
        self._journal.note("customer.subscription.created", shown, by="customer", because=cause)
        if subscription.session.takes_money_now:
            intent, total = subscription.session.intent, subscription.session.total
            self._note_invoice("invoice.paid", subscription, intent, total, cause)

    def renew(self, subscription: Subscription, *, declined: bool = False) -> Intent:
        """The next period begins, and is paid or not."""
        subscription.periods += 1
        intent = Intent(
            self._new_id("pi"),
            self._clock.now(),
            method=subscription.session.intent.method,
            subscription_id=subscription.id,
            invoice_id=self._new_id("in"),
        )
        subscription.intents.append(intent)
        before, cause = intent.status, self._new_id("cor")
        if declined:
            intent.error = {"code": DECLINED.code, "message": DECLINED.message}
            self._note_intent("payment_intent.payment_failed", subscription, intent, {}, cause)
            self._note_invoice("invoice.payment_failed", subscription, intent, subscription.total, cause)
        else:
            intent.status, intent.amount = "succeeded", subscription.total
            self._note_intent("payment_intent.succeeded", subscription, intent, {"status": before}, cause)
            self._note_invoice("invoice.paid", subscription, intent, subscription.total, cause)
        self._become(
            subscription, "past_due" if declined else "active", "customer.subscription.updated", cause
        )
        return intent

    def end(self, subscription: Subscription) -> None:
        self._become(subscription, "canceled", "customer.subscription.deleted", self._new_id("cor"))

    async def run(self) -> None:
        """Let them be renewed by the clock, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                tasks.create_task(self._outlive(await self._begun.get()))

    async def _outlive(self, subscription: Subscription) -> None:
        while subscription.is_running:
            due = subscription.next_at
            await self._clock.sleep_until(due)
            if subscription.is_running and subscription.next_at == due:
                self.renew(subscription)

    def _become(self, subscription: Subscription, status: str, kind: str, cause: str) -> None:
        before, subscription.status = subscription.status, status
        if status != before:
            shown = subscription_json(subscription, self._options)
            self._journal.note(kind, shown, {"status": before}, because=cause)

    def _note_intent(
        self, kind: str, subscription: Subscription, intent: Intent, previous: dict[str, str], cause: str
    ) -> None:
        shown = renewal_json(subscription, intent, self._options)
        self._journal.note(kind, shown, previous, because=cause)

    def _note_invoice(
        self, kind: str, subscription: Subscription, intent: Intent, total: int, cause: str
    ) -> None:
        shown = invoice_json(subscription, intent, total, self._options)
        self._journal.note(kind, shown, {"status": "open"}, because=cause)

    def _new_id(self, prefix: str) -> str:
        return new_id(prefix, self._options["environment"])
