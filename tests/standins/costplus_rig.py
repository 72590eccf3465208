"""The Cost+ stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

import asyncio
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response

from sandbox.costplus.standin import CostplusStandIn
from sandbox.standin import StandIn, World
from tests.standins.paying_rig import PayingRig

KEY = "c0ffee00fa4e0000fa4e0000c0ffee00"
LINKS = "/v1/paymentlinks/"
ORDERS = "/v1/orders/"
REFERENCE = "PL7F3K9Q"
DAY_S = 24 * 3600
GOOD_CARD = {
    "method": "credit-card",
    "card_number": "4111 1111 1111 1111",
    "expiry": "12/39",
    "cvv": "123",
}
NO_FUNDS = GOOD_CARD | {"card_number": "4111111111111151"}
ASKS_FOR_A_CODE = GOOD_CARD | {"card_number": "4018810000150015"}


class Rig(PayingRig):
    make = CostplusStandIn

    def __init__(self, standin: StandIn, world: World, changed: asyncio.Event) -> None:
        super().__init__(standin, world, changed)
        self.answers = asyncio.Event()  # cleared: the service lets everybody wait
        self.answers.set()

    def credentials(self) -> dict[str, Any]:
        return {"auth": httpx.BasicAuth(KEY, "")}

    async def receive(self, request: Request) -> Response:
        answer = await super().receive(request)
        await self.answers.wait()
        return answer

    async def create(self, **changes: Any) -> httpx.Response:
        return await self.api.post(LINKS, json=body(**changes))

    async def link(self, **changes: Any) -> dict[str, Any]:
        answer = await self.create(**changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def fetched(self, link: dict[str, Any]) -> dict[str, Any]:
        return dict(await self.get(f"{LINKS}{link['id']}/"))

    async def order(self, order_id: str, **query: Any) -> dict[str, Any]:
        return dict(await self.get(f"{ORDERS}{order_id}/", **query))

    async def pay(self, link: str, outcome: str = "paid", **body: Any) -> dict[str, Any]:
        return dict((await self.control("pay", link=link, outcome=outcome, **body))["payment"])


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """What an object-shaped refusal says."""
    assert answer.status_code == status, answer.text
    [(name, error)] = answer.json().items()
    assert (name, error["status"]) == ("error", status)
    return dict(error)


def body(**changes: Any) -> dict[str, Any]:
    """A body that is accepted, with changes (None: without that key)."""
    whole = {
        "merchant_order_id": REFERENCE,
        "amount": 4250,
        "currency": "EUR",
        "description": "Table, oak",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}
