"""For the operator's commands: the database of the settings, without the service."""

import asyncio
import getpass
from collections.abc import Callable
from typing import TypeVar

from bot.commands._schema import ensure_schema
from bot.commands._settings import settings_or_exit
from bot.ports.clock import SystemClock
from bot.ports.model import Person
from bot.ports.storage import Transaction
from bot.settings import Settings
from storage.engine import SqlStorage

T = TypeVar("T")


def operator() -> Person:
    """Whoever types the command, as the one who did it."""
    return Person("operator", getpass.getuser(), name=getpass.getuser())


def in_database(fn: Callable[[Transaction], T]) -> T:
    """Run `fn` in a transaction. A service that is running finds within seconds what it left to do."""
    return asyncio.run(_run(settings_or_exit(), fn))


async def _run(settings: Settings, fn: Callable[[Transaction], T]) -> T:
    ensure_schema(settings)
    storage = SqlStorage(settings.database_url, SystemClock(), on_wake=lambda _: None)
    try:
        return await storage.write(fn)
    finally:
        await storage.close()
