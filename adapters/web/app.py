"""The web application: webhooks, Slack, Telegram, customer pages, health and metrics."""

from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from adapters.web.health import Health
from adapters.web.limits import BodyLimit
from adapters.web.webhooks import TakesWebhooks, Webhooks, kept
from bot.errors import WebhookRejected
from bot.inbox.answering import Answering
from bot.timing import timed

Ready = Callable[[], Awaitable[Health]]
Expose = Callable[[], Awaitable[bytes]]  # what Prometheus reads
Endpoint = Callable[[Request], Awaitable[Response]]
Take = Callable[[Mapping[str, str], bytes], Awaitable[None]]
Verify = Callable[[Mapping[str, str], bytes], None]


def build_app(
    receiver: TakesWebhooks,
    endpoints: Mapping[str, Endpoint],
    customers: Route,
    ready: Ready,
    expose: Expose,
    *,
    answering: Answering,
) -> ASGIApp:
    """The application. `endpoints`: those of the configured chats, by path.

    `customers`: the route of their pages; `answering` is told while somebody in a chat waits. /readyz answers
    503 only while nothing can be accepted. A chat that fails is only reported, since its messages wait in the
    outbox; so is a webhook that could not be stored, since with a 503 proxies would not forward the next one.
    """

    async def healthz(_: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_: Request) -> Response:
        return _readiness(await ready(), webhooks)

    async def metrics(request: Request) -> Response:
        if not _is_local(request):
            return PlainTextResponse("not found", 404)
        return Response(await expose(), media_type="text/plain; version=0.0.4")

    routes: list[BaseRoute] = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
        customers,
        *[Route(path, _counted(path, each, answering), methods=["POST"]) for path, each in endpoints.items()],
    ]
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False  # behind a web server's TLS it would lead to http
    webhooks = Webhooks(receiver, app)
    return BodyLimit(webhooks)


def _readiness(health: Health, webhooks: Webhooks) -> Response:
    troubled = [*health.troubled, *(["webhooks"] if webhooks.troubled else [])]
    parts = {"not_ready": list(health.not_ready), "troubled": troubled}
    named = {key: names for key, names in parts.items() if names}
    return JSONResponse({"ok": not health.not_ready, **named}, 503 if health.not_ready else 200)


def storing(take: Take) -> Endpoint:
    """An endpoint that stores each request by `take`, which may raise WebhookRejected, StorageUnavailable."""

    async def endpoint(request: Request) -> Response:
        return await kept(take(request.headers, await request.body()))

    return endpoint


def _counted(source: str, endpoint: Endpoint, answering: Answering) -> Endpoint:
    """The endpoint, with its requests counted but not logged: strangers must not fill the log."""

    async def answer(request: Request) -> Response:
        answered = timed("request.answered", written=False, source=source, status=500)
        with answering.somebody(), answered as facts:
            response = await endpoint(request)
            facts["status"] = response.status_code
            return response

    return answer


def guarded(verify: Verify, endpoint: Endpoint) -> Endpoint:
    """The endpoint, for requests that pass `verify`, which raises WebhookRejected otherwise."""

    async def proven(request: Request) -> Response:
        try:
            verify(request.headers, await request.body())
        except WebhookRejected as error:
            return PlainTextResponse("rejected", error.status)
        return await endpoint(request)

    return proven


def _is_local(request: Request) -> bool:
    """Whether a request comes from this machine, and not through a proxy on it."""
    handed_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    host = request.client.host if request.client else ""
    try:
        return not handed_on and ip_address(host).is_loopback
    except ValueError:
        return False
