"""The endpoint of backends' webhooks. It bypasses the router, since no other address is called as often."""

import time
from collections.abc import Awaitable, Mapping
from typing import Protocol

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import StorageUnavailable, WebhookRejected
from bot.timing import heard, since

_KEPT = Response(status_code=200)
_NOT_STORED = 503
_LATELY_S = 600.0  # backends come again within minutes


class TakesWebhooks(Protocol):
    """What the endpoint needs of the inbox's Receiver."""

    async def webhook(
        self, backend: str, headers: Mapping[str, str], body: bytes, token: str | None = None
    ) -> None: ...


class Webhooks:
    """Answers POST /webhooks/{backend} and POST /webhooks/{backend}/{token}; passes the rest on to `others`.

    Expects each body in one ASGI message, as `BodyLimit` passes it on.
    """

    def __init__(self, receiver: TakesWebhooks, others: ASGIApp, lately_s: float = _LATELY_S) -> None:
        self._receiver, self._others, self._lately_s = receiver, others, lately_s
        self._turned_away: float | None = None  # when, if none was stored since

    @property
    def troubled(self) -> bool:
        """Whether storing the last webhook failed, for example on a full disk, within `lately_s` seconds."""
        since_then = None if self._turned_away is None else since(self._turned_away)
        return since_then is not None and since_then < self._lately_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope.get("method"), scope.get("path", "").split("/"):
            case "POST", ["", "webhooks", backend, *token] if backend and len(token) <= 1 and "" not in token:
                began, status = time.monotonic(), 500
                try:
                    body = (await receive())["body"]
                    response = await kept(self._receiver.webhook(backend, Headers(scope=scope), body, *token))
                    status = response.status_code
                    if status in {_NOT_STORED, _KEPT.status_code}:
                        self._turned_away = began if status == _NOT_STORED else None
                    await response(scope, receive, send)
                finally:
                    heard("request.answered", source="webhook", status=status, seconds=since(began))
            case str() as method, ["", "webhooks", _] | ["", "webhooks", _, _] if method != "POST":
                await PlainTextResponse("only POST", 405, {"Allow": "POST"})(scope, receive, send)
            case _:
                await self._others(scope, receive, send)


async def kept(keeping: Awaitable[None]) -> Response:
    """Await `keeping`; 200 once it has stored the request durably, never before."""
    try:
        await keeping
    except WebhookRejected as error:
        return PlainTextResponse("rejected", error.status)
    except StorageUnavailable:
        return PlainTextResponse("not stored, please send it again", _NOT_STORED)
    return _KEPT
