"""Servers and databases for tests that need some of their own."""

from collections.abc import Iterator

import pytest

from tests.conftest import missing
from tests.databases import new_database
from tests.postgresql import QUICK, Server, mortal_server, programs


@pytest.fixture
def mortal() -> Iterator[Server]:
    """A server of the test's own, which can be stopped."""
    if (found := programs()) is None:
        missing("PostgreSQL", "postgresql")
    with mortal_server(found, **QUICK) as running:
        yield running


@pytest.fixture
def own_database(mortal: Server) -> str:
    return new_database(mortal.url)
