"""Slack's Socket Mode at the stand-in, with the SDK's own client and Bolt's own handler."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack_rig import ALICE, SALES, Rig, asks, button, code_of, modal, section, slack_rig

pytestmark = pytest.mark.slow


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


@contextlib.asynccontextmanager
async def bolt(rig: Rig) -> AsyncIterator[AsyncApp]:
    """A Bolt app that is connected while the block runs."""
    env = rig.standin.env(socket_mode=True)
    client = AsyncWebClient(env["PAYLINK_SLACK_BOT_TOKEN"], base_url=env["PAYLINK_SLACK_API_URL"])
    app = AsyncApp(client=client)
    web = AsyncWebClient(base_url=env["PAYLINK_SLACK_API_URL"])
    handler = AsyncSocketModeHandler(app, env["PAYLINK_SLACK_APP_TOKEN"], web_client=web)
    await handler.connect_async()
    try:
        yield app
    finally:
        await handler.close_async()


@contextlib.asynccontextmanager
async def connections(rig: Rig, count: int) -> AsyncIterator[list[aiohttp.ClientWebSocketResponse]]:
    """Bare connections, their `hello` read; what is awaited from them comes within 10 s or never."""
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(await address(rig)) for _ in range(count)]
        hellos = [await socket.receive_json() for socket in sockets]
        assert [hello["num_connections"] for hello in hellos] == list(range(1, count + 1))
        yield sockets


async def address(rig: Rig) -> str:
    token = rig.standin.env(socket_mode=True)["PAYLINK_SLACK_APP_TOKEN"]
    return str((await rig.client.apps_connections_open(app_token=token))["url"])


async def command(rig: Rig, text: str = "") -> dict[str, Any]:
    return await rig.control("command", channel=SALES, user=ALICE, text=text)


async def until_connected(rig: Rig) -> None:
    async with asyncio.timeout(5):
        while await rig.reading("sockets") != 1:
            pass


async def test_only_who_asks_for_socket_mode_gets_the_app_token(rig: Rig) -> None:
    assert "PAYLINK_SLACK_APP_TOKEN" not in rig.standin.env()
    with_it = rig.standin.env(socket_mode=True)
    assert with_it["PAYLINK_SLACK_APP_TOKEN"].startswith("xapp-")
    assert rig.standin.env().items() <= with_it.items()


async def test_each_token_opens_only_what_it_is_for(rig: Rig) -> None:
    env = rig.standin.env(socket_mode=True)
    bot, app = env["PAYLINK_SLACK_BOT_TOKEN"], env["PAYLINK_SLACK_APP_TOKEN"]
    assert await code_of(rig.client.apps_connections_open(app_token=bot)) == "not_allowed_token_type"
    assert await code_of(rig.client.apps_connections_open(app_token="xapp-other")) == "invalid_auth"
    assert await code_of(rig.client.auth_test(token=app)) == "not_allowed_token_type"


async def test_a_command_is_answered_through_the_socket(rig: Rig) -> None:
    async with bolt(rig) as app:

        @app.command("/paylink")
        async def listen(ack: Any, body: dict[str, Any]) -> None:
            await ack(text=f"{body['text']} for {body['user_id']} in {body['channel_id']}")

        done = await command(rig, "49.90 EUR")
    assert (done["status"], done["trouble"]) == (200, None)
    assert [message["text"] for message in done["messages"]] == [f"49.90 EUR for {ALICE} in {SALES}"]
    assert rig.service.received == []


async def test_a_form_is_opened_filled_in_and_refused_through_the_socket(rig: Rig) -> None:
    async with bolt(rig) as app:

        @app.command("/paylink")
        async def show(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
            form = modal(asks("amount", {"type": "plain_text_input"}), callback_id="new")
            await client.views_open(trigger_id=body["trigger_id"], view=form)
            await ack()

        @app.view("new")
        async def refuse(ack: Any) -> None:
            await ack(response_action="errors", errors={"amount": "How much?"})

        view = (await command(rig))["view"]
        done = await rig.control("submit", view=view["id"], values={"amount": "x"})
    assert (done["errors"], done["trouble"]) == ({"amount": "How much?"}, None)


async def test_a_press_and_a_shortcut_are_interactions_of_the_socket(rig: Rig) -> None:
    async with bolt(rig) as app:
        seen: list[tuple[str, str]] = []

        @app.action("go")
        async def pressed(ack: Any, body: dict[str, Any]) -> None:
            seen.append((body["type"], body["message"]["ts"]))
            await ack()

        @app.shortcut("paylink_message")
        async def chosen(ack: Any, body: dict[str, Any]) -> None:
            seen.append((body["type"], body["message"]["ts"]))
            await ack()

        card = [section(), {"type": "actions", "block_id": "b", "elements": [button("go")]}]
        ts = (await rig.client.chat_postMessage(channel=SALES, text="x", blocks=card))["ts"]
        await rig.control("press", channel=SALES, ts=ts, action_id="go", user=ALICE)
        await rig.control("shortcut", channel=SALES, ts=ts, user=ALICE)
    assert seen == [("block_actions", ts), ("message_action", ts)]


async def test_an_event_comes_through_the_socket_or_signed_over_http(rig: Rig) -> None:
    event = {"type": "app_home_opened", "user": ALICE, "tab": "home"}
    assert (await rig.control("event", event=event))["status"] == 200
    (got,) = rig.service.received
    over_http = json.loads(got.raw)
    assert (over_http["type"], over_http["event"]) == ("event_callback", event)
    assert got.headers["content-type"] == "application/json"
    async with bolt(rig) as app:
        opened: list[str] = []

        @app.event("app_home_opened")
        async def listen(body: dict[str, Any]) -> None:
            opened.append(body["event"]["user"])

        assert (await rig.control("event", event=event))["status"] == 200
    assert opened == [ALICE]
    assert len(rig.service.received) == 1


async def test_what_nobody_acknowledges_times_out_as_over_http(rig: Rig) -> None:
    async with connections(rig, 1) as (socket,):
        done, envelope = await asyncio.gather(command(rig), socket.receive_json())
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert (done["status"], done["trouble"]) == (0, "operation_timeout")


async def test_a_connection_that_ends_takes_its_envelope_with_it(rig: Rig) -> None:
    async with connections(rig, 1) as (socket,):
        waiting = asyncio.create_task(command(rig))
        await socket.receive_json()
        await socket.close()
        assert (await waiting)["trouble"] == "dispatch_failed"


async def test_an_event_that_was_not_acknowledged_comes_again(rig: Rig) -> None:
    async with connections(rig, 2) as (first, second):
        waiting = asyncio.create_task(rig.control("event", event={"type": "team_join"}))
        lost = await first.receive_json()
        await first.close()
        again = await second.receive_json()
        await second.send_json({"envelope_id": again["envelope_id"]})
        await waiting
    assert [(one["retry_attempt"], one["retry_reason"]) for one in (lost, again)] == [(0, ""), (1, "timeout")]
    assert again["payload"] == lost["payload"]
    assert lost["envelope_id"] != again["envelope_id"]


async def test_each_envelope_goes_to_one_connection_in_turn(rig: Rig) -> None:
    async with connections(rig, 2) as sockets:
        for socket in (*sockets, sockets[0]):
            waiting = asyncio.create_task(command(rig))
            envelope = await socket.receive_json()
            await socket.send_str("no JSON")
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "seen"}})
            assert [message["text"] for message in (await waiting)["messages"]] == ["seen"]


async def test_an_eleventh_connection_is_sent_away(rig: Rig) -> None:
    async with connections(rig, 10), aiohttp.ClientSession() as session:
        eleventh = await session.ws_connect(await address(rig))
        refusal = await eleventh.receive_json()
        assert (refusal["type"], refusal["reason"]) == ("disconnect", "too_many_websockets")
        assert (await eleventh.receive()).type is aiohttp.WSMsgType.CLOSE
        assert await rig.reading("sockets") == 10


async def test_an_address_is_for_one_connection(rig: Rig) -> None:
    url = await address(rig)
    async with aiohttp.ClientSession() as session:
        await session.ws_connect(url)
        for wrong in (url, url.replace("ticket=", "ticket=0")):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(wrong)


async def test_an_app_that_is_asked_to_reconnects_and_misses_nothing(rig: Rig) -> None:
    async with bolt(rig) as app:

        @app.command("/paylink")
        async def listen(ack: Any) -> None:
            await ack(text="here")

        await until_connected(rig)
        assert (await rig.control("disconnect"))["connections"] == 1
        assert [message["text"] for message in (await command(rig))["messages"]] == ["here"]
        await until_connected(rig)
    assert "reason must be" in await rig.refused_control("disconnect", reason="boredom")


async def test_a_duplicated_command_comes_in_two_envelopes(rig: Rig) -> None:
    await rig.control("faults", match="command", fault="duplicate", times=1)
    async with connections(rig, 1) as (socket,):
        waiting = asyncio.create_task(command(rig, "25"))
        envelopes = [await socket.receive_json() for _ in range(2)]
        for envelope in envelopes:
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await waiting
    assert envelopes[0]["payload"] == envelopes[1]["payload"]
    assert envelopes[0]["envelope_id"] != envelopes[1]["envelope_id"]
