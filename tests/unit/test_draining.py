"""What runs when the service is told to stop: let finish, but not for ever."""

import asyncio

from adapters.work.handling import drained
from tests.rigs import PATIENCE_S


class Handler:
    """Ends when it is told to, or cut off; then there is still something to put down."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.has_put_down = False
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            await self.may_end.wait()
        finally:
            await asyncio.sleep(0)
            self.has_put_down = True

    async def begun(self) -> "Handler":
        await asyncio.sleep(0)
        return self


async def test_who_does_not_end_is_cut_off_and_has_put_down_everything_then() -> None:
    stuck, fails = await Handler().begun(), asyncio.create_task(_fail())
    async with asyncio.timeout(PATIENCE_S):
        await drained([stuck.task, fails], longest_s=0)
    assert (stuck.has_put_down, stuck.task.cancelled()) == (True, True)


async def _fail() -> None:
    raise LookupError


async def test_who_ends_in_time_is_let_end() -> None:
    busy = await Handler().begun()
    draining = asyncio.create_task(drained([busy.task]))
    await asyncio.sleep(0)
    busy.may_end.set()
    await draining
    assert (busy.has_put_down, busy.task.cancelled()) == (True, False)


async def test_who_will_not_wait_any_longer_cuts_off() -> None:
    stuck = await Handler().begun()
    draining = asyncio.create_task(drained([stuck.task]))
    await asyncio.sleep(0)
    draining.cancel()
    await asyncio.wait([draining, stuck.task], timeout=PATIENCE_S)
    assert stuck.task.cancelled()
