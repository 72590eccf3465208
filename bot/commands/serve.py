"""`paylink serve`: web and work, in one process or in several."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from importlib import import_module

import click
import structlog
import uvicorn
import uvloop
from starlette.types import ASGIApp

from adapters.telemetry.counters import Counters
from adapters.web.front import Front
from adapters.work.handling import DRAIN_S
from bot import gc_tuning, logs
from bot.commands._connection import Connection
from bot.commands._listen import sockets_or_exit
from bot.commands._notify import ready
from bot.commands._schema import ensure_work, exclusive, make_schema, trouble_told
from bot.commands._settings import mistakes_told, settings_or_exit
from bot.commands._traces import traces_or_exit
from bot.roles import Role
from bot.settings import Settings

_DRAIN_S = 10
_END_S = DRAIN_S + 5  # for work, and for letting go of the database; systemd waits for 30 in all
_KEEP_ALIVE_S = 75  # longer than proxies keep one (nginx and most load balancers: 60): they own the end


class _Server(uvicorn.Server):
    """uvicorn raises a signal again when it has stopped, which would end us before we have drained."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn says nothing where the sockets are given."""
        await super().startup(sockets)
        structlog.get_logger(__name__).info("service.listening", host=self.config.host, port=self.config.port)


@click.command()
@click.option(
    "--only",
    type=click.Choice([role.value for role in Role]),
    help="What this process is for; both, unless said.",
)
def command(only: str | None) -> None:
    """Run the service until it is told to stop (SIGTERM or Ctrl-C); what is running is finished first.

    On PostgreSQL several processes can share it: --only web takes in what comes, --only work does the rest.
    Each answers at a PAYLINK_PORT of its own.
    """
    settings = settings_or_exit()
    counters, traces = Counters(settings.accounts), traces_or_exit(settings)
    listeners = [counters.hear, *([traces.hear] if traces else [])]
    logs.configure(settings.log_format, settings.secrets, listeners)
    if only and not settings.is_postgresql:
        raise click.UsageError(f"--only {only} needs PostgreSQL: a file is for one process")
    at_last = threading.Timer(_END_S, _cut_off)
    at_last.daemon = True
    try:
        with exclusive(settings):
            make_schema(settings)
            ensure_work(settings)
            sockets = sockets_or_exit(settings.host, settings.port)
            roles = [Role(only)] if only else list(Role)
            with (
                mistakes_told(),
                trouble_told(),
                asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
            ):
                runner.run(_serve(settings, roles, counters, sockets, at_last))
    finally:
        if traces:
            traces.close()
        at_last.cancel()


async def _serve(
    settings: Settings,
    roles: Sequence[Role],
    counters: Counters,
    sockets: Sequence[socket.socket],
    at_last: threading.Timer,
) -> None:
    """Listen first; early requests wait for the rest. `at_last`: runs at the end."""
    log = structlog.get_logger(__name__)
    front = Front()
    server = _Server(_config(settings, front))
    log.info("service.starting", host=settings.host, port=settings.port)
    service = asyncio.create_task(_behind(front, settings, roles, counters))
    service.add_done_callback(lambda _: server.handle_exit(signal.SIGTERM, None))
    await server.serve(list(sockets))
    log.info("service.draining")
    at_last.start()
    service.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await service
    log.info("service.stopped")


def _cut_off() -> None:
    """End at once: a job at a database that hangs may never end. The next process takes it up."""
    structlog.get_logger(__name__).error("service.cut_off")
    os._exit(1)


async def _behind(front: Front, settings: Settings, roles: Sequence[Role], counters: Counters) -> None:
    """The service, until cancelled. Half a second of imports is spent beside the loop, which answers."""
    gc.disable()
    try:
        await asyncio.to_thread(import_module, "bot.bootstrap")
        from bot.bootstrap import running  # noqa: PLC0415 - it is there by now

        async with running(settings, roles=roles, counters=counters) as app:
            gc_tuning.freeze()
            front.open(app)
            structlog.get_logger(__name__).info("service.ready")
            ready()
            await asyncio.get_running_loop().create_future()
    finally:
        gc.enable()
        front.give_up()


def _config(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_DRAIN_S,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )
