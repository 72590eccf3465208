"""`paylink check`: every setting and every credential, tried; a line each."""

import asyncio
import sys
from collections.abc import Awaitable

import click

from bot.bootstrap import chats_of, make_backends
from bot.commands._settings import settings_or_exit
from bot.errors import PaylinkError
from bot.settings import Settings
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
        await backend.aclose()
    async with chats_of(settings) as chats:
        for name, chat in chats.items():
            good &= await _try(name, chat.check())
    return good


async def _try(name: str, check: Awaitable[str]) -> bool:
    try:
        click.echo(f"ok    {name}: {await check}")
    except PaylinkError as error:
        click.echo(f"WRONG {name}: {type(error).__name__}: {error}")
        return False
    return True
