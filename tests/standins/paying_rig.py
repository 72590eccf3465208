"""A backend's stand-in over HTTP: what the rigs of all five have in common."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar, NamedTuple, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.standin import StandIn, World
from tests import loopback


class Stage:
    """An application that each test puts its own into: servers take long to start."""

    def __init__(self) -> None:
        self.app: ASGIApp = Starlette()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class Received(NamedTuple):
    """A webhook."""

    path: str
    headers: dict[str, str]
    raw: bytes


class PayingRig:
    """The stand-in, a service (`api`) that answers webhooks by `statuses`, then 200; a payer (`browser`)."""

    make: ClassVar[Callable[..., StandIn]]

    def __init__(self, standin: StandIn, world: World, changed: asyncio.Event) -> None:
        self.standin, self.world, self._changed = standin, world, changed
        self.base, self.env = f"{world.url}/{standin.name}", standin.env()
        self.received: list[Received] = []
        self.statuses: list[int] = []
        self.api = loopback.client(self.base, **self.credentials())
        self.browser = loopback.client(self.base, headers={"Accept": "text/html,*/*;q=0.8"})

    def credentials(self) -> dict[str, Any]:
        """What the client of the API is made with."""
        raise NotImplementedError

    async def receive(self, request: Request) -> Response:
        self.received.append(Received(request.url.path, dict(request.headers), await request.body()))
        self._changed.set()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.api.get(path, params=query or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        answer = await self.api.post(path, json=body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, name: str, **body: Any) -> str:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["ok"] is False
        return str(answer.json()["error"])

    async def read(self, name: str) -> Any:
        return (await self.browser.get(f"/_control/{name}")).json()[name]

    async def arrived(self, count: int) -> list[Received]:
        """The webhooks so far, once they are so many."""
        async with asyncio.timeout(5):
            while len(self.received) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.received

    async def bodies(self, count: int) -> list[dict[str, Any]]:
        """The webhooks' bodies, once they are so many."""
        return [json.loads(one.raw) for one in await self.arrived(count)]

    async def delivery(self, fits: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The newest delivery, once it is as asked."""
        async with asyncio.timeout(5):
            while True:
                self._changed.clear()
                found = await self.read("deliveries")
                if found and fits(found[-1]):
                    return dict(found[-1])
                await self._changed.wait()

    async def attempts(self, count: int) -> list[dict[str, Any]]:
        """The attempts of the newest delivery, once they are so many."""
        delivery = await self.delivery(lambda one: len(one["attempts"]) >= count)
        return list(delivery["attempts"])


RigT = TypeVar("RigT", bound=PayingRig)


@contextlib.asynccontextmanager
async def playing(kind: type[RigT], stages: dict[str, Stage], **settings: Any) -> AsyncIterator[RigT]:
    """A fresh stand-in and a fresh service on the two servers."""
    changed = asyncio.Event()
    (sandbox_url, sandbox), (service_url, service) = stages.items()
    world = World(Clock(), sandbox_url, service_url, changed.set)
    standin = kind.make(world, **settings)
    rig = kind(standin, world, changed)
    sandbox.app = Starlette(routes=[mount(standin, world)])
    service.app = Starlette(routes=[Route("/{path:path}", rig.receive, methods=["POST"])])
    task = asyncio.create_task(standin.run())
    async with rig.api, rig.browser:
        yield rig
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
