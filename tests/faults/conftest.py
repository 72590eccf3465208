"""A database for every test that needs one of its own."""

import pytest

from tests.databases import new_database
from tests.faults.scale import SCALE

# Kills of many sales at random moments: in `make soak` alone, see docs/faults.md.
collect_ignore = [] if SCALE.long else ["test_processes.py"]


@pytest.fixture
def database(postgresql: str) -> str:
    return new_database(postgresql)
