"""Whoever comes before the application is there waits for it; only what is known already is told."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from adapters.web.front import Front


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """The application, when it is there."""
    request = Request(scope, receive)
    said = f"{request.url.path} {(await request.body()).decode()}"
    await PlainTextResponse(said)(scope, receive, send)


class Callers:
    """Whoever calls at the front; they are counted as they come."""

    def __init__(self, front: Front) -> None:
        self._front, self._came = front, asyncio.Semaphore(0)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._let_in), base_url="http://service"
        )

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._came.release()
        await self._front(scope, receive, send)

    async def call(self, *words: str) -> list[asyncio.Task[httpx.Response]]:
        """A request for each word; all of them have come."""
        calls = [asyncio.create_task(self.client.post("/webhooks/checkout", content=word)) for word in words]
        for _ in words:
            await self._came.acquire()
        return calls


@pytest.fixture
async def front() -> Front:
    return Front()


@pytest.fixture
async def callers(front: Front) -> AsyncIterator[Callers]:
    callers = Callers(front)
    async with callers.client:
        yield callers


async def test_it_lives_and_is_not_ready(callers: Callers) -> None:
    assert (await callers.client.get("/healthz")).json() == {"ok": True}
    ready = await callers.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"ok": False, "not_ready": ["start"]})


async def test_what_comes_too_early_is_answered_by_the_application(front: Front, callers: Callers) -> None:
    early = await callers.call("a", "b", "c")
    assert (await callers.client.get("/healthz")).is_success, "they wait, and hold nobody else up"
    front.open(echo)
    assert [(await each).text for each in early] == [f"/webhooks/checkout {word}" for word in "abc"]


async def test_then_everything_is_the_applications(front: Front, callers: Callers) -> None:
    front.open(echo)
    assert [(await callers.client.get(path)).text for path in ("/readyz", "/p/x")] == ["/readyz ", "/p/x "]


async def test_where_there_is_no_application_it_is_to_be_sent_again(front: Front, callers: Callers) -> None:
    [early] = await callers.call("a")
    front.give_up()
    assert (await early).status_code == 503


async def test_who_goes_away_takes_nobody_along(front: Front, callers: Callers) -> None:
    gone, stays = await callers.call("a", "b")
    gone.cancel()
    await asyncio.wait([gone])
    front.open(echo)
    assert (await stays).text == "/webhooks/checkout b"
