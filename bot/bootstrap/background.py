"""Background jobs of a process, and whether all of them still run."""

import asyncio
import contextlib
from collections.abc import Awaitable

import structlog

log = structlog.get_logger(__name__)


class Background:
    """Jobs that run until the exit stack closes, which cancels each and waits for it."""

    def __init__(self, stack: contextlib.AsyncExitStack) -> None:
        self._stack = stack
        self._tasks: list[asyncio.Future[None]] = []

    def run(self, job: Awaitable[None]) -> None:
        """Start a job that should never end: if it does, that is logged, and `is_running` is False."""
        task = asyncio.ensure_future(job)
        task.add_done_callback(_told)
        self._tasks.append(task)
        self._stack.push_async_callback(_stop, task)

    @property
    def is_running(self) -> bool:
        return not any(task.done() for task in self._tasks)


def _told(task: "asyncio.Future[None]") -> None:
    if not task.cancelled():
        log.critical("job.ended", exc_info=task.exception())


async def _stop(task: "asyncio.Future[None]") -> None:
    task.cancel()
    await asyncio.wait([task])
