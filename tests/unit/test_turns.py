"""Several processes could poll Telegram: one does at a time, even if their machines' clocks differ."""

from datetime import timedelta
from itertools import pairwise

import pytest

from adapters.chat.telegram.turn import Turn
from tests.fakes import Clock
from tests.unit.world import World

LOOKS, EVERY = 30, timedelta(seconds=2)
MINUTE, LASTS = timedelta(minutes=1), timedelta(seconds=12)


class Machine:
    """A process with a clock of its own."""

    def __init__(self, world: World, ahead: timedelta = timedelta(0)) -> None:
        self._world, self.clock = world, Clock()
        self.set(ahead)
        self._turn = Turn(self.clock)

    def set(self, by: timedelta) -> None:
        self.clock.advance(seconds=by.total_seconds())

    async def looks(self) -> bool:
        """Two seconds after the last time."""
        self.set(EVERY)
        return await self._world.write(self._turn.take)

    async def lets_go(self) -> None:
        await self._world.write(self._turn.release)


@pytest.mark.parametrize("ahead", [-MINUTE, timedelta(seconds=-5), timedelta(seconds=5), MINUTE])
async def test_two_whose_clocks_differ_do_not_take_it_from_each_other(world: World, ahead: timedelta) -> None:
    one, other = Machine(world), Machine(world, ahead)
    turns = [(await one.looks(), await other.looks()) for _ in range(LOOKS)]
    assert all(mine is not others for mine, others in turns[1:])
    changes = sum(before != after for before, after in pairwise(turns[1:]))
    assert changes <= 1


@pytest.mark.parametrize("ahead", [-MINUTE, timedelta(0), MINUTE])
async def test_who_is_gone_is_missed_after_its_lease(world: World, ahead: timedelta) -> None:
    one, other = Machine(world), Machine(world, ahead)
    for _ in range(LOOKS):
        has_one, _ = await one.looks(), await other.looks()
    left, looks = other if has_one else one, 1
    while looks < LOOKS and not await left.looks():
        looks += 1
    assert looks in {LASTS // EVERY, LASTS // EVERY + 1}


async def test_who_lets_go_is_not_waited_for(world: World) -> None:
    one, other = Machine(world), Machine(world)
    assert (await one.looks(), await other.looks()) == (True, False)
    await one.lets_go()
    assert await other.looks()


async def test_after_a_machine_was_down_polling_goes_on_at_once(world: World) -> None:
    assert await Machine(world).looks()
    assert await Machine(world, LASTS).looks()


async def test_who_died_a_moment_ago_is_waited_for_no_longer_than_they_would_have_held_it(
    world: World,
) -> None:
    assert await Machine(world).looks()
    again = Machine(world, LASTS - EVERY)
    assert [await again.looks() for _ in range(2)] == [False, True]


async def test_a_clock_that_is_set_back_leaves_nobody_waiting_for_as_long(world: World) -> None:
    gone, other = Machine(world, MINUTE), Machine(world, MINUTE)
    assert (await gone.looks(), await other.looks()) == (True, False)
    other.set(-MINUTE)
    assert await other.looks()
