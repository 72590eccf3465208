"""The stand-in itself: API, hosted page, webhooks and controls, with one Sandbox website's key.

Its controls below `/costplus/_control/`, beside those that every stand-in has:

| call | body | answer |
|---|---|---|
| POST pay | link, outcome; amount, order, new (optional) | payment, made: orders as the API has them |
| POST expire | link: it ends now; no webhook tells | link |
| POST hint | order; to, times, transaction (optional): its webhook again | sent |
| POST options | option: choice, ... | options: every choice in force |
| GET options | | options |
| GET links | | links |
| GET orders | | orders |
| GET mails | | mails: what Cost+ would have sent to customers whose e-mail address it was given |
| GET deliveries | | deliveries |

`pay`: every attempt is an order of its own. `paid`, `pending`, `declined`, `cancelled` and `expired` befall
the attempt that is under way, or the one named as `order` (a failed one may still complete); where there is
none, or with `new`, one begins. `amount` of `paid` is an order's that differs from its link's, as no real
customer could make it. `refunded`, `disputed` (a chargeback) and `dispute_won` (its reversal) befall the
newest completed order, or the one named; `made` is the order they make, `payment` the one they befell.
`authorised`, `captured` and `voided` are for accounts that capture by hand: the option capture=manual.

`hint`: `to` is a link whose address gets a hint about an order that need not be its own; `transaction` makes
it a `transaction_status_changed`. Hints carry no id: those of one order are alike to the byte.

A link is found by its id, its URL, the id of one of its orders, or its merchant_order_id.

`options`: `options.OPTIONS` lists them. Assumed without a switch, and not confirmed either: the key's shape;
that a link stays `all_unsuccessful` after attempt 25 and its page refuses; that a link expires while an
attempt runs; names of error types; 405; what PUT, search, captures and voids take and answer; refunds,
chargebacks and reversals being orders that are complete at once and do not name the link; all currencies of
ISO 4217; lengths and periods. The link and the order `ids.FOREIGN` are somebody else's (403). Not here:
creating orders without a link.
"""

import asyncio
from typing import Any

from starlette.responses import Response

from sandbox.costplus import answers
from sandbox.costplus.hosted import HostedPage
from sandbox.costplus.ledger import Impossible, Ledger
from sandbox.costplus.options import OPTIONS
from sandbox.costplus.outcomes import ONE_STEP, OUTCOMES, UNKNOWN, play
from sandbox.costplus.outgoing import (
    FIRST_TIMEOUT_S,
    PROJECT_WEBHOOK,
    Outgoing,
    Sender,
    order_event,
    transaction_event,
)
from sandbox.costplus.records import Order, PaymentLink
from sandbox.costplus.refusals import Refused
from sandbox.costplus.requests import API_KEY, anywhere
from sandbox.costplus.routes import Api
from sandbox.faults import Faults
from sandbox.hosted.chips import card
from sandbox.options import Options
from sandbox.standin import ControlRefused, World, link_named, new_call_log

JSON = dict[str, Any]
_PAY_KEYS = {"link", "outcome", "amount", "order", "new"}
_HINT_KEYS = {"order", "to", "times", "transaction"}


