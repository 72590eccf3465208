"""Photos and documents at the Telegram stand-in: sent, reused, edited, downloaded, shown."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.server import serving
from tests.standins.telegram_rig import ALICE, BUTTONS, SALES, Rig, png, running

NO_TEXT = "Bad Request: there is no text in the message to edit"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as rig:
        yield rig


@pytest.fixture
async def bot(rig: Rig) -> AsyncIterator[telegram.Bot]:
    api = rig.env["PAYLINK_TELEGRAM_API_URL"]
    async with telegram.Bot(rig.token, base_url=f"{api}/bot", base_file_url=f"{api}/file/bot") as bot:
        yield bot


@pytest.fixture
async def website() -> AsyncIterator[str]:
    """A server of this machine with a photo, a page, and nothing."""

    async def answer(request: Request) -> Response:
        match request.url.path:
            case "/qr.png":
                return Response(png(40, 40), media_type="image/png")
            case "/page":
                return Response("<html>", media_type="text/html")
        return Response(status_code=404)

    async with serving(Starlette(routes=[Route("/{rest:path}", answer)])) as url:
        yield url


async def photo(rig: Rig, content: bytes | None = None, **given: Any) -> dict[str, Any]:
    return dict(await rig.result("sendPhoto", chat_id=ALICE, photo=content or png(), **given))


async def test_a_photo_is_sent_reused_by_its_id_and_downloaded(rig: Rig, bot: telegram.Bot) -> None:
    markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Go", callback_data="go")]])
    qr = png(1000, 1000)
    sent = await bot.send_photo(
        ALICE, io.BytesIO(qr), "<b>Scan</b> me", parse_mode="HTML", reply_markup=markup
    )
    assert (sent.caption, sent.text, sent.reply_markup) == ("Scan me", None, markup)
    assert [(size.width, size.height) for size in sent.photo] == [
        (90, 90),
        (320, 320),
        (800, 800),
        (1000, 1000),
    ]
    again = await bot.send_photo(SALES, sent.photo[-1].file_id)
    assert again.photo == sent.photo
    file = await bot.get_file(again.photo[-1])
    assert bytes(await file.download_as_bytearray()) == qr


async def test_a_photo_is_shown_to_the_page_without_a_token(rig: Rig) -> None:
    await photo(rig, png(300, 200), caption="<i>Scan</i>", parse_mode="HTML")
    (seen,) = await rig.seen(ALICE)
    assert (seen["text"], seen["html"]) == ("Scan", "<i>Scan</i>")
    assert (seen["photo"]["width"], seen["photo"]["height"]) == (300, 200)
    shown = await rig.client.get(seen["photo"]["url"])
    assert (shown.content, shown.headers["content-type"]) == (png(300, 200), "image/png")
    assert (await rig.client.get(f"{seen['photo']['url']}0")).status_code == 404


@pytest.mark.parametrize("content", [b"\r\n--x\r\n", b"\x00\xff\r\n\r\n--", b"one\rtwo\n"])
async def test_a_document_arrives_byte_for_byte(rig: Rig, bot: telegram.Bot, content: bytes) -> None:
    sent = await bot.send_document(ALICE, io.BytesIO(content), filename="Rechnung 12.pdf", caption="12")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("Rechnung 12.pdf", len(content))
    file = await bot.get_file(sent.document)
    assert bytes(await file.download_as_bytearray()) == content
    assert (await rig.seen(ALICE))[0]["document"] == {"name": "Rechnung 12.pdf", "size": len(content)}


async def test_a_file_is_attached_by_its_name(rig: Rig) -> None:
    message = await rig.result("sendPhoto", chat_id=ALICE, photo="attach://qr", qr=png())
    assert message["photo"][-1]["width"] == 300
    missing = await rig.refused("sendPhoto", chat_id=ALICE, photo="attach://other", qr=png())
    assert missing == "Bad Request: there is no photo in the request"


async def test_a_photo_is_fetched_from_this_machine_only(rig: Rig, website: str) -> None:
    message = await rig.result("sendPhoto", chat_id=ALICE, photo=f"{website}/qr.png")
    assert message["photo"][-1]["width"] == 40
    refusals = [
        await rig.refused("sendPhoto", chat_id=ALICE, photo=address)
        for address in (
            f"{website}/page",
            f"{website}/none",
            f"{website.replace('127.0.0.1', '0.0.0.0')}/qr.png",  # noqa: S104 - found, if it were looked for
        )
    ]
    assert refusals == [
        "Bad Request: wrong type of the web page content",
        "Bad Request: failed to get HTTP URL content",
        "Bad Request: failed to get HTTP URL content",
    ]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "there is no photo in the request"),
        ({"photo": b"no picture"}, "IMAGE_PROCESS_FAILED"),
        ({"photo": b"\x89PNG\r\n\x1a\n"}, "IMAGE_PROCESS_FAILED"),
        ({"photo": b""}, "file must be non-empty"),
        ({"photo": png(2000, 90)}, "PHOTO_INVALID_DIMENSIONS"),
        ({"photo": png(9000, 1001)}, "PHOTO_INVALID_DIMENSIONS"),
        (
            {"photo": png() + b"x" * (10 << 20)},
            f"file of size {len(png()) + (10 << 20)} bytes is too big for a photo; the maximum size is 10485",
        ),
        ({"photo": "AgACother"}, "wrong remote file identifier specified: can't unserialize it"),
        ({"photo": png(), "caption": "x" * 1025}, "message caption is too long"),
        (
            {"photo": png(), "caption": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag",
        ),
    ],
)
async def test_photos_that_are_refused(rig: Rig, given: dict[str, Any], reason: str) -> None:
    assert (await rig.refused("sendPhoto", chat_id=ALICE, **given)).startswith(f"Bad Request: {reason}")
    assert await rig.seen(ALICE) == []


async def test_a_document_is_no_photo(rig: Rig) -> None:
    sent = await rig.result("sendDocument", chat_id=ALICE, document=png())
    refusal = await rig.refused("sendPhoto", chat_id=ALICE, photo=sent["document"]["file_id"])
    assert refusal == "Bad Request: can't use file of type Document as Photo"
    assert await rig.refused("getFile", file_id="x") == "Bad Request: invalid file_id"


async def test_the_path_of_a_file_is_valid_for_an_hour(rig: Rig) -> None:
    sent = await photo(rig)
    path = (await rig.result("getFile", file_id=sent["photo"][0]["file_id"]))["file_path"]
    address = f"/telegram/file/bot{rig.token}/{path}"
    assert (await rig.client.get(address)).content == png()
    assert (await rig.client.get(address.replace(rig.token, "0:x"))).status_code == 401
    await rig.control("clock", advance_s=3601)
    assert (await rig.client.get(address)).status_code == 404


# --- editing ---------------------------------------------------------------------------------------


async def test_a_caption_is_edited_and_a_text_has_none(rig: Rig) -> None:
    sent = await photo(rig, caption="Open", has_spoiler=True)
    place = {"chat_id": ALICE, "message_id": sent["message_id"]}
    same = await rig.refused("editMessageCaption", **place, caption="Open")
    assert same.startswith("Bad Request: message is not modified")
    edited = await rig.result("editMessageCaption", **place, caption="Paid", reply_markup=BUTTONS)
    assert (edited["caption"], edited["photo"], edited["has_media_spoiler"]) == ("Paid", sent["photo"], True)
    assert await rig.refused("editMessageCaption", **place, caption="x" * 1025) == (
        "Bad Request: MEDIA_CAPTION_TOO_LONG"
    )
    assert await rig.refused("editMessageText", **place, text="Paid") == NO_TEXT
    text = {"chat_id": ALICE, "message_id": (await rig.sent())["message_id"]}
    assert await rig.refused("editMessageCaption", **text, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )


async def test_a_text_becomes_a_photo_and_a_photo_another(rig: Rig, bot: telegram.Bot) -> None:
    card = await bot.send_message(ALICE, "Open")
    with_photo = await bot.edit_message_media(
        telegram.InputMediaPhoto(io.BytesIO(png()), "Scan"), ALICE, card.message_id
    )
    assert isinstance(with_photo, telegram.Message)
    assert (with_photo.text, with_photo.caption, with_photo.photo[-1].width) == (None, "Scan", 300)
    other = json.dumps({"type": "photo", "media": "attach://other"})
    place = {"chat_id": ALICE, "message_id": card.message_id}
    edited = await rig.result("editMessageMedia", **place, media=other, other=png(50, 50))
    assert ("caption" in edited, edited["photo"][-1]["width"]) == (False, 50)
    assert edited["edit_date"] >= edited["date"]


@pytest.mark.parametrize(
    ("media", "reason"),
    [
        ({"type": "photo"}, "can't parse InputMedia: media not found"),
        ({"type": "photo", "media": "attach://none"}, "can't parse InputMedia: media not found"),
        ({"type": "song", "media": "x"}, 'can\'t parse InputMedia: type "song" is unsupported'),
        ({"type": "photo", "media": "x"}, "wrong remote file identifier specified: can't unserialize it"),
    ],
)
async def test_media_that_are_refused(rig: Rig, media: dict[str, Any], reason: str) -> None:
    place = {"chat_id": ALICE, "message_id": (await rig.sent())["message_id"]}
    assert await rig.refused("editMessageMedia", **place, media=media) == f"Bad Request: {reason}"
