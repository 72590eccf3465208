"""Database access for the operator's commands, without the service."""

import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import click

from bot.commands._schema import ensure_schema
from bot.commands._settings import settings_or_exit
from bot.errors import StorageUnavailable
from bot.ports.clock import SystemClock
from bot.ports.model import Person
from bot.ports.storage import Storage, Transaction
from bot.settings import Settings
from storage.engine import SqlStorage

T = TypeVar("T")

NUMBER = click.IntRange(1, 2**63 - 1)  # what a database can count to

yes = click.option("--yes", "sure", is_flag=True, help="Do not ask whether you are sure.")


def confirm(question: str, *, sure: bool, about: Sequence[str] = ()) -> None:
    """Ask for confirmation, below the lines that it is about, unless `sure`; ends with 1 if it is denied."""
    if sure:
        return
    for line in about:
        click.echo(line, err=True)
    try:
        if click.confirm(question, err=True):
            return
        click.echo("nothing was changed", err=True)
    except click.Abort:
        nobody = "nobody is here to answer, so nothing was changed; --yes says it beforehand"
        click.echo(f"\n{'nothing was changed' if sys.stdin.isatty() else nobody}", err=True)
    sys.exit(1)


def plain(text: str, *, beside: str = "") -> str:
    """Foreign text for a terminal, without control characters; `beside`: those that may stay."""
    return "".join(one if one.isprintable() or one in beside else "\N{REPLACEMENT CHARACTER}" for one in text)


def operator() -> Person:
    """The person who types the command."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may be run by any number
        name = str(os.getuid())
    return Person("operator", name)


def looked_up(fn: Callable[[Transaction], T]) -> T:
    """What `fn` reads in a transaction that changes nothing, and waits for nobody who does."""
    return asyncio.run(_run(settings_or_exit(), lambda storage: storage.read(fn), "cannot be read"))


def in_database(fn: Callable[[Transaction], T]) -> T:
    """Run `fn` in a transaction. A running service picks up within seconds what is to be done."""
    trouble = "did not take it, nothing was changed"
    return asyncio.run(_run(settings_or_exit(), lambda storage: storage.write(fn), trouble))


async def _run(settings: Settings, use: Callable[[Storage], Awaitable[T]], trouble: str) -> T:
    ensure_schema(settings)
    storage = SqlStorage(settings.database_url, SystemClock(), on_wake=lambda _: None)
    try:
        return await use(storage)
    except StorageUnavailable as error:
        raise click.ClickException(f"the database {trouble}: {error}") from error
    finally:
        await storage.close()
