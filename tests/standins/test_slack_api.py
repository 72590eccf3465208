"""The Web API: authentication, arguments, messages, people, views."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import Response

from tests.standins.slack_rig import (
    ALICE,
    BOB,
    QUIET,
    SALES,
    Rig,
    asks,
    code_of,
    modal,
    refusal,
    section,
    slack_rig,
)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


async def test_auth_test_names_the_bot(rig: Rig) -> None:
    me = await rig.client.auth_test()
    assert (me["user_id"], me["team_id"], me["bot_id"]) == ("U0PAYLINK", "T0PAYLINK", "B0PAYLINK")


@pytest.mark.parametrize(("token", "error"), [("xoxb-1-2-other", "invalid_auth"), ("", "not_authed")])
async def test_other_tokens_are_refused(rig: Rig, token: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await rig.http.post("/slack/api/auth.test", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": error})


async def test_a_token_in_a_json_body_does_not_count(rig: Rig) -> None:
    answer = await rig.http.post("/slack/api/auth.test", json={"token": rig.client.token})
    assert answer.json()["error"] == "not_authed"


@pytest.mark.parametrize(
    ("method", "content", "kind", "error"),
    [
        ("chat.postMessage", b"{", "application/json", "invalid_json"),
        ("chat.postMessage", b"[]", "application/json", "json_not_object"),
        ("chat.postMessage", b"<a/>", "application/xml", "invalid_post_type"),
        ("chat.unheardOf", b"", "application/json", "unknown_method"),
    ],
)
async def test_unreadable_calls(rig: Rig, method: str, content: bytes, kind: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {rig.client.token}", "Content-Type": kind}
    answer = await rig.http.post(f"/slack/api/{method}", content=content, headers=headers)
    assert answer.json()["error"] == error


async def test_arguments_may_come_in_query_form_and_json_strings(rig: Rig) -> None:
    posted = await rig.http.post(
        f"/slack/api/chat.postMessage?unfurl_links=0&channel={SALES}",
        data={"blocks": '[{"type": "divider"}]', "token": rig.client.token},
    )
    assert posted.json()["ok"]
    (shown,) = await rig.reading("messages", channel=SALES)
    assert [block["type"] for block in shown["blocks"]] == ["divider"]


async def test_unknown_and_missing_arguments_are_refused(rig: Rig) -> None:
    unknown = await refusal(rig.client.chat_postMessage(channel=SALES, text="x", username="Bank"))
    assert unknown.response["response_metadata"]["messages"] == [
        "[ERROR] invalid additional property: username"
    ]
    missing = await refusal(rig.client.api_call("chat.postMessage", json={"text": "x"}))
    assert missing.response["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "#sales", "text": "x"}, "channel_not_found"),
        ({"channel": "D0ALICE", "text": "x"}, "channel_not_found"),
        ({"channel": QUIET, "text": "x"}, "not_in_channel"),
        ({"channel": SALES, "text": ""}, "no_text"),
        ({"channel": SALES, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": SALES, "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": SALES, "text": "x", "metadata": {"event_type": "paid"}}, "invalid_metadata_schema"),
    ],
)
async def test_posts_that_are_refused(rig: Rig, arguments: dict[str, object], error: str) -> None:
    assert await code_of(rig.client.api_call("chat.postMessage", json=arguments)) == error
    assert await rig.reading("messages", channel=SALES) == []


async def test_a_long_text_is_cut_off_with_a_warning(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=SALES, text="x" * 40_001)
    assert (posted["warning"], len(posted["message"]["text"])) == ("message_truncated", 40_000)
    ephemeral = rig.client.chat_postEphemeral(channel=SALES, user=ALICE, text="x" * 40_001)
    assert await code_of(ephemeral) == "msg_too_long"


async def test_timestamps_are_unique_and_rise(rig: Rig) -> None:
    stamps = [(await rig.client.chat_postMessage(channel=SALES, text="x"))["ts"] for _ in range(3)]
    assert stamps == sorted(set(stamps))


async def test_a_thread_hangs_below_its_root(rig: Rig) -> None:
    root = await rig.client.chat_postMessage(channel=SALES, text="root")
    reply = await rig.client.chat_postMessage(channel=SALES, text="reply", thread_ts=root["ts"])
    assert reply["message"]["thread_ts"] == root["ts"]
    (shown,) = await rig.reading("messages", channel=SALES)
    assert [one["text"] for one in shown["replies"]] == ["reply"]
    stray = rig.client.chat_postMessage(channel=SALES, text="x", thread_ts=reply["ts"])
    assert await code_of(stray) == "thread_not_found"


async def test_posting_to_a_person_opens_the_direct_message(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=ALICE, text="psst")
    assert posted["channel"] == "D0ALICE"
    changed = rig.client.chat_update(channel=ALICE, ts=posted["ts"], text="psst!")
    assert await code_of(changed) == "channel_not_found"
    await rig.client.chat_update(channel="D0ALICE", ts=posted["ts"], text="psst!")
    assert [one["text"] for one in await rig.reading("messages", channel="D0ALICE")] == ["psst!"]


async def test_an_update_with_blocks_leaves_no_mark_and_text_alone_removes_blocks(rig: Rig) -> None:
    ts = (await rig.client.chat_postMessage(channel=SALES, text="a", blocks=[section("a")]))["ts"]
    await rig.client.chat_update(channel=SALES, ts=ts, text="b", blocks=[section("b")])
    (shown,) = await rig.reading("messages", channel=SALES)
    assert shown["edited"] is None
    assert shown["blocks"][0]["text"]["text"] == "b"
    await rig.client.chat_update(channel=SALES, ts=ts, text="c")
    (shown,) = await rig.reading("messages", channel=SALES)
    assert (shown["text"], shown["blocks"]) == ("c", [])
    assert shown["edited"]["user"] == "U0PAYLINK"


async def test_an_updates_text_counts_in_escaped_bytes(rig: Rig) -> None:
    ts = (await rig.client.chat_postMessage(channel=SALES, text="a"))["ts"]
    await rig.client.chat_update(channel=SALES, ts=ts, text="&" * 800)
    longer = rig.client.chat_update(channel=SALES, ts=ts, text="&" * 801)
    assert await code_of(longer) == "msg_too_long"


async def test_only_the_bots_own_messages_change(rig: Rig) -> None:
    assert (
        await code_of(rig.client.chat_update(channel=SALES, ts="1.000001", text="x")) == "message_not_found"
    )
    alices = (await rig.control("say", channel=SALES, user=ALICE, text="hi"))["ts"]
    foreign = {"channel": SALES, "ts": alices}
    assert await code_of(rig.client.chat_update(text="x", **foreign)) == "cant_update_message"
    assert await code_of(rig.client.chat_delete(**foreign)) == "cant_delete_message"
    rig.service.answering = _out_of_order
    await rig.control("command", channel=SALES, user=ALICE, text="")
    (ephemeral,) = await rig.reading("ephemerals", channel=SALES, user=ALICE)
    hidden = rig.client.chat_update(channel=SALES, ts=ephemeral["ts"], text="x")
    assert await code_of(hidden) == "message_not_found"


async def _out_of_order(_: dict[str, object]) -> Response:
    return Response(status_code=503)


async def test_delete_leaves_a_tombstone_over_replies(rig: Rig) -> None:
    root = (await rig.client.chat_postMessage(channel=SALES, text="root"))["ts"]
    reply = (await rig.client.chat_postMessage(channel=SALES, text="reply", thread_ts=root))["ts"]
    await rig.client.chat_delete(channel=SALES, ts=root)
    (shown,) = await rig.reading("messages", channel=SALES)
    assert (shown["text"], len(shown["replies"])) == ("This message was deleted.", 1)
    assert await code_of(rig.client.chat_delete(channel=SALES, ts=root)) == "message_not_found"
    await rig.client.chat_delete(channel=SALES, ts=reply)
    (shown,) = await rig.reading("messages", channel=SALES)
    assert shown["replies"] == []


async def test_archive_and_leave(rig: Rig) -> None:
    ts = (await rig.client.chat_postMessage(channel=SALES, text="a"))["ts"]
    await rig.control("leave", channel=SALES)
    assert await code_of(rig.client.chat_postMessage(channel=SALES, text="x")) == "not_in_channel"
    await rig.control("join", channel=SALES)
    await rig.control("archive", channel=SALES)
    assert await code_of(rig.client.chat_postMessage(channel=SALES, text="x")) == "is_archived"
    assert await code_of(rig.client.chat_update(channel=SALES, ts=ts, text="x")) == "is_inactive"
    assert (await rig.client.conversations_info(channel=SALES))["channel"]["is_archived"]
    await rig.refused_control("command", channel=SALES, user=ALICE, text="")


async def test_ephemerals_are_for_one_member(rig: Rig) -> None:
    await rig.client.chat_postEphemeral(channel=SALES, user=ALICE, text="only you")
    assert [m["text"] for m in await rig.reading("ephemerals", channel=SALES, user=ALICE)] == ["only you"]
    assert await rig.reading("ephemerals", channel=SALES, user=BOB) == []
    assert await rig.reading("messages", channel=SALES) == []
    stranger = rig.client.chat_postEphemeral(channel=SALES, user="U0NOBODY", text="x")
    assert await code_of(stranger) == "user_not_in_channel"


async def test_permalinks(rig: Rig) -> None:
    root = (await rig.client.chat_postMessage(channel=SALES, text="root"))["ts"]
    link = (await rig.client.chat_getPermalink(channel=SALES, message_ts=root))["permalink"]
    assert link.endswith(f"/archives/C0SALES/p{root.replace('.', '')}")
    assert await code_of(rig.client.chat_getPermalink(channel=SALES, message_ts="1.0")) == "message_not_found"


async def test_people(rig: Rig) -> None:
    people = {
        user: (await rig.client.users_info(user=user, include_locale=True))["user"]
        for user in (ALICE, BOB, "U0GUEST")
    }
    assert [user for user, person in people.items() if person["is_admin"]] == [BOB]
    assert [user for user, person in people.items() if person["is_restricted"]] == ["U0GUEST"]
    assert people[ALICE]["locale"] == "en-US"
    assert "locale" not in (await rig.client.users_info(user=ALICE))["user"]
    assert await code_of(rig.client.users_info(user="U0NOBODY")) == "user_not_found"


async def test_conversations(rig: Rig) -> None:
    assert (await rig.client.conversations_info(channel=QUIET))["channel"]["is_member"] is False
    opened = await rig.client.conversations_open(users=[ALICE])
    again = await rig.client.conversations_open(users=[ALICE])
    assert opened["channel"]["id"] == "D0ALICE"
    assert (opened.get("already_open"), again["already_open"]) == (None, True)
    assert await code_of(rig.client.conversations_open(users=[ALICE, BOB])) == "too_many_users"


async def test_members_come_in_pages(rig: Rig) -> None:
    first = await rig.client.conversations_members(channel=SALES, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await rig.client.conversations_members(channel=SALES, limit=3, cursor=cursor)
    assert [*first["members"], *rest["members"]] == [ALICE, BOB, "U0GUEST", "U0SINGLE", "U0PAYLINK"]
    assert rest["response_metadata"]["next_cursor"] == ""


async def test_a_trigger_opens_one_view_within_three_seconds(rig: Rig) -> None:
    trigger = await rig.trigger()
    broken = rig.client.views_open(trigger_id=trigger, view=modal(title={}))
    assert await code_of(broken) == "invalid_arguments"
    await rig.client.views_open(trigger_id=trigger, view=modal())
    again = rig.client.views_open(trigger_id=trigger, view=modal())
    assert await code_of(again) == "exchanged_trigger_id"
    late = await rig.trigger()
    rig.world.clock.advance(3.1)
    assert await code_of(rig.client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert await code_of(rig.client.views_open(trigger_id="1.2.a", view=modal())) == "invalid_trigger_id"


async def test_an_update_needs_the_present_hash(rig: Rig) -> None:
    view = await rig.open(modal())
    fresh = await rig.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("a")))
    assert fresh["view"]["hash"] != view["hash"]
    stale = rig.client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert await code_of(stale) == "hash_conflict"


async def test_a_closed_view_is_not_found(rig: Rig) -> None:
    view = await rig.open(modal())
    await rig.control("close", view=view["id"])
    assert await code_of(rig.client.views_update(view_id=view["id"], view=modal())) == "not_found"
    assert await rig.reading("view", user=ALICE) is None


async def test_external_ids_are_unique_among_open_views(rig: Rig) -> None:
    await rig.open(modal(external_id="one"))
    bobs = rig.client.views_open(trigger_id=await rig.trigger(BOB), view=modal(external_id="one"))
    assert await code_of(bobs) == "duplicate_external_id"
    await rig.client.views_update(external_id="one", view=modal(external_id="one"))


async def test_what_was_entered_stays_where_its_field_stays(rig: Rig) -> None:
    kept, gone = asks("kept", {"type": "plain_text_input"}), asks("gone", {"type": "plain_text_input"})
    view = await rig.open(modal(kept, gone, asks("must", {"type": "plain_text_input"})))
    await rig.control("submit", view=view["id"], values={"kept": "a", "gone": "b"})
    renamed = gone | {"element": {"type": "plain_text_input", "action_id": "other"}}
    changed = await rig.client.views_update(view_id=view["id"], view=modal(kept, renamed))
    values = changed["view"]["state"]["values"]
    assert (values["kept"]["answer"]["value"], values["gone"]["other"]["value"]) == ("a", None)


async def test_faults_speak_slack(rig: Rig) -> None:
    await rig.control("faults", match="chat.postMessage", fault="status", status=429, retry_after=7, times=1)
    limited = await refusal(rig.client.chat_postMessage(channel=SALES, text="x"))
    assert limited.response.status_code == 429
    assert limited.response["error"] == "ratelimited"
    assert limited.response.headers["Retry-After"] == "7"
    assert (await rig.client.chat_postMessage(channel=SALES, text="x"))["ok"]


async def test_the_settings_point_here(rig: Rig) -> None:
    assert rig.standin.env() == {
        "PAYLINK_SLACK_BOT_TOKEN": "xoxb-0000-0000-obviously-fake-paylink",
        "PAYLINK_SLACK_SIGNING_SECRET": "0badc0de0badc0de0badc0de0badc0de",
        "PAYLINK_SLACK_API_URL": f"{rig.world.url}/slack/api/",
    }
    stranger = AsyncWebClient("xoxb-0", base_url=rig.standin.env()["PAYLINK_SLACK_API_URL"])
    assert await code_of(stranger.auth_test()) == "invalid_auth"
