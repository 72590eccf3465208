"""The Telegram stand-in over real HTTP: calls, and messages sent, edited and deleted."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram
from telegram.error import ChatMigrated, Forbidden, RetryAfter

from tests.standins.telegram_rig import ALICE, BUTTONS, FORUM, SALES, Rig, running

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as rig:
        yield rig


async def test_only_this_token_and_these_methods_are_known(rig: Rig) -> None:
    assert await rig.result("getme") == await rig.result("getMe")
    assert await rig.refused("sendPigeon") == "Not Found: method not found"
    rig.token = rig.token[:-1] + "1"
    assert (await rig.call("getMe")).json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    elsewhere = await rig.client.get("/telegram/getMe")
    assert elsewhere.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_the_settings_point_at_the_bot_api(rig: Rig) -> None:
    digits, secret = rig.env["PAYLINK_TELEGRAM_BOT_TOKEN"].split(":")
    assert digits.isdigit()
    assert len(secret) == 35
    assert rig.env["PAYLINK_TELEGRAM_API_URL"] == f"{str(rig.client.base_url).rstrip('/')}/telegram"
    assert (rig.env["PAYLINK_TELEGRAM_MODE"], rig.env["PAYLINK_TELEGRAM_ADMITTED"]) == ("polling", "1001")


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # the client's own RetryAfter
async def test_a_real_client_works_and_understands_the_refusals(rig: Rig) -> None:
    async with telegram.Bot(rig.token, base_url=f"{rig.env['PAYLINK_TELEGRAM_API_URL']}/bot") as bot:
        markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Go", callback_data="go")]])
        preview = telegram.LinkPreviewOptions(is_disabled=True)
        message = await bot.send_message(
            ALICE, "<b>49.90</b> 💶 paid", "HTML", reply_markup=markup, link_preview_options=preview
        )
        assert message.parse_entity(message.entities[0]) == "49.90"
        assert message.reply_markup == markup
        assert (await bot.get_chat(FORUM)).is_forum
        assert (await bot.get_chat_member(SALES, ALICE)).status == "creator"
        assert await bot.set_my_commands([("paylink", "Make a link")])
        assert [command.command for command in await bot.get_my_commands()] == ["paylink"]
        await rig.control("faults", match="sendMessage", fault="status", status=429, retry_after=7, times=1)
        with pytest.raises(RetryAfter, match="Retry in 7 seconds"):
            await bot.send_message(ALICE, "again")
        await rig.control("migrate", chat=SALES)
        with pytest.raises(ChatMigrated) as migrated:
            await bot.send_message(SALES, "hello")
        assert await bot.send_message(migrated.value.new_chat_id, "hello")
        await rig.control("block", user=ALICE)
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.edit_message_text("paid", ALICE, message.message_id)


@pytest.mark.parametrize("kind", ["query", "form", "json", "multipart"])
async def test_arguments_come_in_every_way_the_service_reads(rig: Rig, kind: str) -> None:
    path = f"/telegram/bot{rig.token}/sendMessage"
    markup = json.dumps(BUTTONS)
    text = {"chat_id": "1001", "text": "à 50 €", "reply_markup": markup}
    requests: dict[str, dict[str, Any]] = {
        "query": {"params": text},
        "form": {"data": text},
        "json": {"json": {"chat_id": 1001, "text": "à 50 €", "reply_markup": BUTTONS}},
        "multipart": {"files": {name: (None, value) for name, value in text.items()}},
    }
    method = "GET" if kind == "query" else "POST"
    result = (await rig.client.request(method, path, **requests[kind])).json()["result"]
    assert (result["text"], result["reply_markup"]) == ("à 50 €", BUTTONS)


@pytest.mark.parametrize(
    ("body", "kind", "description"),
    [
        (b"text=%FF", "application/x-www-form-urlencoded", "strings must be encoded in UTF-8"),
        (b"\xff=1", "application/x-www-form-urlencoded", "strings must be encoded in UTF-8"),
        (b"{", "application/json", "can't parse request JSON object"),
        (b"[]", "application/json", "Object expected as request body"),
    ],
)
async def test_a_body_that_cannot_be_read(rig: Rig, body: bytes, kind: str, description: str) -> None:
    path = f"/telegram/bot{rig.token}/sendMessage"
    answer = await rig.client.post(path, content=body, headers={"Content-Type": kind})
    assert answer.json()["description"] == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("given", "description"),
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n"}, "Bad Request: text must be non-empty"),
        ({"text": "é" * 4097}, "Bad Request: message is too long"),
        ({"text": "💶" * 2049}, "Bad Request: message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Bad Request: can't parse entities: Can't find end tag"),
        ({"text": "*x*", "parse_mode": "MarkdownV2"}, "Bad Request: parse_mode MarkdownV2 is not offered"),
        ({"text": "<b>x</b> " * 101, "parse_mode": "HTML"}, "Bad Request: ENTITIES_TOO_LONG"),
        ({"chat_id": "5"}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody"}, "Bad Request: chat not found"),
        ({"chat_id": ""}, "Bad Request: chat_id is empty"),
        (
            {"link_preview_options": {"disabled": True}},
            "Bad Request: can't parse link preview options: there is no field disabled",
        ),
        (
            {"link_preview_options": {"is_disabled": "yes"}},
            'Bad Request: can\'t parse link preview options: field "is_disabled" must be of type Boolean',
        ),
        ({"business_connection_id": "x"}, "Bad Request: business connection not found"),
        ({"message_thread_id": 11}, "Bad Request: message thread not found"),
        ({"message_thread_id": "x"}, 'Bad Request: parameter "message_thread_id" must be an Integer'),
        ({"reply_parameters": {"message_id": 99}}, "Bad Request: message to be replied not found"),
        ({"reply_markup": {"force_reply": False}}, "Bad Request: can't parse reply keyboard markup"),
    ],
)
async def test_what_telegram_refuses_to_send(rig: Rig, given: dict[str, Any], description: str) -> None:
    refusal = await rig.refused("sendMessage", **{"chat_id": ALICE, "text": "hello", **given})
    assert refusal.startswith(description)
    assert await rig.seen(ALICE) == []


async def test_lengths_count_after_parsing(rig: Rig) -> None:
    assert await rig.sent(text=f"<b>{'é' * 4096}</b>", parse_mode="HTML")
    assert await rig.sent(text="💶" * 2048)


async def test_only_inline_keyboards_are_part_of_the_message(rig: Rig) -> None:
    asking = {"force_reply": True, "selective": True, "input_field_placeholder": "49.90 EUR"}
    prompt = await rig.sent(reply_markup=asking)
    assert "reply_markup" not in prompt
    assert (await rig.seen(ALICE))[0]["asks_for"] == asking
    given = {"chat_id": ALICE, "message_id": prompt["message_id"], "text": "other"}
    assert await rig.refused("editMessageText", **given) == "Bad Request: message can't be edited"
    card = await rig.sent(reply_markup=BUTTONS)
    assert card["reply_markup"] == BUTTONS


async def test_editing(rig: Rig) -> None:
    card = await rig.sent(text="<b>Open</b>", parse_mode="HTML", reply_markup=BUTTONS)
    place = {"chat_id": ALICE, "message_id": card["message_id"]}
    same = {**place, "text": "<b>Open</b>", "parse_mode": "HTML", "reply_markup": BUTTONS}
    assert await rig.refused("editMessageText", **same) == NOT_MODIFIED
    assert await rig.refused("editMessageReplyMarkup", **place, reply_markup=BUTTONS) == NOT_MODIFIED
    edited = await rig.result("editMessageText", **place, text="Paid")
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= edited["date"]
    assert (await rig.result("editMessageReplyMarkup", **place, reply_markup=BUTTONS))["text"] == "Paid"
    seen = (await rig.seen(ALICE))[0]
    assert (seen["text"], seen["edits"], seen["keyboard"]) == ("Paid", 2, BUTTONS["inline_keyboard"])
    theirs = await rig.control("message", chat=ALICE, user=ALICE, text="hi")
    refusal = await rig.refused("editMessageText", chat_id=ALICE, text="x", **theirs)
    assert refusal == "Bad Request: message can't be edited"
    missing = await rig.refused("editMessageText", chat_id=ALICE, message_id=99, text="x")
    assert missing == "Bad Request: message to edit not found"
    long = await rig.refused("editMessageText", **place, text="x" * 4097)
    assert long == "Bad Request: MESSAGE_TOO_LONG"
    reply_keyboard = await rig.refused(
        "editMessageText", **place, text="x", reply_markup={"force_reply": True}
    )
    assert reply_keyboard == "Bad Request: inline keyboard expected"


async def test_deleting_what_a_bot_may_delete(rig: Rig) -> None:
    private = await rig.control("message", chat=ALICE, user=ALICE, text="jane@example.com")
    assert await rig.result("deleteMessage", chat_id=ALICE, **private) is True
    assert (await rig.seen(ALICE))[0]["deleted"] is True
    gone = await rig.refused("deleteMessage", chat_id=ALICE, **private)
    assert gone == "Bad Request: message to delete not found"
    theirs = await rig.control("message", chat=SALES, user=ALICE, text="/paylink")
    assert (
        await rig.refused("deleteMessage", chat_id=SALES, **theirs) == "Bad Request: message can't be deleted"
    )
    own = await rig.sent(SALES)
    await rig.control("clock", advance_s=48 * 3600 + 1)
    late = await rig.refused("deleteMessage", chat_id=SALES, message_id=own["message_id"])
    assert late == "Bad Request: message can't be deleted for everyone"


async def test_a_flood_says_how_long_to_wait(rig: Rig) -> None:
    await rig.control("faults", match="sendMessage", fault="status", status=429, retry_after=3, times=1)
    response = await rig.call("sendMessage", chat_id=ALICE, text="x")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
    assert response.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    assert await rig.sent()
