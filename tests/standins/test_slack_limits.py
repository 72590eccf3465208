"""How fast the Slack stand-in lets itself be called."""

import math
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.standins.slack_rig import ALICE, QUIET, SALES, Rig, StoppedClock, code_of, slack_rig

BURST = 10


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig(StoppedClock()) as running:
        await running.control("invite", channel=QUIET)
        yield running


async def call(rig: Rig, method: str, **arguments: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {rig.client.token}"}
    return await rig.http.post(f"/slack/api/{method}", headers=headers, json=arguments)


async def post(rig: Rig, channel: str = SALES) -> httpx.Response:
    return await call(rig, "chat.postMessage", channel=channel, text="x")


async def exhaust(rig: Rig, channel: str = SALES) -> httpx.Response:
    for _ in range(BURST):
        assert (await post(rig, channel)).json()["ok"]
    return await post(rig, channel)


async def test_after_a_short_burst_a_post_is_too_many(rig: Rig) -> None:
    refused = await exhaust(rig)
    assert (refused.status_code, refused.json()) == (429, {"ok": False, "error": "ratelimited"})
    assert refused.headers["retry-after"] == "1"
    assert len(await rig.reading("messages", channel=SALES)) == BURST


async def test_a_channel_gets_one_post_a_second_by_the_sandboxs_clock(rig: Rig) -> None:
    await exhaust(rig)
    await rig.advance(1)
    assert [(await post(rig)).status_code for _ in range(2)] == [200, 429]


async def test_who_waits_long_enough_has_the_burst_again(rig: Rig) -> None:
    await exhaust(rig)
    await rig.advance(3600)
    assert (await exhaust(rig)).status_code == 429


async def test_each_channel_counts_for_itself(rig: Rig) -> None:
    await exhaust(rig)
    assert (await post(rig, QUIET)).status_code == 200


async def test_a_person_and_the_direct_message_with_them_are_one_place(rig: Rig) -> None:
    await exhaust(rig, ALICE)
    assert (await post(rig, "D0ALICE")).status_code == 429


async def test_ephemeral_messages_are_counted_as_posts_are(rig: Rig) -> None:
    said = {"channel": SALES, "user": ALICE, "text": "x"}
    statuses = [(await call(rig, "chat.postEphemeral", **said)).status_code for _ in range(BURST + 1)]
    assert statuses == [200] * BURST + [429]
    assert (await post(rig)).status_code == 200


@pytest.mark.parametrize(
    ("method", "arguments", "allowed"),
    [
        ("conversations.list", {}, 20),
        ("chat.update", {"channel": SALES, "ts": "1.000001", "text": "x"}, 50),
        ("views.open", {"trigger_id": "1.2.3", "view": "{}"}, 100),
    ],
)
async def test_a_tier_allows_a_minutes_worth_and_then_its_rate(
    rig: Rig, method: str, arguments: dict[str, str], allowed: int
) -> None:
    statuses = [(await call(rig, method, **arguments)).status_code for _ in range(allowed + 1)]
    assert statuses == [200] * allowed + [429]
    refused = await call(rig, method, **arguments)
    assert refused.headers["retry-after"] == str(math.ceil(60 / allowed))
    await rig.advance(int(refused.headers["retry-after"]))
    assert (await call(rig, method, **arguments)).status_code == 200


async def test_the_sdk_reads_how_long_to_wait(rig: Rig) -> None:
    await exhaust(rig)
    assert await code_of(rig.client.chat_postMessage(channel=SALES, text="x")) == "ratelimited"


async def test_limits_can_be_switched_off_and_on(rig: Rig) -> None:
    await exhaust(rig)
    assert (await rig.control("limits", on=False))["on"] is False
    assert {(await post(rig)).status_code for _ in range(BURST + 5)} == {200}
    assert (await rig.control("limits", on=True))["on"] is True
    assert (await exhaust(rig)).status_code == 429
    assert "true or false" in await rig.refused_control("limits", on="no")


async def test_who_is_not_let_in_is_not_counted(rig: Rig) -> None:
    for _ in range(BURST + 1):
        answer = await rig.http.post("/slack/api/chat.postMessage", json={"channel": SALES, "text": "x"})
        assert answer.json()["error"] == "not_authed"
    assert (await post(rig)).status_code == 200
