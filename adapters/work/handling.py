"""Running a wake's handler: how many at once, how long they may still run at the end, what if one fails."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

import structlog

log = structlog.get_logger(__name__)

Handler = Callable[[str], Awaitable[None]]

DRAIN_S = 10.0
AT_ONCE: Mapping[str, int] = {"link": 8, "inbox": 8, "lookup": 4, "watch": 4, "delivery": 32, "drafts": 1}


class Places:
    """How many of a kind run at once for each source, a chat or an account: one that hangs holds up no other.

    Links that are watched are one source: whoever looks at them puts off those of an account that hangs.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], asyncio.Semaphore] = {}

    async def run(self, kind: str, key: str, handler: Handler) -> None:
        """Run it once there is a place. One that fails is told of in the log."""
        async with self._of(kind, key):
            try:
                await handler(key)
            except Exception:  # the outermost loop of every handler: its rows are found again
                log.exception("work.failed", kind=kind, key=key)

    def _of(self, kind: str, key: str) -> asyncio.Semaphore:
        source, told, _ = key.partition(":")
        known_as = (kind, source if told else "")
        return self._known.setdefault(known_as, asyncio.Semaphore(AT_ONCE[kind]))


async def drained(running: "Collection[asyncio.Task[None]]") -> None:
    """Let them finish, for DRAIN_S seconds at most; what takes too long is cut off, and found by its rows."""
    running = list(running)
    if not running:
        return
    try:
        await asyncio.wait(running, timeout=DRAIN_S)
    finally:
        for task in running:
            task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
