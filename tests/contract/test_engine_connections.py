"""The engine's connections: who waits for one, and is told to end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from adapters.work.connector import Connector
from tests.contract.work_rig import PATIENCE_S
from tests.faults.right import eventually

_MOST = 8  # connections of one process
_STEPS = 30  # of the loop, in which one that is given back reaches who waits for it
_SOON_S = 2.0


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connector]:
    connector = Connector(url, asyncio.Event(), 1.0)
    await connector.open_async()
    yield connector
    await connector.close_async()


async def ask_and_stay(connector: Connector) -> None:
    await connector.execute_query_async("SELECT 1")
    await asyncio.Event().wait()


async def is_waited_for(connector: Connector) -> bool:
    return connector.pool.get_stats().get("requests_waiting", 0) > 0


async def ends(connector: Connector, steps: int) -> bool:
    """Whether somebody who waits for a connection does if told so this many steps after it is given back."""
    async with contextlib.AsyncExitStack() as all_others:
        for _ in range(_MOST):
            await all_others.enter_async_context(connector.pool.connection())
        waiting = asyncio.create_task(ask_and_stay(connector))
        await eventually(partial(is_waited_for, connector), PATIENCE_S)
        giving_back = asyncio.create_task(all_others.pop_all().aclose())
        for _ in range(steps):
            await asyncio.sleep(0)
        waiting.cancel()
        _, going_on = await asyncio.wait([waiting], timeout=_SOON_S)
        await giving_back
    for each in going_on:
        each.cancel()
    return not going_on


async def test_who_is_told_to_end_while_it_is_given_a_connection_ends(database: str) -> None:
    """A worker would go on alone, and who waits for its end, to begin anew, would wait for ever."""
    async with connected(database) as connector:
        assert [steps for steps in range(_STEPS) if not await ends(connector, steps)] == []
