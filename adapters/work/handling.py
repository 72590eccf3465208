"""Runs handlers of wakes: how many at once, what happens if one fails, how they end at shutdown."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

import structlog

log = structlog.get_logger(__name__)

Handler = Callable[[str], Awaitable[None]]

DRAIN_S = 10.0  # how long handlers may still run at shutdown
AT_ONCE: Mapping[str, int] = {"link": 8, "inbox": 8, "lookup": 4, "watch": 4, "delivery": 32, "drafts": 1}


class ConcurrencyLimits:
    """Limits how many handlers of a kind run at once for each source, which is a chat or an account.

    So a source that hangs delays no other. All links that are polled (`watch`) share one limit: `Watch`
    itself puts off those of an account that hangs.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], asyncio.Semaphore] = {}

    async def run(self, kind: str, key: str, handler: Handler) -> None:
        """Run the handler on the key once the limit allows; an exception is logged, not raised."""
        async with self._of(kind, key):
            try:
                await handler(key)
            except Exception:  # the outermost loop of every handler: its rows are found again
                log.exception("work.failed", kind=kind, key=key)

    def _of(self, kind: str, key: str) -> asyncio.Semaphore:
        source, told, _ = key.partition(":")
        known_as = (kind, source if told else "")
        return self._known.setdefault(known_as, asyncio.Semaphore(AT_ONCE[kind]))


async def drained(running: "Collection[asyncio.Task[None]]", longest_s: float = DRAIN_S) -> None:
    """Let tasks finish for a while, then cancel them: the sweep finds what they left."""
    running = list(running)
    if not running:
        return
    try:
        await asyncio.wait(running, timeout=longest_s)
    finally:
        for task in running:
            task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
