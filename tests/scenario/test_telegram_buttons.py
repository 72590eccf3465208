"""Buttons of drafts and links in Telegram: what each does, for whom, and when it is too late for it."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.scenario.stage import Stage, stage_in, three_hours_pass
from tests.scenario.telegram_hands import (
    ALICE,
    COMMAND,
    GROUP,
    NEWCOMER,
    SECRET,
    TWO_PEOPLE,
    by_webhook,
    data_of,
    link_in,
    message,
    news,
    operator,
    press,
    prompt,
    said,
    sent,
)

STAGED_WITH = {"TELEGRAM_ADMITTED": TWO_PEOPLE}
CLOSED = {"text": "This link is closed already.", "show_alert": True}
NOTHING_OPEN = "There is nothing open to answer. Type /paylink to start."
STALE = {"text": "This form has changed. Please use the newest one.", "show_alert": True}
NOT_YOURS = {"text": "Only the person who started this can use these buttons.", "show_alert": True}


async def test_a_last_moment_that_has_passed_meanwhile_is_said_and_creates_nothing(stage: Stage) -> None:
    await stage.telegram(f"{COMMAND} expires 2h")
    card = await stage.telegram_card("New payment link: 49.90 EUR")
    await three_hours_pass(stage, "telegram", str(ALICE))
    assert (await press(stage, card, "Create link"))["text"].startswith(
        "The time you chose has passed meanwhile."
    )
    assert await stage.provider_links() == []


async def test_back_asks_the_question_before_again(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await stage.telegram_card("How much?")
    await stage.telegram("49.90 EUR")
    card = await stage.telegram_card("e-mail address?")
    await press(stage, card, "Back")
    await stage.telegram_card("How much?")
    await stage.telegram("50 EUR")
    await stage.telegram_card("New payment link: 50.00 EUR", "e-mail address?")


async def test_an_older_back_changes_nothing(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await stage.telegram_card("How much?")
    await stage.telegram("49.90 EUR")
    card = await stage.telegram_card("e-mail address?")
    await stage.fault("telegram", "editMessageText", "status", status=429, retry_after=1, times=1)
    await press(stage, card, "Skip")
    assert await press(stage, card, "Back") == STALE
    await stage.telegram_card("New payment link: 49.90 EUR", "What is it for?")


@pytest.mark.parametrize(
    "data", ["manage:refund=1", "manage:extend=", "manage:=", "manage:cancel!!", "here:"]
)
async def test_a_button_of_another_time_is_answered_too(stage: Stage, data: str) -> None:
    """Its data may be anybody's: what an older release drew, or what a client of one's own sends."""
    card = await link_in(stage)
    await by_webhook(stage)
    drawn = data_of(card, "Manage").removesuffix("manage:")
    asked = {"id": "7", "chat_instance": "1", "data": drawn + data}
    whose = message(card["message_id"])
    query = {**asked, "from": whose["from"], "message": whose}
    before = len(await stage.calls("telegram", "/answerCallbackQuery"))
    assert await sent(stage, 900_000_001, SECRET, callback_query=query) == 200

    async def answered() -> list[dict[str, Any]]:
        return (await stage.calls("telegram", "/answerCallbackQuery"))[before:]

    (answer,) = await stage.until(answered)
    assert parse_qs(answer["body"]).get("text") in ([NOTHING_OPEN], None)
    assert len(await stage.provider_links()) == 1


async def test_a_change_that_is_not_wanted_is_left_with_everything_as_it_was(stage: Stage) -> None:
    await stage.telegram("/paylink 49.90 EUR jane@example.com ref INV-9 until friday Invoice 12")
    summary = await stage.telegram_card("check the amount")
    for label, question in (("What for", "What is it for?"), ("Amount", "How much?")):
        await press(stage, summary, "Edit")
        await stage.telegram_card("What do you want to change?")
        await stage.press_telegram(label)
        asked = await stage.telegram_card(question, "49.90 EUR", "jane@example.com", "For: Invoice 12")
        await press(stage, asked, "Back")
        offered = await stage.telegram_card("What do you want to change?")
        await press(stage, offered, "Back")
        after = await stage.telegram_card("check the amount")
        assert after["text"] == summary["text"]
        summary = after


async def test_what_is_asked_again_can_stay_as_it_is(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await stage.telegram_card("How much?")
    await stage.telegram("49.90 EUR")
    await stage.telegram_card("e-mail address?")
    await stage.telegram("jane@example.com")
    card = await stage.telegram_card("What is it for?")
    await press(stage, card, "Back")
    await stage.telegram_card("Customer: jane@example.com", "e-mail address?")
    await stage.press_telegram("Keep as it is")
    await stage.telegram_card("Customer: jane@example.com", "What is it for?")


@pytest.mark.parametrize("button", [None, "Edit"])
async def test_typing_where_only_buttons_answer_says_so(stage: Stage, button: str | None) -> None:
    await stage.telegram("/paylink 49.90 EUR jane@example.com Invoice 12")
    card = await stage.telegram_card("check the amount")
    if button:
        await press(stage, card, button)
        await stage.telegram_card("What do you want to change?")
    typed = await stage.telegram("51 EUR")
    await said(stage, "choose one of the buttons", after=typed)


async def test_a_link_that_is_open_already_can_be_used_instead(stage: Stage) -> None:
    await link_in(stage)
    [link] = await stage.provider_links()
    await news(stage, "asks you to pay")
    await stage.telegram(COMMAND)
    await stage.telegram_card("is open for the same customer and amount", f"Use {link['reference']}")
    await stage.press_telegram(f"Use {link['reference']}")
    await stage.telegram_card("nothing new was created", link["reference"])
    assert len(await stage.provider_links()) == 1


async def test_cancelling_a_link_is_asked_for_twice(stage: Stage) -> None:
    card = await link_in(stage)
    await news(stage, "asks you to pay")
    answer = await press(stage, card, "Cancel link")
    assert answer == {"text": "Cancel this payment link?", "show_alert": False}
    asked = await stage.telegram_card("Waiting for payment", "Cancel link", "Keep it")
    assert asked["keyboard"][0][0]["text"] == "Keep it", "whoever has tapped twice has cancelled nothing"
    told = await press(stage, asked, "Cancel link")
    still_payable = "Checkout.com cannot take a link back: who has it can pay until"
    assert (told["text"].startswith(f"Cancelled. {still_payable}"), told["show_alert"]) == (True, True)
    await news(stage, f"Cancelled by Alice. {still_payable}")
    card = await stage.telegram_card("Cancelled: 49.90 EUR")
    assert not _has(card, "Keep it")


async def test_a_link_that_is_kept_has_its_buttons_back(stage: Stage) -> None:
    card = await link_in(stage)
    await press(stage, card, "Cancel link")
    pressed = await stage.press_telegram("Keep it")
    assert pressed["answer"] == {"text": "", "show_alert": False}
    kept = await stage.telegram_card("Waiting for payment", "Open link", "Cancel link")
    assert kept["message_id"] == card["message_id"]
    assert kept["keyboard"] == card["keyboard"]


async def test_the_second_press_works_after_a_restart(stage: Stage) -> None:
    card = await link_in(stage)
    await press(stage, card, "Cancel link")
    await stage.telegram_card("Keep it")
    await stage.stop_service()
    await stage.start_service()
    await stage.press_telegram("Cancel link")
    await stage.telegram_card("Cancelled: 49.90 EUR")


async def test_what_was_paid_meanwhile_is_not_cancelled_any_more(stage: Stage) -> None:
    card = await link_in(stage)
    await press(stage, card, "Cancel link")
    asked = await stage.telegram_card("Keep it")
    await stage.fault("telegram", "editMessageText", "status", status=429, retry_after=1)
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")

    async def known() -> bool:
        return "(paid)" in (await operator(stage, "links", "show", link["reference"])).output

    await stage.until(known)
    assert await press(stage, asked, data_of(asked, "Cancel link")) == CLOSED
    await stage.mend("telegram")
    paid = await stage.telegram_card("✅ Paid 49.90 EUR", "Reference")
    assert not _has(paid, "Keep it")
    assert "Cancelled" not in str(await stage.telegram_messages())


async def test_whether_to_cancel_is_not_asked_of_a_link_that_is_closed(stage: Stage) -> None:
    card = await link_in(stage)
    await stage.fault("telegram", "editMessageText", "status", status=429, retry_after=1)
    await stage.telegram("/cancel", reply_to=card["message_id"])
    [link] = await stage.provider_links()

    async def known() -> bool:
        return "(cancelled)" in (await operator(stage, "links", "show", link["reference"])).output

    await stage.until(known)
    assert await press(stage, card, "Cancel link") == CLOSED


async def test_a_link_that_failed_or_was_cancelled_is_made_again(stage: Stage) -> None:
    card = await link_in(stage)
    await press(stage, card, "Cancel link")
    await stage.telegram_card("Keep it")
    await stage.press_telegram("Cancel link")
    await stage.telegram_card("Cancelled: 49.90 EUR", "Make it again")
    await stage.press_telegram("Make it again")
    await stage.telegram_card("What do you want to change?", "jane@example.com", "Invoice 12")
    await stage.press_telegram("Create link")
    fresh = await stage.telegram_card("Waiting for payment of 49.90 EUR")
    assert fresh["message_id"] != card["message_id"]
    assert len(await stage.provider_links()) == 2


async def test_in_a_group_only_who_made_the_link_sees_the_customer_and_cancels_it(stage: Stage) -> None:
    card = await link_in(stage, GROUP)
    assert "jane@example.com" not in str(card)
    for button in ("Show customer", "Cancel link"):
        assert await press(stage, card, button, NEWCOMER, GROUP) == NOT_YOURS
    shown = await press(stage, card, "Show customer", ALICE, GROUP)
    assert shown == {"text": "jane@example.com", "show_alert": True}
    assert (await stage.telegram_card("Waiting", chat=GROUP))["keyboard"] == card["keyboard"]


async def test_an_administrator_of_ours_may_do_both(tmp_path: Path) -> None:
    async with stage_in(tmp_path, TELEGRAM_ADMITTED=TWO_PEOPLE, ADMINS=f"telegram:{NEWCOMER}") as stage:
        card = await link_in(stage, GROUP)
        shown = await press(stage, card, "Show customer", NEWCOMER, GROUP)
        assert shown["text"] == "jane@example.com"
        await press(stage, card, "Cancel link", NEWCOMER, GROUP)
        await stage.telegram_card("Keep it", chat=GROUP)
        await stage.press_telegram("Cancel link", NEWCOMER, GROUP)
        await news(stage, "Cancelled by Newcomer.", chat=GROUP)


async def test_a_customer_with_a_name_too_long_for_an_alert_is_shown_in_private(stage: Stage) -> None:
    await stage.telegram(f"/paylink 49.90 EUR jane@{'x' * 60}.{'y' * 60}.example.com", chat=GROUP)
    await stage.press_telegram("Edit", chat=GROUP)
    await stage.press_telegram("Customer's name", chat=GROUP)
    question = await prompt(stage, "Alice", "customer's name?")
    await stage.telegram("🧁" * 100, chat=GROUP, reply_to=question["message_id"])
    await stage.press_telegram("Create link", chat=GROUP)
    card = await stage.telegram_card("Waiting for payment", chat=GROUP)
    shown = await press(stage, card, "Show customer", ALICE, GROUP)
    assert shown["text"] == "Sent to you alone, in our private chat."
    await said(stage, f"jane@{'x' * 60}", "🧁" * 100)


async def test_a_double_press_on_everything_does_it_once(stage: Stage) -> None:
    card = await link_in(stage)
    await press(stage, card, "Cancel link")
    asked = await stage.telegram_card("Keep it")
    data = data_of(asked, "Cancel link")
    answers = await asyncio.gather(*(press(stage, asked, data) for _ in range(2)))
    assert CLOSED in answers
    await news(stage, "Cancelled by Alice.")
    await stage.stop_service()
    replies = [message["text"] for message in await stage.telegram_messages()]
    assert sum(text.startswith("(TEST) Cancelled by Alice.") for text in replies) == 1


def _has(card: dict[str, object], label: str) -> bool:
    return f"'text': '{label}'" in str(card["keyboard"])
