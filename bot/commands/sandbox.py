"""`paylink sandbox`: only the stand-ins, for a service or a test that runs elsewhere on this machine."""

import asyncio
import contextlib
import socket

import click

from bot.commands._port import listen_or_exit, port_or_exit
from bot.settings_rows import is_base
from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.registry import STANDINS, env_of, make_standins
from sandbox.server import serving_on
from sandbox.slack.standin import SlackStandIn
from sandbox.standin import StandIn, World


def _address(_: click.Context, __: click.Parameter, value: str) -> str:
    if not is_base(value):
        raise click.BadParameter("must be an address like http://127.0.0.1:3000")
    return value.rstrip("/")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(STANDINS)), metavar="[NAME]...")
@click.option(
    "--port",
    default=9000,
    show_default=True,
    callback=port_or_exit,
    help="Where the stand-ins listen, on loopback.",
)
@click.option(
    "--service",
    default="http://127.0.0.1:8080",
    show_default=True,
    callback=_address,
    help="Where webhooks, commands and updates are sent.",
)
@click.option(
    "--env", is_flag=True, help="Print the settings that point a service at the stand-ins, and exit."
)
@click.option("--socket-mode", is_flag=True, help="With --env: print an app token of Slack's, too.")
def command(names: tuple[str, ...], port: int, service: str, *, env: bool, socket_mode: bool) -> None:
    """Run the stand-ins named, or all of them, below one port."""
    if socket_mode and not env:
        raise click.UsageError("--socket-mode is about what --env prints: say both")
    world = World(Clock(), f"http://127.0.0.1:{port}", service)
    if env:
        for name, value in _settings(make_standins(world, list(names)), socket_mode=socket_mode).items():
            click.echo(f"{name}={value}")
        return
    listener = listen_or_exit(port)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(world, list(names), listener))


def _settings(standins: list[StandIn], *, socket_mode: bool) -> dict[str, str]:
    """The switch says what the service does: the stand-in takes requests either way."""
    slack = [standin for standin in standins if isinstance(standin, SlackStandIn)]
    if socket_mode and not slack:
        raise click.UsageError("--socket-mode is about slack, which is not among the stand-ins named")
    own = slack[0].env(socket_mode=True) if socket_mode else {}
    return env_of(standins) | own


async def _serve(world: World, names: list[str], listener: socket.socket) -> None:
    async with serving_on(build_app(world, names), listener) as url:
        click.echo(f"Stand-ins at {url}: {', '.join(names or STANDINS)}")
        click.echo(f"They talk to the service at {world.service_url}. Ctrl-C ends them.")
        await asyncio.Event().wait()
