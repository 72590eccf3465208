"""Files at the Slack stand-in: uploaded in three steps, looked at for a while, shared, shown, deleted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from tests import loopback
from tests.standins.slack_rig import ALICE, QUIET, SALES, Rig, code_of, refusal, slack_rig

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


async def upload(rig: Rig, **more: Any) -> AsyncSlackResponse:
    return await rig.client.files_upload_v2(content=PNG, filename="qr.png", title="QR code", **more)


async def shared(rig: Rig, channel: str = SALES) -> list[dict[str, Any]]:
    """The messages of the channel, as soon as Slack has looked at what was uploaded."""
    await rig.advance(2)
    return await rig.until(lambda: rig.reading("messages", channel=channel))


async def ticket(rig: Rig, length: int = len(PNG)) -> tuple[str, str]:
    answer = await rig.client.files_getUploadURLExternal(filename="qr.png", length=length)
    return answer["upload_url"], answer["file_id"]


def picture(file_id: str) -> dict[str, Any]:
    return {"type": "image", "alt_text": "QR code", "slack_file": {"id": file_id}}


async def test_the_sdks_upload_works_unchanged(rig: Rig) -> None:
    done = await upload(rig, channel=SALES, initial_comment="Scan me")
    assert (done["file"]["title"], done["file"]["mimetype"]) == ("QR code", "")
    (message,) = await shared(rig)
    assert message["text"] == "Scan me"
    (file,) = message["files"]
    assert (file["id"], file["name"], file["mimetype"]) == (done["file"]["id"], "qr.png", "image/png")


async def test_nothing_is_shared_before_slack_has_looked_at_it(rig: Rig) -> None:
    done = await upload(rig, channel=SALES)
    assert await rig.reading("messages", channel=SALES) == []
    assert (await rig.client.files_info(file=done["file"]["id"]))["file"]["shares"] == {}
    (message,) = await shared(rig)
    info = (await rig.client.files_info(file=done["file"]["id"]))["file"]
    assert info["shares"] == {"public": {SALES: [{"ts": message["ts"]}]}}
    assert (info["channels"], info["is_public"], info["filetype"]) == ([SALES], True, "png")


async def test_it_is_shared_into_a_thread(rig: Rig) -> None:
    root = (await rig.client.chat_postMessage(channel=SALES, text="root"))["ts"]
    await upload(rig, channel=SALES, thread_ts=root)
    await rig.advance(2)

    async def replies() -> list[dict[str, Any]]:
        return (await rig.reading("messages", channel=SALES))[0]["replies"]

    (reply,) = await rig.until(replies)
    assert [file["title"] for file in reply["files"]] == ["QR code"]


async def test_it_is_shared_with_a_person(rig: Rig) -> None:
    await upload(rig, channel=ALICE)
    (message,) = await shared(rig, "D0ALICE")
    assert len(message["files"]) == 1


async def test_an_image_block_shows_a_file_only_once_it_is_ready(rig: Rig) -> None:
    file_id = (await upload(rig))["file"]["id"]
    early = await refusal(rig.client.chat_postMessage(channel=SALES, text="x", blocks=[picture(file_id)]))
    assert (early.response["error"], early.response["errors"]) == (
        "invalid_blocks",
        ["invalid slack file [json-pointer:/blocks/0/slack_file]"],
    )
    assert (await rig.client.files_info(file=file_id))["file"]["mimetype"] == ""
    await rig.advance(2)
    assert (await rig.client.files_info(file=file_id))["file"]["mimetype"] == "image/png"
    await rig.client.chat_postMessage(channel=SALES, text="x", blocks=[picture(file_id)])


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ({"id": "F0UNKNOWN1"}, "invalid slack file"),
        ({"id": "https://example.com/F1"}, "input must match regex pattern: ^[F][A-Z0-9]{8,}$"),
        ({}, "must define either `id` or `url`"),
    ],
)
async def test_an_image_block_shows_no_other_file(rig: Rig, reference: dict[str, str], message: str) -> None:
    block = {"type": "image", "alt_text": "x", "slack_file": reference}
    refused = await refusal(rig.client.chat_postMessage(channel=SALES, text="x", blocks=[block]))
    assert message in refused.response["errors"][0]


async def test_a_text_file_is_no_image(rig: Rig) -> None:
    done = await rig.client.files_upload_v2(content="a,b", filename="links.csv")
    await rig.advance(2)
    blocks = [picture(done["file"]["id"])]
    assert await code_of(rig.client.chat_postMessage(channel=SALES, text="x", blocks=blocks)) == (
        "invalid_blocks"
    )


async def test_bytes_may_come_as_a_form_too_and_only_once(rig: Rig) -> None:
    url, file_id = await ticket(rig)
    async with loopback.client() as anybody:
        assert (await anybody.post(url, files={"filename": ("qr.png", PNG)})).status_code == 200
        assert (await anybody.post(url, content=PNG)).status_code == 404
    await rig.client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=SALES)
    (message,) = await shared(rig)
    shown = await rig.http.get(message["files"][0]["url"])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")


async def test_other_bytes_than_announced_are_refused(rig: Rig) -> None:
    url, file_id = await ticket(rig, length=3)
    assert (await rig.http.post(url, content=PNG)).status_code == 400
    unfinished = rig.client.files_completeUploadExternal(files=[{"id": file_id}])
    assert await code_of(unfinished) == "file_not_found"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "a.png", "length": 0}, "missing_argument"),
        ({"filename": "a.png", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "a.py", "length": 1_000_001, "snippet_type": "python"}, "snippet_too_large"),
    ],
)
async def test_uploads_that_are_refused(rig: Rig, arguments: dict[str, Any], error: str) -> None:
    assert await code_of(rig.client.files_getUploadURLExternal(**arguments)) == error


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"channel": QUIET}, "not_in_channel"),
        ({"channel": SALES, "thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
async def test_places_where_nothing_can_be_shared(rig: Rig, place: dict[str, str], error: str) -> None:
    assert await code_of(upload(rig, **place)) == error


async def test_a_file_is_completed_once(rig: Rig) -> None:
    file_id = (await upload(rig))["file"]["id"]
    again = rig.client.files_completeUploadExternal(files=[{"id": file_id}])
    assert await code_of(again) == "file_not_found"


async def test_a_deleted_file_is_gone_everywhere(rig: Rig) -> None:
    file_id = (await upload(rig, channel=SALES))["file"]["id"]
    (message,) = await shared(rig)
    await rig.client.files_delete(file=file_id)
    assert await code_of(rig.client.files_info(file=file_id)) == "file_deleted"
    assert await code_of(rig.client.files_delete(file=file_id)) == "file_deleted"
    assert await code_of(rig.client.files_info(file="F0UNKNOWN1")) == "file_not_found"
    assert (await rig.http.get(message["files"][0]["url"])).status_code == 404
    (kept,) = (await rig.client.conversations_history(channel=SALES))["messages"]
    assert kept["files"] == [{"id": file_id, "mode": "tombstone"}]


async def test_a_private_address_asks_for_the_token(rig: Rig) -> None:
    done = await upload(rig)
    bearer = {"Authorization": f"Bearer {rig.client.token}"}
    for name in ("url_private", "url_private_download"):
        url = done["file"][name]
        assert (await rig.http.get(url, headers=bearer)).content == PNG
        assert (await rig.http.get(url)).status_code == 302
