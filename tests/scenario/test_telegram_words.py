"""What can be typed, attached or sent in Telegram beside the plain answers."""

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bot.ports.chat import Verb
from tests.scenario.stage import Stage
from tests.scenario.telegram_hands import (
    ALICE,
    COMMAND,
    GROUP,
    by_webhook,
    gone,
    link_in,
    message,
    news,
    prompt,
    said,
    sent,
)

VCARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jane Doe\r\nitem1.EMAIL;TYPE=INTERNET:jane@example.com\r\nEND:VCARD\r\n"
)
PHOTO = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
JANE = {"phone_number": "491712345678", "first_name": "Jane", "last_name": "Doe", "vcard": VCARD}
HELP = "You see the amount once more before anything is created."


async def attach(stage: Stage, contact: dict[str, str], chat: int = ALICE, **more: int) -> int:
    body = {"chat": chat, "user": ALICE, "contact": contact, **more}
    return int((await stage.control("telegram/message", **body))["message_id"])


async def asked_for_email(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await stage.telegram_card("How much?")
    await stage.telegram("49.90 EUR")
    await stage.telegram_card("e-mail address?")


async def test_an_optional_question_is_skipped_by_typing_so(stage: Stage) -> None:
    await asked_for_email(stage)
    await stage.telegram("skip")
    await stage.telegram_card("What is it for?")
    await stage.telegram("Skip")
    card = await stage.telegram_card("New payment link: 49.90 EUR", "check the amount")
    assert "kip" not in card["text"]


async def test_an_attached_contact_fills_name_telephone_and_email(stage: Stage) -> None:
    await asked_for_email(stage)
    attached = await attach(stage, JANE)
    await stage.telegram_card("Jane Doe jane@example.com +491712345678", "What is it for?")
    await gone(stage, attached)


async def test_a_contact_without_an_email_leaves_that_question_open(stage: Stage) -> None:
    await asked_for_email(stage)
    await attach(stage, {"phone_number": "+49 171 2345678", "first_name": "Jane"})
    await stage.telegram_card("Jane +491712345678", "e-mail address?")


async def test_in_a_group_a_contact_is_a_reply_like_any_other_and_masked(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=GROUP)
    question = await prompt(stage, "Alice", "How much?")
    await stage.telegram("49.90 EUR", chat=GROUP, reply_to=question["message_id"])
    question = await prompt(stage, "Alice", "e-mail address?")
    await attach(stage, JANE, GROUP, reply_to=question["message_id"])
    card = await stage.telegram_card("j…@example.com", "+49…78", chat=GROUP)
    assert "Jane" not in card["text"]


async def test_cancel_closes_the_request_that_is_open(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await stage.telegram_card("How much?")
    await stage.telegram("/cancel")
    await stage.telegram_card("nothing was created")
    await stage.telegram("/cancel")
    await said(stage, "nothing open to answer")


async def test_who_answers_although_nothing_is_asked_is_told_how_to_begin(stage: Stage) -> None:
    typed = await stage.telegram("49.90 EUR")
    await said(stage, "nothing open to answer", after=typed)
    attached = await attach(stage, JANE)
    await said(stage, "nothing open to answer", after=attached)


async def test_cancel_with_a_reference_closes_that_link(stage: Stage) -> None:
    await link_in(stage)
    [link] = await stage.provider_links()
    await stage.telegram(f"/cancel {link['reference'].lower()}")
    await news(stage, "Cancelled by Alice.")
    await stage.telegram_card("Cancelled: 49.90 EUR", link["reference"])
    await stage.telegram(f"/cancel {link['reference']}")
    await said(stage, "This link is closed already.")
    await stage.telegram("/cancel PL0000000000AA")
    await said(stage, "I know no such link of yours.")


async def test_what_is_being_paid_is_not_said_to_be_closed(stage: Stage) -> None:
    await link_in(stage)
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "authorised")
    await stage.telegram_card("49.90 EUR authorised")
    await stage.telegram(f"/cancel {link['reference']}")
    await said(stage, "Somebody has paid it, or is about to: it cannot be changed any more.")


async def test_cancel_reads_what_it_is_told_as_paylink_cancel_does(stage: Stage) -> None:
    await stage.telegram("/paylink 7 EUR Lunch")
    await stage.telegram_card("New payment link: 7.00 EUR")
    await stage.telegram("/cancel it, please")
    await stage.telegram_card("nothing was created")
    await link_in(stage)
    [link] = await stage.provider_links()
    for text in (f"refund {link['reference']}", "foo"):
        typed = await stage.telegram(f"/cancel {text}")
        await said(stage, "I know no such link of yours.", after=typed)
    aloud = link["reference"][2:].replace("0", "O").replace("1", "l")
    await stage.telegram(f"/cancel PL{aloud}-2.")
    await stage.telegram_card("Cancelled: 49.90 EUR", link["reference"])


async def test_cancel_from_elsewhere_is_confirmed_where_it_was_typed(stage: Stage) -> None:
    await link_in(stage, GROUP)
    [link] = await stage.provider_links()
    await stage.telegram(f"/cancel {link['reference']}")
    await said(stage, "Cancelled. Checkout.com cannot take a link back: who has it can pay until")
    await news(stage, "Cancelled by Alice.", chat=GROUP)


async def test_cancel_as_a_reply_to_a_card_means_that_card(stage: Stage) -> None:
    first = await link_in(stage)
    await news(stage, "asks you to pay")
    await stage.telegram("/paylink 7 EUR Lunch")
    await stage.press_telegram("Create link")
    second = await stage.telegram_card("Waiting for payment of 7.00 EUR")
    draft = await stage.telegram("/paylink 8 EUR Dinner")
    await stage.telegram_card("New payment link: 8.00 EUR")
    await stage.telegram("/cancel", reply_to=first["message_id"])
    cancelled = await stage.telegram_card("Cancelled: 49.90 EUR")
    assert cancelled["message_id"] == first["message_id"]
    await stage.telegram_card("Waiting for payment of 7.00 EUR")
    card = await stage.telegram_card("New payment link: 8.00 EUR", "Create link")
    assert card["message_id"] > draft > second["message_id"]


async def test_cancel_as_a_reply_to_a_request_never_means_the_link_that_it_mentions(stage: Stage) -> None:
    await link_in(stage)
    await stage.telegram(COMMAND)
    card = await stage.telegram_card("is open for the same customer and amount")
    await stage.telegram("/cancel", reply_to=card["message_id"])

    async def over() -> bool:
        return (await said(stage, "was created"))["message_id"] == card["message_id"]

    await stage.until(over)
    await stage.telegram_card("Waiting for payment of 49.90 EUR", "Cancel link")


async def test_help_is_one_word_away(stage: Stage) -> None:
    for text in ("/help", "/start", "/paylink help", "/paylink@paylink_sandbox_bot HELP", "/whatever"):
        typed = await stage.telegram(text)
        assert (await said(stage, HELP, after=typed))["keyboard"] == []
    assert await stage.owed() == 0


async def test_a_command_may_be_followed_by_a_line_break(stage: Stage) -> None:
    await stage.telegram("/paylink\n49.90 EUR")
    await stage.telegram_card("New payment link: 49.90 EUR")


async def test_photos_and_edits_are_no_answers_and_lose_nothing(stage: Stage) -> None:
    await by_webhook(stage)
    await asked_for_email(stage)
    edited = message(5001, text="jane@example.com", edit_date=1_795_000_001)
    pinned = message(5002, pinned_message=message(5001, text="hello"))
    assert await sent(stage, 900_000_001, edited_message=edited) == 200
    assert await sent(stage, 900_000_002, message=pinned) == 200
    assert await sent(stage, 900_000_003, message=message(5003, **PHOTO, caption="x@y.de")) == 200
    await said(stage, "I can only read text here.")
    await stage.telegram("jane@example.com")
    await stage.telegram_card("New payment link: 49.90 EUR", "jane@example.com")
    told = [message["text"] for message in await stage.telegram_messages()]
    assert told.count("I can only read text here. Please type the answer.") == 1


async def test_the_menu_of_commands_depends_on_where_it_is_opened(stage: Stage) -> None:
    async def menus() -> dict[str, list[str]] | None:
        told = (await stage.reading("telegram/commands"))["commands"]
        names = {each["scope"]["type"]: [one["command"] for one in each["commands"]] for each in told}
        return names if len(names) == 2 else None

    assert await stage.until(menus) == {
        "all_private_chats": ["paylink", "links", "cancel", "help"],
        "all_group_chats": ["paylink", "links", "cancel"],
    }


async def test_the_text_to_forward_is_nothing_but_words_and_the_address(stage: Stage) -> None:
    await link_in(stage, GROUP)
    clean = await news(stage, "asks you to pay", chat=GROUP)
    [link] = await stage.provider_links()
    wanted = f"Sandbar asks you to pay 49.90 EUR for Invoice 12:\n{link['url']}"
    assert (clean["text"], clean["keyboard"]) == (wanted, [])
    assert clean["html"].count("<") == len(["<a>", "</a>"])
    calls: list[dict[str, Any]] = await stage.calls("telegram", "/sendMessage")
    assert all(json.dumps({"is_disabled": True}) in _form(call)["link_preview_options"] for call in calls)


def _form(call: dict[str, Any]) -> dict[str, str]:
    return dict(parse_qsl(call["body"]))


async def test_help_names_every_order(stage: Stage) -> None:
    await stage.telegram("/help")
    told = (await said(stage, "49.90 EUR jane@example.com"))["text"]
    assert [verb for verb in Verb if f"{verb}" not in told] == []


async def test_a_reply_to_another_links_card_answers_no_question(stage: Stage) -> None:
    card = await link_in(stage)
    await news(stage, "asks you to pay")
    typed = await stage.telegram("/paylink")
    await said(stage, "How much?", after=typed)
    replied = await stage.telegram("20 EUR", reply_to=card["message_id"])
    told = await said(stage, "You replied to another payment link.", after=replied)
    assert "20.00" not in str(await stage.telegram_messages())
    typed = await stage.telegram("30 EUR", reply_to=told["message_id"])
    form = await said(stage, "New payment link: 30.00 EUR", "e-mail address?", after=typed)
    await stage.telegram("skip", reply_to=form["message_id"])
    await stage.telegram_card("New payment link: 30.00 EUR", "What is it for?")


async def test_thanks_below_the_news_of_another_link_answer_no_question(stage: Stage) -> None:
    await link_in(stage)
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    paid = await news(stage, "Paid 49.90 EUR")
    typed = await stage.telegram("/paylink")
    await said(stage, "How much?", after=typed)
    await stage.telegram("20 EUR")
    await said(stage, "New payment link: 20.00 EUR", "e-mail address?")
    await stage.telegram("skip")
    await said(stage, "What is it for?")
    thanks = await stage.telegram("Thanks!", reply_to=paid["message_id"])
    await said(stage, "You replied to another payment link.", after=thanks)
    assert "For: Thanks!" not in str(await stage.telegram_messages())


@pytest.mark.parametrize("chat", [ALICE, GROUP])
@pytest.mark.parametrize("is_asked", [True, False])
async def test_a_command_below_a_photo_is_told_to_be_typed_alone(
    stage: Stage, chat: int, *, is_asked: bool
) -> None:
    await by_webhook(stage)
    if is_asked:
        await stage.telegram("/paylink", chat=chat)
        await said(stage, "How much?", chat=chat)
    assert await sent(stage, 900_000_001, message=message(901, chat, **PHOTO, caption="Lunch")) == 200
    assert await sent(stage, 900_000_002, message=message(902, chat, **PHOTO, caption=COMMAND)) == 200
    await said(stage, "I can only read text here, nothing that comes with a photo or a file.", chat=chat)
    assert "Create link" not in str(await stage.telegram_messages(chat))


async def test_a_photo_that_nothing_asked_for_is_no_text(stage: Stage) -> None:
    await by_webhook(stage)
    assert await sent(stage, 900_000_001, message=message(901, **PHOTO)) == 200
    await said(stage, "I can only read text here, nothing that comes with a photo or a file.")


async def test_whoever_edits_a_command_is_told_that_nothing_comes_of_it(stage: Stage) -> None:
    await by_webhook(stage)
    again = "I do not read what is changed afterwards: nothing came of it."
    for turn, chat in enumerate((ALICE, GROUP)):
        typed = {"chat": chat, "edit_date": 1_795_000_001}
        updates = [
            message(901, **typed, text=COMMAND)
            | {"edit_date": None},  # changed by Telegram, for its own sake
            message(902, **typed, text="hello"),
            message(903, **typed, text="/paylink@another_bot 1 EUR"),
            message(904, **typed, text=COMMAND),
        ]
        for number, edited in enumerate(updates):
            assert await sent(stage, 900_000_000 + 10 * turn + number, edited_message=edited) == 200
        await said(stage, again, chat=chat)
    expected = {ALICE: 2, GROUP: 1}  # in private there is no other bot
    for chat, times in expected.items():
        told = [each["text"] for each in await stage.telegram_messages(chat)]
        assert [again in text for text in told] == [True] * times
