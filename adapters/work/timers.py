"""Wakes with a later time, as timers of this process: one per key, at the earliest time."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.ports.clock import Clock
from bot.ports.storage import Wake


class Timers:
    """Timers that are lost with the process, which the sweep makes up for."""

    def __init__(self, clock: Clock, ring: Callable[[Wake], None]) -> None:
        self._clock, self._ring = clock, ring
        self._timers: dict[tuple[str, str], tuple[datetime, asyncio.TimerHandle]] = {}

    def set(self, wake: Wake) -> bool:
        """Wake again at the wake's time; False if that is now or past."""
        if wake.at is None or wake.at <= self._clock.now():
            return False
        slot = (wake.kind, wake.key)
        known = self._timers.get(slot)
        if known is None or wake.at < known[0]:
            self._start(slot, wake.at)
        return True

    def stop(self) -> None:
        for _, timer in self._timers.values():
            timer.cancel()

    def _start(self, slot: tuple[str, str], at: datetime) -> None:
        if slot in self._timers:
            self._timers[slot][1].cancel()
        delay = (at - self._clock.now()).total_seconds()
        timer = asyncio.get_running_loop().call_later(delay, self._expire, slot)
        self._timers[slot] = (at, timer)

    def _expire(self, slot: tuple[str, str]) -> None:
        del self._timers[slot]
        self._ring(Wake(*slot))
