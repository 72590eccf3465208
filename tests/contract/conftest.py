"""What every contract is played on. The contracts' own files explain a failed assertion like test files."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.contract.backend_rig import BackendRig, backend_rig
from tests.rigs import Stage, staging

pytest.register_assert_rewrite(
    "tests.contract.backend_contract",
    "tests.contract.backend_expectations",
    "tests.contract.backend_features",
    "tests.contract.backend_hints",
    "tests.contract.backend_payments",
    "tests.contract.backend_trouble",
    "tests.contract.backend_webhooks",
    "tests.contract.chat_contract",
    "tests.contract.chat_trouble",
    "tests.contract.exactness_contract",
    "tests.contract.life_contract",
    "tests.contract.moving_contract",
    "tests.contract.outbox_contract",
    "tests.contract.people_contract",
    "tests.contract.repository_contract",
    "tests.contract.storage_contract",
    "tests.contract.storage_rig",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a provider lacks is no test of it; that it does lack it is one (`test_what_is_lacking...`)."""
    items[:] = [item for item in items if not _lacking(item)]


def _lacking(item: pytest.Item) -> bool:
    provider = getattr(getattr(item, "cls", None), "provider", None)
    needed = {need for mark in item.iter_markers("needs") for need in mark.args}
    return provider is not None and not needed.isdisjoint(provider.all_lacking)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with staging() as ready:
        yield ready


@pytest_asyncio.fixture(loop_scope="module")
async def rig(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[BackendRig]:
    """An account at the `provider` of the test's class, or else the `PROVIDER` of its file."""
    provider = getattr(request.cls, "provider", None) or request.module.PROVIDER
    async with backend_rig(stage, provider) as ready:
        yield ready
