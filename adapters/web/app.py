"""The web application: webhooks in, Slack in, and whether we are well."""

from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Protocol

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.limits import BodyLimit
from adapters.web.metrics import Figures, exposition
from bot.errors import StorageUnavailable, WebhookRejected

Ready = Callable[[], Awaitable[bool]]
Count = Callable[[], Awaitable[Figures]]
Endpoint = Callable[[Request], Awaitable[Response]]
Take = Callable[[Mapping[str, str], bytes], Awaitable[None]]


class TakesWebhooks(Protocol):
    """The inbox, as far as the web needs it."""

    async def webhook(
        self, backend: str, headers: Mapping[str, str], body: bytes, token: str | None = None
    ) -> None: ...


def build_app(
    receiver: TakesWebhooks, doors: Mapping[str, Endpoint], ready: Ready, count: Count
) -> Starlette:
    """All routes. `doors`: those of the chats, by path; what is not configured has no address."""

    async def webhook(request: Request) -> Response:
        backend, token = request.path_params["backend"], request.path_params.get("token")
        return await _kept(receiver.webhook(backend, request.headers, await request.body(), token))

    async def healthz(_: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_: Request) -> Response:
        try:
            is_ready = await ready()
        except StorageUnavailable:
            is_ready = False
        return JSONResponse({"ok": is_ready}, 200 if is_ready else 503)

    async def metrics(request: Request) -> Response:
        if not _is_local(request):
            return PlainTextResponse("not found", 404)
        return Response(exposition(await count()), media_type="text/plain; version=0.0.4")

    routes: list[BaseRoute] = [
        Route("/webhooks/{backend}", webhook, methods=["POST"]),
        Route("/webhooks/{backend}/{token}", webhook, methods=["POST"]),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
        *(Route(path, endpoint, methods=["POST"]) for path, endpoint in doors.items()),
    ]
    return Starlette(routes=routes, middleware=[Middleware(BodyLimit)])


def door(take: Take) -> Endpoint:
    """An address for what `take` keeps; it raises WebhookRejected, StorageUnavailable."""

    async def endpoint(request: Request) -> Response:
        return await _kept(take(request.headers, await request.body()))

    return endpoint


async def _kept(keeping: Awaitable[None]) -> Response:
    """200 once it is durable, and never before."""
    try:
        await keeping
    except WebhookRejected as error:
        return PlainTextResponse("rejected", error.status)
    except StorageUnavailable:
        return PlainTextResponse("not stored, please send it again", 503)
    return Response(status_code=200)


def _is_local(request: Request) -> bool:
    """From this machine, and not handed on by a proxy on it for somebody elsewhere."""
    handed_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    host = request.client.host if request.client else ""
    try:
        return not handed_on and ip_address(host).is_loopback
    except ValueError:
        return False
