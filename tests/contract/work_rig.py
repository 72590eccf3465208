"""Something that runs wakes, and what a test does with it: hold a handler, break it, see what it did."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from adapters.work.handling import AT_ONCE
from bot.ports.storage import Wake
from tests.fakes import Clock

PATIENCE_S = 60  # of a busy machine: nobody waits that long for what works

Handler = Callable[[str], Awaitable[None]]
Sweep = Callable[[], Awaitable[Sequence[Wake]]]


class Work(Protocol):
    def wake(self, wake: Wake) -> None: ...

    async def run(self, handlers: Mapping[str, Handler], sweep: Sweep) -> None: ...


class Bench:
    """A work with one handler, for a few kinds, that notes its keys and waits where it is told to."""

    def __init__(self, make: Callable[[Clock], Work]) -> None:
        self.clock = Clock()
        self.work = make(self.clock)
        self.began: list[str] = []
        self.ended: list[str] = []
        self.held: dict[str, asyncio.Event] = {}
        self.broken: set[str] = set()
        self.swept: list[Wake] = []
        self.sweep_breaks = False
        self._changed = asyncio.Condition()
        self.task: asyncio.Task[None] | None = None

    def beside(self, make: Callable[[Clock], Work]) -> "Bench":
        """Another process: what it does is noted here, and what is held here is held there."""
        other = Bench(make)
        other.began, other.ended, other.held = self.began, self.ended, self.held
        other._changed = self._changed
        return other

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

        handlers = dict.fromkeys(AT_ONCE, self.handle)
        self.task = asyncio.create_task(self.work.run(handlers, sweep))
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

    async def until_any(self, notes: list[str]) -> None:
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(lambda: notes)

    async def _note(self, notes: list[str], key: str) -> None:
        async with self._changed:
            notes.append(key)
            self._changed.notify_all()
