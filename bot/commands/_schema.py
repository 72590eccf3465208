"""What every command checks of the database before it uses it."""

import contextlib
import os
from collections.abc import Iterator

import click
from sqlalchemy.exc import DBAPIError

from bot.errors import StorageUnavailable
from bot.settings import Settings
from bot.settings_file import place_of
from storage import file_lock, migrate
from storage.pooling import is_transaction_pooled


def ensure_schema(settings: Settings) -> None:
    """End the command unless the database is there and up to date: whoever looks at it does not make it."""
    with trouble_told():
        if missing := migrate.missing_file(settings.database_url):
            raise StorageUnavailable(
                f"there is no file {place_of(missing)}. Is this the service's folder? "
                "A new file is made by `paylink serve`"
            )
        if not migrate.is_current(settings.database_url):
            migrate.check_known(settings.database_url)
            raise click.ClickException("the database is not up to date: run `paylink db upgrade` first")


def file_to_make(settings: Settings) -> str | None:
    """The SQLite file that is not there and that the service can make when it starts; None: no such file."""
    missing = migrate.missing_file(settings.database_url)
    can_be_made = missing is not None and os.access(missing.parent, os.W_OK | os.X_OK)
    return place_of(missing) if missing and can_be_made else None


def make_schema(settings: Settings) -> None:
    """A file is made and migrated by its one process; on a server with many, the operator migrates."""
    if settings.is_postgresql:
        ensure_schema(settings)
        return
    with trouble_told():
        migrate.upgrade(settings.database_url)


def ensure_work(settings: Settings) -> None:
    """Work needs a direct connection to the server; with an address of its own, to the same database."""
    if not settings.is_postgresql:
        return
    ensure_direct(settings)
    if settings.work_database_url != settings.database_url:
        with trouble_told(work_setting(settings)):
            if not migrate.is_current(settings.work_database_url):
                raise click.ClickException(
                    f"{work_setting(settings)} is another database than PAYLINK_DATABASE_URL: "
                    "it must be the same one, reached directly"
                )


def ensure_direct(settings: Settings) -> None:
    """Listening and migrating need one connection across transactions, which a pooler does not give."""
    setting = work_setting(settings)
    with trouble_told(setting):
        if is_transaction_pooled(settings.work_database_url):
            raise click.ClickException(
                f"{setting} leads through a PgBouncer in transaction mode: "
                "name the server itself in PAYLINK_WORK_DATABASE_URL"
            )


@contextlib.contextmanager
def exclusive(settings: Settings) -> Iterator[None]:
    """Hold a SQLite file for the length of the block; a PostgreSQL server is for many processes."""
    with contextlib.ExitStack() as stack:
        if not settings.is_postgresql:
            try:
                stack.enter_context(file_lock.exclusive(settings.database_url))
            except file_lock.DatabaseInUse as error:
                raise click.ClickException(
                    "another process serves the file of PAYLINK_DATABASE_URL, which is for one: "
                    "stop that one, name another file, or use PostgreSQL"
                ) from error
        yield


def work_setting(settings: Settings) -> str:
    """The setting that names the database for direct connections."""
    own = settings.work_database_url != settings.database_url
    return "PAYLINK_WORK_DATABASE_URL" if own else "PAYLINK_DATABASE_URL"


@contextlib.contextmanager
def trouble_told(setting: str = "PAYLINK_DATABASE_URL") -> Iterator[None]:
    """A database failure inside the block becomes one line about the setting, and ends the command with 1."""
    try:
        yield
    except migrate.TooNew as error:
        raise click.ClickException(str(error)) from error
    except migrate.Foreign as error:
        raise click.ClickException(f"{error}: name one of its own in {setting}") from error
    except StorageUnavailable as error:
        raise _cannot_be_used(setting, str(error)) from error
    except DBAPIError as error:
        raise _cannot_be_used(setting, str(error.orig)) from error


def _cannot_be_used(setting: str, why: str) -> click.ClickException:
    told = why.partition("\n")[0]
    return click.ClickException(f"the database of {setting} cannot be used: {told}")
