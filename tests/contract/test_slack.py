"""Slack keeps the contract of a chat; what only Slack has (desks apart from the card) is tested here too."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
import pytest_asyncio
from starlette.responses import JSONResponse

from adapters.chat.slack.cards import ACTION_PREFIX, read_button_value
from adapters.chat.slack.chat import SlackChat
from adapters.chat.slack.client import make_client
from bot.errors import ChatUnavailable
from bot.ports.chat import Act, Chat
from bot.ports.model import Destination, Person, Place
from bot.texts import Texts
from sandbox.slack.standin import SlackStandIn
from tests.contract.chat_contract import ChatContract
from tests.contract.chat_rig import Seen, a_card
from tests.rigs import Rig, Stage, nobody_listens, playing

pytestmark = pytest.mark.asyncio(loop_scope="module")

SALES, ALICE, TEAM = "C0SALES", "U0ALICE", "T0PAYLINK"
TO = Destination(1, Place("slack", SALES, TEAM), "en")
PERSON = Person("slack", ALICE, TEAM, "Alice")
MARKED = re.compile(r"<[^>]*>?")


def texts_in(blocks: Any) -> list[dict[str, Any]]:
    """Every text object in these blocks, in order."""
    if isinstance(blocks, list):
        return [text for block in blocks for text in texts_in(block)]
    if not isinstance(blocks, dict):
        return []
    if blocks.get("type") in {"mrkdwn", "plain_text"}:
        return [blocks]
    return [text for value in blocks.values() for text in texts_in(value)]


def unescaped(text: str) -> str:
    """What Slack makes of its three entities; any other is text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read(message: dict[str, Any], below: str | None) -> Seen:
    """A message as a person reads it: markup resolved, what is active in it apart."""
    shown = texts_in([block for block in message["blocks"] if block["type"] != "actions"])
    marked = [text["text"] for text in shown if text["type"] == "mrkdwn"] + [message["text"]]
    words = [unescaped(text["text"]) if text["type"] == "mrkdwn" else text["text"] for text in shown]
    buttons = [element for block in message["blocks"] for element in block.get("elements", [])]
    return Seen(
        message["ts"],
        "\n".join(words) or unescaped(message["text"]),
        below,
        tuple(found for text in marked for found in MARKED.findall(text)),
        tuple(button for button in buttons if button["type"] == "button"),
    )


@dataclass
class SlackRig:
    """The sales channel of the stand-in's workspace."""

    rig: Rig
    session: aiohttp.ClientSession
    posting: str = "chat.postMessage"
    editing: str = "chat.update"
    to: Destination = TO
    person: Person = PERSON

    @property
    def secret(self) -> str:
        return self.rig.standin.env()["PAYLINK_SLACK_BOT_TOKEN"]

    @property
    def chat(self) -> Chat:
        return self._chat(self.rig.standin.env()["PAYLINK_SLACK_API_URL"])

    def unreachable(self) -> Chat:
        return self._chat(f"{nobody_listens()}/api/")

    def stranger(self) -> Chat:
        return self._chat(self.rig.standin.env()["PAYLINK_SLACK_API_URL"], "xoxb-WRONG")

    def oracle(self) -> Chat:
        return self._chat(f"{self.rig.oracle.url}/api/")

    def _chat(self, url: str, token: str | None = None) -> Chat:
        return SlackChat(make_client(token or self.secret, url, self.session), self.session, Texts("en"))

    async def seen(self, to: Destination) -> list[Seen]:
        found = []
        for message in (await self.rig.reading("messages", channel=to.place.channel))["messages"]:
            found.append(read(message, None))
            found += [read(reply, message["ts"]) for reply in message["replies"]]
        return found

    async def says(self, text: str) -> str:
        return str((await self.rig.control("say", channel=SALES, user=ALICE, text=text))["ts"])

    async def delete(self, message_id: str) -> None:
        client = make_client(self.secret, self.rig.standin.env()["PAYLINK_SLACK_API_URL"], self.session)
        await client.chat_delete(channel=SALES, ts=message_id)

    async def within(self) -> Destination:
        return Destination(2, Place("slack", SALES, TEAM, thread=await self.says("Invoice 12?")), "en")

    async def gone(self) -> list[Destination]:
        """Archived with a card in it, one that the bot is not in, one that nobody knows."""
        root = await self.chat.post_card(self.to, a_card())
        await self.rig.control("archive", channel=SALES)
        return [
            Destination(3, Place("slack", name, TEAM), "en", root) for name in (SALES, "C0QUIET", "C0NONE")
        ]

    def shows_no_preview(self, call: dict[str, Any]) -> bool:
        """An update unfurls nothing anew and takes no such argument."""
        body = call["body"] if isinstance(call["body"], dict) else json.loads(call["body"])
        is_update = call["path"].endswith(self.editing)
        return is_update or (body["unfurl_links"], body["unfurl_media"]) == (False, False)

    def pressed(self, button: dict[str, Any]) -> tuple[str, int, Act, str]:
        subject, version, argument = read_button_value(button["value"])
        return subject, version, Act(button["action_id"].removeprefix(ACTION_PREFIX).split("_")[0]), argument

    async def ephemeral_desk(self) -> dict[str, str]:
        """Somebody has typed the command, and sees our answer alone."""
        self.rig.service.answer = JSONResponse({"text": "Please check the amount"})
        await self.rig.control("command", channel=SALES, user=ALICE, text="49.90 EUR")
        return {"response_url": await self._from_command("response_url")}

    async def modal_desk(self) -> dict[str, str]:
        """Somebody looks at a form of ours."""
        await self.rig.control("command", channel=SALES, user=ALICE, text="")
        client = make_client(self.secret, self.rig.standin.env()["PAYLINK_SLACK_API_URL"], self.session)
        view = {"type": "modal", "title": {"type": "plain_text", "text": "Payment link"}, "blocks": []}
        opened = await client.views_open(trigger_id=await self._from_command("trigger_id"), view=view)
        return {"view_id": str(opened["view"]["id"])}

    async def _from_command(self, name: str) -> str:
        return dict(parse_qsl(self.rig.service.received[-1].body.decode()))[name]


