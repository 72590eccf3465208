"""Limits the size and duration of request bodies, for every address."""

import asyncio

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1_000_000
PATIENCE_S = 20.0  # with a body: web servers that hand it on piece by piece wait for ever


class BodyLimit:
    """Reads a request's body and passes it on to the application in one message.

    Answers 413 as soon as it is too large, and 408 if it takes too long. Either closes the connection, or the
    rest of the body would still be read.
    """

    def __init__(self, app: ASGIApp, patience_s: float = PATIENCE_S) -> None:
        self._app, self._patience_s = app, patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._patience_s):
                body = await _whole(receive)
        except TimeoutError:
            await _refused("body too slow", 408)(scope, receive, send)
            return
        if body is None:
            return
        if len(body) > LARGEST_BODY:
            await _refused("body too large", 413)(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replay, send)


async def _whole(receive: Receive) -> bytes | None:
    """The body, or the beginning of one that is too large; None if the client disconnected."""
    parts, size, more = [], 0, True
    while more and size <= LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    return b"".join(parts)


def _refused(why: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(why, status, {"Connection": "close"})
