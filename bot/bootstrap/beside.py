"""What a process does beside answering, and whether it still does all of it."""

import asyncio
import contextlib
from collections.abc import Awaitable

import structlog

log = structlog.get_logger(__name__)


class Beside:
    """Jobs that run until the stack is left, which cancels each and waits for it."""

    def __init__(self, stack: contextlib.AsyncExitStack) -> None:
        self._stack = stack
        self._tasks: list[asyncio.Future[None]] = []

    def run(self, job: Awaitable[None]) -> None:
        """Begin a job that is meant to go on. One that ends by itself is told of, and missed from then on."""
        task = asyncio.ensure_future(job)
        task.add_done_callback(_told)
        self._tasks.append(task)
        self._stack.push_async_callback(_stop, task)

    @property
    def goes_on(self) -> bool:
        return not any(task.done() for task in self._tasks)


def _told(task: "asyncio.Future[None]") -> None:
    if not task.cancelled():
        log.critical("job.ended", exc_info=task.exception())


async def _stop(task: "asyncio.Future[None]") -> None:
    task.cancel()
    await asyncio.wait([task])
