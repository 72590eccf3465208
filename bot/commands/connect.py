"""`paylink connect`: a backend is told where its webhooks go, or the operator how to tell it."""

import asyncio
import sys
from typing import NoReturn
from urllib.parse import urlsplit

import click

from adapters.backends import BACKENDS
from adapters.backends._accounts import own_names
from bot.bootstrap.core import make_backends
from bot.commands._settings import mistakes_told, settings_or_exit
from bot.commands._trouble import in_words
from bot.errors import ConfigurationError, PaylinkError
from bot.ports.accounts import prefix_of, webhooks_of
from bot.ports.backend import Backend, Connects
from bot.settings import Settings
from bot.settings_table import FORMS, PREFIX, is_safe_url


@click.command()
@click.argument("name", metavar="ACCOUNT")
@click.option(
    "--url", help="Where webhooks are to go, if not to PAYLINK_PUBLIC_URL; with a path: right there."
)
def command(name: str, url: str | None) -> None:
    """Register an account's webhook address at its backend, or print the steps where it has no call for that.

    ACCOUNT is a backend, like checkout, or one of PAYLINK_ACCOUNTS, like checkout-eu.
    """
    settings = settings_or_exit(connected=False)
    _, must_be = FORMS["PUBLIC_URL"]
    if url is not None and not is_safe_url(url):
        raise click.ClickException(f"--url {url}: {must_be}")
    if name not in settings.accounts:
        _no_account(name, settings)
    base = url or settings.public_url
    if base is None:
        _no_address(name, settings)
    with mistakes_told():
        backend = make_backends(settings)[name]
    try:
        asyncio.run(_connect(name, backend, _address(name, url, base)))
    except PaylinkError as error:
        _refused(f"Not connected: {own_names(name, in_words(error, f'{PREFIX}{prefix_of(name)}'))}")
    except ConfigurationError as error:
        _refused(f"Not connected: {own_names(name, str(error))}")


def _address(name: str, url: str | None, base: str) -> str:
    """Where webhooks go: to what is said as it is said, unless that is a host alone."""
    if url and urlsplit(url)[2:] not in {("", "", ""), ("/", "", "")}:
        return url
    return f"{base.rstrip('/')}{webhooks_of(name)}"


def _no_account(name: str, settings: Settings) -> NoReturn:
    if name in BACKENDS:
        _refused(f"{PREFIX}{prefix_of(name)}SECRET_KEY is not set: there is no account to connect.")
    _refused(f"There is no account {name}; there are: {', '.join(settings.accounts)}.")


def _no_address(name: str, settings: Settings) -> NoReturn:
    why = f"{PREFIX}PUBLIC_URL is not set: say where the world reaches the service, or give --url."
    own = f"{PREFIX}{prefix_of(name)}WEBHOOK_SECRET"
    without = f" If nothing reaches it, {own} is a long random word of yours."
    _refused(why + (without if "WEBHOOK_SECRET" in settings.accounts[name] else ""))


def _refused(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(1)


async def _connect(account: str, backend: Backend, address: str) -> None:
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
        click.echo(f"{PREFIX}{prefix_of(account)}WEBHOOK_SECRET={connected.secret}")
