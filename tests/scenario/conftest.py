"""A stage for every scenario."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenario.stage import Stage, stage_in


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """With what the test's file says in `STAGED_WITH`, if it says anything."""
    async with stage_in(tmp_path, **getattr(request.module, "STAGED_WITH", {})) as ready:
        yield ready
