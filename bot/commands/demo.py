"""`paylink demo`: the whole product on this machine, against stand-ins, with no account anywhere."""

import asyncio
import contextlib
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from click.core import ParameterSource

from adapters.backends import BACKENDS
from bot.commands._child import ServiceProcess
from bot.commands._port import port_or_exit
from bot.commands._scenarios import SCENARIOS, play, playable
from bot.commands._stage import ScenarioFailed
from bot.texts import LANGUAGES
from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.registry import env_of, make_standins
from sandbox.server import listen, reserve, serving_on, url_of
from sandbox.standin import World


@dataclass(frozen=True)
class Demo:
    """A sandbox and a service that know each other."""

    sandbox_url: str
    service: ServiceProcess


@dataclass(frozen=True)
class _InOperation:
    """The service as the sandbox's page handles it."""

    process: ServiceProcess

    async def kill(self) -> None:
        await self.process.kill()

    async def start(self) -> None:
        await self.process.start()

    async def look(self, reference: str) -> None:
        await self.process.command("links", "refresh", reference)


@click.command()
@click.option("--headless", is_flag=True, help="Play one sale in both chats, print it, and exit.")
@click.option(
    "--backend",
    type=click.Choice(list(BACKENDS)),
    default="checkout",
    show_default=True,
    help="Who makes the links unless said.",
)
@click.option(
    "--scenario",
    type=click.Choice(list(SCENARIOS)),
    default="paid",
    show_default=True,
    help="What --headless plays.",
)
@click.option(
    "--port",
    default=9000,
    show_default=True,
    callback=port_or_exit,
    help="Of the page; another one is taken if it is in use.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Of Paylink in the chats.",
)
def command(headless: bool, backend: str, scenario: str, port: int, language: str) -> None:  # noqa: FBT001 - click's way
    """Run everything on this machine against stand-ins, with no account."""
    for option in ("port", "language"):
        if headless and _is_given(option):
            raise click.UsageError(f"--{option} is the page's: --headless has none")
    if not headless and _is_given("scenario"):
        raise click.UsageError("--scenario is for --headless: say both, or choose on the page")
    if headless and scenario not in playable(backend):
        raise click.UsageError(
            f"'{scenario}' cannot be played with {backend}, but: {', '.join(playable(backend))}"
        )
    well = not headless  # a page is there until it is told to end; a sale that is cut off has not ended well
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        well = asyncio.run(_headless(backend, scenario) if headless else _with_page(backend, port, language))
    if not well:
        sys.exit(1)


def _is_given(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


@contextlib.asynccontextmanager
async def demo(
    backend: str, port: int, others: Sequence[str] = (), language: str = "en"
) -> AsyncIterator[Demo]:
    """Both of them running; afterwards (a SIGTERM included) both are stopped and their files gone.

    `others`: backends that can be chosen beside the first.
    """
    if (task := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    page, reserved = _listen(port), reserve()
    service_url = url_of(reserved)
    world = World(Clock(), url_of(page), service_url)
    with reserved, tempfile.TemporaryDirectory(prefix="paylink-demo-") as folder:
        names = [backend, *others, "slack", "telegram"]
        settings = env_of(make_standins(world, names)) | {
            "PAYLINK_DATABASE_URL": f"sqlite:///{folder}/demo.db",
            "PAYLINK_PORT": service_url.rsplit(":", 1)[1],
            "PAYLINK_PUBLIC_URL": service_url,
            "PAYLINK_DEFAULT_BACKEND": backend,
            "PAYLINK_LANGUAGE": language,
            "PAYLINK_LOG_FORMAT": "console",
        }
        service = ServiceProcess(service_url, settings, Path(folder) / "service.log")
        app = build_app(world, names, service=_InOperation(service))
        async with serving_on(app, page) as sandbox_url:
            await service.start()
            try:
                yield Demo(sandbox_url, service)
            finally:
                await service.stop()


async def _with_page(backend: str, port: int, language: str) -> bool:
    async with demo(backend, port, [name for name in BACKENDS if name != backend], language) as running:
        click.echo(f"\n  Open {running.sandbox_url}\n")
        click.echo("  A Slack channel, a Telegram chat and the customer's phone, with every backend.")
        click.echo("  Type /paylink 49.90 EUR jane@example.com Invoice 12 in either chat. Ctrl-C ends it.\n")
        await asyncio.Event().wait()
    return True


async def _headless(backend: str, scenario: str) -> bool:
    async with demo(backend, 0) as running:
        try:
            await play(SCENARIOS[scenario], running.sandbox_url, backend, running.service, click.echo)
        except ScenarioFailed as failure:
            click.echo(f"\nFAILED: {failure}\nThe service's log:\n{running.service.log_text()}")
            return False
    click.echo(f"\nBoth threads ended as the scenario '{scenario}' says.")
    return True


def _listen(port: int) -> socket.socket:
    try:
        return listen(port)
    except OSError:
        return listen()
