"""A PostgreSQL server of our own that keeps what it has promised, which the tests' one does not."""

import contextlib
from collections.abc import Iterator

from tests import postgresql
from tests.databases import new_database as new_database  # noqa: PLC0414 - used from here


@contextlib.contextmanager
def server(**options: str) -> Iterator[str]:
    """A running server; gives its URL. Raises RuntimeError where there is none on this machine."""
    programs = postgresql.programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is missing: sudo apt-get install postgresql")
    with postgresql.server(programs, **{"shared_buffers": "256MB", **options}) as url:
        yield url
