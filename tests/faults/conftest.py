"""A database for every test that needs one of its own."""

import pytest

from tests.databases import new_database


@pytest.fixture
def database(postgresql: str) -> str:
    return new_database(postgresql)
