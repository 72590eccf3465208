"""The Cost+ stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

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
from sandbox.costplus.standin import CostplusStandIn
from sandbox.mounting import mount
from sandbox.standin import World
from tests import loopback
from tests.standins.checkout_rig import Stage

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

Received = tuple[str, dict[str, str], bytes]  # path, headers, body


class Rig:
    """The stand-in, a service that answers `statuses` (then 200), and a client of each kind."""

    def __init__(self, standin: CostplusStandIn, world: World, changed: asyncio.Event) -> None:
        self.standin, self.world, self._changed = standin, world, changed
        self.received: list[Received] = []
        self.statuses: list[int] = []
        self.answers = asyncio.Event()  # cleared: the service lets everybody wait
        self.answers.set()
        self.base = f"{world.url}/costplus"
        self.env = standin.env()
        self.api = _client(self.base, httpx.BasicAuth(KEY, ""))
        self.browser = _client(self.base)

    async def receive(self, request: Request) -> Response:
        self.received.append((request.url.path, dict(request.headers), await request.body()))
        self._changed.set()
        await self.answers.wait()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def create(self, **changes: Any) -> httpx.Response:
        return await self.api.post(LINKS, json=body(**changes))

    async def link(self, **changes: Any) -> dict[str, Any]:
        answer = await self.create(**changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.api.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def fetched(self, link: dict[str, Any]) -> dict[str, Any]:
        return dict(await self.get(f"{LINKS}{link['id']}/"))

    async def order(self, order_id: str, **query: Any) -> dict[str, Any]:
        return dict(await self.get(f"{ORDERS}{order_id}/", **query))

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, name: str) -> Any:
        return (await self.browser.get(f"/_control/{name}")).json()[name]

    async def pay(self, link: str, outcome: str = "paid", **body: Any) -> dict[str, Any]:
        return dict((await self.control("pay", link=link, outcome=outcome, **body))["payment"])

    async def refused(self, name: str, **body: Any) -> str:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 400
        assert answer.json()["ok"] is False
        return str(answer.json()["error"])

    async def arrived(self, count: int) -> list[Received]:
        """The webhooks so far, once they are so many."""
        async with asyncio.timeout(5):
            while len(self.received) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.received

    async def hints(self, count: int) -> list[dict[str, Any]]:
        """The webhooks' bodies, once they are so many."""
        return [json.loads(raw) for _, _, raw in await self.arrived(count)]

    async def delivery(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first delivery, once it is as asked."""
        async with asyncio.timeout(5):
            while True:
                self._changed.clear()
                delivery = (await self.read("deliveries"))[0]
                if fits(delivery):
                    return dict(delivery)
                await self._changed.wait()

    async def attempts(self, count: int) -> list[dict[str, Any]]:
        """The attempts of the first delivery, once they are so many and the next is known."""
        delivery = await self.delivery(lambda one: len(one["attempts"]) >= count)
        return list(delivery["attempts"])


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """What an object-shaped refusal says."""
    assert answer.status_code == status, answer.text
    [(name, error)] = answer.json().items()
    assert (name, error["status"]) == ("error", status)
    return dict(error)


def _client(base: str, auth: httpx.Auth | None = None) -> httpx.AsyncClient:
    """Without TLS, which takes longer to prepare than a test to run."""
    return loopback.client(base, auth=auth)


@contextlib.asynccontextmanager
async def playing(stages: dict[str, Stage], **settings: Any) -> AsyncIterator[Rig]:
    """A fresh stand-in and a fresh service on the two servers."""
    changed = asyncio.Event()
    (sandbox_url, sandbox), (service_url, service) = stages.items()
    world = World(Clock(), sandbox_url, service_url, changed.set)
    standin = CostplusStandIn(world, **settings)
    rig = Rig(standin, world, changed)
    sandbox.app = Starlette(routes=[mount(standin, world)])
    service.app = Starlette(routes=[Route("/{path:path}", rig.receive, methods=["POST"])])
    task = asyncio.create_task(standin.run())
    async with rig.api, rig.browser:
        yield rig
        rig.answers.set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def body(**changes: Any) -> dict[str, Any]:
    """A body that is accepted, with changes (None: without that key)."""
    whole = {
        "merchant_order_id": REFERENCE,
        "amount": 4250,
        "currency": "EUR",
        "description": "Table, oak",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}
