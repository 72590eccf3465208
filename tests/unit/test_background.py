"""A background job that ends by itself is noticed at once."""

import asyncio
from contextlib import AsyncExitStack

from structlog.testing import capture_logs

from bot.bootstrap.background import Background


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
        background = Background(stack)
        background.run(for_ever())
        with capture_logs() as lines:
            await asyncio.sleep(0)
            assert background.is_running
            await stack.aclose()
    assert (lines, background.is_running) == ([], False)


async def test_a_job_that_fails_is_told_of_and_missed_and_leaving_is_not_disturbed() -> None:
    ended, error = asyncio.Event(), LookupError("a surprise")
    with capture_logs() as lines:
        async with AsyncExitStack() as stack:
            background = Background(stack)
            background.run(for_ever())
            background.run(ends(error, ended))
            await after(ended)
            assert not background.is_running
    assert [(line["event"], line["exc_info"]) for line in lines] == [("job.ended", error)]


async def test_a_job_that_ends_without_a_word_is_missed_too() -> None:
    ended = asyncio.Event()
    with capture_logs() as lines:
        async with AsyncExitStack() as stack:
            background = Background(stack)
            background.run(ends(None, ended))
            await after(ended)
            assert not background.is_running
    assert [line["event"] for line in lines] == ["job.ended"]
