"""Links that are there, managed from Telegram: by commands and replies, and by the keyboard behind Manage."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.ports.backend import Feature
from bot.ports.storage import Transaction
from tests.fakes import AbleBackend
from tests.scenario.stage import Stage, stage_in
from tests.scenario.telegram_hands import (
    ALICE,
    GROUP,
    NEWCOMER,
    SECRET,
    TWO_PEOPLE,
    by_webhook,
    data_of,
    link_in,
    message,
    news,
    press,
    said,
    sent,
)

STAGED_WITH = {"TELEGRAM_ADMITTED": TWO_PEOPLE}
Json = dict[str, Any]
ABLE = (Feature.CANCEL, Feature.RESUME, Feature.EXTEND, Feature.EDIT)
NOT_YOURS = {"text": "Only the person who started this can use these buttons.", "show_alert": True}


@pytest.fixture
async def able(tmp_path: Path) -> AsyncIterator[tuple[Stage, AbleBackend]]:
    """With a backend that can do everything."""
    backend = AbleBackend(*ABLE)
    async with stage_in(tmp_path, {"checkout": backend}, TELEGRAM_ADMITTED=TWO_PEOPLE) as ready:
        backend.on_look = ready.changed
        yield ready, backend


def labels(card: Json) -> list[str]:
    return [key["text"] for row in card["keyboard"] for key in row]


def reference_of(card: Json) -> str:
    return str(card["text"].rpartition("Reference: ")[2][:14])


def _forget_the_card(tx: Transaction, reference: str) -> None:
    link = tx.links.get(reference)
    assert link is not None
    tx.destinations.put(replace(tx.destinations.get(link.destination_id), root=None))


async def keyboard(stage: Stage, card: Json, *wanted: str, chat: int = ALICE) -> Json:
    """The same message once it has these buttons."""

    async def look() -> Json | None:
        (found,) = [
            one for one in await stage.telegram_messages(chat) if one["message_id"] == card["message_id"]
        ]
        return found if found["keyboard"] and set(wanted) <= set(labels(found)) else None

    return await stage.until(look)


async def managed(stage: Stage, card: Json, chat: int = ALICE) -> Json:
    """The card with its keyboard turned into what can be done."""
    await press(stage, card, "Manage", chat=chat)
    return await keyboard(stage, card, "Back", chat=chat)


async def asked(stage: Stage, *words: str, chat: int = ALICE) -> Json:
    """The newest question that forces a reply."""

    async def look() -> Json | None:
        for seen in reversed(await stage.telegram_messages(chat)):
            if seen.get("asks_for") and all(word in seen["text"] for word in words):
                return seen
        return None

    return await stage.until(look)


async def test_the_keyboard_turns_into_what_can_be_done_and_back(stage: Stage) -> None:
    card = await link_in(stage)
    menu = await managed(stage, card)
    assert labels(menu) == [
        *("Cancel link", "Extend", "Send the text again", "Ask again now", "History"),
        *("Why does it say so?", "Back"),
    ]
    await press(stage, menu, "Back")
    assert (await keyboard(stage, card, "Manage"))["keyboard"] == card["keyboard"]


async def test_a_backend_that_cannot_says_so_in_plain_words(stage: Stage) -> None:
    reference = reference_of(await link_in(stage))
    await stage.telegram(f"/paylink pause {reference}")
    await said(stage, "Checkout.com cannot take a link back and put it back later")
    await stage.telegram(f"/paylink {reference} edit Chairs")
    await said(stage, "Checkout.com cannot change what a link is for")


async def test_an_extension_that_is_a_new_link_is_asked_about_and_told(stage: Stage) -> None:
    card = await link_in(stage)
    await press(stage, await managed(stage, card), "Extend")
    picks = await keyboard(stage, card, "Another date")
    longer = next(label for label in labels(picks) if label.startswith("+3d: "))
    question = await press(stage, picks, longer)
    offered = await keyboard(stage, card, "Make a new link")
    assert labels(offered) == ["Back", "Make a new link"], "whoever has tapped twice has made nothing"
    assert question["text"].startswith("Checkout.com cannot extend a link. Make a new one, payable until")
    assert (question["show_alert"], len(await stage.provider_links())) == (True, 1)
    await press(stage, await keyboard(stage, card, "Make a new link"), "Make a new link")
    await news(stage, "Extended by Alice, as a new link", "stays payable until")
    fresh = await stage.telegram_card(
        "Waiting for payment", f"{reference_of(card)}", "can be paid, too, until"
    )
    assert sorted(str(link["reference"]) for link in await stage.provider_links())[1].endswith("-2")
    assert fresh["message_id"] == card["message_id"]


async def test_an_extension_that_is_pressed_once_more_is_told_to_be_there_already(stage: Stage) -> None:
    card = await link_in(stage)
    await press(stage, await managed(stage, card), "Extend")
    picks = await keyboard(stage, card, "Another date")
    await press(stage, picks, next(label for label in labels(picks) if label.startswith("+3d: ")))
    question = await keyboard(stage, card, "Make a new link")
    await press(stage, question, "Make a new link")
    await news(stage, "Extended by Alice")
    await by_webhook(stage)
    whose = message(card["message_id"])
    pressed = {"chat_instance": "1", "data": data_of(question, "Make a new link"), "message": whose}
    query = {"id": "7", "from": whose["from"], **pressed}
    assert await sent(stage, 900_000_001, SECRET, callback_query=query) == 200

    async def told() -> bool:
        calls = await stage.calls("telegram", "/answerCallbackQuery")
        return any("already" in parse_qs(call["body"]).get("text", [""])[0] for call in calls)

    await stage.until(told)
    assert len(await stage.provider_links()) == 2


async def test_a_typed_extension_that_is_a_new_link_is_asked_about_in_a_message(stage: Stage) -> None:
    card = await link_in(stage)
    await stage.telegram("/paylink extend by 3d", reply_to=card["message_id"])
    question = await said(stage, "Checkout.com cannot extend a link")
    await press(stage, question, "Make a new link")
    await news(stage, "Extended by Alice, as a new link")
    await said(stage, "A new link is being made")
    assert len(await stage.provider_links()) == 2


async def test_a_question_is_no_card_where_that_of_the_card_is_not_known(stage: Stage) -> None:
    """What was told of a card's post may be lost; a press on the card itself brings its number."""
    card = await link_in(stage)
    await stage.telegram("/paylink extend by 3d", reply_to=card["message_id"])
    question = await said(stage, "Checkout.com cannot extend a link")
    await stage.change(lambda tx: _forget_the_card(tx, reference_of(card)))
    assert await press(stage, question, "Make a new link") == {"text": "", "show_alert": False}
    concluded = await said(stage, "A new link is being made")
    assert concluded["message_id"] == question["message_id"]