class TestSlack(ChatContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def chat(self, stage: Stage) -> AsyncIterator[SlackRig]:
        async with playing(stage, SlackStandIn) as rig, aiohttp.ClientSession() as session:
            yield SlackRig(rig, session)

    async def test_a_desk_is_redrawn_where_only_its_person_sees_it(self, chat: SlackRig) -> None:
        desk = await chat.ephemeral_desk()
        await chat.chat.show_on_desk(desk, a_card(headline="The payment link is ready"))
        (shown,) = (await chat.rig.reading("ephemerals", channel=SALES, user=ALICE))["messages"]
        assert "The payment link is ready" in read(shown, None).text
        assert await chat.seen(chat.to) == []

    async def test_a_form_that_is_open_shows_what_has_become_of_it(self, chat: SlackRig) -> None:
        desk = await chat.modal_desk()
        await chat.chat.show_on_desk(desk, a_card(headline="The payment link is ready"))
        view = (await chat.rig.reading("view", user=ALICE))["view"]
        assert "The payment link is ready" in str(view["blocks"])

    async def test_a_form_closed_meanwhile_is_no_error(self, chat: SlackRig) -> None:
        desk = await chat.modal_desk()
        await chat.rig.control("close", view=desk["view_id"])
        await chat.chat.show_on_desk(desk, a_card())

    @pytest.mark.parametrize("why", ["too late", "too often"])
    async def test_a_desk_that_takes_nothing_more_is_no_error(self, chat: SlackRig, why: str) -> None:
        desk = await chat.ephemeral_desk()
        if why == "too late":
            await chat.rig.control("clock", advance_s=1801)
        for _ in range(1 if why == "too late" else 6):
            await chat.chat.show_on_desk(desk, a_card())

    @pytest.mark.parametrize(
        ("fault", "sent", "retry_after"),
        [
            ({"fault": "status", "status": 429, "retry_after": 7}, "no", 7.0),
            ({"fault": "status", "status": 500}, "unknown", None),
            ({"fault": "html"}, "unknown", None),
            ({"fault": "reset"}, "unknown", None),
        ],
    )
    @pytest.mark.parametrize("kind", ["ephemeral", "modal"])
    async def test_trouble_with_a_desk_is_told_apart(
        self, chat: SlackRig, kind: str, fault: dict[str, Any], sent: str, retry_after: float | None
    ) -> None:
        desk = await (chat.ephemeral_desk() if kind == "ephemeral" else chat.modal_desk())
        await chat.rig.fault("POST /response" if kind == "ephemeral" else "views.update", **fault)
        with pytest.raises(ChatUnavailable) as raised:
            await chat.chat.show_on_desk(desk, a_card())
        assert (raised.value.sent, raised.value.retry_after) == (sent, retry_after)

    async def test_without_a_desk_nothing_is_shown(self, chat: SlackRig) -> None:
        await chat.chat.show_on_desk({}, a_card())
        assert await chat.rig.calls() == []

    async def test_raw_words_are_never_linked(self, chat: SlackRig) -> None:
        """`verbatim` keeps Slack from turning `#sales` and addresses into links by itself."""
        await chat.chat.post_card(chat.to, a_card())
        (call,) = await chat.rig.calls()
        marked = [text for text in texts_in(call["body"]["blocks"]) if text["type"] == "mrkdwn"]
        assert marked
        assert all(text["verbatim"] is True for text in marked)
