"""The stand-in itself: API, links, checkout, webhooks and controls, with one account's key.

Its controls below `/paymentkit/_control/`, beside those that every stand-in has:

| call | body | answer |
|---|---|---|
| POST pay | link, outcome; amount, new, session (optional) | payment, session |
| POST expire | link: its open sessions end now, the link itself has no end | link, sessions |
| POST options | some of `options.CHOICES` | options |
| POST price | price, active: as the dashboard's switch | price |
| POST subscription | link, act: `renew`, `decline` or `end` its newest | subscription, payment |
| GET options | | options |
| GET catalog | | products, prices, packages, coupons, customers |
| GET links | | links |
| GET sessions | | sessions |
| GET subscriptions | | subscriptions |
| GET deliveries | | deliveries |

`pay`: `paid`, `declined`, `expired` and `refunded` befall the link's newest session that they can befall, or
the one named as `session`; where there is none, or with `new`, a customer opens the link first (which an
inactive link does not allow). `amount` of `paid` is what was charged, as if the customer had changed the
cart; of `refunded`, a part. `payment` is the session's payment intent, null where nothing is charged.

A link is found by its id, its address, the id or address of one of its sessions, its name, or anything in its
metadata. Unlike elsewhere, looking at a link's address makes a session: previews count.

Not confirmed by a real account, beside the options: the fields of products, prices, sessions, payment intents
and refunds; the events' names but two; 100 as the most that a list gives, and its filters; the spacing of
the five attempts (1, 5, 30, 120 minutes) and their time-out (10 s); the test cards. A subscription is renewed
by the clock, and what a control does with it is no other than what the clock does. The dashboard has made one
webhook endpoint, for `/webhooks/paymentkit`, and what `catalog.py` lists. Plain HTTP is taken for endpoints
on this machine. Not here: invoices by API, what promotion codes do, metered and tiered prices, refunds of
renewals.
"""

import asyncio
from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from sandbox.faults import Faults
from sandbox.hosted.chips import card
from sandbox.options import Options
from sandbox.paymentkit import answers
from sandbox.paymentkit.catalog import UNIT_CURRENCIES, Catalog, unit_price
from sandbox.paymentkit.hosted import HostedPages
from sandbox.paymentkit.journal import Journal
from sandbox.paymentkit.ledger import Impossible, Ledger
from sandbox.paymentkit.options import CHOICES
from sandbox.paymentkit.outcomes import OUTCOMES, UNKNOWN, play
from sandbox.paymentkit.outgoing import WEBHOOK_SECRET, Outgoing, Sender
from sandbox.paymentkit.problems import problem
from sandbox.paymentkit.records import Session
from sandbox.paymentkit.requests import ACCOUNT, SECRET_KEY, anywhere
from sandbox.paymentkit.routes import Api
from sandbox.standin import ControlRefused, World, link_named, new_call_log

JSON = dict[str, Any]
_ACTS = ("renew", "decline", "end")
_PAY_KEYS = {"link", "outcome", "amount", "new", "session"}


