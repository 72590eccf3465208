"""`paylink db`: the database's schema, and a copy of it."""

import asyncio
import sys
from pathlib import Path

import click

from adapters.work import distributed
from bot.commands._schema import ensure_direct, make_schema, trouble_told, work_setting
from bot.commands._settings import settings_or_exit
from bot.errors import StorageUnavailable
from bot.settings import Settings
from storage import migrate
from storage.backup import backup


@click.group()
def command() -> None:
    """Migrate the database, or copy it."""


@command.command()
def upgrade() -> None:
    """Run every migration that the database has not seen."""
    settings = settings_or_exit()
    _upgrade(settings)
    click.echo("The database is up to date.")


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def copy(file: Path) -> None:
    """Copy the database into a new file; the service may be running."""
    settings = settings_or_exit()
    if settings.is_postgresql:
        raise click.UsageError("PostgreSQL has a program of its own for this: pg_dump (docs/operations.md)")
    try:
        backup(settings.database_url, file)
    except FileExistsError as error:
        there = error.filename or file
        click.echo(f"nothing was copied: {there} is there already. Name another, or move it away.", err=True)
        sys.exit(1)
    except FileNotFoundError as error:
        click.echo(f"nothing was copied: {_missing(error, file)}", err=True)
        sys.exit(1)
    except (OSError, UnicodeError, StorageUnavailable) as error:
        click.echo(f"nothing was copied: {error}", err=True)
        sys.exit(1)
    click.echo(f"The database as it is now is in {file}.")


def _missing(error: FileNotFoundError, file: Path) -> str:
    """The system names the file that it was to make; we, the database."""
    if error.filename:
        return f"there is no folder {file.parent}. Make it, or name another."
    return f"there is no database {error}. Is PAYLINK_DATABASE_URL right, and this its folder?"


def _upgrade(settings: Settings) -> None:
    """On PostgreSQL past a PgBouncer: what is prepared for a migration stays on its connection.

    Our own tables tell that all is done, so they are the last.
    """
    if not settings.is_postgresql:
        make_schema(settings)
        return
    ensure_direct(settings)
    url = settings.work_database_url
    with trouble_told(work_setting(settings)), migrate.in_turn(url):
        migrate.check_known(url)
        asyncio.run(distributed.upgrade(url))
        migrate.upgrade(url)
