"""The database is away for a moment, just when a backend has answered: nothing is given up for that."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

import pytest

from bot.delivery.outbox import Delivery
from bot.errors import StorageUnavailable
from bot.links.lookups import Lookups
from bot.links.permissions import Permissions
from bot.links.service import LinkService
from bot.ports.chat import Reply
from bot.ports.model import Destination, LinkState
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import InboundFact
from tests.fakes import AbleBackend, FakeChat
from tests.unit.lookups_rig import BARE, FETCHED, ID, LookupsRig
from tests.unit.outbox_rig import OutboxRig
from tests.unit.records import ACCOUNT
from tests.unit.world import World

T = TypeVar("T")


class Interrupted:
    """A storage that, once it `is_away`, fails the next who write to it: what they did is undone."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self.is_away = storage, False

    def go(self) -> None:
        self.is_away = True

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        if self.is_away:
            self.is_away = False
            await self._storage.write(partial(_undone, fn))
        return await self._storage.write(fn)

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        return await self._storage.read(fn)

    async def accept(self, fact: InboundFact, at: datetime) -> None:
        await self._storage.accept(fact, at)


def _undone(fn: Callable[[Transaction], object], tx: Transaction) -> None:
    fn(tx)
    raise StorageUnavailable("the server is restarted")


class Telling(FakeChat):
    """Calls somebody for each reply that is posted."""

    def __init__(self, on_reply: Callable[[], None]) -> None:
        super().__init__()
        self.on_reply = on_reply

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        await super().post_reply(to, reply)
        self.on_reply()


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


async def test_a_message_that_was_to_be_taken_just_then_is_not_put_off(
    world: World, storage: Interrupted
) -> None:
    """Nothing is wrong with it, as with one that cannot be worded."""
    world.chat = chat = Telling(storage.go)
    mail = OutboxRig(world)
    mail.delivery = Delivery(storage, {"slack": chat}, mail.render, world.clock)
    await mail.reply(await mail.thread(), "declined")
    await mail.reply(await mail.thread(), "expired")
    with pytest.raises(StorageUnavailable):
        await mail.run()
    assert chat.said == ["reply None declined"]
    chat.on_reply = lambda: None
    assert await mail.run() == ["reply None expired"]
