"""For the operator's commands: the database of the settings, without the service."""

import asyncio
import getpass
import os
import sys
from collections.abc import Callable
from typing import TypeVar

import click

from bot.commands._schema import ensure_schema
from bot.commands._settings import settings_or_exit
from bot.errors import StorageUnavailable
from bot.ports.clock import SystemClock
from bot.ports.model import Person
from bot.ports.storage import Transaction
from bot.settings import Settings
from storage.engine import SqlStorage

T = TypeVar("T")

NUMBER = click.IntRange(1, 2**63 - 1)  # what a database can count to

yes = click.option("--yes", "sure", is_flag=True, help="Do not ask whether you are sure.")


def confirm(question: str, *, sure: bool) -> None:
    """Ask whoever types the command, unless they are sure already; ends it with 1 if they are not."""
    try:
        if sure or click.confirm(question, err=True):
            return
        click.echo("nothing was changed", err=True)
    except click.Abort:
        click.echo("\nnobody is here to answer, so nothing was changed; --yes says it beforehand", err=True)
    sys.exit(1)


def plain(text: str, *, beside: str = "") -> str:
    """A text of others, for a terminal, which shall not obey it; `beside`: what may stay as it is."""
    return "".join(one if one.isprintable() or one in beside else "\N{REPLACEMENT CHARACTER}" for one in text)


def operator() -> Person:
    """Whoever types the command, as the one who did it."""
    try:
        name = getpass.getuser()
    except KeyError:  # a container may be run by any number
        name = str(os.getuid())
    return Person("operator", name, name=name)


def in_database(fn: Callable[[Transaction], T]) -> T:
    """Run `fn` in a transaction. A service that is running finds within seconds what it left to do."""
    return asyncio.run(_run(settings_or_exit(), fn))


async def _run(settings: Settings, fn: Callable[[Transaction], T]) -> T:
    ensure_schema(settings)
    storage = SqlStorage(settings.database_url, SystemClock(), on_wake=lambda _: None)
    try:
        return await storage.write(fn)
    except StorageUnavailable as error:
        raise click.ClickException(f"the database did not take it, nothing was changed: {error}") from error
    finally:
        await storage.close()
