"""Database access for the operator's commands, without the service."""

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
    """Ask for confirmation unless `sure`; ends the command with 1 if it is denied."""
    try:
        if sure or click.confirm(question, err=True):
            return
        click.echo("nothing was changed", err=True)
    except click.Abort:
        click.echo("\nnobody is here to answer, so nothing was changed; --yes says it beforehand", err=True)
    sys.exit(1)


def plain(text: str, *, beside: str = "") -> str:
    """Foreign text for a terminal, without control characters; `beside`: those that may stay."""
    return "".join(one if one.isprintable() or one in beside else "\N{REPLACEMENT CHARACTER}" for one in text)


def operator() -> Person:
    """The person who types the command."""
    try:
        name = getpass.getuser()
    except KeyError:  # a container may be run by any number
        name = str(os.getuid())
    return Person("operator", name, name=name)


def in_database(fn: Callable[[Transaction], T]) -> T:
    """Run `fn` in a transaction. A running service picks up within seconds what is to be done."""
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
