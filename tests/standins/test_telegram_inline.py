"""Inline mode at the Telegram stand-in: what people type, what the bot offers, what they choose."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram

from tests.standins.telegram_rig import (
    ALICE,
    BUTTONS,
    FORUM,
    INVOICES,
    SALES,
    STRANGER,
    Rig,
    article,
    png,
    running,
)

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as rig:
        yield rig


async def offered(rig: Rig, *results: dict[str, Any], user: int = ALICE, **how: Any) -> dict[str, Any]:
    """What a person is shown who has typed "50 EUR"."""
    with rig.asking("inline", user=user, query="50 EUR") as asked:
        query = await rig.update("inline_query")
        await rig.result("answerInlineQuery", inline_query_id=query["id"], results=list(results), **how)
        return await asked


async def refused(rig: Rig, *results: Any, **how: Any) -> str:
    return await rig.refused("answerInlineQuery", inline_query_id="1", results=list(results), **how)


async def test_a_query_is_answered_with_offers_by_a_real_client(rig: Rig) -> None:
    async with telegram.Bot(rig.token, base_url=f"{rig.env['PAYLINK_TELEGRAM_API_URL']}/bot") as bot:
        assert (await bot.get_me()).supports_inline_queries
        with rig.asking("inline", user=STRANGER, query="50 EUR coffee", chat=SALES) as asked:
            (update,) = await bot.get_updates(timeout=5)
            assert update.inline_query is not None
            typed = update.inline_query
            assert (typed.from_user.id, typed.query, typed.offset) == (STRANGER, "50 EUR coffee", "")
            assert typed.chat_type == "group"
            content = telegram.InputTextMessageContent("<b>50 EUR</b>", parse_mode="HTML")
            offer = telegram.InlineQueryResultArticle("1", "Ask for 50 EUR", content, description="coffee")
            button = telegram.InlineQueryResultsButton("Connect", start_parameter="connect")
            assert await typed.answer([offer], cache_time=0, is_personal=True, button=button)
            shown = await asked
    (result,) = shown["results"]
    assert (result["id"], result["title"], result["description"]) == ("1", "Ask for 50 EUR", "coffee")
    assert (result["text"], result["html"]) == ("50 EUR", "<b>50 EUR</b>")
    assert shown["button"]["start_parameter"] == "connect"


async def test_a_chosen_offer_becomes_the_persons_message_and_is_edited_by_its_inline_id(rig: Rig) -> None:
    await rig.control("botfather", inline_feedback=True)
    await offered(rig, article("1", BUTTONS))
    chosen = await rig.control("choose", user=ALICE, result="1", chat=SALES)
    message, told = await rig.update("message"), rig.heard[-1]["chosen_inline_result"]
    inline_id = chosen["inline_message_id"]
    assert (message["from"]["id"], message["via_bot"]["is_bot"]) == (ALICE, True)
    assert (told["result_id"], told["query"], told["inline_message_id"]) == ("1", "50 EUR", inline_id)
    assert await rig.result("editMessageText", inline_message_id=inline_id, text="Paid") is True
    (seen,) = await rig.seen(SALES)
    assert (seen["from"], seen["text"], seen["via_bot"], seen["edits"]) == (ALICE, "Paid", True, 1)
    place = {"chat_id": SALES, "message_id": chosen["message_id"]}
    assert await rig.refused("editMessageText", **place, text="x") == "Bad Request: message can't be edited"
    wrong = await rig.refused("editMessageText", inline_message_id="other", text="x")
    assert wrong == "Bad Request: MESSAGE_ID_INVALID"


async def test_without_buttons_there_is_no_inline_id_and_without_feedback_no_word_of_the_choice(
    rig: Rig,
) -> None:
    await offered(rig, article("1"))
    chosen = await rig.control("choose", user=ALICE, result="1", chat=FORUM, topic=INVOICES)
    assert chosen["inline_message_id"] is None
    assert (await rig.update("message"))["message_thread_id"] == INVOICES
    assert [kind for update in rig.heard for kind in update if kind == "chosen_inline_result"] == []
    await rig.control("botfather", inline_feedback=True)
    await rig.control("choose", user=ALICE, result="1", chat=SALES)
    assert "inline_message_id" not in await rig.update("chosen_inline_result")


async def test_a_button_of_an_inline_message_names_it_by_its_inline_id(rig: Rig) -> None:
    await offered(rig, article("1", BUTTONS))
    chosen = await rig.control("choose", user=ALICE, result="1", chat=SALES)
    press = {"chat": SALES, "message_id": chosen["message_id"], "button": "Create", "user": STRANGER}
    with rig.asking("press", **press) as pressed:
        query = await rig.update("callback_query")
        assert (query["inline_message_id"], "message" in query) == (chosen["inline_message_id"], False)
        place = {"inline_message_id": chosen["inline_message_id"]}
        assert await rig.result("editMessageReplyMarkup", **place) is True
        await rig.result("answerCallbackQuery", callback_query_id=query["id"], text="Made")
        assert (await pressed)["answer"]["text"] == "Made"
    assert (await rig.seen(SALES))[0]["keyboard"] == []


async def test_a_photo_is_offered_by_its_id(rig: Rig) -> None:
    sent = await rig.result("sendPhoto", chat_id=ALICE, photo=png())
    qr = {"type": "photo", "id": "qr", "photo_file_id": sent["photo"][-1]["file_id"], "caption": "Scan"}
    await offered(rig, {**qr, "reply_markup": BUTTONS})
    chosen = await rig.control("choose", user=ALICE, result="qr", chat=SALES)
    (seen,) = await rig.seen(SALES)
    assert (seen["text"], seen["photo"]["width"]) == ("Scan", 300)
    edit = {"inline_message_id": chosen["inline_message_id"], "caption": "Paid"}
    assert await rig.result("editMessageCaption", **edit) is True
    media = {"type": "photo", "media": "attach://new"}
    place = {"inline_message_id": chosen["inline_message_id"]}
    refusal = await rig.refused("editMessageMedia", **place, media=media, new=png(9, 9))
    assert refusal == "Bad Request: can't upload a file for an inline message: use a file_id or an address"


async def test_an_answer_is_shown_again_for_its_cache_time(rig: Rig) -> None:
    first = await offered(rig, article("1"), cache_time=60)
    assert await rig.control("inline", user=STRANGER, query="50 EUR") == first
    await rig.control("clock", advance_s=61)
    assert (await offered(rig, article("2"), user=STRANGER, is_personal=True))["results"][0]["id"] == "2"
    assert (await offered(rig, article("3")))["results"][0]["id"] == "3"
    assert (await rig.control("inline", user=STRANGER, query="50 EUR"))["results"][0]["id"] == "2"


async def test_a_query_is_answered_once_and_in_time(rig: Rig) -> None:
    await offered(rig, article())
    query = rig.heard[-1]["inline_query"]
    assert await rig.refused("answerInlineQuery", inline_query_id=query["id"], results=[]) == TOO_OLD
    with rig.asking("inline", user=ALICE, query="other") as asked:
        late = await rig.update("inline_query")
        await rig.control("clock", advance_s=60)
        assert await rig.refused("answerInlineQuery", inline_query_id=late["id"], results=[]) == TOO_OLD
        assert await asked == {"results": None}


async def test_what_people_cannot_do_inline(rig: Rig) -> None:
    assert "256" in await rig.control_refused("inline", user=ALICE, query="x" * 257)
    assert "no such result" in await rig.control_refused("choose", user=ALICE, result="1", chat=SALES)
    await rig.control("botfather", inline=False)
    assert "botfather" in await rig.control_refused("inline", user=ALICE, query="x")
    assert not (await rig.result("getMe"))["supports_inline_queries"]


@pytest.mark.parametrize(
    ("results", "how", "reason"),
    [
        ([article(str(number)) for number in range(51)], {}, "too many inline query results specified"),
        ([article(), article()], {}, "RESULT_ID_DUPLICATE"),
        ([article("x" * 65)], {}, "RESULT_ID_INVALID"),
        ([{"type": "article"}], {}, "can't parse inline query result: Can't find field \"id\""),
        (["article"], {}, "can't parse inline query result: Inline query result must be an object"),
        ([article(title="")], {}, "ARTICLE_TITLE_EMPTY"),
        ([article(descripton="x")], {}, "can't parse inline query result: there is no field descripton"),
        (
            [article(input_message_content={})],
            {},
            "can't parse inline query result: Can't find field \"message_text\"",
        ),
        ([article(input_message_content={"message_text": "x" * 4097})], {}, "MESSAGE_TOO_LONG"),
        ([article("1", {"force_reply": True})], {}, "inline keyboard expected"),
        ([{"type": "photo", "id": "1", "photo_url": "http://127.0.0.1/"}], {}, "PHOTO_THUMB_URL_EMPTY"),
        ([], {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ([], {"button": {"text": "Connect", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        (
            [],
            {"button": {"text": "Connect"}},
            "can't parse inline query results button: InlineQueryResultsButton",
        ),
        ([], {}, TOO_OLD.removeprefix("Bad Request: ")),
    ],
)
async def test_answers_that_are_refused(
    rig: Rig, results: list[Any], how: dict[str, Any], reason: str
) -> None:
    assert (await refused(rig, *results, **how)).startswith(f"Bad Request: {reason}")
