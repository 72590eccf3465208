"""The Telegram stand-in agrees with the Bot API's own description: parameters, fields, answers."""

from collections.abc import AsyncIterator, Mapping

import pytest

from sandbox.telegram import editing, inline_results, keyboards, parameters, replies, sending, updates
from sandbox.telegram.parameters import PARAMETERS, Reader
from tests.standins.telegram_rig import (
    ALICE,
    BUTTONS,
    FORUM,
    INVOICES,
    NEWCOMER,
    SALES,
    Rig,
    article,
    png,
    running,
)
from tests.standins.telegram_shapes import METHODS, TYPES, Fields, faults

SIMPLE: Mapping[Reader, tuple[str, ...]] = {
    parameters.chat: ("Integer", "String"),
    parameters.integer: ("Integer",),
    parameters.boolean: ("Boolean",),
    parameters.text: ("String",),
}
SENT = "Message"
ANSWERS = {
    "getMe": "User",
    "getChat": "ChatFullInfo",
    "getChatMember": "ChatMember",
    "getChatAdministrators": "Array of ChatMember",
    "getWebhookInfo": "WebhookInfo",
    "getMyCommands": "Array of BotCommand",
    "getMyDescription": "BotDescription",
    "getMyShortDescription": "BotShortDescription",
}


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as rig:
        await rig.control("limits", on=False)
        yield rig


def is_read_as(reader: Reader, types: tuple[str, ...]) -> bool:
    """Whether a parameter of these types is read so."""
    if reader in SIMPLE:
        return types == SIMPLE[reader]
    if reader is parameters.array:
        return all(kind.startswith("Array of ") for kind in types)
    if reader is parameters.file:
        return "InputFile" in types
    return all(kind in TYPES or kind.startswith("Input") for kind in types)


def test_every_method_that_the_description_has_here_is_there() -> None:
    assert set(PARAMETERS) == set(METHODS)


@pytest.mark.parametrize("method", PARAMETERS)
def test_the_parameters_of_a_method_are_the_described_ones(method: str) -> None:
    described = METHODS[method]
    assert set(PARAMETERS[method]) == set(described)
    required = {name for name, parameter in PARAMETERS[method].items() if parameter.required}
    assert required == {name for name, (_, needed) in described.items() if needed}
    wrong = [
        name
        for name, parameter in PARAMETERS[method].items()
        if not is_read_as(parameter.read, described[name][0])
    ]
    assert wrong == []


def names(*kinds: str) -> set[str]:
    fields: list[Fields] = [TYPES[kind] for kind in kinds]
    return {name for described in fields for name in described}


@pytest.mark.parametrize(
    ("known", "described"),
    [
        (set(sending.PREVIEW_FIELDS), names("LinkPreviewOptions")),
        (set(replies.FIELDS), names("ReplyParameters")),
        (set(editing.MEDIA_FIELDS), names("InputMediaPhoto", "InputMediaDocument")),
        (set(inline_results.FIELDS["article"]), names("InlineQueryResultArticle")),
        (
            set(inline_results.FIELDS["photo"]),
            names("InlineQueryResultPhoto", "InlineQueryResultCachedPhoto"),
        ),
        (set(inline_results.CONTENT_FIELDS), names("InputTextMessageContent")),
        (keyboards.INLINE_FIELDS, names("InlineKeyboardButton")),
        (keyboards.REPLY_FIELDS, names("KeyboardButton")),
        (keyboards.KEYBOARDS["keyboard"] | {"keyboard"}, names("ReplyKeyboardMarkup")),
        (keyboards.KEYBOARDS["force_reply"] | {"force_reply"}, names("ForceReply")),
        (keyboards.KEYBOARDS["remove_keyboard"] | {"remove_keyboard"}, names("ReplyKeyboardRemove")),
        (keyboards.CHOSEN_CHAT, names("SwitchInlineQueryChosenChat")),
        (set(updates.KINDS), names("Update") - {"update_id"}),
    ],
)
def test_the_fields_of_an_object_are_the_described_ones(known: set[str], described: set[str]) -> None:
    assert known == described


@pytest.mark.parametrize("method", [name for name in PARAMETERS if name != "setWebhook"])
async def test_a_call_without_what_it_needs_is_refused(rig: Rig, method: str) -> None:
    needed = [name for name, parameter in PARAMETERS[method].items() if parameter.required]
    if needed:
        assert (await rig.refused(method)).startswith("Bad Request: ")
        return
    description = str((await rig.call(method)).json().get("description", ""))
    assert "is required" not in description


# --- answers and updates ---------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "kind"), ANSWERS.items())
async def test_an_answer_has_the_described_fields(rig: Rig, method: str, kind: str) -> None:
    await rig.result("setMyCommands", commands=[{"command": "paylink", "description": "New link"}])
    about = {"chat_id": FORUM, "user_id": ALICE}
    given = {name: value for name, value in about.items() if name in PARAMETERS[method]}
    assert list(faults(kind, await rig.result(method, **given))) == []


async def test_messages_have_the_described_fields(rig: Rig) -> None:
    card = await rig.sent(FORUM, message_thread_id=INVOICES, reply_markup=BUTTONS)
    reply = {"message_id": card["message_id"], "quote": "hell"}
    looks = {"has_spoiler": True, "show_caption_above_media": True, "protect_content": True}
    sent = [
        card,
        await rig.sent(FORUM, reply_parameters=reply, link_preview_options={"is_disabled": True}),
        await rig.result("sendPhoto", photo=png(), chat_id=ALICE, caption="a QR code", **looks),
        await rig.result("sendDocument", document=b"%PDF", chat_id=ALICE, caption="an invoice"),
    ]
    assert [list(faults(SENT, message)) for message in sent] == [[], [], [], []]
    file = await rig.result("getFile", file_id=sent[2]["photo"][-1]["file_id"])
    assert list(faults("File", file)) == []


async def test_updates_have_the_described_fields(rig: Rig) -> None:
    await rig.control("botfather", inline_feedback=True)
    await rig.control("startgroup", user=ALICE, chat=SALES, payload="x")
    await rig.control("topic", chat=FORUM, topic=INVOICES, state="closed")
    await rig.control("block", user=NEWCOMER)
    await rig.control("kick", chat=FORUM)
    card = await rig.sent(reply_markup=BUTTONS)
    with rig.asking("press", chat=ALICE, message_id=card["message_id"], button="Create", user=ALICE) as press:
        query = await rig.update("callback_query")
        await rig.result("answerCallbackQuery", callback_query_id=query["id"])
        await press
    with rig.asking("inline", user=ALICE, query="5 EUR", chat=SALES) as asked:
        query = await rig.update("inline_query")
        await rig.result("answerInlineQuery", inline_query_id=query["id"], results=[article("1", BUTTONS)])
        await asked
    await rig.control("choose", user=ALICE, result="1", chat=SALES)
    await rig.update("chosen_inline_result")
    told = rig.heard
    kinds = {kind for update in told for kind in update} - {"update_id"}
    assert kinds == {"message", "my_chat_member", "callback_query", "inline_query", "chosen_inline_result"}
    assert [fault for update in told for fault in faults("Update", update)] == []
