"""`paylink connect`: a backend is told where its webhooks go, or the operator how to tell it."""

import asyncio
import sys

import click

from adapters.backends import BACKENDS
from bot.bootstrap import make_backends
from bot.commands._settings import settings_or_exit
from bot.errors import ConfigurationError, PaylinkError
from bot.ports.backend import Backend, Connects
from bot.settings_table import BACKEND_PREFIXES, PREFIX


@click.command()
@click.argument("name", type=click.Choice(list(BACKENDS)))
@click.option("--url", help="Where webhooks are to go, if not to PAYLINK_PUBLIC_URL.")
def command(name: str, url: str | None) -> None:
    """Register the webhook address at a backend, or print the steps where it has no call for that."""
    settings = settings_or_exit()
    if name not in settings.backends:
        click.echo(f"{PREFIX}{BACKEND_PREFIXES[name]}SECRET_KEY is not set: there is no account to connect.")
        sys.exit(1)
    base = url or settings.public_url
    if base is None:
        click.echo(f"{PREFIX}PUBLIC_URL is not set: say where the world reaches the service, or give --url.")
        sys.exit(1)
    try:
        asyncio.run(_connect(make_backends(settings)[name], url or f"{base}/webhooks/{name}"))
    except (PaylinkError, ConfigurationError) as error:
        click.echo(f"Not connected: {type(error).__name__}: {error}")
        sys.exit(1)


async def _connect(backend: Backend, address: str) -> None:
    info = backend.info
    if not isinstance(backend, Connects):
        click.echo(f"{info.label} has no call for this. By hand:")
        for number, step in enumerate(info.steps, 1):
            click.echo(f"{number}. {step.format(url=address)}")
        return
    try:
        connected = await backend.connect(address)
    finally:
        await backend.aclose()
    click.echo(f"{info.label}: {connected.line}.")
    if connected.secret is not None:
        click.echo("It signs with a secret of its own. Set it, and start the service again:")
        click.echo(f"{PREFIX}{BACKEND_PREFIXES[info.name]}WEBHOOK_SECRET={connected.secret}")
