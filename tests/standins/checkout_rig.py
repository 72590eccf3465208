"""The Checkout.com stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

import asyncio
import json
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.checkout.standin import CheckoutStandIn
from sandbox.standin import World
from tests import loopback

VISA = {"card_number": "4242 4242 4242 4242", "expiry": "12/39", "cvv": "123"}
NO_FUNDS = VISA | {"card_number": "4544249167673670"}
CHANNEL = "pc_sandboxsandboxsandboxsando"
SECRET = "sandbox-checkout-webhook-secret"


class Rig:
    """The stand-in, a service that receives its webhooks, and a client of each kind."""

    def __init__(self, standin: CheckoutStandIn, world: World, changed: asyncio.Event) -> None:
        self.standin, self.world, self._changed = standin, world, changed
        self.base = f"{world.url}/checkout"
        self.received: list[tuple[dict[str, str], bytes]] = []
        key = standin.env()["PAYLINK_CHECKOUT_SECRET_KEY"]
        self.api = loopback.client(self.base, headers={"Authorization": f"Bearer {key}"})
        self.browser = loopback.client(self.base)

    async def link(self, **changes: Any) -> dict[str, Any]:
        answer = await self.api.post("/payment-links", json=body(**changes))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.api.get(path)
        assert answer.status_code == 200
        return answer.json()

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def pay(self, link: str, outcome: str, **body: Any) -> dict[str, Any]:
        return (await self.control("pay", link=link, outcome=outcome, **body))["payment"]

    async def refused(self, **body: Any) -> str:
        answer = await self.browser.post("/_control/pay", json=body)
        assert answer.status_code == 400
        assert answer.json()["ok"] is False
        return answer.json()["error"]

    async def arrived(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """Headers and bodies of the webhooks so far, once they are so many."""
        async with asyncio.timeout(5):
            while len(self.received) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.received

    async def events(self, count: int) -> list[dict[str, Any]]:
        """The events that have arrived, once they are so many, in the order of their making."""
        found = {event["id"]: event for event in (json.loads(raw) for _, raw in await self.arrived(count))}
        made = (await self.browser.get("/_control/deliveries")).json()["deliveries"]
        return [found[delivery["event_id"]] for delivery in made if delivery["event_id"] in found]

    async def event(self, kind: str, count: int) -> dict[str, Any]:
        return next(event for event in await self.events(count) if event["type"] == kind)


def body(**changes: Any) -> dict[str, Any]:
    """A body that is accepted, with changes (None: without that key)."""
    whole = {
        "amount": 4990,
        "currency": "EUR",
        "billing": {"address": {"country": "DE"}},
        "processing_channel_id": CHANNEL,
        "reference": "PL7F3K9Q",
        "metadata": {"paylink_id": "01JD3X8Q"},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


class Stage:
    """An application that each test puts its own into: servers take long to start."""

    def __init__(self) -> None:
        self.app: ASGIApp = Starlette()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
