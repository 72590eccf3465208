"""Runs wakes in this process: one handler at a time per key, and once more if woken meanwhile.

A lost wake costs a few seconds, until the next sweep.
"""

import asyncio
from collections.abc import Mapping

from adapters.work.handling import ConcurrencyLimits, Handler, drained
from adapters.work.sweeping import Sweep, keep_sweeping
from adapters.work.timers import Timers
from bot.inbox.answering import Answering
from bot.ports.clock import Clock
from bot.ports.storage import Wake

_Slot = tuple[str, str]  # kind and key


class InProcessWork:
    """Runs handlers on this event loop."""

    def __init__(self, clock: Clock, answering: Answering) -> None:
        self._answering = answering
        self._handlers: Mapping[str, Handler] = {}
        self._limits = ConcurrencyLimits()
        self._running: dict[_Slot, asyncio.Task[None]] = {}
        self._again: set[_Slot] = set()
        self._timers = Timers(clock, self.wake)
        self._stopping = False

    def wake(self, wake: Wake) -> None:
        """Run the handler of the wake's kind on its key, now or at its time (before `run`: by the sweep)."""
        slot = (wake.kind, wake.key)
        if self._stopping or wake.kind not in self._handlers:
            return
        if self._timers.set(wake):
            return
        if slot in self._running:
            self._again.add(slot)
        else:
            self._start(slot)

    async def answers(self) -> bool:
        """Whether wakes are accepted: until shutdown begins."""
        return not self._stopping

    async def run(self, handlers: Mapping[str, Handler], sweep: Sweep) -> None:
        """Serve wakes until cancelled; then let what is running finish, for DRAIN_S seconds at most."""
        self._handlers = handlers
        try:
            await keep_sweeping(sweep, self.wake)
        finally:
            self._stopping = True
            self._timers.stop()
            await drained(self._running.values())

    def _start(self, slot: _Slot) -> None:
        task = asyncio.create_task(self._handle(slot), name=":".join(slot))
        self._running[slot] = task
        task.add_done_callback(lambda _: self._finished(slot))

    async def _handle(self, slot: _Slot) -> None:
        kind, key = slot
        await self._answering.over()
        await self._limits.run(kind, key, self._handlers[kind])

    def _finished(self, slot: _Slot) -> None:
        del self._running[slot]
        if slot in self._again:
            self._again.discard(slot)
            self.wake(Wake(*slot))
