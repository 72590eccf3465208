"""Kills processes at moments that nobody has chosen, and lets them be started again; others stand still."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from bot.roles import Role
from tests.scenario.mortal import Keeper

_STILL_EVERY = 5  # kills


@dataclass
class Killer:
    """Kill -9 of one process after the other, as its seed says.

    `still_s`: for how long one stands still beside that, now and then; 0: none does.
    """

    keepers: Sequence[Keeper]
    seed: int
    every_s: float
    still_s: float = 0.0
    killed: Counter[tuple[Role, ...]] = field(default_factory=Counter)
    stood_still: int = 0

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

    async def keep_stopping(self) -> None:
        """Let each stand still in turn, until cancelled."""
        for victim in cycle(self.keepers):
            await asyncio.sleep(_STILL_EVERY * self.every_s)
            await victim.stand_still(self.still_s)
            self.stood_still += 1


@contextlib.asynccontextmanager
async def killing(
    keepers: Sequence[Keeper], seed: int, every_s: float, still_s: float = 0.0
) -> AsyncIterator[Killer]:
    """Kill while the block runs."""
    killer = Killer(keepers, seed, every_s, still_s)
    tasks = [asyncio.create_task(killer.run())]
    if still_s:
        tasks.append(asyncio.create_task(killer.keep_stopping()))
    try:
        yield killer
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
