"""The way to the database is cut at every message of some work: whoever is told of it is told the truth."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import make_url

from bot.errors import StorageUnavailable
from bot.ports.storage import Transaction
from bot.ports.traffic import Lease
from storage.engine import SqlStorage
from tests.cable import Cable, cable
from tests.contract.records import NOW, a_fact
from tests.contract.storage_contract import remember, remembered
from tests.fakes import Clock


class Desk:
    """Somebody who works over the cable."""

    def __init__(self, url: str, way: Cable) -> None:
        self.storage = SqlStorage(url, Clock(), lambda _: None, direct=True)
        self.way = way
        self._number = 0
        self.kept: set[str] = set()  # what was said to be stored

    async def work(self) -> list[str]:
        """Everything once; gives what was told of trouble."""
        self._number += 1
        steps: list[Callable[[str], Awaitable[object]]] = [self.accept, self.write, self.read]
        return [told for step in steps if (told := await self._tried(step))]

    async def _tried(self, step: Callable[[str], Awaitable[object]]) -> str | None:
        key = f"{step.__name__}{self._number}"
        try:
            await step(key)
        except StorageUnavailable as error:
            return str(error)
        self.kept |= {key} - {f"read{self._number}"}
        return None

    async def accept(self, key: str) -> None:
        await self.storage.accept(a_fact(key), NOW)

    async def write(self, key: str) -> None:
        def both(tx: Transaction) -> None:
            remember(key, tx)
            tx.leases.take("one", Lease("us", NOW))

        await self.storage.write(both)

    async def read(self, _: str) -> None:
        await self.storage.read(lambda tx: [tx.inbox.stripes(), tx.outbox.lanes(NOW), remembered(tx)])


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Desk]:
    server = make_url(database)
    async with cable(str(server.host), int(server.port or 0)) as (way, port):
        own = server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        made = Desk(own, way)
        yield made
        await made.storage.close()


@pytest.mark.parametrize("heard", [False, True])
async def test_a_cut_at_any_message_is_told_or_made_up_for_and_over(desk: Desk, *, heard: bool) -> None:
    assert await desk.work() == []
    before = desk.way.said
    assert await desk.work() == []
    messages = desk.way.said - before
    assert messages > 10
    for message in range(1, messages + 1):
        desk.way.cut_after([(message, heard)])
        assert len(await desk.work()) <= 1, message
        assert await desk.work() == [], f"after a cut at {message}"
    stored = await desk.storage.read(remembered)
    assert desk.kept <= set(stored)
    assert len(stored) == len(set(stored))
