"""The world around a service that a test starts by itself: stand-ins, people's hands and eyes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot import settings
from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.registry import env_of, make_standins
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from tests import loopback
from tests.databases import new_file
from tests.scenario.stage import Stage, Turnstile


@dataclass(frozen=True, slots=True)
class Outside:
    """`stage` is for acting and looking, `written` are the settings of a service that belongs to it."""

    stage: Stage
    written: dict[str, str]


@contextlib.asynccontextmanager
async def outside(
    folder: Path, service_url: str, front: Callable[[ASGIApp], ASGIApp], **overrides: str
) -> AsyncIterator[Outside]:
    """The stand-ins behind `front`, for a service at `service_url` whose database is made in `folder`.

    `overrides` are settings without their prefix.
    """
    socket = listen()
    world = World(Clock(), url_of(socket), service_url)
    standins = make_standins(world, ["checkout", "slack", "telegram"])
    written = env_of(standins) | {"PAYLINK_DATABASE_URL": new_file(folder / "paylink.db")}
    written |= {f"PAYLINK_{name}": value for name, value in overrides.items()}
    loaded = settings.load(written)
    sandbox = front(Starlette(routes=[mount(standin, world) for standin in standins]))
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving_on(sandbox, socket))
        client = await stack.enter_async_context(loopback.client(url, timeout=30))
        service = await stack.enter_async_context(loopback.client(service_url, timeout=30))
        stage = Stage(world, client, service, loaded, Turnstile())
        world.changed = stage.changed
        for standin in standins:
            if "limits" in standin.controls:  # tests act faster than people
                await standin.controls["limits"]({"on": False})
        background = [asyncio.create_task(standin.run()) for standin in standins]
        try:
            yield Outside(stage, written)
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
