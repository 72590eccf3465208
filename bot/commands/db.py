"""`paylink db`: the database's schema."""

import click

from bot.commands._settings import settings_or_exit
from storage import migrate


@click.group()
def command() -> None:
    """Migrate the database."""


@command.command()
def upgrade() -> None:
    """Run every migration that the database has not seen."""
    migrate.upgrade(settings_or_exit().database_url)
    click.echo("The database is up to date.")
