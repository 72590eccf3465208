"""Telegram when we cannot do what we are asked: whoever waits is told."""

import asyncio
import sqlite3
from pathlib import Path

from tests.scenario.stage import Stage
from tests.scenario.telegram_hands import ALICE, GROUP, NEWCOMER, TWO_PEOPLE, operator, press, prompt, said

STAGED_WITH = {"TELEGRAM_ADMITTED": TWO_PEOPLE}
BROKEN = "Something went wrong on our side. Nothing was lost; please try again in a moment."


def spoil(folder: Path) -> None:
    """Requests that are open cannot be read any more."""
    with sqlite3.connect(folder / "paylink.db") as database:
        database.execute("UPDATE drafts SET answers = '['")
    database.close()


async def failures(stage: Stage) -> int:
    return len(await stage.rows(lambda tx: tx.inbox.failed()))


async def test_a_press_that_cannot_be_handled_is_answered(stage: Stage, tmp_path: Path) -> None:
    await stage.telegram("/paylink 7 EUR Lunch")
    form = await said(stage, "check the amount")
    spoil(tmp_path)
    for number in (1, 2):
        answer = await press(stage, form, "Create link")
        assert (answer["text"], answer["show_alert"]) == (BROKEN, True)
        assert await failures(stage) == number


async def test_so_is_a_message_and_each_once(stage: Stage, tmp_path: Path) -> None:
    await stage.telegram("/paylink")
    await said(stage, "How much?")
    spoil(tmp_path)
    typed = await stage.telegram("49.90")
    await said(stage, BROKEN, after=typed)
    again = await stage.telegram("/cancel")
    await said(stage, BROKEN, after=again)
    assert (await operator(stage, "inbox", "replay", "--yes")).output == "2 to be applied again\n"
    async with asyncio.timeout(20):
        while await failures(stage) < 2:
            pass
    await stage.stop_service()
    told = [each["text"] for each in await stage.telegram_messages()]
    assert told.count(BROKEN) == await failures(stage) == 2


async def test_in_a_group_whoever_writes_to_us_is_told_and_nobody_else(stage: Stage, tmp_path: Path) -> None:
    await stage.control("telegram/promote", chat=GROUP)
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    spoil(tmp_path)
    await stage.telegram("Lunch?", ALICE, GROUP)
    lunch = await stage.telegram("Lunch!", NEWCOMER, GROUP)
    await stage.telegram("Yes", ALICE, GROUP, reply_to=lunch)
    typed = await stage.telegram("49.90 EUR", ALICE, GROUP, reply_to=question["message_id"])
    told = await said(stage, BROKEN, chat=GROUP)
    assert told["reply_to"] == typed
    typed = await stage.telegram("/cancel", ALICE, GROUP)
    assert (await said(stage, BROKEN, chat=GROUP, after=typed))["reply_to"] == typed
    assert [each["text"] for each in await stage.telegram_messages(GROUP)].count(BROKEN) == 2
