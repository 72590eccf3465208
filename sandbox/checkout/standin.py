"""The stand-in itself: API, hosted page, webhooks and controls, with one account's keys."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from sandbox.checkout import answers
from sandbox.checkout.amounts import is_amount, is_payable
from sandbox.checkout.events import event_of
from sandbox.checkout.hosted import HostedPage
from sandbox.checkout.ledger import Impossible, Ledger, PaymentLink
from sandbox.checkout.outcomes import OUTCOMES
from sandbox.checkout.payments import Action, Payment
from sandbox.checkout.routes import CHANNEL, SECRET_KEY, Api, empty, unprocessable
from sandbox.faults import Faults
from sandbox.standin import ControlRefused, World, new_call_log
from sandbox.webhooks import Webhook, WebhookSender

WEBHOOK_SECRET = "sandbox-checkout-webhook-secret"  # noqa: S105 - signs only what the sandbox sends
WEBHOOK_PATH = "/webhooks/checkout"

# https://www.checkout.com/docs/workflows: eight retries over 30 hours.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 240, 720, 720))


class CheckoutStandIn:
    """Checkout.com below `/checkout`, as one sandbox account whose key covers several channels."""

    name = "checkout"

    def __init__(self, world: World) -> None:
        self._world, self._base = world, f"{world.url}/{self.name}"
        self.faults, self.calls = Faults(), new_call_log()
        self._sender = WebhookSender(world, self.faults, RETRY_AFTER)
        self._ledger = Ledger(world.clock, self._tell)
        self._api = Api(self._ledger, world.clock, self._base)
        self.api = [*self._api.routes(), *HostedPage(self._ledger, world.clock).routes()]
        self.controls = {"pay": self._pay}
        self.readings = {"links": self._links, "deliveries": self._deliveries}

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
        """Deliver webhooks until cancelled."""
        await self._sender.run()

    def _tell(self, payment: Payment, action: Action) -> None:
        event = event_of(payment, action, self._base)
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Cko-Signature": sign(body)}
        self._sender.send(Webhook(event["id"], action.event, WEBHOOK_PATH, body, headers))

    async def _pay(self, body: dict[str, Any]) -> dict[str, Any]:
        link, outcome, amount = self._named_link(body["link"]), body["outcome"], body.get("amount")
        if unknown := set(body) - {"link", "outcome", "amount"}:
            raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}")
        if not isinstance(outcome, str) or outcome not in OUTCOMES:
            raise ControlRefused(f"outcome must be one of {', '.join(OUTCOMES)}")
        if amount is not None:
            _check_amount(outcome, amount, link.currency)
        try:
            payment = self._ledger.play(link, outcome, amount)
        except Impossible as error:
            raise ControlRefused(f"{outcome}: {error}") from error
        return {"payment": self._api.payment_json(payment)}

    def _named_link(self, name: Any) -> PaymentLink:
        link = self._ledger.find(name) if isinstance(name, str) else None
        if link is None:
            raise ControlRefused(f"no link has the id, URL or reference {name!r}")
        return link

    async def _links(self, _: dict[str, Any]) -> dict[str, Any]:
        now = self._world.clock.now()
        return {"links": [answers.link_summary(link, now, self._base) for link in self._ledger.links]}

    async def _deliveries(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"deliveries": [delivery.as_json() for delivery in self._sender.deliveries]}


def sign(body: bytes) -> str:
    """`Cko-Signature`: the HMAC-SHA256 of the raw body in lower-case hex, and nothing else."""
    return hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()


def _check_amount(outcome: str, amount: Any, currency: str) -> None:
    if not OUTCOMES[outcome].takes_amount:
        raise ControlRefused(f"{outcome} takes no amount")
    if not is_amount(amount) or not is_payable(amount, currency):
        raise ControlRefused(f"amount must be a whole number of minor units that {currency} has")
