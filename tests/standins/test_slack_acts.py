"""What people do in Slack, and what the service gets and may answer."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, Response

from tests.standins.slack_rig import (
    ALICE,
    BOB,
    QUIET,
    SALES,
    TITLE,
    Rig,
    answering,
    asks,
    button,
    json_answer,
    modal,
    option,
    plain,
    section,
    slack_rig,
)

TEXT = {"type": "plain_text_input"}


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


def card(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    return [section("card"), {"type": "actions", "block_id": "acts", "elements": list(buttons)}]


async def press(rig: Rig, ts: str, action_id: str, user: str = ALICE, **more: Any) -> dict[str, Any]:
    return await rig.control("press", channel=SALES, ts=ts, action_id=action_id, user=user, **more)


async def test_a_command_is_a_signed_form(rig: Rig) -> None:
    done = await rig.control("command", channel=SALES, user=ALICE, text=" 49.90 EUR ")
    assert done == {"ok": True, "status": 200, "messages": [], "view": None, "trouble": None}
    (got,) = rig.service.received
    stamp = got.headers["x-slack-request-timestamp"]
    signed = b"v0:" + stamp.encode() + b":" + got.raw
    secret = rig.standin.env()["PAYLINK_SLACK_SIGNING_SECRET"].encode()
    assert got.headers["x-slack-signature"] == "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()
    assert got.headers["content-type"] == "application/x-www-form-urlencoded"
    form = got.form
    assert form.pop("trigger_id")
    assert form.pop("response_url").startswith(f"{rig.world.url}/slack/response/")
    assert form == {
        "token": "obviously-fake-verification",
        "team_id": "T0PAYLINK",
        "team_domain": "paylink-demo",
        "channel_id": SALES,
        "channel_name": "sales",
        "user_id": ALICE,
        "user_name": "alice",
        "command": "/paylink",
        "text": "49.90 EUR",
        "api_app_id": "A0PAYLINK",
        "is_enterprise_install": "false",
    }


async def test_requests_keep_real_time_when_the_clock_is_advanced(rig: Rig) -> None:
    await rig.control("clock", advance_s=86_400)
    await rig.control("command", channel=SALES, user=ALICE, text="")
    stamp = int(rig.service.received[0].headers["x-slack-request-timestamp"])
    assert abs(stamp - time.time()) < 60


async def test_a_command_can_open_a_view_before_it_is_answered(rig: Rig) -> None:
    async def open_view(form: dict[str, Any]) -> Response:
        await rig.client.views_open(trigger_id=form["trigger_id"], view=modal(asks("amount", TEXT)))
        return Response()

    rig.service.answering = open_view
    done = await rig.control("command", channel=SALES, user=ALICE, text="")
    assert done["view"]["title"] == TITLE
    assert done["view"]["state"] == {
        "values": {"amount": {"answer": {"type": "plain_text_input", "value": None}}}
    }
    assert (await rig.reading("view", user=ALICE))["id"] == done["view"]["id"]


@pytest.mark.parametrize(
    ("answer", "texts", "public"),
    [
        (PlainTextResponse("hello"), ["hello"], []),
        (json_answer({"text": "hello"}), ["hello"], []),
        (json_answer({"text": "hello", "response_type": "in_channel"}), [], ["hello"]),
    ],
)
async def test_a_command_may_be_answered_with_a_message(
    rig: Rig, answer: Response, texts: list[str], public: list[str]
) -> None:
    async def give(_: dict[str, Any]) -> Response:
        return answer

    rig.service.answering = give
    done = await rig.control("command", channel=SALES, user=ALICE, text="")
    assert [message["text"] for message in done["messages"]] == texts
    assert [message["text"] for message in await rig.reading("messages", channel=SALES)] == public


@pytest.mark.parametrize(
    ("body", "status", "trouble"),
    [
        ({}, 500, "http_service_error"),
        ({}, 404, "http_client_error"),
        ({}, 200, "invalid_command_response"),
        ({"text": "x", "blocks": [{"type": "x"}]}, 200, "invalid_command_response"),
        ({"text": "x", "unheard": 1}, 200, "invalid_command_response"),
    ],
)
async def test_slackbot_says_what_went_wrong(rig: Rig, body: Any, status: int, trouble: str) -> None:
    rig.service.answering = answering(body, status)
    done = await rig.control("command", channel=SALES, user=ALICE, text="")
    assert done["status"] == status
    assert done["trouble"].startswith(trouble)
    (said,) = done["messages"]
    assert (said["user"], said["text"]) == ("USLACKBOT", f'/paylink failed with the error "{trouble}"')


async def test_three_seconds_without_an_answer_are_a_timeout(rig: Rig) -> None:
    given_up = asyncio.Event()

    async def never(_: dict[str, Any]) -> Response:
        await given_up.wait()
        return Response()

    rig.service.answering = never
    began = time.monotonic()
    done = await rig.control("command", channel=SALES, user=ALICE, text="")
    given_up.set()
    assert 3 <= time.monotonic() - began < 4
    assert (done["status"], done["trouble"]) == (0, "operation_timeout")
    assert done["messages"][0]["text"] == '/paylink failed with the error "operation_timeout"'


async def test_a_service_that_is_down_is_a_failed_dispatch(rig: Rig) -> None:
    rig.world.service_url = "http://127.0.0.1:1"
    done = await rig.control("command", channel=SALES, user=ALICE, text="")
    assert (done["status"], done["trouble"]) == (0, "dispatch_failed")


async def test_commands_work_where_the_bot_is_not(rig: Rig) -> None:
    done = await rig.control("command", channel=QUIET, user=ALICE, text="")
    assert done["status"] == 200
    await rig.refused_control("command", channel=QUIET, user="U0GUEST", text="")


async def test_response_urls_last_five_uses_or_half_an_hour(rig: Rig) -> None:
    await rig.control("command", channel=QUIET, user=ALICE, text="")
    url = rig.service.received[0].form["response_url"]
    for number in range(5):
        assert (await rig.http.post(url, json={"text": str(number)})).status_code == 200
    sixth = await rig.http.post(url, json={"text": "6"})
    assert (sixth.status_code, sixth.json()["error"]) == (404, "used_url")
    seen = await rig.reading("ephemerals", channel=QUIET, user=ALICE)
    assert [message["text"] for message in seen] == ["0", "1", "2", "3", "4"]
    await rig.control("command", channel=QUIET, user=ALICE, text="")
    rig.world.clock.advance(1801)
    late = await rig.http.post(rig.service.received[-1].form["response_url"], json={"text": "x"})
    assert (late.status_code, late.json()["error"]) == (404, "expired_url")


@pytest.mark.parametrize(
    "body", [{}, {"text": 1}, {"text": "x", "channel": SALES}, {"text": "x", "response_type": "all"}]
)
async def test_response_urls_refuse_what_is_no_message(rig: Rig, body: dict[str, Any]) -> None:
    await rig.control("command", channel=SALES, user=ALICE, text="")
    answer = await rig.http.post(rig.service.received[0].form["response_url"], json=body)
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


async def test_a_press_names_its_message_and_can_replace_it(rig: Rig) -> None:
    go, stop = button("go", value="PL1"), button("stop", url="https://pay.example/x")
    ts = (await rig.client.chat_postMessage(channel=SALES, text="card", blocks=card(go, stop)))["ts"]
    assert (await press(rig, ts, "go"))["status"] == 200
    payload = rig.service.received[0].payload
    assert payload["type"] == "block_actions"
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": SALES,
        "is_ephemeral": False,
    }
    assert payload["message"]["blocks"][1]["block_id"] == "acts"
    (action,) = payload["actions"]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "go",
        "block_id": "acts",
        "text": plain("Go"),
        "value": "PL1",
    }
    assert (await press(rig, ts, "stop", user=BOB))["status"] == 200
    await rig.http.post(payload["response_url"], json={"text": "done", "replace_original": True})
    assert [message["text"] for message in await rig.reading("messages", channel=SALES)] == ["done"]
    await rig.http.post(payload["response_url"], json={"delete_original": True})
    assert await rig.reading("messages", channel=SALES) == []


async def test_buttons_of_one_action_are_told_apart_by_value(rig: Rig) -> None:
    rows = [
        section() | {"block_id": name, "accessory": button("cancel", value=name)} for name in ("PL1", "PL2")
    ]
    ts = (await rig.client.chat_postMessage(channel=SALES, text="list", blocks=rows))["ts"]
    await press(rig, ts, "cancel", value="PL2")
    assert rig.service.received[0].payload["actions"][0]["block_id"] == "PL2"
    error = await rig.refused_control("press", channel=SALES, ts=ts, action_id="cancel", user=ALICE)
    assert error.startswith("2 elements match")


async def test_ephemerals_are_pressed_by_their_reader_only(rig: Rig) -> None:
    await rig.client.chat_postEphemeral(channel=SALES, user=ALICE, text="sure?", blocks=card(button("go")))
    (message,) = await rig.reading("ephemerals", channel=SALES, user=ALICE)
    await rig.refused_control("press", channel=SALES, ts=message["ts"], action_id="go", user=BOB)
    await press(rig, message["ts"], "go")
    payload = rig.service.received[0].payload
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    await rig.http.post(payload["response_url"], json={"text": "created"})
    (message,) = await rig.reading("ephemerals", channel=SALES, user=ALICE)
    assert (message["text"], message["blocks"]) == ("created", [])


async def test_replies_and_menus_are_pressed_too(rig: Rig) -> None:
    root = (await rig.client.chat_postMessage(channel=SALES, text="root"))["ts"]
    menu = {"type": "overflow", "action_id": "more", "options": [option("resend"), option("cancel")]}
    reply = await rig.client.chat_postMessage(channel=SALES, text="x", thread_ts=root, blocks=card(menu))
    await press(rig, reply["ts"], "more", value="CANCEL")
    payload = rig.service.received[0].payload
    assert payload["actions"][0]["selected_option"] == option("cancel")
    assert payload["container"]["thread_ts"] == root


async def test_a_shortcut_brings_the_message(rig: Rig) -> None:
    ts = (await rig.control("say", channel=SALES, user=ALICE, text="hello"))["ts"]
    done = await rig.control("shortcut", channel=SALES, ts=ts, user=BOB, callback_id="from_message")
    assert done["status"] == 200
    payload = rig.service.received[0].payload
    assert (payload["type"], payload["callback_id"]) == ("message_action", "from_message")
    assert (payload["message_ts"], payload["message"]["text"]) == (ts, "hello")
    await rig.client.views_open(trigger_id=payload["trigger_id"], view=modal())


async def test_a_global_shortcut_brings_neither_a_place_nor_a_way_back_but_its_trigger(rig: Rig) -> None:
    done = await rig.control("shortcut", user=BOB, callback_id="from_anywhere")
    assert done["status"] == 200
    payload = rig.service.received[0].payload
    assert (payload["type"], payload["callback_id"]) == ("shortcut", "from_anywhere")
    assert (payload["user"]["id"], payload["team"]["id"]) == (BOB, "T0PAYLINK")
    assert not payload.keys() & {"channel", "message", "response_url"}
    await rig.client.views_open(trigger_id=payload["trigger_id"], view=modal())


@pytest.mark.parametrize("match", ["POST /slack/events", "command"])
async def test_a_duplicate_sends_the_same_request_twice_at_once(rig: Rig, match: str) -> None:
    both = asyncio.Barrier(2)

    async def together(_: dict[str, Any]) -> Response:
        await both.wait()
        return Response()

    rig.service.answering = together
    await rig.control("faults", match=match, fault="duplicate", times=1)
    done = await rig.control("command", channel=SALES, user=ALICE, text="x")
    assert done["status"] == 200
    first, second = rig.service.received
    assert first.raw == second.raw


async def test_a_duplicate_of_another_kind_leaves_commands_alone(rig: Rig) -> None:
    await rig.control("faults", match="view_submission", fault="duplicate")
    await rig.control("command", channel=SALES, user=ALICE, text="x")
    assert len(rig.service.received) == 1