async def test_what_cannot_take_a_questions_place_is_told_beside_it(stage: Stage) -> None:
    card = await link_in(stage)
    await stage.telegram("/paylink extend by 3d", reply_to=card["message_id"])
    question = await said(stage, "Checkout.com cannot extend a link")
    await stage.fault("telegram", "editMessageText", "status", status=503)
    answer = await press(stage, question, "Make a new link")
    assert answer["text"].startswith("A new link is being made")


async def test_a_question_is_known_from_a_card_of_the_same_number_in_another_chat(stage: Stage) -> None:
    """Telegram numbers the messages of each supergroup by themselves."""
    card = await link_in(stage, GROUP)
    await by_webhook(stage)
    alone = message(card["message_id"])
    data = f"p1:{reference_of(card)}:0:manage:refresh"
    query = {"id": "7", "from": alone["from"], "chat_instance": "1", "data": data, "message": alone}
    assert await sent(stage, 900_000_001, SECRET, callback_query=query) == 200

    async def concluded() -> bool:
        edits = await stage.calls("telegram", "/editMessageText")
        return any(parse_qs(edit["body"])["chat_id"] == [str(ALICE)] for edit in edits)

    await stage.until(concluded)


async def test_why_and_history_are_read_by_one_person_alone(stage: Stage) -> None:
    card = await link_in(stage, GROUP)
    menu = await managed(stage, card, GROUP)
    answer = await press(stage, menu, "Why does it say so?", chat=GROUP)
    assert answer == {"text": "Sent to you alone, in our private chat.", "show_alert": True}
    await said(stage, "We keep it open.", "Checkout.com has told of no payment.", chat=ALICE)
    assert "We keep it open." not in str(await stage.telegram_messages(GROUP))
    alone = await link_in(stage)
    answer = await press(stage, await managed(stage, alone), "History")
    assert answer == {"text": "", "show_alert": False}, "it is seen there"
    await stage.telegram("/paylink history", chat=GROUP, reply_to=card["message_id"])
    await said(stage, "Sent to you alone", chat=GROUP)
    await said(stage, "requested by Alice", chat=ALICE)


async def test_who_has_not_written_to_us_is_told_to_do_so(stage: Stage) -> None:
    card = await link_in(stage, GROUP, NEWCOMER)
    await press(stage, card, "Manage", NEWCOMER, GROUP)
    shown = await keyboard(stage, card, "History", chat=GROUP)
    answer = await press(stage, shown, "History", NEWCOMER, GROUP)
    assert answer["text"].startswith("I cannot write to you yet.")


