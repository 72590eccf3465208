"""The page's addresses: its files, what there is to show, news, and the way of the customer's phone."""

from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from sandbox.page.news import News
from sandbox.page.service import Service, service_routes
from sandbox.page.trouble import Troubles
from sandbox.page.visits import Visits
from sandbox.page.whose import whose
from sandbox.standin import PayingStandIn, StandIn, World

_STATIC = Path(__file__).parent / "static"
# The phone's frame inherits this: hosted pages have inline styles, and nothing there may run scripts.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data: http://127.0.0.1:* http://localhost:*; frame-src 'self'"
)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class _Files(StaticFiles):
    """Asked for again each time, so that nobody sees the page of an older version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def page_routes(world: World, standins: Sequence[StandIn], service: Service | None = None) -> list[BaseRoute]:
    """The routes of the page; from now on `world.changed` also tells the open pages.

    `GET /`, `/page/...` files; `GET /standins` `{"standins": [{"name", "controls", "readings"}]}`,
    of those that take payments also `chips`, and of now `outcomes` and `unplayable`;
    `GET /events` server-sent events; `POST /phone` see `Visits`; `/service` see `service_routes`;
    `/trouble` see `Troubles`.
    """
    news = News()
    told_before = world.changed
    names = [standin.name for standin in standins]

    def changed() -> None:
        told_before()
        name = whose()
        news.announce(names if name is None else [name])

    world.changed = changed

    async def index(_: Request) -> FileResponse:
        return FileResponse(_STATIC / "index.html", headers=_HEADERS)

    async def list_standins(_: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "standins": [_description(standin) for standin in standins]})

    return [
        Route("/", index),
        Route("/standins", list_standins),
        Route("/events", news.stream),
        Route("/phone", Visits(world.url, world.service_url).answer, methods=["POST"]),
        *service_routes(world, service),
        *Troubles(world, standins).routes(),
        Mount("/page", _Files(directory=_STATIC)),
    ]


def _description(standin: StandIn) -> dict[str, object]:
    described: dict[str, object] = {
        "name": standin.name,
        "controls": sorted(standin.controls),
        "readings": sorted(standin.readings),
    }
    if isinstance(standin, PayingStandIn):
        described["chips"] = [chip.as_json() for chip in standin.chips]
        described["outcomes"] = [*standin.outcomes]
        described["unplayable"] = [*standin.unplayable]
    return described
