"""A stand-in over real HTTP for a test: its controls, what it sends, and answers made to order."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import StandIn, World
from tests import loopback

T = TypeVar("T")
PATIENCE_S = 10.0
EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass
class Stage:
    """A server whose application each test replaces by its own: servers take long to stop."""

    url: str
    client: httpx.AsyncClient
    app: ASGIApp = field(default_factory=Starlette)
    closing: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is costly to make and keeps no state (a client with its TLS settings): made once."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: T = self._kept[key]
        return kept


@dataclass(frozen=True, slots=True)
class Received:
    """One request that a stand-in has sent to the service."""

    headers: Headers
    body: bytes
    path: str = ""


@dataclass
class Service:
    """What stands where the service would: keeps what arrives and answers with `answer`."""

    answer: Response = field(default_factory=Response)
    received: list[Received] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def route(self) -> Route:
        return Route("/service/{rest:path}", self.take, methods=EVERY_METHOD)

    async def take(self, request: Request) -> Response:
        self.received.append(Received(request.headers, await request.body(), request.url.path))
        self._arrived.set()
        return self.answer

    async def until(self, count: int) -> list[Received]:
        """What has arrived, as soon as it is so much."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.received) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return list(self.received)


@dataclass
class Oracle:
    """A foreign server that gives the same answer to everything, whatever is asked."""

    url: str
    answer: Response = field(default_factory=Response)
    asked: list[bytes] = field(default_factory=list)

    @property
    def route(self) -> Route:
        return Route("/oracle/{rest:path}", self.take, methods=EVERY_METHOD)

    async def take(self, request: Request) -> Response:
        self.asked.append(await request.body())
        return self.answer


@dataclass
class Rig:
    """One stand-in, its controls, the service it sends to, and a server that answers as told."""

    standin: StandIn
    world: World
    client: httpx.AsyncClient
    service: Service
    oracle: Oracle

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(f"/{self.standin.name}/_control/{name}", json=body)
        assert answer.status_code == httpx.codes.OK, answer.text
        return dict(answer.json())

    async def reading(self, name: str, **query: str) -> dict[str, Any]:
        answer = await self.client.get(f"/{self.standin.name}/_control/{name}", params=query)
        assert answer.status_code == httpx.codes.OK, answer.text
        return dict(answer.json())

    async def fault(self, match: str, fault: str, **more: float) -> None:
        await self.control("faults", match=match, fault=fault, **more)

    async def mend(self) -> None:
        (await self.client.delete(f"/{self.standin.name}/_control/faults")).raise_for_status()

    async def calls(self) -> list[dict[str, Any]]:
        return list((await self.reading("calls"))["calls"])


@contextlib.asynccontextmanager
async def staging() -> AsyncIterator[Stage]:
    """A server with nothing on it, and a client to it."""
    listener = listen()
    # Without it each answer takes 40 ms: asyncio sets it only on sockets made with the protocol named.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    url = url_of(listener)
    async with loopback.client(url, timeout=PATIENCE_S) as client:
        stage = Stage(url, client)
        async with serving_on(stage, listener), stage.closing:
            yield stage


def consulting(stage: Stage) -> Oracle:
    """Nothing but a foreign server on the stage."""
    oracle = Oracle(f"{stage.url}/oracle")
    stage.app = Starlette(routes=[oracle.route])
    return oracle


@contextlib.asynccontextmanager
async def playing(stage: Stage, make: Callable[[World], StandIn]) -> AsyncIterator[Rig]:
    """A fresh stand-in on the stage, with its background work, while the block runs."""
    world, oracle = World(Clock(), stage.url, f"{stage.url}/service"), consulting(stage)
    standin, service = make(world), Service()
    stage.app = Starlette(routes=[mount(standin, world), service.route, oracle.route])
    background = asyncio.create_task(standin.run())
    try:
        yield Rig(standin, world, stage.client, service, oracle)
    finally:
        background.cancel()
        await asyncio.gather(background, return_exceptions=True)


@contextlib.asynccontextmanager
async def refusing_proxy() -> AsyncIterator[str]:
    """The address of a proxy that lets nothing through; what goes through it never reaches anybody."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1") as proxy:
        host, port = proxy.sockets[0].getsockname()
        yield f"http://{host}:{port}"


def nobody_listens() -> str:
    """An address on this machine where every connection is refused."""
    with listen() as listener:
        return url_of(listener)


def texts_of(error: BaseException) -> str:
    """Everything that a log would print of an error, its causes included."""
    told, cause = [], error
    while cause:
        told += [str(cause), repr(cause)]
        following = cause.__cause__ or cause.__context__
        if following is None:
            break
        cause = following
    return "\n".join(told)
