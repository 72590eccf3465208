"""What happens to chats at the Telegram stand-in, as the bot's own library reads it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram
from telegram.error import BadRequest, Forbidden

from tests.standins.telegram_rig import (
    ALICE,
    CLOSED,
    FORUM,
    INVOICES,
    NEWCOMER,
    SALES,
    STRANGER,
    Rig,
    running,
)

pytestmark = pytest.mark.slow

GONE = "Bad Request: message thread not found"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as rig:
        yield rig


@pytest.fixture
async def bot(rig: Rig) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(rig.token, base_url=f"{rig.env['PAYLINK_TELEGRAM_API_URL']}/bot") as bot:
        yield bot


async def to_invoices(rig: Rig) -> str:
    return await rig.refused("sendMessage", chat_id=FORUM, text="x", message_thread_id=INVOICES)


# --- who the bot may write to ----------------------------------------------------------------------


async def test_nobody_is_written_to_who_has_not_written_first(rig: Rig, bot: telegram.Bot) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(NEWCOMER, "hello")
    await rig.write("/paylink 5 EUR", SALES, NEWCOMER)
    assert (await rig.call("sendMessage", chat_id=NEWCOMER, text="x")).status_code == 403
    await rig.control("start", user=NEWCOMER)
    assert await bot.send_message(NEWCOMER, "hello")


async def test_a_deep_link_brings_its_payload_in_a_start(rig: Rig, bot: telegram.Bot) -> None:
    sent = await rig.control("start", user=NEWCOMER, payload="inv_0-Aa")
    (update,) = await bot.get_updates(timeout=0)
    assert update.message is not None
    assert (update.message.text, update.message.message_id) == ("/start inv_0-Aa", sent["message_id"])
    assert [entity.type for entity in update.message.entities] == ["bot_command"]
    assert (update.message.chat.id, update.message.chat.type) == (NEWCOMER, "private")
    for payload in ("x" * 65, "a b", "naïve", 5):
        assert "payload" in await rig.control_refused("start", user=NEWCOMER, payload=payload)


async def test_starting_takes_a_blocked_bot_back(rig: Rig, bot: telegram.Bot) -> None:
    await rig.control("block", user=STRANGER)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(STRANGER, "hello")
    await rig.control("start", user=STRANGER, payload="again")
    assert await bot.send_message(STRANGER, "hello")
    changes = [update.my_chat_member for update in await bot.get_updates(timeout=0)]
    assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]


async def test_who_does_not_ask_for_membership_is_not_told_of_it(rig: Rig) -> None:
    await rig.updates(allowed_updates=["message"])
    await rig.control("block", user=STRANGER)
    await rig.control("kick", chat=SALES)
    assert await rig.updates() == []
    assert await rig.refused("sendMessage", chat_id=SALES, text="x") == (
        "Forbidden: bot was kicked from the group chat"
    )


async def test_a_bot_that_is_added_again_writes_again_and_is_told_so(rig: Rig, bot: telegram.Bot) -> None:
    await rig.control("kick", chat=SALES)
    await rig.control("add", chat=SALES)
    assert await bot.send_message(SALES, "hello")
    *changes, news = await bot.get_updates(timeout=0)
    assert [update.my_chat_member.new_chat_member.status for update in changes if update.my_chat_member] == [
        "kicked",
        "member",
    ]
    assert news.message is not None
    assert [user.id for user in news.message.new_chat_members] == [bot.id]
    assert "is in this group" in await rig.control_refused("add", chat=SALES)


# --- topics ----------------------------------------------------------------------------------------


async def test_a_topic_is_closed_and_opened_again(rig: Rig, bot: telegram.Bot) -> None:
    card = await rig.sent(FORUM, message_thread_id=INVOICES)
    await rig.control("topic", chat=FORUM, topic=INVOICES, state="closed")
    assert await to_invoices(rig) == "Bad Request: TOPIC_CLOSED"
    reply = {"message_id": card["message_id"]}
    refusal = await rig.refused("sendMessage", chat_id=FORUM, text="x", reply_parameters=reply)
    assert refusal == "Bad Request: TOPIC_CLOSED"
    await rig.control("topic", chat=FORUM, topic=INVOICES, state="open")
    assert (await rig.sent(FORUM, message_thread_id=INVOICES))["is_topic_message"]
    closed, opened = [update.message for update in await bot.get_updates(timeout=0)]
    assert closed is not None
    assert opened is not None
    assert isinstance(closed.forum_topic_closed, telegram.ForumTopicClosed)
    assert isinstance(opened.forum_topic_reopened, telegram.ForumTopicReopened)
    assert closed.message_thread_id == opened.message_thread_id == INVOICES


@pytest.mark.parametrize(
    ("more", "says"), [({}, GONE), ({"error": "TOPIC_DELETED"}, "Bad Request: TOPIC_DELETED")]
)
async def test_a_deleted_topic_takes_its_messages_along_and_tells_nobody(
    rig: Rig, more: dict[str, Any], says: str
) -> None:
    card = await rig.sent(FORUM, message_thread_id=INVOICES)
    await rig.control("topic", chat=FORUM, topic=INVOICES, state="deleted", **more)
    assert await to_invoices(rig) == says
    place = {"chat_id": FORUM, "message_id": card["message_id"]}
    edit = await rig.refused("editMessageText", **place, text="Paid")
    assert edit == "Bad Request: message to edit not found"
    reply = {"message_id": card["message_id"], "allow_sending_without_reply": True}
    assert "message_thread_id" not in await rig.sent(FORUM, reply_parameters=reply)
    assert await rig.updates() == []
    assert (await rig.result("getChat", chat_id=FORUM))["is_forum"] is True


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"chat": FORUM, "topic": CLOSED, "state": "closed"}, "cannot become closed"),
        ({"chat": FORUM, "topic": INVOICES, "state": "open"}, "cannot become open"),
        ({"chat": FORUM, "topic": INVOICES, "state": "gone"}, "cannot become gone"),
        ({"chat": FORUM, "topic": INVOICES, "state": "deleted", "error": "x"}, "cannot become deleted"),
        ({"chat": FORUM, "topic": 99, "state": "closed"}, "no topic 99"),
        ({"chat": ALICE, "topic": 1, "state": "closed"}, "private chat"),
        ({"chat": FORUM, "topic": INVOICES}, "missing key: 'state'"),
    ],
)
async def test_a_topic_becomes_only_what_it_can(rig: Rig, body: dict[str, Any], says: str) -> None:
    assert says in await rig.control_refused("topic", **body)


# --- administrators --------------------------------------------------------------------------------


async def test_an_administrator_deletes_what_others_wrote(rig: Rig, bot: telegram.Bot) -> None:
    theirs = await rig.write("jane@example.com", SALES)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(SALES, theirs)
    await rig.control("promote", chat=SALES)
    member = await bot.get_chat_member(SALES, bot.id)
    assert isinstance(member, telegram.ChatMemberAdministrator)
    assert (member.can_delete_messages, member.can_manage_topics) == (True, False)
    assert await bot.delete_message(SALES, theirs)
    late = await rig.write("other@example.com", SALES)
    await rig.control("clock", advance_s=48 * 3600 + 1)
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(SALES, late)
    await rig.control("demote", chat=SALES)
    assert (await bot.get_chat_member(SALES, bot.id)).status == "member"


async def test_privacy_mode_hides_nothing_from_an_administrator(rig: Rig) -> None:
    await rig.write("lunch?", SALES)
    await rig.control("promote", chat=SALES)
    await rig.write("49.90", SALES)
    assert [update["message"]["text"] for update in (await rig.updates())[1:]] == ["49.90"]


async def test_a_bot_that_was_kicked_is_not_promoted(rig: Rig) -> None:
    await rig.control("kick", chat=SALES)
    assert "not in this group" in await rig.control_refused("promote", chat=SALES)


# --- what the bot asks for, and what it offers -----------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"input_field_placeholder": "x" * 65}, "REPLY_MARKUP_PLACEHOLDER_INVALID"),
        ({"input_field_placeholder": "💶" * 33}, "REPLY_MARKUP_PLACEHOLDER_INVALID"),
        ({"input_field_placeholder": 5}, "REPLY_MARKUP_PLACEHOLDER_INVALID"),
        ({"selective": "yes"}, "selective"),
        ({"force_reply": False}, "force_reply must be true"),
        ({"one_time_keyboard": True}, "unknown fields"),
    ],
)
async def test_a_request_for_a_reply_is_checked(rig: Rig, changes: dict[str, Any], says: str) -> None:
    asking = {"force_reply": True, "selective": True, "input_field_placeholder": "💶" * 32}
    assert "reply_markup" not in await rig.sent(reply_markup=asking)
    assert says in await rig.refused("sendMessage", chat_id=ALICE, text="x", reply_markup=asking | changes)


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        (
            {"keyboard": [["49.90"], [{"text": "My number", "request_contact": True}]]},
            "Bad Request: phone number can be requested in private chats only",
        ),
        (
            {"inline_keyboard": [[{"text": "Shop", "web_app": {"url": "https://a.b/"}}]]},
            "Bad Request: BUTTON_TYPE_INVALID",
        ),
    ],
)
async def test_some_buttons_are_for_private_chats_only(rig: Rig, markup: dict[str, Any], says: str) -> None:
    assert await rig.refused("sendMessage", chat_id=SALES, text="x", reply_markup=markup) == says
    assert await rig.sent(ALICE, reply_markup=markup)


async def test_the_commands_of_every_scope_can_be_read(rig: Rig, bot: telegram.Bot) -> None:
    await bot.set_my_commands([("paylink", "New link")])
    in_groups = telegram.BotCommandScopeAllGroupChats()
    await bot.set_my_commands([("paylink", "Neuer Link")], scope=in_groups, language_code="de")
    answer = await rig.client.get("/telegram/_control/commands")
    assert answer.json()["commands"] == [
        {
            "scope": {"type": "default"},
            "language_code": "",
            "commands": [{"command": "paylink", "description": "New link"}],
        },
        {
            "scope": {"type": "all_group_chats"},
            "language_code": "de",
            "commands": [{"command": "paylink", "description": "Neuer Link"}],
        },
    ]
