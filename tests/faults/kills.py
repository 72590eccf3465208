"""Kills processes at moments that nobody has chosen, and lets them be started again."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from bot.roles import Role
from tests.scenario.mortal import Keeper


@dataclass
class Killer:
    """Kill -9 of one process after the other, as its seed says."""

    keepers: Sequence[Keeper]
    seed: int
    every_s: float
    killed: Counter[tuple[Role, ...]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - the same moments again, guards nothing

    async def run(self) -> None:
        """Kill until cancelled, at any moment of each `every_s`; kinds of process in turn."""
        kinds = sorted({keeper.roles for keeper in self.keepers})
        while True:
            for kind in kinds:
                victim = self._random.choice([keeper for keeper in self.keepers if keeper.roles == kind])
                moment = self._random.random() * self.every_s
                await victim.up.wait()  # however long a start takes here, it lives for a while
                await asyncio.sleep(moment)
                await victim.kill()
                self.killed[kind] += 1
                await asyncio.sleep(self.every_s - moment)


@contextlib.asynccontextmanager
async def killing(keepers: Sequence[Keeper], seed: int, every_s: float) -> AsyncIterator[Killer]:
    """Kill while the block runs."""
    killer = Killer(keepers, seed, every_s)
    task = asyncio.create_task(killer.run())
    try:
        yield killer
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
