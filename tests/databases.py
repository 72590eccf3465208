"""Databases of the tests' own server, each new."""

import asyncio
import secrets

from sqlalchemy import create_engine, make_url, text

from adapters.work import distributed
from storage import migrate


def new_database(server_url: str) -> str:
    """The URL of an empty database with our tables and the engine's. It goes with its server."""
    url = empty_database(server_url)
    migrate.upgrade(url)
    asyncio.run(distributed.upgrade(url))
    return url


def empty_database(server_url: str) -> str:
    """The URL of a database with nothing in it."""
    name = f"test_{secrets.token_hex(4)}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
