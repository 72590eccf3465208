"""The YabetooPay stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

from typing import Any

from sandbox.yabetoo.standin import YabetooStandIn
from tests.standins.paying_rig import PayingRig

KEY = "sk_test_sandboxOnlyNotARealKey000000"
SECRET = "whsec_sandboxYabetooObviouslyFake0000"
ACCOUNT = "acct_sandbox0000000000000001"
LINKS = "/v1/payment-links"
HOOKS = f"/v1/account/{ACCOUNT}/webhooks"
COFFEE, COFFEE_XAF, COFFEE_EUR, COFFEE_MONTHLY = (
    "prod_sandboxCoffee00000000001",
    "price_sandboxCoffeeXaf0000001",
    "price_sandboxCoffeeEur0000001",
    "price_sandboxCoffeeMonthly001",
)
PAYER = {"email": "jane@example.com", "msisdn": "+242 06 600 00 01"}


class Rig(PayingRig):
    make = YabetooStandIn

    def credentials(self) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bearer {KEY}"}}

    async def link(self, **changes: Any) -> dict[str, Any]:
        return await self.post(LINKS, body(**changes))

    async def change(self, link: dict[str, Any], **changes: Any) -> dict[str, Any]:
        answer = await self.api.put(f"{LINKS}/{link['id']}", json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def pay(self, link: str, outcome: str = "paid", **body: Any) -> dict[str, Any]:
        return await self.control("pay", link=link, outcome=outcome, **body)

    async def status(self) -> str:
        """The only link's, as the controls have it."""
        [link] = await self.read("links")
        return link["status"]

    async def events(self, count: int) -> dict[str, dict[str, Any]]:
        """The webhooks' bodies by their type, once they are so many."""
        return {event["type"]: event for event in await self.bodies(count)}


def body(**changes: Any) -> dict[str, Any]:
    """A body that is accepted, with changes (None: without that key)."""
    whole = {
        "type": "amount",
        "name": "Quote Q-881",
        "amount": 45000,
        "currency": "XAF",
        "maxRedemptions": 1,
        "metadata": {"reference": "PL7F3K9Q", "thread": "C07:1733.1"},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def items(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Changes that make `body` a link of products."""
    return {"type": "product", "amount": None, "items": list(lines)} | changes
