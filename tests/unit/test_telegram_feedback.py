"""An answer that waits until the chat has room for it is a task of its own, whose end is in the log."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import pytest
from structlog.testing import capture_logs
from telegram import Bot, Chat, Message
from telegram.error import RetryAfter

from adapters.chat.telegram.feedback import Feedback
from bot.texts import Texts

MESSAGE = Message(1, datetime.now(UTC), Chat(1001, Chat.PRIVATE), text="/help")


@dataclass
class Mouth:
    """A bot that fails like this, once each, and then speaks."""

    fails: list[Exception]
    said: list[str] = field(default_factory=list)
    tries: int = 0

    async def send_message(self, _: object, html: str, **__: object) -> None:
        self.tries += 1
        if self.fails:
            raise self.fails.pop(0)
        self.said.append(html)


async def told(mouth: Mouth, *, tries: int) -> Sequence[object]:
    """What the log says of an answer after so many tries."""
    feedback = Feedback(cast("Bot", mouth), Texts("en"))
    with capture_logs() as lines:
        await feedback.answer(MESSAGE, "answer.nobody")()
        waiting = [task for task in asyncio.all_tasks() if task.get_name() == "telegram.feedback"]
        assert len(waiting) == 1
        if mouth.tries < tries:
            await asyncio.wait_for(waiting[0], 10)
        await feedback.aclose()
    return [(line["log_level"], line["event"], line.get("reason")) for line in lines]


BUSY = ("info", "telegram.feedback_lost", "flood control")


async def test_what_the_chat_had_no_room_for_is_said_once_it_has() -> None:
    mouth = Mouth([RetryAfter(0), RetryAfter(0)])
    lines = await told(mouth, tries=3)
    assert (len(mouth.said), lines) == (1, [BUSY, BUSY])


async def test_what_nobody_expected_meanwhile_is_a_line_of_ours() -> None:
    mouth = Mouth([RetryAfter(0), RuntimeError("a bug")])
    lines = await told(mouth, tries=2)
    assert lines == [BUSY, ("error", "telegram.feedback_failed", None)]


async def test_what_still_waits_when_the_service_stops_is_told_as_lost() -> None:
    mouth = Mouth([RetryAfter(59)])
    lines = await told(mouth, tries=1)
    assert (mouth.said, lines) == ([], [BUSY, ("info", "telegram.feedback_lost", "stopped")])


async def test_who_writes_again_and_again_meanwhile_is_told_the_same_once_and_others_theirs() -> None:
    mouth = Mouth([RetryAfter(0)])
    feedback = Feedback(cast("Bot", mouth), Texts("en"))
    for _ in range(9):
        await feedback.answer(MESSAGE, "answer.nobody")()
    assert (mouth.tries, mouth.said) == (1, [])
    await feedback.answer(MESSAGE, "answer.stale")()
    waiting = [task for task in asyncio.all_tasks() if task.get_name() == "telegram.feedback"]
    await asyncio.wait_for(asyncio.gather(*waiting), 10)
    await feedback.answer(MESSAGE, "answer.nobody")()
    said = [Texts("en")(f"answer.{key}") for key in ("stale", "nobody", "nobody")]
    assert mouth.said == said


@pytest.mark.parametrize("pause_s", [61, 3600])
async def test_nobody_waits_for_an_answer_for_longer_than_a_minute(pause_s: int) -> None:
    mouth = Mouth([RetryAfter(pause_s)])
    await Feedback(cast("Bot", mouth), Texts("en")).answer(MESSAGE, "answer.nobody")()
    assert "telegram.feedback" not in {task.get_name() for task in asyncio.all_tasks()}
