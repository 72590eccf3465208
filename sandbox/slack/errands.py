"""Things that happen by themselves: what is started here runs beside everything else."""

import asyncio
from collections.abc import Callable, Coroutine

Errand = Callable[[], Coroutine[None, None, object]]


class Errands:
    """Runs errands at once and side by side; nothing happens before `run` does."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Errand] = asyncio.Queue()

    def start(self, errand: Errand) -> None:
        """Take an errand over; returns at once."""
        self._queue.put_nowait(errand)

    async def run(self) -> None:
        """Run errands until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                tasks.create_task((await self._queue.get())())
