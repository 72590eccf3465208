"""`paylink db`: the database's schema."""

import asyncio

import click

from adapters.work import distributed
from bot.commands._settings import settings_or_exit
from storage import migrate


@click.group()
def command() -> None:
    """Migrate the database."""


@command.command()
def upgrade() -> None:
    """Run every migration that the database has not seen."""
    settings = settings_or_exit()
    migrate.upgrade(settings.database_url)
    if settings.is_postgresql:
        asyncio.run(distributed.upgrade(settings.work_database_url))
    click.echo("The database is up to date.")
