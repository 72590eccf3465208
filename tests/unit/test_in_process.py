"""Wakes in one process: one at a time per key, never lost while running, and nobody stops the others."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from adapters.work.in_process import InProcessWork
from bot.ports.storage import Wake
from tests.fakes import Clock

PATIENCE_S = 5


class Bench:
    """A work with one handler, `link`, that notes its keys and waits where it is told to."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.work = InProcessWork(self.clock)
        self.began: list[str] = []
        self.ended: list[str] = []
        self.held: dict[str, asyncio.Event] = {}
        self.broken: set[str] = set()
        self.swept: list[Wake] = []
        self.sweep_breaks = False
        self._changed = asyncio.Condition()
        self.task: asyncio.Task[None] | None = None

    def hold(self, key: str) -> asyncio.Event:
        """The handler of this key waits for the event."""
        self.held[key] = asyncio.Event()
        return self.held[key]

    async def start(self) -> None:
        ready = asyncio.Event()

        async def sweep() -> Sequence[Wake]:
            ready.set()
            if self.sweep_breaks:
                raise ConnectionError("database")
            return self.swept

        self.task = asyncio.create_task(self.work.run({"link": self.handle, "inbox": self.handle}, sweep))
        await ready.wait()

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    def wake(self, key: str, *, kind: str = "link", **later: float) -> None:
        at = self.clock.now() + timedelta(**later) if later else None
        self.work.wake(Wake(kind, key, at))

    async def handle(self, key: str) -> None:
        await self._note(self.began, key)
        if key in self.held:
            await self.held[key].wait()
        await self._note(self.ended, key)
        if key in self.broken:
            raise ValueError("broken")

    async def until(self, notes: list[str], *keys: str) -> None:
        """Wait until exactly these have been noted, in any order."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(lambda: sorted(notes) == sorted(keys))

    async def _note(self, notes: list[str], key: str) -> None:
        async with self._changed:
            notes.append(key)
            self._changed.notify_all()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    for held in made.held.values():
        held.set()
    await made.stop()


async def test_a_wake_runs_the_handler_of_its_kind_on_its_key(bench: Bench) -> None:
    await bench.start()
    bench.wake("PL1")
    await bench.until(bench.ended, "PL1")


async def test_the_first_sweep_finds_what_was_owed_before(bench: Bench) -> None:
    bench.swept = [Wake("link", "PL1"), Wake("inbox", "webhook:3")]
    await bench.start()
    await bench.until(bench.ended, "PL1", "webhook:3")


async def test_keys_do_not_wait_for_each_other(bench: Bench) -> None:
    bench.hold("PL1")
    await bench.start()
    bench.wake("PL1")
    bench.wake("PL2")
    await bench.until(bench.ended, "PL2")
    assert bench.began == ["PL1", "PL2"]


async def test_a_key_runs_once_at_a_time_and_once_more_if_woken_meanwhile(bench: Bench) -> None:
    held = bench.hold("PL1")
    await bench.start()
    bench.wake("PL1")
    await bench.until(bench.began, "PL1")
    for _ in range(5):
        bench.wake("PL1")
    bench.wake("PL2")
    await bench.until(bench.ended, "PL2")
    assert bench.began == ["PL1", "PL2"]
    held.set()
    await bench.until(bench.ended, "PL1", "PL1", "PL2")
    bench.wake("PL3")
    await bench.until(bench.ended, "PL1", "PL1", "PL2", "PL3")


async def test_the_same_key_of_two_kinds_is_two_keys(bench: Bench) -> None:
    bench.hold("x")
    await bench.start()
    bench.wake("x")
    bench.wake("x", kind="inbox")
    await bench.until(bench.began, "x", "x")


async def test_a_failing_handler_is_logged_and_stops_nobody(bench: Bench) -> None:
    bench.broken = {"PL1"}
    await bench.start()
    with capture_logs() as logs:
        bench.wake("PL1")
        bench.wake("PL2")
        await bench.until(bench.ended, "PL1", "PL2")
        bench.broken = set()
        bench.wake("PL1")
        await bench.until(bench.ended, "PL1", "PL1", "PL2")
    assert [(line["event"], line["key"]) for line in logs] == [("work.failed", "PL1")]


async def test_a_key_woken_while_it_fails_runs_again(bench: Bench) -> None:
    bench.broken, held = {"PL1"}, bench.hold("PL1")
    await bench.start()
    bench.wake("PL1")
    await bench.until(bench.began, "PL1")
    bench.wake("PL1")
    with capture_logs():
        held.set()
        await bench.until(bench.ended, "PL1", "PL1")


async def test_a_failing_sweep_is_logged_and_wakes_go_on(bench: Bench) -> None:
    bench.sweep_breaks = True
    with capture_logs() as logs:
        await bench.start()
        bench.wake("PL1")
        await bench.until(bench.ended, "PL1")
    assert [line["event"] for line in logs] == ["work.sweep_failed"]


async def test_a_wake_for_later_waits_for_its_time(bench: Bench) -> None:
    await bench.start()
    bench.wake("later", hours=1)
    bench.wake("soon", milliseconds=5)
    await bench.until(bench.ended, "soon")
    bench.clock.advance(hours=2)
    bench.wake("now")
    await bench.until(bench.ended, "now", "soon")


async def test_the_sooner_of_two_times_counts(bench: Bench) -> None:
    await bench.start()
    bench.wake("PL1", hours=1)
    bench.wake("PL1", milliseconds=5)
    bench.wake("PL1", hours=2)
    await bench.until(bench.ended, "PL1")
    bench.wake("PL2", milliseconds=5)
    await bench.until(bench.ended, "PL1", "PL2")


async def test_a_time_that_has_passed_is_now(bench: Bench) -> None:
    await bench.start()
    bench.wake("PL1", seconds=-5)
    await bench.until(bench.ended, "PL1")


async def test_a_wake_before_the_start_and_one_of_no_known_kind_are_left_to_the_sweep(bench: Bench) -> None:
    bench.wake("early")
    await bench.start()
    bench.wake("odd", kind="unknown")
    bench.wake("PL1")
    await bench.until(bench.ended, "PL1")
    assert bench.began == ["PL1"]


async def test_too_many_at_once_wait_for_their_turn_and_all_get_it(bench: Bench) -> None:
    keys = [f"PL{number}" for number in range(20)]
    held = [bench.hold(key) for key in keys]
    await bench.start()
    for key in keys:
        bench.wake(key)
    await bench.until(bench.began, *keys[:8])
    for event in held:
        event.set()
    await bench.until(bench.ended, *keys)


async def test_stopping_lets_what_runs_finish_and_starts_nothing_new(bench: Bench) -> None:
    held = bench.hold("PL1")
    await bench.start()
    bench.wake("PL1")
    bench.wake("later", milliseconds=20)
    await bench.until(bench.began, "PL1")
    bench.wake("PL1")
    assert bench.task is not None
    bench.task.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not bench.task.done()
    bench.wake("PL2")
    held.set()
    with pytest.raises(asyncio.CancelledError):
        await bench.task
    assert (bench.began, bench.ended) == (["PL1"], ["PL1"])
