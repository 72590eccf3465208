"""Who is who and who is where at the Slack stand-in: guests, outsiders, channels without the bot, DMs."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.standins.slack_rig import ALICE, BOB, SALES, Rig, button, code_of, section, slack_rig

PRIVATE, SHARED, OUTSIDER = "C0PRIVATE", "C0SHARED", "U0OUTSIDER"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


async def user(rig: Rig, user_id: str) -> dict[str, Any]:
    return (await rig.client.users_info(user=user_id, include_locale=True))["user"]


async def test_guests_of_one_channel_and_of_several_are_told_apart(rig: Rig) -> None:
    kinds = {
        name: (person["is_restricted"], person["is_ultra_restricted"])
        for name in (ALICE, "U0GUEST", "U0SINGLE")
        for person in [await user(rig, name)]
    }
    assert kinds == {ALICE: (False, False), "U0GUEST": (True, False), "U0SINGLE": (True, True)}


async def test_a_deleted_person_is_known_but_acts_no_more(rig: Rig) -> None:
    gone = await user(rig, "U0GONE")
    assert gone["deleted"] is True
    assert not {"is_admin", "tz", "locale"} & set(gone)
    assert await code_of(rig.client.conversations_open(users="U0GONE")) == "user_disabled"
    refused = await rig.refused_control("command", channel=SALES, user="U0GONE", text="")
    assert (
        refused
        == "nobody called U0GONE is in C0SALES: there are U0ALICE, U0BOB, U0GUEST, U0SINGLE, U0PAYLINK"
    )


async def test_a_channel_that_there_is_not_says_which_there_are(rig: Rig) -> None:
    there_are = "there are C0SALES, C0QUIET, C0PRIVATE, C0SHARED"
    assert there_are in await rig.refused_control("command", channel="sales", user="U0ALICE", text="")
    answer = await rig.http.get("/slack/_control/messages", params={"channel": "sales"})
    assert there_are in answer.json()["error"]


async def test_somebody_of_another_workspace_is_met_in_a_shared_channel_only(rig: Rig) -> None:
    outsider = await user(rig, OUTSIDER)
    assert (outsider["team_id"], outsider["deleted"]) == ("T0OTHER", False)
    assert "email" not in outsider["profile"]
    channel = (await rig.client.conversations_info(channel=SHARED))["channel"]
    assert (channel["is_ext_shared"], channel["is_member"]) == (True, True)
    await rig.refused_control("command", channel=SALES, user=OUTSIDER, text="")


async def test_a_press_names_the_team_of_whoever_pressed(rig: Rig) -> None:
    card = [section(), {"type": "actions", "block_id": "b", "elements": [button("go")]}]
    ts = (await rig.client.chat_postMessage(channel=SHARED, text="x", blocks=card))["ts"]
    for who in (ALICE, OUTSIDER):
        await rig.control("press", channel=SHARED, ts=ts, action_id="go", user=who)
    payloads = [got.payload for got in rig.service.received]
    assert [payload["user"]["team_id"] for payload in payloads] == ["T0PAYLINK", "T0OTHER"]
    assert {payload["team"]["id"] for payload in payloads} == {"T0PAYLINK"}


async def test_a_private_channel_is_unknown_until_the_bot_is_invited(rig: Rig) -> None:
    post = {"channel": PRIVATE, "text": "x"}
    assert await code_of(rig.client.chat_postMessage(**post)) == "channel_not_found"
    assert await code_of(rig.client.conversations_info(channel=PRIVATE)) == "channel_not_found"
    await rig.control("invite", channel=PRIVATE)
    channel = (await rig.client.conversations_info(channel=PRIVATE))["channel"]
    assert (channel["is_private"], channel["is_group"], channel["is_channel"]) == (True, True, False)
    ts = (await rig.client.chat_postMessage(**post))["ts"]
    await rig.control("kick", channel=PRIVATE)
    assert await code_of(rig.client.chat_update(channel=PRIVATE, ts=ts, text="y")) == "channel_not_found"


async def test_a_public_channel_stays_known_when_the_bot_is_kicked(rig: Rig) -> None:
    await rig.control("kick", channel=SALES)
    assert await code_of(rig.client.chat_postMessage(channel=SALES, text="x")) == "not_in_channel"
    assert (await rig.client.conversations_info(channel=SALES))["channel"]["is_member"] is False
    await rig.control("invite", channel=SALES)
    await rig.client.chat_postMessage(channel=SALES, text="x")


async def test_a_command_reaches_the_app_from_a_private_channel_it_is_not_in(rig: Rig) -> None:
    done = await rig.control("command", channel=PRIVATE, user=ALICE, text="25 EUR")
    assert done["status"] == 200
    form = rig.service.received[0].form
    assert (form["channel_id"], form["channel_name"]) == (PRIVATE, "privategroup")


async def test_an_archived_channel_takes_nothing(rig: Rig) -> None:
    ts = (await rig.client.chat_postMessage(channel=SALES, text="x"))["ts"]
    await rig.control("archive", channel=SALES)
    assert await code_of(rig.client.chat_postMessage(channel=SALES, text="y")) == "is_archived"
    assert await code_of(rig.client.chat_update(channel=SALES, ts=ts, text="y")) == "is_inactive"


async def test_a_direct_message_is_written_to_the_person_and_changed_where_it_is(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=BOB, text="x")
    assert posted["channel"] == "D0BOB"
    by_person = rig.client.chat_update(channel=BOB, ts=posted["ts"], text="y")
    assert await code_of(by_person) == "channel_not_found"
    await rig.client.chat_update(channel="D0BOB", ts=posted["ts"], text="y")
    for name in (BOB, "D0BOB"):
        assert [message["text"] for message in await rig.reading("messages", channel=name)] == ["y"]


async def test_a_shortcut_in_a_thread_brings_message_thread_and_channel(rig: Rig) -> None:
    root = (await rig.control("say", channel=SALES, user=ALICE, text="An order"))["ts"]
    reply = await rig.control("say", channel=SALES, user=ALICE, text="49.90 EUR", thread_ts=root)
    await rig.control("shortcut", channel=SALES, ts=reply["ts"], user=BOB)
    payload = rig.service.received[0].payload
    assert (payload["type"], payload["callback_id"]) == ("message_action", "paylink_message")
    message = payload["message"]
    assert (message["ts"], message["thread_ts"], message["text"]) == (reply["ts"], root, "49.90 EUR")
    assert (message["user"], payload["user"]["id"]) == (ALICE, BOB)
    assert payload["channel"] == {"id": SALES, "name": "sales"}
    assert (payload["message_ts"], bool(payload["response_url"])) == (reply["ts"], True)
