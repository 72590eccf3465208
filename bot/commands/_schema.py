"""For every command on the database: its schema."""

import click
from sqlalchemy.exc import OperationalError

from bot.settings import Settings
from storage import migrate


def ensure_schema(settings: Settings) -> None:
    """A file is brought up to date by its one process; a server's many processes wait for the operator."""
    try:
        if not settings.is_postgresql:
            migrate.upgrade(settings.database_url)
        elif not migrate.is_current(settings.database_url):
            migrate.check_known(settings.database_url)
            raise click.ClickException("the database is not up to date: run `paylink db upgrade` first")
    except migrate.TooNew as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        told = str(error.orig).partition("\n")[0]
        raise click.ClickException(f"the database of PAYLINK_DATABASE_URL does not answer: {told}") from error