async def test_in_a_group_only_who_made_it_manages_it(stage: Stage) -> None:
    card = await link_in(stage, GROUP)
    assert await press(stage, card, "Manage", NEWCOMER, GROUP) == NOT_YOURS
    menu = await managed(stage, card, GROUP)
    for label in labels(menu):
        assert await press(stage, menu, data_of(menu, label), NEWCOMER, GROUP) == NOT_YOURS
    await stage.telegram(f"/paylink cancel {reference_of(card)}", NEWCOMER, GROUP)
    await said(stage, "no such link of yours", chat=GROUP)


async def test_a_list_is_a_command_of_its_own(stage: Stage) -> None:
    reference = reference_of(await link_in(stage))
    await stage.telegram("/links open")
    await said(stage, "Open payment links", f"{reference}: Waiting for payment of 49.90 EUR")
    await stage.telegram("/paylink list paid")
    await said(stage, "Paid payment links", "There are none.")
    typed = await stage.telegram("/links ouverts")
    await said(stage, "Open payment links", after=typed)
    await stage.telegram("/links 25 EUR")
    await said(stage, "Your payment links: 25 EUR", "There are none.")
    await stage.telegram("/links", chat=GROUP)
    await said(stage, "Sent to you alone", chat=GROUP)
    await stage.telegram("/links", NEWCOMER, GROUP)  # who has never written to us
    await said(stage, "I cannot write to you yet. Open a chat with me", chat=GROUP)


async def test_an_administrator_manages_what_others_made_and_is_named(tmp_path: Path) -> None:
    async with stage_in(tmp_path, TELEGRAM_ADMITTED=TWO_PEOPLE, ADMINS=f"telegram:{NEWCOMER}") as stage:
        card = await link_in(stage, GROUP)
        await press(stage, card, "Manage", NEWCOMER, GROUP)
        await press(stage, await keyboard(stage, card, "Back", chat=GROUP), "Cancel link", NEWCOMER, GROUP)
        await press(stage, await keyboard(stage, card, "Keep it", chat=GROUP), "Cancel link", NEWCOMER, GROUP)
        await news(stage, "Cancelled by Newcomer.", chat=GROUP)


async def test_what_begins_like_a_list_and_has_an_amount_is_a_link_that_says_so(stage: Stage) -> None:
    await stage.telegram("/paylink list 25 EUR")
    card = await said(stage, "New payment link: 25.00 EUR", "type /paylink list alone")
    assert "Create link" in labels(card)


async def test_an_order_that_is_none_of_ours_is_explained_and_sells_nothing(stage: Stage) -> None:
    card = await link_in(stage)
    reference = reference_of(card)
    await stage.telegram(f"/paylink refund {reference} 10 EUR")
    await said(stage, "Refunds are made at Checkout.com, not here; the thread tells it then.")
    await stage.telegram(f"/paylink cancle {reference.lower()}")
    await said(stage, "type /paylink, one of these words and the reference: cancel")
    await stage.telegram("/links foo")
    await said(stage, "Your payment links: foo", "There are none.", "Type /paylink list, list open")
    await stage.telegram(f"/paylink status {reference}")
    await said(stage, "We keep it open.")
    assert "New payment link" not in str(await stage.telegram_messages(ALICE))


@pytest.mark.parametrize("text", ["/links", "/help", "/paylink status PL0123456789AB", "/links jane"])
async def test_who_types_faster_than_the_chat_takes_messages_is_answered_all_the_same(
    stage: Stage, text: str
) -> None:
    await stage.fault("telegram", "sendMessage", "status", status=429, retry_after=1, times=1)
    typed = await stage.telegram(text)
    await said(stage, "", after=typed)
    assert len([one for one in await stage.telegram_messages(ALICE) if one["message_id"] > typed]) == 1
    refused, taken = (
        datetime.fromisoformat(call["at"]) for call in await stage.calls("telegram", "/sendMessage")
    )
    assert taken - refused >= timedelta(seconds=1), "as long as Telegram asks to wait"


async def test_cancelling_from_the_menu_asks_first(stage: Stage) -> None:
    card = await link_in(stage)
    answer = await press(stage, await managed(stage, card), "Cancel link")
    assert answer["text"] == "Cancel this payment link?"
    asked = await keyboard(stage, card, "Keep it")
    assert asked["keyboard"][0][0]["text"] == "Keep it", "whoever has tapped twice has cancelled nothing"
    await press(stage, asked, "Keep it")
    await keyboard(stage, card, "Manage")
    await press(stage, await managed(stage, card), "Cancel link")
    told = await press(stage, await keyboard(stage, card, "Keep it"), "Cancel link")
    still_payable = "Checkout.com cannot take a link back: who has it can pay until"
    assert (told["text"].startswith(f"Cancelled. {still_payable}"), told["show_alert"]) == (True, True)
    await news(stage, f"Cancelled by Alice. {still_payable}")


