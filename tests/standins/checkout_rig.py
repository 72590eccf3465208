"""The Checkout.com stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

from typing import Any

from sandbox.checkout.standin import CheckoutStandIn
from tests.standins.paying_rig import PayingRig

VISA = {"card_number": "4242 4242 4242 4242", "expiry": "12/39", "cvv": "123"}
NO_FUNDS = VISA | {"card_number": "4544249167673670"}
CHANNEL = "pc_sandboxsandboxsandboxsando"
SECRET = "sandbox-checkout-webhook-secret"


class Rig(PayingRig):
    make = CheckoutStandIn

    def credentials(self) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bearer {self.env['PAYLINK_CHECKOUT_SECRET_KEY']}"}}

    async def link(self, **changes: Any) -> dict[str, Any]:
        return await self.post("/payment-links", body(**changes))

    async def pay(self, link: str, outcome: str, **body: Any) -> dict[str, Any]:
        return (await self.control("pay", link=link, outcome=outcome, **body))["payment"]

    async def events(self, count: int) -> list[dict[str, Any]]:
        """The events that have arrived, once they are so many, in the order of their making."""
        found = {event["id"]: event for event in await self.bodies(count)}
        made = await self.read("deliveries")
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
