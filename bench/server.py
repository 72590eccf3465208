"""One application under the service's own server settings: `python -m bench.server NAME CORE PORT`.

Every floor and Paylink itself run below this, so that only the application differs. Paylink takes its
settings from the environment, as ever.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager
from functools import partial

import uvicorn
import uvloop
from starlette.types import ASGIApp

from adapters.telemetry.counters import Counters
from bench import by_hand, floors
from bench.chat import chat
from bench.naive.slack import slack
from bench.naive.telegram import telegram
from bot import gc_tuning, logs, settings
from bot.bootstrap import running
from bot.commands._connection import Connection
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
        loaded, counters = settings.load(os.environ), Counters()
        logs.configure(loaded.log_format, loaded.secrets, [counters.hear])
        async with running(loaded, roles=roles, counters=counters) as asgi:
            gc_tuning.freeze()  # as `paylink serve` does
            yield asgi

    return app


APPS: dict[str, App] = {
    "bare": _plain(floors.bare),
    "by_hand_sqlite": _plain(floors.by_hand_sqlite),
    "by_hand_postgresql": _plain(floors.by_hand_postgresql),
    "by_hand_applied": _plain(floors.by_hand_applied),
    "by_hand_told": by_hand.stored_and_told,
    "by_hand_web": by_hand.stored_and_notified,
    "by_hand_work": by_hand.notified_and_told,
    "acknowledged": by_hand.acknowledged,
    "two_calls": partial(by_hand.calls, posts=1),
    "four_calls": partial(by_hand.calls, posts=3),
    "chat": _plain(partial(chat, takes_s=0.0)),
    "slow_chat": _plain(partial(chat, takes_s=0.25)),
    "naive_slack": slack,
    "naive_telegram": telegram,
    "paylink_web": _paylink([Role.WEB]),
    "paylink_work": _paylink([Role.WORK]),
    "paylink": _paylink(list(Role)),
}


async def _serve(app: App, port: int) -> None:
    logs.configure("json", ())  # what libraries say is left out of the floors, too
    async with app(os.environ.get("PAYLINK_DATABASE_URL", "")) as asgi:
        config = uvicorn.Config(
            asgi, port=port, http=Connection, log_config=None, access_log=False, proxy_headers=False
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
