"""PostgreSQL crashes and recovers in the middle of sales: what it committed counts, heard or not."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.people import Sale, sales, webhooks_arrive
from tests.faults.right import all_is_right
from tests.faults.scale import SCALE
from tests.faults.shop import fleet_in
from tests.faults.test_database import SMALL
from tests.faults.test_processes import sell
from tests.postgresql import Server

_CRASHES = 40 if SCALE.long else 3

pytestmark = pytest.mark.slow


@contextlib.asynccontextmanager
async def crashing(server: Server) -> AsyncIterator[list[float]]:
    """At a moment of every few seconds, while the block runs; gives how long it ran before each crash."""
    chosen, lives = random.Random(SCALE.seed), list[float]()  # noqa: S311 - the same moments every time
    over = asyncio.Event()

    async def crash() -> None:
        while not over.is_set():
            lives.append(2 + 3 * chosen.random())  # work begins anew about two seconds after a crash
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), lives[-1])
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)

    async with asyncio.TaskGroup() as crashes:
        crashes.create_task(crash())
        try:
            yield lives
        finally:
            over.set()


async def test_sales_go_on_over_crashes_of_the_server(
    mortal: Server, own_database: str, tmp_path: Path
) -> None:
    references: dict[Sale, str] = {}
    async with fleet_in(tmp_path, own_database, SMALL) as shop:
        async with crashing(mortal) as lives:
            while len(lives) <= _CRASHES:
                round_ = sales(8, first=len(references))
                await asyncio.gather(*(sell(shop, sale, references) for sale in round_))
        await webhooks_arrive(shop)
        await all_is_right(shop, references, cut_off=True)