async def test_pausing_and_resuming(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    card = await link_in(stage)
    answer = await press(stage, await managed(stage, card), "Pause")
    assert answer["text"].endswith("is asked to take it back. The thread says when it is done.")
    assert not answer["show_alert"]
    await news(stage, "Paused by Alice.")
    paused = await stage.telegram_card("Paused: 49.90 EUR", "Manage")

    async def taken_back() -> bool:
        return backend.done == [f"cancel pl_{reference_of(card)}"]

    await stage.until(taken_back)
    await press(stage, paused, "Manage")
    await press(stage, await keyboard(stage, card, "Resume"), "Resume")
    await news(stage, "Resumed by Alice: it can be paid again.")
    await stage.telegram_card("Waiting for payment", "Open link")


async def test_what_it_is_for_is_changed_by_a_reply_to_the_question(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    card = await link_in(stage, GROUP)
    await press(stage, await managed(stage, card, GROUP), "What it is for", chat=GROUP)
    question = await asked(stage, "Alice", f"What is {reference_of(card)} for?", chat=GROUP)
    await stage.telegram("2 < 3 chairs & tables", chat=GROUP, reply_to=question["message_id"])
    await news(stage, "Changed by Alice. It is for: 2 < 3 chairs & tables", chat=GROUP)
    assert backend.done == [f"edit pl_{reference_of(card)} 2 < 3 chairs & tables"]


async def test_the_new_text_of_a_link_that_was_found_is_changed_by_a_button(
    able: tuple[Stage, AbleBackend],
) -> None:
    stage, backend = able
    card = await link_in(stage, GROUP)
    long = f"2 < 3 chairs, {'and so on, ' * 7}& tables!"
    typed = await stage.telegram(f"/paylink edit jane@example.com {long}", chat=GROUP)
    await said(stage, "Sent to you alone", chat=GROUP, after=typed)
    found = await said(stage, "Your payment links: jane@example.com", f"What it is to be for:\n{long}")
    assert (labels(found), backend.done) == (["Change it to this"], [])
    await press(stage, found, "Change it to this")
    await said(stage, "is told the new text. The thread says when it is done.")
    await news(stage, f"Changed by Alice. It is for: {long}", chat=GROUP)
    assert backend.done == [f"edit pl_{reference_of(card)} {long}"]


async def test_a_text_in_a_message_that_is_too_old_to_be_read_is_no_text(
    able: tuple[Stage, AbleBackend],
) -> None:
    stage, backend = able
    card = await link_in(stage)
    await by_webhook(stage)
    old = {"message_id": 7, "date": 0, "chat": {"id": ALICE, "type": "private"}}
    data = f"p1:{reference_of(card)}:0:manage:edit=^!"
    query = {"id": "7", "from": message(7)["from"], "chat_instance": "1", "data": data, "message": old}
    assert await sent(stage, 900_000_001, SECRET, callback_query=query) == 200

    async def answered() -> bool:
        calls = await stage.calls("telegram", "/answerCallbackQuery")
        return any("nothing+open+to+answer" in call["body"] for call in calls)

    await stage.until(answered)
    assert backend.done == []


async def test_nobody_else_answers_what_was_asked(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    card = await link_in(stage, GROUP)
    await press(stage, await managed(stage, card, GROUP), "What it is for", chat=GROUP)
    question = await asked(stage, "What is", chat=GROUP)
    await stage.telegram("Chairs", NEWCOMER, GROUP, reply_to=question["message_id"])
    await said(stage, "no such link of yours", chat=GROUP)
    assert backend.done == []


async def test_another_date_is_typed_and_one_that_cannot_be_is_asked_for_again(
    able: tuple[Stage, AbleBackend],
) -> None:
    stage, backend = able
    card = await link_in(stage)
    await press(stage, await managed(stage, card), "Extend")
    await press(stage, await keyboard(stage, card, "Another date"), "Another date")
    question = await asked(stage, "Until when can")
    await stage.telegram("soon", reply_to=question["message_id"])
    again = await asked(stage, "cannot read this date", "Until when can")
    await stage.telegram("10d", reply_to=again["message_id"])
    await news(stage, "Extended by Alice: it can be paid until")
    assert len(backend.done) == 1


async def test_the_text_is_sent_again_and_the_backend_asked_again(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    card = await link_in(stage)
    await news(stage, "asks you to pay")
    looks = len(backend.looks)
    answer = await press(stage, await managed(stage, card), "Ask again now")
    assert answer["text"].endswith("is asked now. What is new is said in the thread.")
    assert (await keyboard(stage, card, "Manage"))["keyboard"] == card["keyboard"]
    await stage.telegram("/paylink resend", reply_to=card["message_id"])

    async def twice() -> bool:
        told = [message["text"] for message in await stage.telegram_messages() if message["reply_to"]]
        return sum("asks you to pay" in text for text in told) == 2 and len(backend.looks) > looks

    await stage.until(twice)
