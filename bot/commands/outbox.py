"""`paylink outbox`: what is still owed to the chats."""

import asyncio

import click

from bot.commands._settings import settings_or_exit
from bot.ports.clock import SystemClock
from storage.engine import SqliteStorage


@click.command()
@click.option("--count", is_flag=True, help="Print how many messages are still owed.")
def command(count: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """Show what is still owed to the chats."""
    if not count:
        raise click.UsageError("say what to show: --count")
    click.echo(asyncio.run(_count(settings_or_exit().database_url)))


async def _count(url: str) -> int:
    storage = SqliteStorage(url, SystemClock(), on_wake=lambda _: None)
    try:
        return await storage.read(lambda tx: tx.outbox.count())
    finally:
        await storage.close()
