"""What a provider does and remembers, asked for from Telegram, and presses that the chat has no room for."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BackendUnavailable
from bot.ports.backend import Feature
from tests.fakes import AbleBackend
from tests.scenario.stage import Stage, stage_in
from tests.scenario.telegram_hands import ALICE, GROUP, TWO_PEOPLE, link_in, news, press, said
from tests.scenario.test_telegram_managing import keyboard, labels, managed, reference_of

Json = dict[str, Any]
Able = tuple[Stage, AbleBackend]
BUSY = "The chat asks me to slow down. Please press again in 7 s."
SEND = "Send it to the customer"


@pytest.fixture
async def able(tmp_path: Path) -> AsyncIterator[Able]:
    backend = AbleBackend(Feature.CANCEL, Feature.EDIT, Feature.SHARE, Feature.HISTORY)
    async with stage_in(tmp_path, {"checkout": backend}, TELEGRAM_ADMITTED=TWO_PEOPLE) as stage:
        backend.on_look = stage.changed
        yield stage, backend


async def test_the_provider_writes_to_the_customer_once_the_question_is_answered(able: Able) -> None:
    stage, backend = able
    card = await link_in(stage, GROUP)
    question = await press(stage, await managed(stage, card, GROUP), SEND, chat=GROUP)
    assert question["text"].startswith("Let FakePay write to j…@example.com?")
    assert backend.done == []
    await press(stage, await keyboard(stage, card, "Send it", chat=GROUP), "Back", chat=GROUP)
    await keyboard(stage, card, "Manage", chat=GROUP)
    await press(stage, await managed(stage, card, GROUP), SEND, chat=GROUP)
    await press(stage, await keyboard(stage, card, "Send it", chat=GROUP), "Send it", chat=GROUP)
    told = await news(stage, "Sent to the customer (j…@example.com) at the request of Alice", chat=GROUP)
    assert "mention" not in str(told.get("entities"))
    assert backend.done == [f"share pl_{reference_of(card)} jane@example.com"]


async def test_a_typed_order_to_send_it_asks_and_a_lost_answer_is_told(able: Able) -> None:
    stage, backend = able
    card = await link_in(stage)
    await stage.telegram("/paylink share", reply_to=card["message_id"])
    question = await said(stage, "Let FakePay write to j…@example.com?")
    backend.refusals.append(BackendUnavailable("504", sent="unknown"))
    await press(stage, question, "Send it")
    await news(stage, "It may have been sent to the customer (j…@example.com) for Alice")
    assert backend.done == []


async def test_the_providers_history_is_answered_at_once_and_filled_in(able: Able) -> None:
    stage, backend = able
    await link_in(stage)
    await press(stage, await managed(stage, await said(stage, "Waiting")), "History")
    history = await said(stage, "what has happened", "requested by Alice")
    backend.may_answer.clear()
    assert await press(stage, history, "What FakePay remembers") == {
        "text": "Asking FakePay…",
        "show_alert": False,
    }
    backend.may_answer.set()
    filled = await said(stage, "what has happened", "What FakePay remembers:", "Nothing.")
    assert (filled["message_id"], labels(filled)) == (history["message_id"], ["Ask FakePay again"])


async def test_what_the_provider_tells_is_shown_once_the_chat_has_room_for_it(able: Able) -> None:
    stage, _ = able
    await press(stage, await managed(stage, await link_in(stage)), "History")
    history = await said(stage, "what has happened")
    busy = {"match": "editMessageText", "fault": "status", "status": 429, "retry_after": 1, "times": 1}
    await stage.control("telegram/faults", **busy)
    await press(stage, history, "What FakePay remembers")
    await said(stage, "What FakePay remembers:", "Nothing.")


async def test_in_a_group_the_providers_history_is_read_by_one_person_alone(able: Able) -> None:
    stage, backend = able
    card = await link_in(stage, GROUP)
    backend.refusals.append(BackendUnavailable("503", sent="no"))
    await stage.telegram("/paylink history provider", chat=GROUP, reply_to=card["message_id"])
    await said(stage, "Sent to you alone", chat=GROUP)
    shown = await said(stage, "FakePay does not answer.", chat=ALICE)
    await press(stage, shown, "Ask FakePay again")
    await said(stage, "What FakePay remembers:", chat=ALICE)
    assert "remembers" not in str(await stage.telegram_messages(GROUP))


@pytest.mark.parametrize(
    ("label", "method", "status", "words"),
    [
        ("Cancel link", "editMessageReplyMarkup", 429, BUSY),
        ("What it is for", "sendMessage", 429, BUSY),
        (
            "What it is for",
            "sendMessage",
            503,
            "The chat did not take my answer. Please press again in a moment.",
        ),
    ],
)
async def test_a_press_that_the_chat_has_no_room_for_says_so(
    able: Able, label: str, method: str, status: int, words: str
) -> None:
    stage, _ = able
    card = await link_in(stage)
    await news(stage, "asks you to pay")
    menu = await managed(stage, card)
    fault = {"match": method, "fault": "status", "status": status, "times": 1}
    await stage.control("telegram/faults", **fault, **({"retry_after": 7} if words == BUSY else {}))
    answer = await press(stage, menu, label)
    assert answer == {"text": words, "show_alert": True}
    again = await press(stage, menu, label)
    assert again["text"] != words


async def test_a_sheet_that_the_chat_has_no_room_for_is_not_taken_for_a_closed_door(able: Able) -> None:
    stage, _ = able
    card = await link_in(stage)
    await news(stage, "asks you to pay")
    menu = await managed(stage, card)
    broken = {"match": "sendMessage", "fault": "status", "status": 429, "retry_after": 3, "times": 1}
    await stage.control("telegram/faults", **broken)
    answer = await press(stage, menu, "History")
    assert answer == {
        "text": "The chat asks me to slow down. Please press again in 3 s.",
        "show_alert": True,
    }
