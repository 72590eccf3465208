"""The sandbox as one web application: a stand-in below each name, the page at the root."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware

from sandbox.mounting import mount
from sandbox.page.routes import page_routes
from sandbox.page.service import Service
from sandbox.page.whose import InTheirNames, in_the_name_of
from sandbox.registry import make_standins
from sandbox.standin import World


def build_app(world: World, names: list[str] | None = None, *, service: Service | None = None) -> Starlette:
    """All stand-ins, or those named; the page can kill and start the service that is given."""
    standins = make_standins(world, names)

    @contextlib.asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(in_the_name_of(standin.name, standin.run())) for standin in standins]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    routes = [*page_routes(world, standins, service), *(mount(standin, world) for standin in standins)]
    named = Middleware(InTheirNames, names=[standin.name for standin in standins])
    return Starlette(routes=routes, lifespan=running, middleware=[named])
