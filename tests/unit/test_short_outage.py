"""The database is away for a moment, just when a backend has answered: nothing is given up for that."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pytest

from bot.errors import StorageUnavailable
from bot.links.lookups import Lookups
from bot.links.permissions import Permissions
from bot.links.service import LinkService
from bot.ports.model import LinkState
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import InboundFact
from tests.fakes import AbleBackend
from tests.unit.lookups_rig import BARE, FETCHED, ID, LookupsRig
from tests.unit.records import ACCOUNT
from tests.unit.world import World

T = TypeVar("T")


class Interrupted:
    """A storage that, once it `is_away`, fails the next who write to it."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self.is_away = storage, False

    def go(self) -> None:
        self.is_away = True

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        if self.is_away:
            self.is_away = False
            raise StorageUnavailable("the server is restarted")
        return await self._storage.write(fn)

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        return await self._storage.read(fn)

    async def accept(self, fact: InboundFact, at: datetime) -> None:
        await self._storage.accept(fact, at)


@pytest.fixture
def storage(world: World) -> Interrupted:
    return Interrupted(world.storage)


async def test_a_link_that_was_being_made_is_made(world: World, storage: Interrupted) -> None:
    permissions = Permissions(world.storage, {"slack": world.chat}, world.clock)
    service = LinkService(storage, {ACCOUNT: world.backend}, permissions, world.clock)
    await world.add_link(state=LinkState.CREATING)
    world.backend.may_answer.clear()
    step = asyncio.create_task(service.run(ID))
    await world.backend.asked.wait()
    storage.go()
    world.backend.may_answer.set()
    with pytest.raises(StorageUnavailable):
        await step
    world.clock.advance(days=1 / 24)
    await service.run(ID)
    assert (await world.link(ID)).state is LinkState.OPEN


async def test_a_payment_that_was_being_fetched_is_told(world: World, storage: Interrupted) -> None:
    world.backend = backend = AbleBackend()
    backend.payments["pay_1"] = (FETCHED,)
    await world.add_attempt(await world.add_link())
    rig = LookupsRig(world)
    rig.lookups = Lookups(storage, {ACCOUNT: backend}, world.clock)
    await rig.hears(BARE)
    backend.on_look = storage.go
    with pytest.raises(StorageUnavailable):
        await rig.looks()
    backend.on_look = lambda: None
    await rig.looks()
    assert await rig.said() == ["paid"]
