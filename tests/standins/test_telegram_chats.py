"""The Telegram stand-in over real HTTP: topics, lost chats, pressed buttons, people."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.standins.telegram_rig import (
    ALICE,
    BUTTONS,
    CLOSED,
    FORUM,
    INVOICES,
    NEWCOMER,
    SALES,
    STRANGER,
    Rig,
    running,
)

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as rig:
        yield rig


async def test_topics_of_a_forum(rig: Rig) -> None:
    asked = await rig.control("message", chat=FORUM, user=ALICE, text="/paylink", topic=INVOICES)
    update = (await rig.updates())[0]["message"]
    assert (update["message_thread_id"], update["is_topic_message"]) == (INVOICES, True)
    assert update["reply_to_message"]["forum_topic_created"]["name"] == "Invoices"
    implied = await rig.sent(FORUM, reply_parameters=asked)
    assert implied["message_thread_id"] == INVOICES
    assert await rig.refused("sendMessage", chat_id=FORUM, text="x", message_thread_id=CLOSED) == (
        "Bad Request: TOPIC_CLOSED"
    )
    general = await rig.refused("sendMessage", chat_id=FORUM, text="x", message_thread_id=1)
    assert general == "Bad Request: message thread not found"
    assert "message_thread_id" not in await rig.sent(FORUM)


async def test_the_thread_id_of_an_ordinary_reply_is_no_topic(rig: Rig) -> None:
    card = await rig.sent(FORUM)
    await rig.control("message", chat=FORUM, user=ALICE, text="49.90", reply_to=card["message_id"])
    reply = (await rig.updates())[0]["message"]
    assert reply["message_thread_id"] == card["message_id"]
    assert "is_topic_message" not in reply
    refusal = await rig.refused("sendMessage", chat_id=FORUM, text="x", message_thread_id=card["message_id"])
    assert refusal == "Bad Request: message thread not found"


async def test_chats_that_are_gone(rig: Rig) -> None:
    await rig.control("kick", chat=SALES)
    await rig.control("kick", chat=FORUM)
    await rig.control("block", user=STRANGER)
    refusals = [await rig.refused("sendMessage", chat_id=chat, text="x") for chat in (SALES, FORUM, STRANGER)]
    assert refusals == [
        "Forbidden: bot was kicked from the group chat",
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: bot was blocked by the user",
    ]
    changes = [update["my_chat_member"] for update in await rig.updates()]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked"] * 3
    assert changes[2]["from"]["id"] == STRANGER
    assert "unblock" in await rig.control_refused("message", chat=STRANGER, user=STRANGER, text="hi")
    await rig.control("unblock", user=STRANGER)
    assert await rig.sent(STRANGER)


async def test_a_group_that_migrated_says_where_it_went(rig: Rig) -> None:
    new = (await rig.control("migrate", chat=SALES))["chat"]
    answer = (await rig.call("sendMessage", chat_id=SALES, text="x")).json()
    assert answer["error_code"] == 400
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    there, here = [update["message"] for update in await rig.updates()]
    assert (there["migrate_to_chat_id"], here["migrate_from_chat_id"]) == (new, SALES)
    assert await rig.control_refused("migrate", chat=SALES)


async def test_pressing_waits_for_the_bots_answer(rig: Rig) -> None:
    card = await rig.sent(reply_markup=BUTTONS)
    press = asyncio.create_task(
        rig.control("press", chat=str(ALICE), message_id=card["message_id"], button="Create", user=ALICE)
    )
    query = (await rig.updates(timeout=5))[0]["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == (
        "c:1",
        ALICE,
        card["message_id"],
    )
    too_long = await rig.refused("answerCallbackQuery", callback_query_id=query["id"], text="x" * 201)
    assert too_long == "Bad Request: MESSAGE_TOO_LONG"
    assert await rig.result(
        "answerCallbackQuery", callback_query_id=query["id"], text="Done", show_alert=True
    )
    assert await press == {"answer": {"text": "Done", "show_alert": True}}
    assert await rig.refused("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD


async def test_an_answer_that_comes_too_late(rig: Rig) -> None:
    card = await rig.sent(reply_markup=BUTTONS)
    body = {"chat": ALICE, "message_id": card["message_id"], "button": "c:1", "user": ALICE}
    press = asyncio.create_task(rig.control("press", **body))
    query = (await rig.updates(timeout=5))[0]["callback_query"]
    await rig.control("clock", advance_s=60)
    assert await rig.refused("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD
    assert await press == {"answer": None}


async def test_buttons_that_never_reach_the_bot(rig: Rig) -> None:
    rows = [[{"text": "Copy", "copy_text": {"text": "https://a.b/"}}, {"text": "Open", "url": "https://a.b"}]]
    card = await rig.sent(reply_markup={"inline_keyboard": rows})
    press = {"chat": ALICE, "message_id": card["message_id"], "user": ALICE}
    assert await rig.control("press", **press, button="Copy") == {"answer": None, "copied": "https://a.b/"}
    assert await rig.control("press", **press, button="Open") == {"answer": None, "url": "https://a.b/"}
    assert "Copy, Open" in await rig.control_refused("press", **press, button="Pay")
    assert await rig.updates() == []


async def test_commands_and_profile_are_checked(rig: Rig) -> None:
    bad = [{"command": "Pay-Link", "description": "x"}]
    assert await rig.refused("setMyCommands", commands=bad) == "Bad Request: BOT_COMMAND_INVALID"
    command = {"command": "paylink", "description": "Neuer Link"}
    scope = {"type": "all_group_chats"}
    assert await rig.result("setMyCommands", commands=[command], scope=scope, language_code="de")
    assert await rig.result("getMyCommands", scope=scope, language_code="de") == [command]
    assert await rig.result("getMyCommands") == []
    assert await rig.result("sendChatAction", chat_id=ALICE, action="typing")
    assert await rig.refused("sendChatAction", chat_id=ALICE, action="dancing") == (
        "Bad Request: wrong parameter action in request"
    )


async def test_people_cannot_do_the_impossible(rig: Rig) -> None:
    assert "not in chat" in await rig.control_refused("message", chat=ALICE, user=STRANGER, text="hi")
    assert "no chat" in await rig.control_refused("message", chat=5, user=ALICE, text="hi")
    assert "closed" in await rig.control_refused("message", chat=FORUM, user=ALICE, text="x", topic=CLOSED)
    assert "[" in await rig.control_refused("message", chat=FORUM, user=ALICE, text="x", topic=99)
    assert "has no topic 2: it has none" in await rig.control_refused(
        "message", chat=ALICE, user=ALICE, text="x", topic=2
    )
    assert "message_thread_id; there are chat, contact" in await rig.control_refused(
        "message", chat=FORUM, user=ALICE, text="x", message_thread_id=CLOSED
    )
    assert "not both" in await rig.control_refused("message", chat=ALICE, user=ALICE)
    assert "phone_number" in await rig.control_refused("message", chat=ALICE, user=ALICE, contact={"a": 1})
    assert "already" in await rig.control_refused("unblock", user=ALICE)
    people = (await rig.client.get("/telegram/_control/people")).json()
    assert [chat["id"] for chat in people["chats"]] == [ALICE, STRANGER, NEWCOMER, SALES, FORUM]
