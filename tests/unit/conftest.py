"""A database of its own for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import new_file
from tests.unit.world import World


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "paylink.db"
    new_file(path)
    return path


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = await World.begin(new_file(tmp_path / "paylink.db"))
    yield made
    await made.storage.close()
