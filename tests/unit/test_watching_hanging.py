"""A backend that takes our questions and does not answer holds up nobody who is asked about at another."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from adapters.work.handling import AT_ONCE
from bot.links.schedule import SOONEST
from bot.links.watching import HANGS_AFTER, MOST_HANGING, Watch
from bot.ports.backend import FetchedLink
from tests.fakes import START, FakeBackend
from tests.rigs import PATIENCE_S
from tests.unit.records import ACCOUNT
from tests.unit.world import World


class Silent(FakeBackend):
    """Is asked, and answers when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = asyncio.Queue[str]()

    async def fetch(self, provider_id: str) -> FetchedLink:
        self.heard.put_nowait(provider_id)
        await self.may_answer.wait()
        return await super().fetch(provider_id)


class Hall:
    """Links that are due, at two accounts of which one is silent."""

    def __init__(self, world: World) -> None:
        self.world, self.silent, self.other = world, Silent(), FakeBackend()
        self.silent.may_answer.clear()
        self.watch = Watch(world.storage, {ACCOUNT: self.silent, "other": self.other}, world.clock)
        self._links = 0

    async def due(self, account: str = ACCOUNT) -> str:
        self._links += 1
        link_id = f"PL{self._links:012}"
        made = await self.world.add_link(
            id=link_id, account_id=account, public_token=link_id, poll_at=self.world.clock.now()
        )
        await self.world.add_attempt(made, account_id=account)
        return link_id

    @contextlib.asynccontextmanager
    async def hanging(self, count: int) -> AsyncIterator[None]:
        """As many looks at the silent one are under way, and end with the block."""
        looks = [asyncio.create_task(self.watch.run(await self.due())) for _ in range(count)]
        for _ in looks:
            await self.silent.heard.get()
        yield
        self.silent.may_answer.set()
        await asyncio.gather(*looks)


@pytest.fixture
def hall(world: World) -> Hall:
    return Hall(world)


def test_there_is_a_place_left_for_others() -> None:
    assert AT_ONCE["watch"] > MOST_HANGING


async def test_whoever_else_waits_for_one_that_does_not_answer_is_put_off(hall: Hall) -> None:
    async with hall.hanging(MOST_HANGING):
        hall.world.clock.advance(seconds=HANGS_AFTER.total_seconds())
        late, elsewhere = await hall.due(), await hall.due("other")
        async with asyncio.timeout(PATIENCE_S):
            await hall.watch.run(late)
            await hall.watch.run(elsewhere)
        assert hall.silent.heard.empty()
        assert hall.other.looks == [f"link pl_{elsewhere}"]
        assert (await hall.world.link(late)).poll_at == START + HANGS_AFTER + SOONEST
    hall.world.clock.advance(seconds=SOONEST.total_seconds())
    await hall.watch.run(late)
    assert await hall.silent.heard.get() == f"pl_{late}"


@pytest.mark.parametrize(("hanging", "s"), [(MOST_HANGING, 9), (MOST_HANGING - 1, 11)])
async def test_one_that_may_answer_yet_is_asked(hall: Hall, hanging: int, s: int) -> None:
    async with hall.hanging(hanging):
        hall.world.clock.advance(seconds=s)
        one_more = await hall.due()
        asking = asyncio.create_task(hall.watch.run(one_more))
        assert await hall.silent.heard.get() == f"pl_{one_more}"
    await asking
