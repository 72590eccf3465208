"""A backend's stand-in for every test that asks for `rig`; Slack's and Telegram's have their own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.server import serving
from tests.standins.paying_rig import PayingRig, Stage, playing


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stages() -> AsyncIterator[dict[str, Stage]]:
    """Two servers, the sandbox's and the service's, by their addresses."""
    sandbox, service = Stage(), Stage()
    async with serving(sandbox) as sandbox_url, serving(service) as service_url:
        yield {sandbox_url: sandbox, service_url: service}


@pytest_asyncio.fixture(loop_scope="module")
async def rig(request: pytest.FixtureRequest, stages: dict[str, Stage]) -> AsyncIterator[PayingRig]:
    """The `Rig` that the test's file has imported."""
    async with playing(request.module.Rig, stages) as rig:
        yield rig
