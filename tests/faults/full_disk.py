"""A PostgreSQL server whose disk is full, without a disk of its own.

A table is a file of one gigabyte at most, and then the next file. The first becomes as large as it may be,
with a hole that takes no room; the next is /dev/full, to which nobody can write: "No space left on device".
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

GROWING = ("inbox", "events", "outbox")
_FULL = Path("/dev/full")
_FILE = text(
    "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(:table),"
    " pg_size_bytes(current_setting('segment_size'))"
)


@contextlib.contextmanager
def full_disk(database: str) -> Iterator[None]:
    """Soon after the block has begun GROWING tables take nothing more; after it there is room for all."""
    engine = create_engine(database)
    try:
        nexts = [_filled(engine.connect(), table) for table in GROWING]
        yield
        for next_ in nexts:
            next_.unlink()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in GROWING:  # written anew, without the hole
                connection.execute(text(f"VACUUM FULL {table}"))
    finally:
        engine.dispose()


def _filled(connection: Connection, table: str) -> Path:
    """Fill a table's file up while nobody else looks; gives the one that comes after it."""
    with connection, connection.begin():
        # It would find the hole.
        connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))
        connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        found = connection.execute(_FILE, {"table": table}).one()
        first, size = Path(found[0]), int(found[1])
        os.truncate(first, size)
        next_ = first.with_suffix(".1")
        next_.symlink_to(_FULL)
        return next_
