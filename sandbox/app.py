"""The sandbox as one web application: a stand-in below each name, the page at the root."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette

from sandbox.page.routes import page_routes
from sandbox.registry import make_standins
from sandbox.standin import World, mount


def build_app(world: World, names: list[str] | None = None) -> Starlette:
    """All stand-ins, or those named."""
    standins = make_standins(world, names)

    @contextlib.asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(standin.run()) for standin in standins]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    routes = [*page_routes(world, standins), *(mount(standin, world) for standin in standins)]
    return Starlette(routes=routes, lifespan=running)
