"""Readiness: whether this process can accept requests, and which parts have a problem."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from bot.errors import PaylinkError

T = TypeVar("T")
Check = Callable[[], Awaitable[object]]  # a falsy answer, or a PaylinkError, is trouble

PATIENCE_S = 2.0
ASK_CHATS_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class Health:
    """Names of parts: `not_ready` makes /readyz answer 503, `troubled` is only reported."""

    not_ready: tuple[str, ...] = ()
    troubled: tuple[str, ...] = ()


class Recent(Generic[T]):
    """A cached answer, refreshed at most every `every_s` seconds, by one caller at a time."""

    def __init__(self, ask: Callable[[], Awaitable[T]], every_s: float) -> None:
        self._ask, self._every_s = ask, every_s
        self._turn = asyncio.Lock()
        self._known: tuple[T, float] | None = None

    async def get(self) -> tuple[T, float]:
        """The answer, and its age in seconds."""
        async with self._turn:
            now = time.monotonic()
            if self._known is None or now - self._known[1] >= self._every_s:
                self._known = (await self._ask(), now)
            return self._known[0], time.monotonic() - self._known[1]


class Readiness:
    """Checks what is required each time, and chats, which are only reported, every 30 seconds."""

    def __init__(self, needed: Mapping[str, Check], chats: Mapping[str, Check]) -> None:
        self._needed = needed
        self._chats = {
            name: Recent(partial(_holds, check), ASK_CHATS_EVERY_S) for name, check in chats.items()
        }

    async def __call__(self) -> Health:
        needed = await asyncio.gather(*(_holds(check) for check in self._needed.values()))
        chats = await asyncio.gather(*(recent.get() for recent in self._chats.values()))
        return Health(
            tuple(name for name, good in zip(self._needed, needed, strict=True) if not good),
            tuple(name for name, (good, _) in zip(self._chats, chats, strict=True) if not good),
        )


async def _holds(check: Check) -> bool:
    """Whether a check succeeds in time. Cancelling is not enough: a hanging database may not notice."""
    asking = asyncio.ensure_future(check())
    try:
        answered, _ = await asyncio.wait({asking}, timeout=PATIENCE_S)
        with contextlib.suppress(PaylinkError):
            return bool(answered) and bool(asking.result())
    finally:
        asking.cancel()
    return False
