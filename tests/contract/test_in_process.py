"""Wakes in one process keep the contract of work; and what is particular to one process."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from adapters.work.in_process import InProcessWork
from bot.inbox.answering import Answering
from tests.contract.work_contract import WorkContract
from tests.contract.work_rig import Bench
from tests.rigs import PATIENCE_S


@pytest.fixture
def answering() -> Answering:
    return Answering()


@pytest.fixture
async def bench(answering: Answering) -> AsyncIterator[Bench]:
    made = Bench(partial(InProcessWork, answering=answering))
    yield made
    for held in made.held.values():
        held.set()
    await made.stop()


async def _some_turns() -> None:
    """Whatever is ready to run does."""
    for _ in range(5):
        await asyncio.sleep(0)


class TestInProcess(WorkContract): ...


async def test_a_wake_before_the_start_and_one_of_no_known_kind_are_left_to_the_sweep(bench: Bench) -> None:
    bench.wake("early")
    await bench.start()
    bench.wake("odd", kind="unknown")
    bench.wake("PL1")
    await bench.until(bench.ended, "PL1")
    assert bench.began == ["PL1"]


async def test_stopping_lets_what_runs_finish_and_starts_nothing_new(bench: Bench) -> None:
    held = bench.hold("PL1")
    await bench.start()
    bench.wake("PL1")
    bench.wake("later", milliseconds=20)
    await bench.until(bench.began, "PL1")
    bench.wake("PL1")
    assert bench.task is not None
    bench.task.cancel()
    await _some_turns()
    assert not bench.task.done()
    bench.wake("PL2")
    held.set()
    with pytest.raises(asyncio.CancelledError):
        await bench.task
    assert (bench.began, bench.ended) == (["PL1"], ["PL1"])


async def test_who_waits_for_an_answer_goes_before_what_is_done_after_it(
    bench: Bench, answering: Answering
) -> None:
    await bench.start()
    with answering.somebody():
        with answering.somebody():
            bench.wake("PL1")
        await _some_turns()
        assert bench.began == []
    await bench.until(bench.ended, "PL1")


async def test_who_was_answered_is_waited_for_no_more(answering: Answering) -> None:
    with answering.somebody():
        pass
    over = asyncio.create_task(answering.over())
    await asyncio.sleep(0)
    assert over.done()


async def test_everybody_is_waited_for_until_they_are_answered_and_no_longer() -> None:
    answering = Answering(longest_s=PATIENCE_S)
    for _ in range(2):
        with answering.somebody():
            over = asyncio.create_task(answering.over())
            await _some_turns()
            assert not over.done()
        await _some_turns()
        assert over.done()


async def test_nothing_waits_for_ever_for_those_who_wait(bench: Bench, answering: Answering) -> None:
    await bench.start()
    with answering.somebody():
        bench.wake("PL1")
        await bench.until(bench.ended, "PL1")
