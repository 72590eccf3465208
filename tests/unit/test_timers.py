"""Wakes for later: each key rings once, at its earliest time, and none after the end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from adapters.work.timers import Timers
from bot.ports.storage import Wake
from tests.fakes import Clock


@pytest.fixture
def mistakes() -> list[dict[str, Any]]:
    """What the event loop has to complain of."""
    return []


async def rung(
    clock: Clock, mistakes: list[dict[str, Any]], *after_ms: tuple[str, int], stop: bool
) -> list[str]:
    """The keys in the order in which they ring, until all times are over."""
    heard: list[str] = []
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.set_exception_handler(lambda _, context: mistakes.append(context))
    timers = Timers(clock, lambda wake: heard.append(wake.key))
    for key, milliseconds in after_ms:
        assert timers.set(Wake("link", key, clock.now() + timedelta(milliseconds=milliseconds)))
    if stop:
        timers.stop()
    loop.call_later(max(milliseconds for _, milliseconds in after_ms) / 1000 + 0.02, over.set)
    await over.wait()
    return heard


@pytest.mark.parametrize("times", [(20, 1), (1, 20)])
async def test_of_two_times_of_one_key_the_earlier_rings_alone(
    times: tuple[int, int], mistakes: list[dict[str, Any]]
) -> None:
    first, second = times
    assert await rung(Clock(), mistakes, ("PL1", first), ("PL1", second), ("PL2", 10), stop=False) == [
        "PL1",
        "PL2",
    ]
    assert mistakes == []


async def test_none_rings_after_the_end(mistakes: list[dict[str, Any]]) -> None:
    assert await rung(Clock(), mistakes, ("PL1", 1), ("PL1", 5), ("PL2", 1), stop=True) == []
    assert mistakes == []


def test_what_is_due_already_is_nobodys_to_wait_for() -> None:
    clock = Clock()
    timers = Timers(clock, lambda wake: None)
    for due in (None, clock.now(), clock.now() - timedelta(seconds=1)):
        assert not timers.set(Wake("link", "PL1", due))
