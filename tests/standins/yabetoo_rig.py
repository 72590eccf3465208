"""The YabetooPay stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

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
from sandbox.standin import World
from sandbox.yabetoo.standin import YabetooStandIn
from tests import loopback
from tests.standins.checkout_rig import Stage

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

Received = tuple[str, dict[str, str], bytes]  # path, headers, body


class Rig:
    """The stand-in, a service that answers `statuses` (then 200), and a client of each kind."""

    def __init__(self, standin: YabetooStandIn, world: World, changed: asyncio.Event) -> None:
        self.standin, self.world, self._changed = standin, world, changed
        self.base = f"{world.url}/yabetoo"
        self.received: list[Received] = []
        self.statuses: list[int] = []
        self.api = _client(self.base, {"Authorization": f"Bearer {KEY}"})
        self.browser = _client(self.base, {"Accept": "text/html,*/*;q=0.8"})

    async def receive(self, request: Request) -> Response:
        self.received.append((request.url.path, dict(request.headers), await request.body()))
        self._changed.set()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def link(self, **changes: Any) -> dict[str, Any]:
        return await self.post(LINKS, body(**changes))

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.api.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        answer = await self.api.post(path, json=body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def change(self, link: dict[str, Any], **changes: Any) -> dict[str, Any]:
        answer = await self.api.put(f"{LINKS}/{link['id']}", json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, name: str) -> Any:
        return (await self.browser.get(f"/_control/{name}")).json()[name]

    async def pay(self, link: str, outcome: str = "paid", **body: Any) -> dict[str, Any]:
        return await self.control("pay", link=link, outcome=outcome, **body)

    async def refused(self, name: str, **body: Any) -> str:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 400
        assert answer.json()["ok"] is False
        return answer.json()["error"]

    async def status(self) -> str:
        """The only link's, as the controls have it."""
        [link] = await self.read("links")
        return link["status"]

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

    async def delivery(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The newest delivery, once it is as asked."""
        async with asyncio.timeout(5):
            while True:
                self._changed.clear()
                found = await self.read("deliveries")
                if found and fits(found[-1]):
                    return dict(found[-1])
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
    standin = YabetooStandIn(world)
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
