"""What runs beside the answering is missed as soon as it ends by itself."""

import asyncio
from contextlib import AsyncExitStack

from structlog.testing import capture_logs

from bot.bootstrap.beside import Beside


async def for_ever() -> None:
    await asyncio.Event().wait()


async def ends(error: Exception | None, ended: asyncio.Event) -> None:
    ended.set()
    if error is not None:
        raise error


async def after(ended: asyncio.Event) -> None:
    """Until what has ended has been told of."""
    await ended.wait()
    await asyncio.sleep(0)


async def test_what_is_meant_to_go_on_goes_on_until_it_is_left() -> None:
    async with AsyncExitStack() as stack:
        beside = Beside(stack)
        beside.run(for_ever())
        with capture_logs() as lines:
            await asyncio.sleep(0)
            assert beside.goes_on
            await stack.aclose()
    assert (lines, beside.goes_on) == ([], False)


async def test_a_job_that_fails_is_told_of_and_missed_and_leaving_is_not_disturbed() -> None:
    ended, error = asyncio.Event(), LookupError("a surprise")
    with capture_logs() as lines:
        async with AsyncExitStack() as stack:
            beside = Beside(stack)
            beside.run(for_ever())
            beside.run(ends(error, ended))
            await after(ended)
            assert not beside.goes_on
    assert [(line["event"], line["exc_info"]) for line in lines] == [("job.ended", error)]


async def test_a_job_that_ends_without_a_word_is_missed_too() -> None:
    ended = asyncio.Event()
    with capture_logs() as lines:
        async with AsyncExitStack() as stack:
            beside = Beside(stack)
            beside.run(ends(None, ended))
            await after(ended)
            assert not beside.goes_on
    assert [line["event"] for line in lines] == ["job.ended"]
