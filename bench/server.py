"""One application under the service's own server settings: `python -m bench.server NAME CORE PORT`.

Every floor and Paylink itself run below this, so that only the application differs. Paylink takes its
settings from the environment, as ever.
"""

import asyncio
import contextlib
import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager

import uvicorn
import uvloop
from starlette.types import ASGIApp

from adapters.telemetry.counters import Counters
from bench import floors
from bench.chat import chat
from bot import logs, settings
from bot.bootstrap import running
from bot.roles import Role

App = Callable[[str], AbstractAsyncContextManager[ASGIApp]]


def _plain(make: Callable[[str], ASGIApp]) -> App:
    @contextlib.asynccontextmanager
    async def app(url: str) -> AsyncIterator[ASGIApp]:
        yield make(url)

    return app


def _paylink(roles: Collection[Role]) -> App:
    @contextlib.asynccontextmanager
    async def app(_: str) -> AsyncIterator[ASGIApp]:
        loaded = settings.load(os.environ)
        logs.configure(loaded.log_format, loaded.secrets, [Counters().hear])
        async with running(loaded, roles=roles) as asgi:
            gc.freeze()  # as `paylink serve` does
            yield asgi

    return app


APPS: dict[str, App] = {
    "bare": _plain(floors.bare),
    "by_hand_sqlite": _plain(floors.by_hand_sqlite),
    "by_hand_postgresql": _plain(floors.by_hand_postgresql),
    "by_hand_applied": _plain(floors.by_hand_applied),
    "chat": _plain(chat),
    "paylink_web": _paylink([Role.WEB]),
    "paylink_work": _paylink([Role.WORK]),
    "paylink": _paylink(list(Role)),
}


async def _serve(app: App, port: int) -> None:
    async with app(os.environ.get("PAYLINK_DATABASE_URL", "")) as asgi:
        config = uvicorn.Config(
            asgi, port=port, http="httptools", log_config=None, access_log=False, proxy_headers=False
        )
        await uvicorn.Server(config).serve()


def main() -> None:
    """Serve until stopped, on one core unless CORE is "any"."""
    name, core, port = sys.argv[1:]
    if core != "any":
        os.sched_setaffinity(0, {int(core)})
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(APPS[name], int(port)))


if __name__ == "__main__":
    main()