class CostplusStandIn:
    """Cost+ below `/costplus`, as one project in its sandbox mode."""

    name = "costplus"
    unplayable = ()
    chips = (
        card("Paid", "4111111111111111"),
        card("Declined", "4111111111111105"),
        card("Asks for 0101", "4018810000150015"),
    )

    def __init__(self, world: World, first_timeout_s: float = FIRST_TIMEOUT_S) -> None:
        self._world, self._base = world, f"{world.url}/{self.name}"
        self.faults, self.calls = Faults(), new_call_log()
        self._options = Options(OPTIONS)
        self._sender = Sender(world, self.faults, first_timeout_s)
        self._outgoing = Outgoing(self._sender, self._options, world.service_url)
        self._ledger = Ledger(world.clock, self._options, self._outgoing.tell)
        self._api = Api(self._ledger, self._options, world.clock, self._base)
        page = HostedPage(self._ledger, world.clock, self._base)
        self.api = [*self._api.routes(), anywhere(self._options), *page.routes()]
        self.controls = {
            "pay": self._pay,
            "expire": self._expire,
            "hint": self._hint,
            "options": self._options.control,
        }
        self.readings = {
            "options": self._options.reading,
            "links": self._links,
            "orders": self._orders,
            "mails": self._mails,
            "deliveries": self._sender.reading,
        }

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Those of two steps only where the account takes its money in two."""
        in_two_steps = self._options["capture"] == "manual"
        return tuple(name for name, one in OUTCOMES.items() if in_two_steps or not one.manual)

    def env(self) -> dict[str, str]:
        """The settings of a service that uses this project; webhooks are unsigned: there is no secret."""
        return {
            "PAYLINK_COSTPLUS_API_URL": f"{self._base}/v1",
            "PAYLINK_COSTPLUS_SECRET_KEY": API_KEY,
            "PAYLINK_COSTPLUS_MODE": "test",
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """As every refusal of the API."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return Refused(status).answer(self._options, headers)

    async def run(self) -> None:
        """Deliver webhooks and let orders expire, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sender.run())
            tasks.create_task(self._ledger.run())

    async def _pay(self, body: JSON) -> JSON:
        link, outcome = link_named(body["link"], self._ledger.find), body["outcome"]
        self._check_pay(body)
        named, is_new = body.get("order"), body.get("new", False)
        try:
            order, made = play(self._ledger, link, outcome, body.get("amount"), order_id=named, new=is_new)
        except Impossible as error:
            raise ControlRefused(f"{outcome}: {error}") from error
        return {"payment": self._shown(order), "made": self._shown(made)}

    async def _expire(self, body: JSON) -> JSON:
        link = link_named(body["link"], self._ledger.find)
        try:
            self._ledger.expire(link)
        except Impossible as error:
            raise ControlRefused(str(error)) from error
        return {"link": self._summary(link)}

    async def _hint(self, body: JSON) -> JSON:
        if unknown := set(body) - _HINT_KEYS:
            raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}")
        order, times = self._ledger.order(str(body["order"])), body.get("times", 1)
        if order is None:
            raise ControlRefused(f"there is no order {body['order']!r}")
        if type(times) is not int or times < 1:
            raise ControlRefused("times must be a whole number, 1 or more")
        link = link_named(body["to"], self._ledger.find) if "to" in body else order.original.link
        address = (link.request.get("webhook_url") if link else None) or PROJECT_WEBHOOK
        about = (
            transaction_event(order, order.transactions[-1])
            if body.get("transaction")
            else order_event(order)
        )
        for _ in range(times):
            self._outgoing.send(about, address)
        return {"sent": about}

    async def _links(self, _: JSON) -> JSON:
        return {"links": [self._summary(link) for link in self._ledger.links]}

    async def _orders(self, _: JSON) -> JSON:
        return {"orders": [self._shown(order) for order in self._ledger.orders]}

    async def _mails(self, _: JSON) -> JSON:
        return {"mails": self._api.mails}

    def _summary(self, link: PaymentLink) -> JSON:
        return answers.link_summary(link, self._world.clock.now(), self._base)

    def _shown(self, order: Order) -> JSON:
        return answers.order_json(order, self._options, self._base, answers.EXTRAS[:1])

    def _check_pay(self, body: JSON) -> None:
        if unknown := set(body) - _PAY_KEYS:
            raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}")
        outcome, amount = body["outcome"], body.get("amount")
        if isinstance(outcome, str) and outcome in UNKNOWN:
            raise ControlRefused(f"{outcome}: {UNKNOWN[outcome]}")
        if not isinstance(outcome, str) or outcome not in OUTCOMES:
            raise ControlRefused(f"outcome must be one of {', '.join(OUTCOMES)}")
        if OUTCOMES[outcome].manual and self._options["capture"] != "manual":
            raise ControlRefused(f"{outcome}: {ONE_STEP}")
        if amount is not None and not OUTCOMES[outcome].takes_amount:
            raise ControlRefused(f"{outcome} takes no amount")
        if amount is not None and (type(amount) is not int or amount < 1):
            raise ControlRefused("amount must be a whole number of minor units, 1 or more")
        if not isinstance(body.get("new", False), bool):
            raise ControlRefused("new must be true or false")
