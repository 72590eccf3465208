"""The form is where the person looks: at the end once they type, under a pressed button."""

from typing import Any

import pytest

from tests.scenario.stage import Stage
from tests.scenario.telegram_hands import ALICE, GROUP, STRANGER, gone, link_in, news, press, prompt, said

SUMMARY = "/paylink 7 EUR Lunch"


async def news_below_a_form(stage: Stage, command: str = "/paylink") -> tuple[dict[str, Any], int]:
    """A form with news of another link below it; gives the form and the last message's id."""
    await link_in(stage)
    await news(stage, "asks you to pay")
    await stage.telegram(command)
    form = await said(stage, "New payment link")
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "declined")
    return form, int((await news(stage, "attempt failed"))["message_id"])


async def forms(stage: Stage, *words: str, after: int = 0) -> list[dict[str, Any]]:
    """The forms that can be seen, once all but one are gone, and that one is below `after` and says this."""

    async def look() -> list[dict[str, Any]]:
        there = [each for each in await stage.telegram_messages() if "New payment link" in each["text"]]
        only = len(there) == 1 and there[0]["message_id"] > after
        return there if only and all(word in str(there[0]) for word in words) else []

    return await stage.until(look)


async def test_an_answer_typed_below_other_news_is_followed_by_the_form(stage: Stage) -> None:
    _, last = await news_below_a_form(stage)
    await stage.telegram("49.90")
    [moved] = await forms(stage, "e-mail address?", after=last)
    await stage.telegram("bob@example.com")
    [stays] = await forms(stage, "What is it for?")
    assert stays["message_id"] == moved["message_id"], "nothing is below it any more: what was typed is gone"
    await press(stage, stays, "Skip")
    await press(stage, await said(stage, "check the amount"), "Create link")
    card = await said(stage, "Waiting for payment of 49.90 EUR", "bob@example.com")
    assert card["message_id"] == moved["message_id"]


async def test_an_answer_that_cannot_be_read_is_asked_for_again_below_the_news(stage: Stage) -> None:
    _, last = await news_below_a_form(stage)
    await stage.telegram("a lot")
    await forms(stage, "cannot read this amount", after=last)


async def test_a_pressed_form_stays_where_it_was_pressed(stage: Stage) -> None:
    form, _ = await news_below_a_form(stage, SUMMARY)
    await press(stage, form, "Edit")
    [edited] = await forms(stage, "What do you want to change?")
    assert edited["message_id"] == form["message_id"]


async def test_what_only_buttons_answer_comes_down_with_its_buttons(stage: Stage) -> None:
    _, last = await news_below_a_form(stage, SUMMARY)
    typed = await stage.telegram("8 EUR")
    assert typed > last
    await forms(stage, "check the amount", "Create link", after=typed)
    await said(stage, "choose one of the buttons", after=typed)


async def test_a_typed_cancel_is_answered_below_the_news(stage: Stage) -> None:
    form, _ = await news_below_a_form(stage, SUMMARY)
    typed = await stage.telegram("/cancel")
    over = await said(stage, "nothing was created")
    assert over["message_id"] > typed

    async def gone() -> bool:
        return form["message_id"] not in [each["message_id"] for each in await stage.telegram_messages()]

    await stage.until(gone)


async def test_a_form_whose_place_nobody_may_clear_still_comes_down(stage: Stage) -> None:
    form, last = await news_below_a_form(stage)
    await stage.fault("telegram", "deleteMessage", "status", status=400)
    await stage.telegram("49.90")
    moved = await said(stage, "e-mail address?")
    assert moved["message_id"] > last > form["message_id"]
    answer = await press(stage, form, "Cancel")
    assert answer["text"] == ""
    await said(stage, "nothing was created")


async def test_in_a_group_the_buttons_come_below_what_others_have_written(stage: Stage) -> None:
    """Until then it is the question that is to be seen, as a message of its own."""
    await stage.telegram("/paylink 49.90 EUR Invoice 12", chat=GROUP)
    form = await said(stage, "check the amount", chat=GROUP)
    await press(stage, form, "Edit", chat=GROUP)
    await press(stage, await said(stage, "What do you want to change?", chat=GROUP), "Amount", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    others = await stage.telegram("Lunch?", STRANGER, GROUP)
    await stage.telegram("50 EUR", chat=GROUP, reply_to=question["message_id"])
    moved = await said(stage, "New payment link: 50.00 EUR", "check the amount", chat=GROUP, after=others)
    await gone(stage, form["message_id"], GROUP)
    await press(stage, moved, "Create link", chat=GROUP)
    card = await said(stage, "Waiting for payment of 50.00 EUR", chat=GROUP)
    assert card["message_id"] == moved["message_id"]


async def test_in_a_group_a_typed_cancel_is_answered_below_what_others_have_written(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    await stage.telegram("/cancel", chat=GROUP)
    over = await said(stage, "nothing was created", chat=GROUP)
    assert over["message_id"] < question["message_id"], "the question goes: nothing else is below the form"
    await gone(stage, question["message_id"], GROUP)
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?", after=question["message_id"])
    await stage.telegram("Lunch?", STRANGER, GROUP)
    typed = await stage.telegram("/cancel", chat=GROUP)
    await said(stage, "nothing was created", chat=GROUP, after=typed)
    await gone(stage, question["message_id"], GROUP)


@pytest.mark.parametrize("second", ["a lot", "quite a lot"])
async def test_an_answer_that_changes_nothing_is_seen_to_have_been_read(stage: Stage, second: str) -> None:
    await stage.telegram("/paylink")
    asked = await said(stage, "How much?")
    await stage.telegram("a lot")
    [first] = await forms(stage, "cannot read this amount")
    assert first["message_id"] == asked["message_id"], "it says something else now"
    typed = await stage.telegram(second)
    await forms(stage, "cannot read this amount", after=typed)
    await gone(stage, typed)
    await stage.telegram("49.90 EUR")
    [read] = await forms(stage, "e-mail address?")
    assert read["message_id"] > typed


async def test_so_is_a_contact_of_which_nothing_is_asked(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await said(stage, "How much?")
    body = {"chat": ALICE, "user": ALICE, "contact": {"phone_number": "", "first_name": ""}}
    attached = int((await stage.control("telegram/message", **body))["message_id"])
    await forms(stage, "How much?", after=attached)
