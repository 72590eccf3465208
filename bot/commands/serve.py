"""`paylink serve`: web and work, in one process or in several."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click
import structlog
import uvicorn
import uvloop

from adapters.telemetry.counters import Counters
from bot import logs
from bot.bootstrap import running
from bot.bootstrap.work import Role
from bot.commands._schema import ensure_schema
from bot.commands._settings import mistakes_told, settings_or_exit
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.telemetry.traces import Traces

_DRAIN_S = 10
_KEEP_ALIVE_S = 75  # longer than proxies keep one (nginx and most load balancers: 60): they own the end


class _Server(uvicorn.Server):
    """uvicorn raises a signal again when it has stopped, which would end us before we have drained."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


@click.command()
@click.option(
    "--only",
    type=click.Choice([role.value for role in Role]),
    help="What this process is for; both, unless said.",
)
def command(only: str | None) -> None:
    """Run the service until it is told to stop (SIGTERM or Ctrl-C); what is running is finished first.

    On PostgreSQL several processes can share it: --only web takes in what comes, --only work does the rest.
    """
    settings = settings_or_exit()
    counters, traces = Counters(), _traces(settings)
    listeners = [counters.hear, *([traces.hear] if traces else [])]
    logs.configure(settings.log_format, settings.secrets, listeners)
    if only and not settings.is_postgresql:
        raise click.UsageError(f"--only {only} needs PostgreSQL: a file is for one process")
    ensure_schema(settings)
    with mistakes_told(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(_serve(settings, [Role(only)] if only else list(Role), counters))
        finally:
            if traces:
                traces.close()


def _traces(settings: Settings) -> "Traces | None":
    """Imported only where they go somewhere."""
    if settings.traces_url is None:
        return None
    try:
        from adapters.telemetry.traces import Traces  # noqa: PLC0415 - an extra, and heavy
    except ImportError:
        raise click.ClickException("PAYLINK_TRACES_URL needs more: pip install 'paylink[traces]'") from None
    return Traces(settings.traces_url)


async def _serve(settings: Settings, roles: Sequence[Role], counters: Counters) -> None:
    log = structlog.get_logger(__name__)
    async with running(settings, roles=roles, counters=counters) as app:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http="httptools",
            log_config=None,
            access_log=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_DRAIN_S,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
        )
        log.info("service.starting", host=settings.host, port=settings.port)
        await _Server(config).serve()
        log.info("service.draining")
    log.info("service.stopped")
