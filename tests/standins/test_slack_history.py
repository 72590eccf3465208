"""What was said where, and who is where, as the Web API tells it page by page."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.standins.slack_rig import ALICE, SALES, Rig, code_of, modal, refusal, section, slack_rig

METADATA = {"event_type": "paid", "event_payload": {"link": "PL1"}}


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


async def post(rig: Rig, text: str, **more: Any) -> str:
    return str((await rig.client.chat_postMessage(channel=SALES, text=text, **more))["ts"])


def texts(answer: Any) -> list[str]:
    return [message["text"] for message in answer["messages"]]


async def test_a_channels_history_is_newest_first_without_replies(rig: Rig) -> None:
    root = await post(rig, "root")
    await post(rig, "reply", thread_ts=root)
    await post(rig, "to all", thread_ts=root, reply_broadcast=True)
    await rig.client.chat_postEphemeral(channel=SALES, user=ALICE, text="psst")
    answer = await rig.client.conversations_history(channel=SALES)
    assert texts(answer) == ["to all", "root"]
    assert answer["messages"][0]["subtype"] == "thread_broadcast"
    thread = {name: answer["messages"][1][name] for name in ("reply_count", "reply_users_count")}
    assert thread == {"reply_count": 2, "reply_users_count": 1}
    (shown,) = await rig.reading("messages", channel=SALES)
    assert [reply.get("broadcast") for reply in shown["replies"]] == [None, True]


async def test_a_thread_is_its_root_and_the_replies_oldest_first(rig: Rig) -> None:
    root = await post(rig, "root")
    reply = await post(rig, "one", thread_ts=root)
    await post(rig, "two", thread_ts=root)
    assert texts(await rig.client.conversations_replies(channel=SALES, ts=root)) == ["root", "one", "two"]
    assert texts(await rig.client.conversations_replies(channel=SALES, ts=reply)) == ["one"]
    lost = rig.client.conversations_replies(channel=SALES, ts="1.000001")
    assert await code_of(lost) == "thread_not_found"


async def test_metadata_is_told_only_when_it_is_asked_for(rig: Rig) -> None:
    root = await post(rig, "paid", metadata=METADATA)
    for method in (rig.client.conversations_history, rig.client.conversations_replies):
        place = (
            {"channel": SALES, "ts": root}
            if method == rig.client.conversations_replies
            else {"channel": SALES}
        )
        assert "metadata" not in (await method(**place))["messages"][0]
        told = await method(**place, include_all_metadata=True)
        assert told["messages"][0]["metadata"] == METADATA


async def test_history_comes_in_pages_and_periods(rig: Rig) -> None:
    stamps = [await post(rig, text) for text in "abcde"]
    first = await rig.client.conversations_history(channel=SALES, limit=2)
    assert (texts(first), first["has_more"]) == (["e", "d"], True)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await rig.client.conversations_history(channel=SALES, limit=3, cursor=cursor)
    assert (texts(rest), rest["has_more"]) == (["c", "b", "a"], False)
    period = {"channel": SALES, "oldest": stamps[1], "latest": stamps[3]}
    assert texts(await rig.client.conversations_history(**period)) == ["c"]
    assert texts(await rig.client.conversations_history(**period, inclusive=True)) == ["d", "c", "b"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0QUIET"}, "not_in_channel"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"channel": SALES, "cursor": "bmV4dDow"}, "invalid_cursor"),
        ({"channel": SALES, "limit": 0}, "invalid_limit"),
        ({"channel": SALES, "oldest": "yesterday"}, "invalid_ts_oldest"),
    ],
)
async def test_histories_that_are_refused(rig: Rig, arguments: dict[str, Any], error: str) -> None:
    await post(rig, "x")
    assert await code_of(rig.client.conversations_history(**arguments)) == error


async def test_each_kind_of_conversation_has_scopes_of_its_own(rig: Rig) -> None:
    await rig.control("invite", channel="C0PRIVATE")
    await rig.client.conversations_open(users=ALICE)
    for channel, needed in (("C0PRIVATE", "groups:history"), ("D0ALICE", "im:history")):
        refused = (await refusal(rig.client.conversations_history(channel=channel))).response
        assert (refused["error"], refused["needed"]) == ("missing_scope", needed)


async def test_conversations_are_listed_by_type(rig: Rig) -> None:
    async def names(**arguments: Any) -> list[str]:
        answer = await rig.client.conversations_list(**arguments)
        return [channel["id"] for channel in answer["channels"]]

    assert await names() == [SALES, "C0QUIET", "C0SHARED"]
    assert await names(types=["private_channel", "im"]) == []
    await rig.control("invite", channel="C0PRIVATE")
    await rig.client.conversations_open(users=ALICE)
    assert await names(types=["private_channel", "im"]) == ["C0PRIVATE", "D0ALICE"]
    await rig.control("archive", channel=SALES)
    assert await names(exclude_archived=True) == ["C0QUIET", "C0SHARED"]
    assert await code_of(rig.client.conversations_list(types="everything")) == "invalid_types"
    assert await code_of(rig.client.conversations_list(types="mpim")) == "missing_scope"


async def test_a_list_comes_in_pages(rig: Rig) -> None:
    seen, cursor = [], ""
    while not seen or cursor:
        answer = await rig.client.conversations_list(limit=1, cursor=cursor)
        seen += [channel["id"] for channel in answer["channels"]]
        cursor = answer["response_metadata"]["next_cursor"]
    assert seen == [SALES, "C0QUIET", "C0SHARED"]


async def test_a_member_is_found_by_address(rig: Rig) -> None:
    found = await rig.client.users_lookupByEmail(email="Alice@example.com")
    assert found["user"]["id"] == ALICE
    for address in ("gone@example.com", "olga@example.com", "paylink@example.com", "x@example.com"):
        assert await code_of(rig.client.users_lookupByEmail(email=address)) == "users_not_found"


async def test_a_reaction_is_given_once(rig: Rig) -> None:
    await rig.control("scopes", scopes=["chat:write", "reactions:write", "channels:history"])
    place = {"channel": SALES, "timestamp": await post(rig, "x")}
    await rig.client.reactions_add(name="tada", **place)
    assert await code_of(rig.client.reactions_add(name="tada", **place)) == "already_reacted"
    assert await code_of(rig.client.reactions_add(name="No Such", **place)) == "invalid_name"
    lost = rig.client.reactions_add(name="tada", channel=SALES, timestamp="1.000001")
    assert await code_of(lost) == "message_not_found"
    (message,) = (await rig.client.conversations_history(channel=SALES))["messages"]
    assert message["reactions"] == [{"name": "tada", "users": ["U0PAYLINK"], "count": 1}]


async def test_the_bot_joins_a_public_channel_by_itself(rig: Rig) -> None:
    await rig.control("scopes", scopes=["chat:write", "channels:join"])
    assert (await rig.client.conversations_join(channel="C0QUIET"))["channel"]["is_member"] is True
    assert (await rig.client.conversations_join(channel="C0QUIET"))["warning"] == "already_in_channel"
    await rig.client.chat_postMessage(channel="C0QUIET", text="x")
    assert await code_of(rig.client.conversations_join(channel="C0PRIVATE")) == "channel_not_found"


async def test_the_workspace_says_who_and_what_there_is(rig: Rig) -> None:
    there = (await rig.http.get("/slack/_control/workspace")).json()
    roles = {person["id"]: person["role"] for person in there["people"]}
    assert roles == {
        ALICE: "member",
        "U0BOB": "administrator",
        "U0GUEST": "guest",
        "U0SINGLE": "guest",
        "U0OUTSIDER": "outsider",
        "U0PAYLINK": "app",
    }
    channels = {channel["id"]: channel for channel in there["channels"]}
    assert set(channels) == {SALES, "C0QUIET", "C0PRIVATE", "C0SHARED"}
    assert (channels[SALES]["has_bot"], channels["C0PRIVATE"]["is_private"]) == (True, True)
    assert (channels["C0SHARED"]["is_shared"], ALICE in channels[SALES]["members"]) == (True, True)


async def test_blocks_messages_and_views_can_be_tried_out(rig: Rig) -> None:
    assert (await rig.client.blocks_validate(blocks=[section()]))["ok"]
    assert (await rig.client.blocks_validate(message={"text": "x", "blocks": [section()]}))["ok"]
    assert (await rig.client.blocks_validate(view=modal(section())))["ok"]
    assert (await rig.client.blocks_validate(view={"type": "home", "blocks": []}))["ok"]
    assert await rig.reading("messages", channel=SALES) == []


@pytest.mark.parametrize(
    ("name", "value", "pointer"),
    [
        ("blocks", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
        ("message", {"blocks": [{"type": "divider", "x": 1}]}, "/blocks/0"),
        ("view", modal(section("x" * 3001)), "/view/blocks/0/text/text"),
    ],
)
async def test_what_would_be_refused_is_explained(rig: Rig, name: str, value: Any, pointer: str) -> None:
    refused = (await refusal(rig.client.blocks_validate(**{name: value}))).response
    assert refused["error"] == f"invalid_{name}"
    assert [error["pointer"] for error in refused["errors"]] == [pointer]
    assert await code_of(rig.client.blocks_validate()) == "invalid_arguments"
