"""What happens by itself when its moment comes, by the sandbox's clock."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from sandbox.clock import Clock


class Agenda:
    """Keeps appointments while `run` runs; an act looks for itself whether it is still wanted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made: asyncio.Queue[tuple[datetime, Callable[[], None]]] = asyncio.Queue()

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Let `act` happen at `moment`."""
        self._made.put_nowait((moment, act))

    async def run(self) -> None:
        """Keep the appointments until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                tasks.create_task(self._keep(*await self._made.get()))

    async def _keep(self, moment: datetime, act: Callable[[], None]) -> None:
        await self._clock.sleep_until(moment)
        act()
