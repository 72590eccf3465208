"""Telegram where others read along: questions to reply to, topics, groups that move or throw us out."""

import asyncio
from itertools import count
from typing import Any

import pytest

from bot.texts.harmless import harmless
from tests.scenario.stage import Stage
from tests.scenario.telegram_hands import (
    ALICE,
    COMMAND,
    FORUM,
    GROUP,
    INVOICES,
    NEWCOMER,
    SECRET,
    TWO_PEOPLE,
    by_webhook,
    gone,
    link_in,
    message,
    news,
    prompt,
    said,
    sent,
)

STAGED_WITH = {"TELEGRAM_ADMITTED": TWO_PEOPLE}


async def test_a_question_calls_who_is_asked_and_disappears_once_it_is_answered(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    assert question["asks_for"] == {
        "force_reply": True,
        "input_field_placeholder": "Amount",
        "selective": True,
    }
    assert '<span class="mention">Alice</span>' in question["html"], "selective: nobody else's input opens"
    await stage.telegram("49.90 EUR", chat=GROUP, reply_to=question["message_id"])
    await gone(stage, question["message_id"], GROUP)
    following = await prompt(stage, "Alice", "e-mail address?")
    await stage.telegram("jane@example.com", chat=GROUP, reply_to=following["message_id"])
    await stage.telegram_card("New payment link: 49.90 EUR", "j…@example.com", chat=GROUP)


async def test_a_reply_to_the_card_is_an_answer_too(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    card = await stage.telegram_card("How much?", "Cancel", chat=GROUP)
    await stage.telegram("49.90 EUR", chat=GROUP, reply_to=card["message_id"])
    await prompt(stage, "Alice", "e-mail address?")


async def test_an_answer_that_cannot_be_read_is_asked_for_again(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    await stage.telegram("a lot", chat=GROUP, reply_to=question["message_id"])
    again = await prompt(stage, "Alice", "cannot read this amount")
    await gone(stage, question["message_id"], GROUP)
    await stage.telegram("49.90 EUR", chat=GROUP, reply_to=again["message_id"])
    await stage.telegram_card("New payment link: 49.90 EUR", chat=GROUP)


async def test_a_question_whose_id_was_lost_can_be_answered(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    for words, answer in (("How much?", "a lot"), ("cannot read this amount", "49.90 EUR")):
        question = await prompt(stage, "Alice", words)
        await stage.fault("telegram", "sendMessage", "lost_answer", times=1)
        await stage.telegram(answer, chat=GROUP, reply_to=question["message_id"])
    question = await prompt(stage, "Alice", "e-mail address?")
    await stage.telegram("jane@example.com", chat=GROUP, reply_to=question["message_id"])
    await stage.telegram_card("New payment link: 49.90 EUR", "j…@example.com", chat=GROUP)


async def test_a_question_whose_id_was_lost_is_known_whatever_its_person_is_called(stage: Stage) -> None:
    name, update_ids = "_Ann_ \u202e*", count(900_000_001)
    await by_webhook(stage)

    async def writes(text: str, to: dict[str, Any] | None = None) -> None:
        number = next(update_ids)
        below = {"reply_to_message": message(to["message_id"], GROUP, text=to["text"])} if to else {}
        written = message(number % 1000 + 900, GROUP, text=text, **below)
        written["from"]["first_name"] = name
        assert await sent(stage, number, SECRET, message=written) == 200

    await writes("/paylink")
    question = await prompt(stage, harmless(name), "How much?")
    await stage.fault("telegram", "sendMessage", "lost_answer", times=1)
    await writes("a lot", question)
    await writes("49.90 EUR", await prompt(stage, harmless(name), "cannot read this amount"))
    await stage.telegram_card("New payment link: 49.90 EUR", chat=GROUP)


async def test_two_people_answer_at_once_and_each_has_their_own_link(stage: Stage) -> None:
    for user in (ALICE, NEWCOMER):
        await stage.telegram("/paylink", user, GROUP)
    hers, theirs = await asyncio.gather(prompt(stage, "Alice"), prompt(stage, "Newcomer"))
    await asyncio.gather(
        stage.telegram("49.90 EUR", ALICE, GROUP, reply_to=hers["message_id"]),
        stage.telegram("12.00 USD", NEWCOMER, GROUP, reply_to=theirs["message_id"]),
    )
    await stage.telegram_card("New payment link: 49.90 EUR", chat=GROUP)
    await stage.telegram_card("New payment link: 12.00 USD", chat=GROUP)


async def test_nobody_answers_for_somebody_else(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    await stage.telegram("1 EUR", NEWCOMER, GROUP, reply_to=question["message_id"])
    await stage.telegram("49.90 EUR", chat=GROUP, reply_to=question["message_id"])
    card = await stage.telegram_card("New payment link", chat=GROUP)
    assert "49.90 EUR" in card["text"]
    answer = await stage.press_telegram("Cancel", NEWCOMER, GROUP)
    assert answer["answer"]["text"] == "Only the person who started this can use these buttons."


async def test_one_person_in_a_group_and_in_private_has_two_requests(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    await stage.telegram("/paylink")
    await stage.telegram_card("How much?")
    await stage.telegram("7 EUR")
    await stage.telegram_card("New payment link: 7.00 EUR", "e-mail address?")
    await stage.telegram("49.90 EUR", chat=GROUP, reply_to=question["message_id"])
    await stage.telegram("jane@example.com")
    await stage.telegram_card("New payment link: 49.90 EUR", chat=GROUP)
    card = await stage.telegram_card("New payment link: 7.00 EUR", "jane@example.com")
    assert "49.90" not in card["text"]


async def test_a_question_is_answered_after_a_restart(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    await stage.stop_service()
    await stage.telegram("49.90 EUR", chat=GROUP, reply_to=question["message_id"])
    await stage.start_service()
    await stage.telegram_card("New payment link: 49.90 EUR", chat=GROUP)
    await gone(stage, question["message_id"], GROUP)


async def test_typed_answers_stay_where_only_administrators_may_delete_and_go_where_we_are_one(
    stage: Stage,
) -> None:
    for rights in ("member", "administrator"):
        if rights == "administrator":
            await stage.control("telegram/promote", chat=GROUP)
        command = await stage.telegram("/paylink", chat=GROUP)
        question = await prompt(stage, "Alice", "How much?", after=command)
        typed = await stage.telegram("49.90 EUR", chat=GROUP, reply_to=question["message_id"])
        await prompt(stage, "Alice", "e-mail address?", after=command)
        if rights == "administrator":
            await gone(stage, typed, GROUP)
        seen = [message["message_id"] for message in await stage.telegram_messages(GROUP)]
        assert command in seen
        assert (typed in seen) == (rights == "member")


async def test_a_command_with_personal_data_goes_where_we_may_delete(stage: Stage) -> None:
    await stage.control("telegram/promote", chat=GROUP)
    command = await stage.telegram(COMMAND, chat=GROUP)
    await stage.telegram_card("j…@example.com", chat=GROUP)
    await gone(stage, command, GROUP)


@pytest.mark.parametrize(
    "unclear", ["jane@example.com joe@example.com", "tel +49 171 2345678 tel +49 171 2345679"]
)
async def test_so_does_one_whose_personal_data_is_unclear_and_nobody_repeats_it(
    stage: Stage, unclear: str
) -> None:
    await stage.control("telegram/promote", chat=GROUP)
    command = await stage.telegram(f"/paylink 49.90 EUR {unclear}", chat=GROUP)
    await prompt(stage, "Alice", "more than one")
    await gone(stage, command, GROUP)
    for shown in await stage.telegram_messages(GROUP):
        assert not [word for word in ("jane@", "joe@", "2345678") if word in shown["text"]]


@pytest.mark.parametrize("rights", ["member", "administrator"])
async def test_who_is_looked_for_goes_like_who_is_asked_to_pay(stage: Stage, rights: str) -> None:
    if rights == "administrator":
        await stage.control("telegram/promote", chat=GROUP)
    looked_for = [
        await stage.telegram(f"/{text}", chat=GROUP)
        for text in ("links jane@example.com", "paylink status +49 171 2345678", "cancel jane@example.com")
    ]
    told = await stage.telegram("/links INV-2041", chat=GROUP)
    await said(stage, "Sent to you alone", chat=GROUP, after=told)
    for typed in looked_for:
        if rights == "administrator":
            await gone(stage, typed, GROUP)
    seen = [message["message_id"] for message in await stage.telegram_messages(GROUP)]
    assert told in seen
    assert [typed in seen for typed in looked_for] == [rights == "member"] * len(looked_for)


async def test_as_an_administrator_we_hear_everything_and_take_only_replies_for_answers(stage: Stage) -> None:
    await stage.control("telegram/promote", chat=GROUP)
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    await stage.telegram("60 EUR is what I paid for lunch", chat=GROUP)
    await stage.telegram("/paylink@another_bot 60 EUR", chat=GROUP)
    weather = await stage.telegram("/weather Paris", chat=GROUP)
    await stage.telegram("49.90 EUR", chat=GROUP, reply_to=question["message_id"])
    card = await stage.telegram_card("New payment link", "e-mail address?", chat=GROUP)
    assert "49.90 EUR" in card["text"]
    assert "60.00" not in str(await stage.telegram_messages(GROUP))
    assert weather not in [each["reply_to"] for each in await stage.telegram_messages(GROUP)]


async def test_in_a_topic_everything_stays_in_the_topic(stage: Stage) -> None:
    """In few messages: a group's pace would have us wait for the last ones."""
    begun = "/paylink jane@example.com Chairs"
    await stage.control("telegram/message", chat=FORUM, user=ALICE, text=begun, topic=INVOICES)
    question = await prompt(stage, "Alice", "How much?", chat=FORUM)
    await stage.telegram("49.90 EUR", chat=FORUM, reply_to=question["message_id"])
    await stage.press_telegram("Create link", chat=FORUM)
    await stage.telegram_card("Waiting for payment", chat=FORUM)
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await news(stage, "Paid 49.90 EUR", chat=FORUM)
    assert {message["topic"] for message in await stage.telegram_messages(FORUM)} == {INVOICES}


async def test_in_general_and_below_ordinary_replies_no_thread_is_named(stage: Stage) -> None:
    first = await stage.telegram("hello", chat=FORUM)
    await stage.telegram("/paylink", chat=FORUM, reply_to=first)
    question = await prompt(stage, "Alice", "How much?", chat=FORUM)
    await stage.telegram("49.90 EUR", chat=FORUM, reply_to=question["message_id"])
    await stage.telegram_card("New payment link: 49.90 EUR", chat=FORUM)
    assert {message["topic"] for message in await stage.telegram_messages(FORUM)} == {None}


@pytest.mark.parametrize("change", [{"state": "closed"}, {"state": "deleted"}])
async def test_after_its_topic_the_card_and_the_news_are_in_general(
    stage: Stage, change: dict[str, str]
) -> None:
    await stage.control("telegram/message", chat=FORUM, user=ALICE, text=COMMAND, topic=INVOICES)
    await stage.press_telegram("Create link", chat=FORUM)
    await news(stage, "asks you to pay", chat=FORUM)
    await stage.control("telegram/topic", chat=FORUM, topic=INVOICES, **change)
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    told = await news(stage, "Paid 49.90 EUR", chat=FORUM)
    card = await stage.telegram_card("✅ Paid 49.90 EUR", "Reference", chat=FORUM)
    assert (told["topic"], card["topic"]) == (None, None)
    assert told["reply_to"] == card["message_id"]


async def test_a_group_that_becomes_a_supergroup_is_followed(stage: Stage) -> None:
    await link_in(stage, GROUP)
    await news(stage, "asks you to pay", chat=GROUP)
    new = (await stage.control("telegram/migrate", chat=GROUP))["chat"]
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await news(stage, "Paid 49.90 EUR", chat=new)
    await stage.telegram_card("✅ Paid 49.90 EUR", "Reference", chat=new)
    await stage.telegram("/paylink 7 EUR", chat=new)
    await stage.telegram_card("New payment link: 7.00 EUR", chat=new)


async def test_a_request_goes_on_in_the_supergroup_that_its_group_becomes(stage: Stage) -> None:
    """Nothing that was asked in the old group can be replied to in the new one."""
    await stage.telegram("/paylink", chat=GROUP)
    await prompt(stage, "Alice", "How much?")
    new = (await stage.control("telegram/migrate", chat=GROUP))["chat"]
    question = await prompt(stage, "Alice", "How much?", chat=new)
    await stage.telegram("49.90 EUR", chat=new, reply_to=question["message_id"])
    await prompt(stage, "Alice", "e-mail address?", chat=new)
    await gone(stage, question["message_id"], new)
    said = await texts(stage, new)
    assert sum("New payment link" in text for text in said) == 1
    assert not any("How much?" in text for text in said)


async def test_a_group_that_throws_us_out_leaves_the_news_to_who_asked(stage: Stage) -> None:
    await stage.telegram("hello")  # who never wrote to us cannot be written to
    await link_in(stage, GROUP)
    await news(stage, "asks you to pay", chat=GROUP)
    await stage.control("telegram/kick", chat=GROUP)
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await news(stage, "Paid 49.90 EUR")
    card = await stage.telegram_card("✅ Paid 49.90 EUR", "jane@example.com")
    moved = await news(stage, "takes no messages of mine")
    assert moved["reply_to"] == card["message_id"]


async def test_where_nobody_can_be_told_nothing_is_tried_for_ever(stage: Stage) -> None:
    await link_in(stage, GROUP)
    await news(stage, "asks you to pay", chat=GROUP)
    await stage.control("telegram/kick", chat=GROUP)
    await stage.control("telegram/block", user=ALICE)
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "declined")

    async def given_up() -> bool:
        calls = await stage.calls("telegram", "/sendMessage")
        return any(call["status"] == 403 and "chat_id=1001&" in call["body"] for call in calls)

    await stage.until(given_up)
    tried = len(await stage.calls("telegram", "/sendMessage"))
    await stage.control("telegram/unblock", user=ALICE)
    await stage.telegram("/paylink 7 EUR")
    await stage.telegram_card("New payment link: 7.00 EUR")
    await stage.stop_service()
    assert await stage.owed() == 0
    assert len(await stage.calls("telegram", "/sendMessage")) == tried + 1


async def test_cards_of_two_links_stay_apart_when_their_group_moves(stage: Stage) -> None:
    """The new supergroup counts its messages from one again: an old id means another message there."""
    for number in ("one", "two"):
        await stage.telegram(f"/paylink 49.90 EUR Invoice {number}", chat=GROUP)
        await stage.press_telegram("Create link", chat=GROUP)
        await news(stage, "asks you to pay", number, chat=GROUP)
    new = (await stage.control("telegram/migrate", chat=GROUP))["chat"]
    first, second = await stage.provider_links()
    for outcome, words in (
        ("declined", "attempt failed"),
        ("authorised", "authorised"),
        ("captured", "Paid"),
    ):
        await stage.pay(first["reference"], outcome)
        await news(stage, words, chat=new)
    await stage.pay(second["reference"], "declined")

    async def two_failures() -> bool:
        return sum("attempt failed" in text for text in await texts(stage, new)) == 2

    await stage.until(two_failures)
    assert sum("Paid 49.90 EUR" in text for text in await texts(stage, new)) == 2, "the card and its reply"


async def texts(stage: Stage, chat: int) -> list[str]:
    return [message["text"] for message in await stage.telegram_messages(chat)]


async def test_talk_beside_a_summary_is_no_answer_to_it(stage: Stage) -> None:
    """What is written in a topic comes as a reply to the topic's beginning, which has no words."""
    await by_webhook(stage)
    await stage.telegram(COMMAND, chat=GROUP)
    await stage.telegram_card("check the amount", chat=GROUP)
    began = message(11, GROUP, forum_topic_created={"name": "Invoices", "icon_color": 7322096})
    talk = message(901, GROUP, text="Lunch?", reply_to_message=began)
    assert await sent(stage, 900_000_001, SECRET, message=talk) == 200
    await stage.telegram("/links", chat=GROUP)
    await stage.telegram_card("Sent to you alone", chat=GROUP)
    assert "choose one of the buttons" not in str(await texts(stage, GROUP))
