"""Migrates the database, and checks its schema.

The checks do without Alembic, which would take a tenth of the idle service's memory.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, column, create_engine, inspect, make_url, select, table, text

from bot.errors import PaylinkError, StorageUnavailable

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = table("alembic_version", column("version_num"))
_OURS = re.compile("[0-9]{4}")
_TO_SERVER = {
    "connect_timeout": 5,  # with one that takes calls and says nothing
    "client_encoding": "UTF8",  # else psycopg reads bytes where the database has no encoding
}
# What the host lets others take at most is too short for a large table, and for who waits for its turn.
UNLIMITED = """
SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN (
    'lock_timeout', 'statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout'
)
"""
_TURN = 1885431918  # the key of a lock that nobody else takes


class TooNew(PaylinkError):
    """A newer version has migrated the database: its schema is unknown to us."""


class Foreign(PaylinkError):
    """The database is not empty, and its tables are not ours."""


@contextlib.contextmanager
def in_turn(url: str) -> Iterator[None]:
    """Only one process at a time migrates this PostgreSQL database; the others wait at the block."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(UNLIMITED))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_TURN})"))
            yield
    finally:
        engine.dispose()


def upgrade(url: str) -> None:
    """Run every pending migration, or none; raises TooNew, Foreign.

    On SQLite, other processes wait meanwhile; on PostgreSQL `in_turn` sees to that.
    """
    _make(url)
    if is_current(url):
        return
    check_known(url)
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def _make(url: str) -> None:
    """Create the SQLite file, readable by its owner only; SQLite's companion files inherit that."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        with contextlib.suppress(OSError):  # it is there, or SQLite tells what is wrong
            Path(address.database).touch(0o600, exist_ok=False)


def missing_file(url: str) -> Path | None:
    """The SQLite file of the URL if it is not there; what else may be wrong with it is left to SQLite."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return None
    file = Path(address.database or "")
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return file
    except OSError:
        pass
    return None


def is_current(url: str) -> bool:
    """Is the schema up to date? Raises StorageUnavailable if the database cannot keep every text."""
    return _seen(url) == max(_ours())


def check_known(url: str) -> None:
    """Raises TooNew if the database has a migration that we do not know, Foreign if it is not ours."""
    taken, seen = _taken(url), _seen(url)  # in this order: somebody else may make them just now
    if seen is None:
        if taken:
            raise Foreign(f"another program's tables are in this database ({', '.join(taken)})")
        return
    if not _OURS.fullmatch(seen):
        raise Foreign(f"another program has made the tables of this database (version {seen})")
    if seen not in _ours():
        raise TooNew("a newer Paylink has upgraded the database: start that one")


def _engine(url: str) -> Engine:
    is_server = make_url(url).get_backend_name() == "postgresql"
    return create_engine(url, connect_args=_TO_SERVER if is_server else {})


def _taken(url: str) -> list[str]:
    """The names of our tables that exist in the database."""
    from storage.indices import SCHEMA  # noqa: PLC0415 - see above

    engine = _engine(url)
    try:
        return sorted({*SCHEMA.tables} & {*inspect(engine).get_table_names()})
    finally:
        engine.dispose()


def _ours() -> set[str]:
    return {path.name.partition("_")[0] for path in _MIGRATIONS.glob("versions/0*.py")}


def _seen(url: str) -> str | None:
    """The newest migration of the database."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            _check_encoding(connection)
            if not inspect(connection).has_table(_VERSION.name):
                return None
            return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()
    finally:
        engine.dispose()


def _check_encoding(connection: Connection) -> None:
    """A server that was installed where no language is set gives its databases SQL_ASCII."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StorageUnavailable(
            f"its encoding is {encoding}, which cannot keep every text: "
            "make another, by CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
        )