class PaymentKitStandIn:
    """PaymentKit below `/paymentkit`, as one account of its staging environment."""

    name = "paymentkit"
    outcomes = tuple(OUTCOMES)
    unplayable = ("expired",)  # its links have no end of their own
    chips = (card("Paid", "4242424242424242"), card("Declined", "4000000000000002"))

    def __init__(self, world: World) -> None:
        self._world, self._base = world, f"{world.url}/{self.name}"
        self.faults, self.calls = Faults(), new_call_log()
        self._options, self._catalog = Options(CHOICES), Catalog()
        self._sender = Sender(world, self.faults, self._options)
        outgoing = Outgoing(self._sender, self._options)
        journal = Journal(world.clock, self._options, outgoing.tell)
        self._ledger = Ledger(world.clock, self._catalog, journal, self._options, self._base)
        api = Api(
            self._ledger,
            catalog=self._catalog,
            journal=journal,
            outgoing=outgoing,
            options=self._options,
            clock=world.clock,
            base=self._base,
        )
        pages = HostedPages(self._ledger, self._options, world.clock, self._base)
        self.api = [*pages.routes(), *api.routes(), anywhere(self._options)]
        self.controls = {
            "pay": self._pay,
            "expire": self._expire,
            "options": self._options.control,
            "price": self._switch_price,
            "subscription": self._act_on_subscription,
        }
        self.readings = {
            "options": self._options.reading,
            "catalog": self._read_catalog,
            "links": self._links,
            "sessions": self._sessions,
            "subscriptions": self._read_subscriptions,
            "deliveries": self._sender.reading,
        }

    def env(self) -> dict[str, str]:
        """The settings of a service that uses this account; a unit price is one atom of its currency."""
        prices = ",".join(f"{currency}:{unit_price(currency)}" for currency in UNIT_CURRENCIES)
        return {
            "PAYLINK_PAYMENTKIT_API_URL": self._base,
            "PAYLINK_PAYMENTKIT_ACCOUNT_ID": ACCOUNT,
            "PAYLINK_PAYMENTKIT_SECRET_KEY": SECRET_KEY,
            "PAYLINK_PAYMENTKIT_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "PAYLINK_PAYMENTKIT_UNIT_PRICES": prices,
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """As every refusal of the API."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return problem(status, headers=headers)

    async def run(self) -> None:
        """Deliver webhooks, let sessions expire and subscriptions be renewed, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sender.run())
            tasks.create_task(self._ledger.run())

    async def _pay(self, body: JSON) -> JSON:
        link, outcome = link_named(body["link"], self._ledger.find), body["outcome"]
        _check_pay(body)
        named = body.get("session")
        try:
            session = play(
                self._ledger, link, outcome, body.get("amount"), session_id=named, new=body.get("new", False)
            )
        except Impossible as error:
            raise ControlRefused(f"{outcome}: {error}") from error
        charged = session.takes_money_now
        payment = answers.intent_json(session, self._options) if charged else None
        return {"payment": payment, "session": self._session_json(session)}

    async def _expire(self, body: JSON) -> JSON:
        link, now = link_named(body["link"], self._ledger.find), self._world.clock.now()
        ended = [session for session in link.sessions if session.status(now) == "open"]
        for session in ended:
            self._ledger.expire(session)
        return {"link": answers.link_summary(link, self._base), "sessions": [one.id for one in ended]}

    async def _switch_price(self, body: JSON) -> JSON:
        price = self._catalog.prices.get(body["price"])
        if price is None or not isinstance(body["active"], bool):
            raise ControlRefused("price must be the id of one that there is, active true or false")
        price.is_active = body["active"]
        return {"price": answers.price_json(price)}

    async def _act_on_subscription(self, body: JSON) -> JSON:
        subscriptions, act = self._ledger.subscriptions, body["act"]
        subscription = subscriptions.of(link_named(body["link"], self._ledger.find))
        if subscription is None or act not in _ACTS:
            raise ControlRefused(f"act must be one of {', '.join(_ACTS)}, the link's subscription running")
        if act == "end":
            subscriptions.end(subscription)
        else:
            subscriptions.renew(subscription, declined=act == "decline")
        last = subscription.intents[-1] if subscription.intents else None
        payment = answers.renewal_json(subscription, last, self._options) if last else None
        return {"subscription": answers.subscription_json(subscription, self._options), "payment": payment}

    async def _read_catalog(self, _: JSON) -> JSON:
        kinds = ("products", "prices", "packages", "coupons", "customers")
        return {kind: [asdict(one) for one in getattr(self._catalog, kind).values()] for kind in kinds}

    async def _links(self, _: JSON) -> JSON:
        return {"links": [answers.link_summary(link, self._base) for link in self._ledger.links]}

    async def _sessions(self, _: JSON) -> JSON:
        return {"sessions": [self._session_json(session) for session in self._ledger.sessions]}

    async def _read_subscriptions(self, _: JSON) -> JSON:
        found = self._ledger.subscriptions.all
        return {"subscriptions": [answers.subscription_json(one, self._options) for one in found]}

    def _session_json(self, session: Session) -> JSON:
        return answers.session_json(session, self._options, self._world.clock.now(), self._base)


def _check_pay(body: JSON) -> None:
    if unknown := set(body) - _PAY_KEYS:
        raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}")
    outcome, amount = body["outcome"], body.get("amount")
    if isinstance(outcome, str) and outcome in UNKNOWN:
        raise ControlRefused(f"{outcome}: {UNKNOWN[outcome]}")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise ControlRefused(f"outcome must be one of {', '.join(OUTCOMES)}")
    if amount is not None and not OUTCOMES[outcome].takes_amount:
        raise ControlRefused(f"{outcome} takes no amount")
    if amount is not None and (type(amount) is not int or amount < 1):
        raise ControlRefused("amount must be a whole number of minor units, 1 or more")
    if not isinstance(body.get("new", False), bool):
        raise ControlRefused("new must be true or false")
