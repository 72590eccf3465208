"""What a bot does at the Telegram stand-in without writing: reactions, pins, copies, deleting, leaving."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram
from telegram.error import BadRequest, Forbidden

from tests.standins.telegram_rig import (
    ALICE,
    BUTTONS,
    FORUM,
    INVOICES,
    NEWCOMER,
    SALES,
    STRANGER,
    Rig,
    article,
    png,
    running,
)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as rig:
        yield rig


@pytest.fixture
async def bot(rig: Rig) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(rig.token, base_url=f"{rig.env['PAYLINK_TELEGRAM_API_URL']}/bot") as bot:
        yield bot


async def test_a_reaction_is_set_changed_and_taken_back(rig: Rig, bot: telegram.Bot) -> None:
    asked = await rig.write("/paylink 5 EUR", SALES)
    for reaction, shown in (("👍", ["👍"]), ("👨\u200d💻", ["👨\u200d💻"]), (None, None)):
        assert await bot.set_message_reaction(SALES, asked, reaction)
        assert (await rig.seen(SALES))[0].get("reactions") == shown


@pytest.mark.parametrize(
    ("reaction", "reason"),
    [
        ([{"type": "emoji", "emoji": "💶"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "🔥"}], "REACTIONS_TOO_MANY"),
        ([{"type": "paid"}], "can't parse ReactionType: invalid reaction type specified"),
    ],
)
async def test_reactions_that_are_refused(rig: Rig, reaction: list[Any], reason: str) -> None:
    place = {"chat_id": SALES, "message_id": await rig.write("/paylink", SALES)}
    assert await rig.refused("setMessageReaction", **place, reaction=reaction) == f"Bad Request: {reason}"


async def test_a_message_is_pinned_where_the_bot_may(rig: Rig, bot: telegram.Bot) -> None:
    card = await bot.send_message(SALES, "Open")
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages in the chat"):
        await bot.pin_chat_message(SALES, card.message_id)
    await rig.control("promote", chat=SALES)
    assert await bot.pin_chat_message(SALES, card.message_id, disable_notification=True)
    pinned = (await bot.get_chat(SALES)).pinned_message
    assert (pinned.message_id if pinned else None) == card.message_id
    shown, news = await rig.seen(SALES)
    assert (shown["pinned"], set(news["service"])) == (True, {"pinned_message"})
    assert await bot.unpin_chat_message(SALES)
    assert (await bot.get_chat(SALES)).pinned_message is None
    with pytest.raises(BadRequest, match="Message to unpin not found"):
        await bot.unpin_chat_message(SALES)
    private = await bot.send_message(ALICE, "Open")
    assert await bot.pin_chat_message(ALICE, private.message_id)


async def test_a_message_is_copied_without_its_keyboard(rig: Rig, bot: telegram.Bot) -> None:
    card = await rig.sent(text="<b>Open</b>", parse_mode="HTML", reply_markup=BUTTONS)
    await bot.copy_message(FORUM, ALICE, card["message_id"], message_thread_id=INVOICES)
    (copy,) = await rig.seen(FORUM)
    assert (copy["html"], copy["keyboard"], copy["topic"]) == ("<b>Open</b>", [], INVOICES)
    photo = await rig.result("sendPhoto", chat_id=ALICE, photo=png(), caption="Scan")
    await bot.copy_message(SALES, ALICE, photo["message_id"], caption="Pay")
    (copied,) = await rig.seen(SALES)
    assert (copied["text"], copied["photo"]["width"]) == ("Pay", 300)
    with pytest.raises(BadRequest, match="Message to copy not found"):
        await bot.copy_message(SALES, ALICE, 99)


async def test_several_messages_are_deleted_at_once(rig: Rig, bot: telegram.Bot) -> None:
    ids = [(await rig.sent())["message_id"] for _ in range(3)]
    assert await bot.delete_messages(ALICE, [*ids[:2], 999])
    assert [message.get("deleted", False) for message in await rig.seen(ALICE)] == [True, True, False]
    many = await rig.refused("deleteMessages", chat_id=ALICE, message_ids=list(range(1, 102)))
    assert many == "Bad Request: too many message identifiers specified"
    theirs = await rig.write("/paylink", SALES)
    own = (await rig.sent(SALES))["message_id"]
    refusal = await rig.refused("deleteMessages", chat_id=SALES, message_ids=[own, theirs])
    assert refusal == "Bad Request: message can't be deleted"
    assert not any(message.get("deleted") for message in await rig.seen(SALES))


async def test_a_chats_administrators_are_told(rig: Rig, bot: telegram.Bot) -> None:
    members = await bot.get_chat_administrators(SALES)
    assert [(member.user.id, member.status) for member in members] == [
        (ALICE, "creator"),
        (NEWCOMER, "administrator"),
    ]
    assert await bot.get_chat_member_count(SALES) == 4
    await rig.control("promote", chat=SALES)
    assert await bot.get_chat_administrators(SALES) == members
    everyone = await rig.result("getChatAdministrators", chat_id=SALES, return_bots=True)
    assert everyone[-1]["user"]["is_bot"]
    with pytest.raises(BadRequest, match="There are no administrators in the private chat"):
        await bot.get_chat_administrators(ALICE)


async def test_a_bot_that_has_left_a_group_is_no_member(rig: Rig, bot: telegram.Bot) -> None:
    assert await bot.leave_chat(SALES)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(SALES, "x")
    assert (await bot.get_chat(SALES)).title == "Sales"
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "left"


async def test_a_deep_link_into_a_group_brings_the_bot_and_its_payload(rig: Rig, bot: telegram.Bot) -> None:
    await rig.control("kick", chat=SALES)
    sent = await rig.control("startgroup", user=STRANGER, chat=SALES, payload="inv_0-Aa")
    *_, joined, news = await bot.get_updates()
    assert joined.message is not None
    assert joined.message.from_user is not None
    assert (joined.message.from_user.id, joined.message.new_chat_members[0].id) == (STRANGER, bot.id)
    assert news.message is not None
    assert news.message.text == "/start@paylink_sandbox_bot inv_0-Aa"
    assert news.message.message_id == sent["message_id"]
    again = await rig.control("startgroup", user=ALICE, chat=SALES)
    assert again["message_id"] == sent["message_id"] + 1
    assert "payload" in await rig.control_refused("startgroup", user=ALICE, chat=SALES, payload="a b")


async def test_descriptions_are_kept_by_language(rig: Rig, bot: telegram.Bot) -> None:
    await bot.set_my_description("Payment links")
    await bot.set_my_description("Zahlungslinks", language_code="de")
    await bot.set_my_short_description("Links")
    assert (await bot.get_my_description("de")).description == "Zahlungslinks"
    assert (await bot.get_my_description("fr")).description == "Payment links"
    await bot.set_my_description("", language_code="de")
    assert (await bot.get_my_description("de")).description == "Payment links"
    assert (await bot.get_my_short_description()).short_description == "Links"
    assert (await rig.refused("setMyDescription", description="x" * 513)).startswith("Bad Request")
    assert (await rig.refused("setMyShortDescription", short_description="x" * 121)).startswith("Bad Request")


async def test_commands_are_taken_away_again(rig: Rig, bot: telegram.Bot) -> None:
    scope = telegram.BotCommandScopeChat(SALES)
    await bot.set_my_commands([("paylink", "New link")], scope=scope, language_code="de")
    assert [command.command for command in await bot.get_my_commands(scope, "de")] == ["paylink"]
    assert await bot.delete_my_commands(scope, "de")
    assert await bot.get_my_commands(scope, "de") == ()


async def test_without_privacy_mode_the_bot_hears_everything(rig: Rig) -> None:
    await rig.write("lunch?", SALES)
    settings = await rig.control("botfather", privacy=False)
    assert settings == {"inline": True, "inline_feedback": False, "privacy": False}
    await rig.write("49.90", SALES)
    assert (await rig.update("message"))["text"] == "49.90"
    assert (await rig.result("getMe"))["can_read_all_group_messages"]
    assert "true or false" in await rig.control_refused("botfather", privacy="no")


async def test_roles_and_topics_of_chats_are_told(rig: Rig) -> None:
    people = (await rig.client.get("/telegram/_control/people")).json()
    forum = next(chat for chat in people["chats"] if chat["id"] == FORUM)
    assert forum["roles"] == {"1001": "creator", "1002": "member", "1003": "administrator"}
    assert [(topic["name"], topic["closed"]) for topic in forum["topics"]] == [
        ("Invoices", False),
        ("Closed", True),
    ]


async def test_a_pressed_button_may_open_the_bots_own_deep_link(rig: Rig) -> None:
    card = await rig.sent(reply_markup=BUTTONS)
    with rig.asking("press", chat=ALICE, message_id=card["message_id"], button="Create", user=ALICE) as press:
        query = {"callback_query_id": (await rig.update("callback_query"))["id"]}
        elsewhere = await rig.refused("answerCallbackQuery", **query, url="https://pay.example/")
        assert elsewhere == "Bad Request: URL_INVALID"
        link = "https://t.me/paylink_sandbox_bot?start=connect"
        await rig.result("answerCallbackQuery", **query, url=link)
        assert (await press)["answer"]["url"] == link


async def test_what_the_bot_api_does_not_know_is_ignored_and_told(rig: Rig, bot: telegram.Bot) -> None:
    card = await bot.send_message(ALICE, "x", reply_markup=telegram.InlineKeyboardMarkup([]))
    changed = {"chat_id": ALICE, "message_id": card.message_id, "reply_markup": BUTTONS, "parse_mode": "HTML"}
    assert await rig.result("editMessageReplyMarkup", **changed)
    ignored = (await rig.client.get("/telegram/_control/ignored")).json()["ignored"]
    assert ignored == [{"method": "editMessageReplyMarkup", "parameter": "parse_mode", "times": 1}]


async def test_parameters_of_former_times_are_still_read(rig: Rig) -> None:
    card = await rig.sent()
    old = {"reply_to_message_id": card["message_id"], "disable_web_page_preview": True}
    reply = await rig.sent(**old)
    assert reply["reply_to_message"]["message_id"] == card["message_id"]
    assert reply["link_preview_options"] == {"is_disabled": True}
    gone = {"reply_to_message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await rig.sent(**gone)


async def test_words_of_a_message_are_quoted(rig: Rig) -> None:
    card = await rig.sent(text="Paid 49.90 EUR")
    quote = {"message_id": card["message_id"], "quote": "49.90"}
    assert (await rig.sent(reply_parameters=quote))["quote"] == {
        "text": "49.90",
        "position": 5,
        "is_manual": True,
    }
    wrong = {**quote, "quote": "50.00"}
    refusal = await rig.refused("sendMessage", chat_id=ALICE, text="x", reply_parameters=wrong)
    assert refusal == "Bad Request: QUOTE_TEXT_INVALID"


async def test_what_was_sent_by_inline_mode_is_seen_in_a_group_despite_privacy_mode(rig: Rig) -> None:
    with rig.asking("inline", user=ALICE, query="5") as asked:
        query = await rig.update("inline_query")
        await rig.result("answerInlineQuery", inline_query_id=query["id"], results=[article()])
        await asked
    await rig.control("choose", user=ALICE, result="1", chat=SALES)
    assert (await rig.update("message"))["text"] == "50 EUR for coffee"
