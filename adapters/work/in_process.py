"""Wakes run in this process: by kind, one at a time per key, again if woken meanwhile.

A wake that is lost costs a few seconds: the sweep asks the rows what is to be done.
"""

import asyncio
from collections.abc import Mapping

from adapters.work.handling import Handler, Places, drained
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
        self._places = Places()
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
        """Is it there, and not on its way out?"""
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
        await self._places.run(kind, key, self._handlers[kind])

    def _finished(self, slot: _Slot) -> None:
        del self._running[slot]
        if slot in self._again:
            self._again.discard(slot)
            self.wake(Wake(*slot))
