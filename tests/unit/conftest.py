"""A database of its own for every test, and what several test files begin with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports.provider_links import ProviderLink, ProviderLinkState
from tests.databases import new_file
from tests.unit.inbox_rig import InboxRig
from tests.unit.link_rig import LinkRig
from tests.unit.managing_rig import ALL, ManagingRig
from tests.unit.outbox_rig import OutboxRig
from tests.unit.places_rig import PlacesRig
from tests.unit.records import ACCOUNT, AMOUNT
from tests.unit.talking import Conversation
from tests.unit.watching_rig import WatchingRig
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


@pytest.fixture
async def shop(world: World) -> LinkRig:
    """At a backend that can pause, extend and edit."""
    return await LinkRig.begin(world, *ALL)


@pytest.fixture
async def able(shop: LinkRig) -> ManagingRig:
    return ManagingRig(shop)


@pytest.fixture
async def plain(world: World) -> ManagingRig:
    """At a backend that can only create links."""
    return ManagingRig(await LinkRig.begin(world))


@pytest.fixture
async def inbox(world: World) -> InboxRig:
    """With a link of the first account that is open at its backend."""
    link = await world.add_link()
    opened = ProviderLink(
        link.id, 1, ACCOUNT, link.id, ProviderLinkState.OPEN, AMOUNT, "pl_1", "https://pay.test"
    )
    await world.write(lambda tx: tx.provider_links.put(opened))
    return InboxRig(world)


@pytest.fixture
async def outlook(world: World) -> WatchingRig:
    return WatchingRig(world)


@pytest.fixture
def mail(world: World) -> OutboxRig:
    return OutboxRig(world)


@pytest.fixture
def post(world: World) -> PlacesRig:
    return PlacesRig(world)


@pytest.fixture
def alice(world: World) -> Conversation:
    return Conversation(world)
