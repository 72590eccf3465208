"""A migrated database per test: copied, which is quicker than migrating it again."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import migrate
from tests.unit.world import World


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "paylink.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def world(migrated: Path, tmp_path: Path) -> AsyncIterator[World]:
    path = tmp_path / "paylink.db"
    shutil.copy(migrated, path)
    made = await World.begin(f"sqlite:///{path}")
    yield made
    await made.storage.close()
