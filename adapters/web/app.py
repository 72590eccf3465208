"""The web application: webhooks in, Slack in, and whether we are well."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.limits import BodyLimit
from bot.errors import StorageUnavailable, WebhookRejected

Ready = Callable[[], Awaitable[bool]]
Endpoint = Callable[[Request], Awaitable[Response]]


class TakesWebhooks(Protocol):
    """The inbox, as far as the web needs it."""

    async def webhook(self, account_id: str, headers: Mapping[str, str], body: bytes) -> None: ...


def build_app(receiver: TakesWebhooks, slack: Endpoint | None, ready: Ready) -> Starlette:
    """All routes. `slack` is None where Slack is not configured: its address does not exist then."""

    async def webhook(request: Request) -> Response:
        try:
            await receiver.webhook(request.path_params["backend"], request.headers, await request.body())
        except WebhookRejected as error:
            return PlainTextResponse("rejected", error.status)
        except StorageUnavailable:
            return PlainTextResponse("not stored, please send it again", 503)
        return Response(status_code=200)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_: Request) -> Response:
        try:
            is_ready = await ready()
        except StorageUnavailable:
            is_ready = False
        return JSONResponse({"ok": is_ready}, 200 if is_ready else 503)

    routes: list[BaseRoute] = [
        Route("/webhooks/{backend}", webhook, methods=["POST"]),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]
    if slack is not None:
        routes.append(Route("/slack/events", slack, methods=["POST"]))
    return Starlette(routes=routes, middleware=[Middleware(BodyLimit)])
