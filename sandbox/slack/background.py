"""Jobs that run in the background."""

import asyncio
from collections.abc import Callable, Coroutine

Job = Callable[[], Coroutine[None, None, object]]


class Background:
    """Runs jobs concurrently; nothing starts before `run` does."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Job] = asyncio.Queue()

    def start(self, job: Job) -> None:
        """Queue a job; returns at once."""
        self._queue.put_nowait(job)

    async def run(self) -> None:
        """Run jobs until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                tasks.create_task((await self._queue.get())())
