"""The stand-in itself: API, hosted page, webhooks and controls, with one account's keys.

Its controls below `/checkout/_control/`, beside those that every stand-in has:

| call | body | answer |
|---|---|---|
| POST pay | link, outcome; amount, payment, force, currency (optional) | payment |
| POST status | payment, status: what the API says from now on (null: the truth) | payment |
| POST expire | link: its last moment is now | link |
| POST webhooks | next: a trick; type, times (optional) | |
| POST webhooks | release: `in_order` or `reversed` | released: the types that were held |
| POST options | those to change, see `options` | options |
| GET options | | options |
| GET links | | links |
| GET deliveries | | deliveries |

`pay`: `outcomes.OUTCOMES` lists what can happen. It befalls the newest payment it can befall, or the one
named as `payment`. `force` pays a link that is paid or expired; with it, `currency` is another one.

`webhooks`: the tricks befall the next `times` (1) events of the `type` (any). `broken_json` has a good
signature, `wrong_signature` a good body; `without_balances` and `without_reference` (nor metadata) leave
out; `dropped` is never sent; `held` waits for a release.
"""

import asyncio
from datetime import timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import Mount

from sandbox.agenda import Agenda
from sandbox.checkout import answers
from sandbox.checkout.account import CHANNEL, SECRET_KEY
from sandbox.checkout.amounts import CURRENCIES, is_amount, is_payable
from sandbox.checkout.events import event_of
from sandbox.checkout.gate import Gate, application
from sandbox.checkout.hosted import HostedPage
from sandbox.checkout.ledger import Impossible, Ledger, PaymentLink
from sandbox.checkout.options import Options
from sandbox.checkout.outcomes import OUTCOMES
from sandbox.checkout.outgoing import WEBHOOK_PATH, WEBHOOK_SECRET, Outgoing
from sandbox.checkout.paying import Paying
from sandbox.checkout.payments import Action, Payment
from sandbox.checkout.refusals import empty, unprocessable
from sandbox.checkout.routes import Api
from sandbox.checkout.workflow_routes import WorkflowApi
from sandbox.checkout.workflows import Workflows
from sandbox.faults import Faults
from sandbox.hosted.chips import card
from sandbox.standin import ControlRefused, World, link_named, new_call_log
from sandbox.webhooks import WebhookSender

# https://www.checkout.com/docs/workflows: eight retries over 30 hours.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 240, 720, 720))

_PAY_KEYS = {"link", "outcome", "amount", "payment", "force", "currency"}


class CheckoutStandIn:
    """Checkout.com below `/checkout`, as one sandbox account whose key covers several channels."""

    name = "checkout"
    outcomes, unplayable = tuple(OUTCOMES), ()
    chips = (
        card("Paid", "4242424242424242", challenges="requested"),
        card("Declined", "4544249167673670", challenges="requested"),
        card("3DS", "345678901234564", "1234", challenges="always"),
    )

    def __init__(self, world: World) -> None:
        self._world, self._base = world, f"{world.url}/{self.name}"
        self.faults, self.calls = Faults(), new_call_log()
        self._options, self._agenda = Options(), Agenda(world.clock)
        self._sender = WebhookSender(world, self.faults, RETRY_AFTER)
        workflows = Workflows(f"{world.service_url}{WEBHOOK_PATH}", WEBHOOK_SECRET)
        self._outgoing = Outgoing(self._sender, workflows, world.service_url)
        self._ledger = Ledger(world.clock, self._tell)
        self._api = Api(self._ledger, world.clock, self._base, self._options)
        workflow_api = WorkflowApi(workflows, self._outgoing, world.clock, self._base)
        paying = Paying(self._ledger, self._agenda, world.clock, self._options)
        hosted = HostedPage(self._ledger, paying, self._options, world.clock)
        api = application([*self._api.routes(), *workflow_api.routes()])
        self.api = [*hosted.routes(), Mount("/", app=Gate(api, self._options, world.clock))]
        self.controls = {
            "pay": self._pay,
            "status": self._status,
            "expire": self._expire,
            "webhooks": self._outgoing.control,
            "options": self._options.change,
        }
        self.readings = {
            "links": self._links,
            "deliveries": self._sender.reading,
            "options": self._options.read,
        }

    def env(self) -> dict[str, str]:
        """The settings of a service that uses this account."""
        return {
            "PAYLINK_CHECKOUT_API_URL": self._base,
            "PAYLINK_CHECKOUT_SECRET_KEY": SECRET_KEY,
            "PAYLINK_CHECKOUT_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "PAYLINK_CHECKOUT_PROCESSING_CHANNEL_ID": CHANNEL,
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """Mostly without a body; a 422 with a code that is about no field."""
        answer = unprocessable(["business_settings_missing"]) if status == 422 else empty(status)  # noqa: PLR2004 - HTTP
        if retry_after is not None:
            answer.headers["Retry-After"] = str(retry_after)
        return answer

    async def run(self) -> None:
        """Deliver webhooks, and let happen what time brings, until cancelled."""
        await asyncio.gather(self._sender.run(), self._agenda.run())

    def _tell(self, payment: Payment, action: Action) -> None:
        self._outgoing.tell(event_of(payment, action, self._base))

    async def _pay(self, body: dict[str, Any]) -> dict[str, Any]:
        link, outcome = link_named(body["link"], self._ledger.find), body["outcome"]
        _check_pay(body, link)
        amount, currency, force = body.get("amount"), body.get("currency"), body.get("force", False)
        try:
            payment = self._ledger.play(
                link, outcome, amount, payment_id=body.get("payment"), currency=currency, force=force
            )
        except Impossible as error:
            raise ControlRefused(f"{outcome}: {error}") from error
        return {"payment": self._api.payment_json(payment)}

    async def _status(self, body: dict[str, Any]) -> dict[str, Any]:
        name, status = body["payment"], body["status"]
        payment = self._ledger.payment(name) if isinstance(name, str) else None
        if payment is None:
            raise ControlRefused(f"no payment {name}")
        if not isinstance(status, str | None):
            raise ControlRefused(f"status must be a text or null, not {status!r}")
        payment.said_status = status
        return {"payment": self._api.payment_json(payment)}

    async def _expire(self, body: dict[str, Any]) -> dict[str, Any]:
        link, now = link_named(body["link"], self._ledger.find), self._world.clock.now()
        if link.status(now) != "Active":
            raise ControlRefused(f"the link is not Active but {link.status(now)}")
        link.expires_on = now
        return {"link": answers.link_summary(link, now, self._base)}

    async def _links(self, _: dict[str, Any]) -> dict[str, Any]:
        now = self._world.clock.now()
        return {"links": [answers.link_summary(link, now, self._base) for link in self._ledger.links]}


def _check_pay(body: dict[str, Any], link: PaymentLink) -> None:
    if unknown := set(body) - _PAY_KEYS:
        raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}")
    outcome, amount = body["outcome"], body.get("amount")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise ControlRefused(f"outcome must be one of {', '.join(OUTCOMES)}")
    currency = body.get("currency", link.currency)
    if "currency" in body and not (body.get("force") and currency in CURRENCIES):
        raise ControlRefused("currency must be one that there is, and needs force")
    if amount is not None and not OUTCOMES[outcome].takes_amount:
        raise ControlRefused(f"{outcome} takes no amount")
    charged = link.amount if amount is None else amount
    if not is_amount(charged) or not is_payable(charged, currency):
        raise ControlRefused(f"amount must be a whole number of minor units that {currency} has")
