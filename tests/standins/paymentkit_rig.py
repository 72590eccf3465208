"""The PaymentKit stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.paymentkit.standin import PaymentKitStandIn
from sandbox.standin import World
from tests import loopback
from tests.standins.checkout_rig import Stage

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

Received = tuple[str, dict[str, str], bytes]  # path, headers, body


class Rig:
    """The stand-in, a service that answers `statuses` (then 200), and a client of each kind."""

    def __init__(self, standin: PaymentKitStandIn, world: World, changed: asyncio.Event) -> None:
        self.standin, self.world, self._changed = standin, world, changed
        self.received: list[Received] = []
        self.statuses: list[int] = []
        base = f"{world.url}/paymentkit"
        self.api = _client(base, {"Authorization": f"Bearer {KEY}"})
        self.browser = _client(base, {"Accept": "text/html,*/*;q=0.8"})

    async def receive(self, request: Request) -> Response:
        self.received.append((request.url.path, dict(request.headers), await request.body()))
        self._changed.set()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def link(self, **changes: Any) -> dict[str, Any]:
        answer = await self.api.post(LINKS, json=body(**changes))
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = await self.api.get(f"{ACCOUNT}{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        answer = await self.api.post(f"{ACCOUNT}{path}", json=body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, name: str) -> dict[str, Any]:
        return (await self.browser.get(f"/_control/{name}")).json()

    async def pay(self, link: str, outcome: str = "paid", **body: Any) -> dict[str, Any]:
        return await self.control("pay", link=link, outcome=outcome, **body)

    async def refused(self, name: str, **body: Any) -> str:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 400
        assert answer.json()["ok"] is False
        return answer.json()["error"]

    async def open(self, link: dict[str, Any]) -> dict[str, Any]:
        """What a JSON client is told when it opens a link."""
        answer = await self.browser.get(link["url"], headers=JSON_CLIENT)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def arrived(self, count: int) -> list[Received]:
        """The webhooks so far, once they are so many."""
        async with asyncio.timeout(5):
            while len(self.received) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.received

    async def events(self, count: int) -> dict[str, dict[str, Any]]:
        """The webhooks' bodies by their type, once they are so many."""
        bodies = [json.loads(raw) for _, _, raw in await self.arrived(count)]
        return {event["type"]: event for event in bodies}

    async def attempts(self, count: int) -> list[dict[str, Any]]:
        """The attempts of the only delivery, once they are so many."""
        delivery = await self.delivery(lambda one: len(one["attempts"]) >= count)
        return list(delivery["attempts"])

    async def delivery(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The only delivery, once it is as asked."""
        async with asyncio.timeout(5):
            while True:
                self._changed.clear()
                [delivery] = (await self.read("deliveries"))["deliveries"]
                if fits(delivery):
                    return dict(delivery)
                await self._changed.wait()


def _client(base: str, headers: dict[str, str]) -> httpx.AsyncClient:
    """Without TLS, which takes longer to prepare than a test to run."""
    return loopback.client(base, headers=headers)


@contextlib.asynccontextmanager
async def playing(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    """A fresh stand-in and a fresh service on the two servers."""
    changed = asyncio.Event()
    (sandbox_url, sandbox), (service_url, service) = stages.items()
    world = World(Clock(), sandbox_url, service_url, changed.set)
    standin = PaymentKitStandIn(world)
    rig = Rig(standin, world, changed)
    sandbox.app = Starlette(routes=[mount(standin, world)])
    service.app = Starlette(routes=[Route("/{path:path}", rig.receive, methods=["POST"])])
    task = asyncio.create_task(standin.run())
    async with rig.api, rig.browser:
        yield rig
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


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
