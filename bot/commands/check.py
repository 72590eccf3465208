"""`paylink check`: every setting and every credential, tried; a line each."""

import asyncio
import sys
from collections.abc import Awaitable
from urllib.parse import urlsplit

import click

from bot.bootstrap import chats_of, make_backends
from bot.commands._settings import settings_or_exit
from bot.errors import PaylinkError
from bot.ports.backend import Backend
from bot.ports.model import Mode
from bot.settings import Settings
from bot.settings_table import LOOPBACK
from storage import migrate


@click.command()
def command() -> None:
    """Try every setting and every credential; exits with 1 if one is wrong."""
    settings = settings_or_exit()
    click.echo("ok    settings: read without a mistake")
    migrate.upgrade(settings.database_url)
    click.echo("ok    database: up to date")
    if not asyncio.run(_check(settings)):
        sys.exit(1)


async def _check(settings: Settings) -> bool:
    good = True
    for name, backend in make_backends(settings).items():
        good &= await _try(name, backend.check())
        good &= _reachable(settings, backend)
        await backend.aclose()
    async with chats_of(settings) as chats:
        for name, chat in chats.items():
            good &= await _try(name, chat.check())
    return good


def _reachable(settings: Settings, backend: Backend) -> bool:
    """Real money moves between machines that find each other: nothing live on an address of this one."""
    addresses = {
        "API_URL": settings.backends[backend.info.name].get("API_URL", ""),
        "PUBLIC_URL": settings.public_url or "",
    }
    local = [name for name, url in addresses.items() if urlsplit(url).hostname in LOOPBACK]
    if backend.mode is Mode.LIVE and local:
        click.echo(
            f"WRONG {backend.info.name}: a live key with an address of this machine: {', '.join(local)}"
        )
        return False
    return True


async def _try(name: str, check: Awaitable[str]) -> bool:
    try:
        click.echo(f"ok    {name}: {await check}")
    except PaylinkError as error:
        click.echo(f"WRONG {name}: {type(error).__name__}: {error}")
        return False
    return True
