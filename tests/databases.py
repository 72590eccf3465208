"""Databases with our tables in them, each new: copies of one that was migrated, which is quicker."""

import asyncio
import secrets
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from adapters.work import distributed
from storage import migrate


def new_file(path: Path) -> str:
    """The URL of a database in a file, new unless there is one."""
    if not path.exists():
        path.write_bytes(_file())
    return f"sqlite:///{path}"


def new_database(server_url: str) -> str:
    """The URL of a new one of the tests' own server, with the engine's tables. It goes with its server."""
    return _create(server_url, f'TEMPLATE "{make_url(_template(server_url)).database}"')


def empty_database(server_url: str, how: str = "") -> str:
    """The URL of a database with nothing in it; `how`, in SQL, it differs from the server's others."""
    return _create(server_url, how)


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "paylink.db")
        migrate.upgrade(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _template(server_url: str) -> str:
    url = empty_database(server_url)
    migrate.upgrade(url)
    asyncio.run(distributed.upgrade(url))
    return url


def _create(server_url: str, how: str = "") -> str:
    name = f"test_{secrets.token_hex(4)}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" {how}'))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
