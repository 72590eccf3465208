"""For every command on the database: its schema."""

import click

from bot.settings import Settings
from storage import migrate


def ensure_schema(settings: Settings) -> None:
    """A file is brought up to date by its one process; a server's many processes wait for the operator."""
    if not settings.is_postgresql:
        migrate.upgrade(settings.database_url)
    elif not migrate.is_current(settings.database_url):
        raise click.ClickException("the database is not up to date: run `paylink db upgrade` first")
