"""The PaymentKit stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

from typing import Any

from sandbox.paymentkit.standin import PaymentKitStandIn
from tests.standins.paying_rig import PayingRig

KEY = "st_stg_sandbox0only0not0a0real0key0"
SECRET = "whsec_sandbox-paymentkit-obviously-fake"
ACCOUNT = "/api/acc_sandbox123"
LINKS = f"{ACCOUNT}/payment-links"
UNIT, UNIT_USD, MONTHLY, RETIRED, BAG = (
    "price_stg_unit0000eur",
    "price_stg_unit0000usd",
    "price_stg_monthly0eur",
    "price_stg_retired0eur",
    "price_stg_bag00000eur",
)
TEN_PERCENT, RETIRED_COUPON = "coupon_stg_tenpercent", "coupon_stg_retired000"
GOOD_CARD = {"card_number": "4242 4242 4242 4242", "expiry": "12/39", "cvv": "123"}
NO_FUNDS = GOOD_CARD | {"card_number": "4000000000009995"}
JSON_CLIENT = {"Accept": "application/json"}


class Rig(PayingRig):
    make = PaymentKitStandIn

    def credentials(self) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bearer {KEY}"}}

    async def link(self, **changes: Any) -> dict[str, Any]:
        return await self.post("/payment-links", body(**changes))

    async def get(self, path: str, **query: Any) -> Any:
        return await super().get(f"{ACCOUNT}{path}", **query)

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        return await super().post(f"{ACCOUNT}{path}", body)

    async def pay(self, link: str, outcome: str = "paid", **body: Any) -> dict[str, Any]:
        return await self.control("pay", link=link, outcome=outcome, **body)

    async def open(self, link: dict[str, Any]) -> dict[str, Any]:
        """What a JSON client is told when it opens a link."""
        answer = await self.browser.get(link["url"], headers=JSON_CLIENT)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def events(self, count: int) -> dict[str, dict[str, Any]]:
        """The webhooks' bodies by their type, once they are so many."""
        return {event["type"]: event for event in await self.bodies(count)}


def body(**changes: Any) -> dict[str, Any]:
    """A body that is accepted, with changes (None: without that key)."""
    whole = {
        "name": "PL7F3K9Q",
        "line_items": [{"price_id": UNIT, "quantity": 4250, "description": "Table, oak"}],
        "metadata": {"ref": "PL7F3K9Q-2"},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def lines(*price_ids: str) -> list[dict[str, Any]]:
    return [{"price_id": price_id, "quantity": 1} for price_id in price_ids]
