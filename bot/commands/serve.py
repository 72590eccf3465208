"""`paylink serve`: web and workers in one process."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator

import click
import structlog
import uvicorn
import uvloop

from bot import logs
from bot.bootstrap import running
from bot.commands._settings import settings_or_exit
from bot.settings import Settings
from storage import migrate

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
def command() -> None:
    """Run the service until it is told to stop (SIGTERM or Ctrl-C); what is running is finished first."""
    settings = settings_or_exit()
    logs.configure(settings.log_format, settings.secrets)
    migrate.upgrade(settings.database_url)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    log = structlog.get_logger(__name__)
    async with running(settings) as app:
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
