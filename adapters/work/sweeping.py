"""The sweep: finds due rows whose wake was lost, every few seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.ports.storage import Wake

log = structlog.get_logger(__name__)

Sweep = Callable[[], Awaitable[Sequence[Wake]]]
_EVERY_S = 2.0


async def keep_sweeping(sweep: Sweep, wake: Callable[[Wake], None]) -> None:
    """Wake what is due, at once and then periodically, until cancelled."""
    while True:
        try:
            for due in await sweep():
                wake(due)
        except Exception:  # the outermost loop: the next sweep looks again
            log.exception("work.sweep_failed")
        await asyncio.sleep(_EVERY_S)
