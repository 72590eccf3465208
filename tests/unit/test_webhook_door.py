"""The address of webhooks: what is let in, whole, and what is turned away."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message

from adapters.web.limits import BodyLimit
from adapters.web.webhooks import Webhooks
from bot import timing
from bot.errors import StorageUnavailable, WebhookRejected

OTHERS = PlainTextResponse("somebody else's", 404)


class Receiver:
    """Keeps what it is given, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: list[tuple[Any, ...]] = []
        self._error = error

    async def webhook(
        self, backend: str, headers: Mapping[str, str], body: bytes, token: str | None = None
    ) -> None:
        if self._error:
            raise self._error
        self.kept.append((backend, headers.get("proof"), body, token))


async def call(app: BodyLimit, *parts: Message) -> list[Message]:
    """Hand the parts of one request over as a server does; what it answers."""
    scope = {"type": "http", "method": "POST", "path": "/webhooks/checkout", "headers": [(b"proof", b"x")]}
    waiting, sent = list(parts), list[Message]()

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_parts_is_kept_as_one() -> None:
    receiver = Receiver()
    sent = await call(
        BodyLimit(Webhooks(receiver, OTHERS)), part(b"one ", more=True), part(b"two", more=False)
    )
    assert sent[0]["status"] == 200
    assert receiver.kept == [("checkout", "x", b"one two", None)]


async def test_a_body_that_breaks_off_is_not_kept() -> None:
    receiver = Receiver()
    sent = await call(
        BodyLimit(Webhooks(receiver, OTHERS)), part(b"one ", more=True), {"type": "http.disconnect"}
    )
    assert (sent, receiver.kept) == ([], [])


async def test_a_body_that_never_ends_is_not_waited_for() -> None:
    """It holds up to a megabyte and a connection, and nobody has proven anything yet."""
    app, sent = BodyLimit(Webhooks(Receiver(), OTHERS), patience_s=0.01), list[Message]()
    waiting = [part(b"one ", more=True)]

    async def receive() -> Message:
        return waiting.pop() if waiting else await asyncio.get_running_loop().create_future()

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "http", "method": "POST", "path": "/webhooks/checkout", "headers": []}, receive, send)
    assert (sent[0]["status"], closes(sent)) == (408, True)


async def test_the_rest_of_a_body_that_is_too_large_is_not_read() -> None:
    sent = await call(BodyLimit(Webhooks(Receiver(), OTHERS)), part(b"x" * 1_000_001, more=True))
    assert (sent[0]["status"], closes(sent)) == (413, True)


async def test_a_body_as_large_as_may_be_is_kept_whole() -> None:
    receiver, body = Receiver(), b"x" * 1_000_000
    sent = await call(BodyLimit(Webhooks(receiver, OTHERS)), part(body, more=False))
    assert (sent[0]["status"], receiver.kept[0][2]) == (200, body)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (None, 200),
        (WebhookRejected("no proof"), 401),
        (StorageUnavailable("full"), 503),
        (KeyError("id"), 500),
    ],
)
async def test_what_becomes_of_a_webhook_is_heard(error: Exception | None, status: int) -> None:
    told: list[Mapping[str, Any]] = []
    receiver = Receiver(error)
    timing.listen([told.append])
    try:
        with contextlib.nullcontext() if status < 500 or status == 503 else pytest.raises(KeyError):
            sent = await call(BodyLimit(Webhooks(receiver, OTHERS)), part(b"{}", more=False))
            assert sent[0]["status"] == status
    finally:
        timing.listen([])
    (line,) = told
    assert (line["event"], line["source"], line["status"]) == ("request.answered", "webhook", status)


def closes(sent: list[Message]) -> bool:
    """Does the answer end the connection, and with it what is still being sent?"""
    return (b"connection", b"close") in sent[0]["headers"]


@pytest.mark.parametrize(
    ("method", "path", "status", "kept"),
    [
        ("POST", "/webhooks/checkout", 200, [("checkout", None, b"", None)]),
        ("POST", "/webhooks/costplus/secret", 200, [("costplus", None, b"", "secret")]),
        ("GET", "/webhooks/checkout", 405, []),
        ("PUT", "/webhooks/checkout/eu", 405, []),
        ("POST", "/webhooks/", 404, []),
        ("POST", "/webhooks/checkout/", 404, []),
        ("POST", "/webhooks/a/b/c", 404, []),
        ("GET", "/elsewhere", 404, []),
    ],
)
async def test_only_a_post_to_an_address_of_webhooks_is_kept(
    method: str, path: str, status: int, kept: list[tuple[Any, ...]]
) -> None:
    receiver = Receiver()
    transport = httpx.ASGITransport(BodyLimit(Webhooks(receiver, OTHERS)))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.request(method, path)
    assert (answer.status_code, answer.headers.get("allow")) == (status, "POST" if status == 405 else None)
    assert receiver.kept == kept
