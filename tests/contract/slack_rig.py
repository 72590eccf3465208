"""Slack as a chat and its stand-in, for the contract."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import JSONResponse

from adapters.chat.slack.cards import ACTION_PREFIX, read_button_value
from adapters.chat.slack.chat import SlackChat
from adapters.chat.slack.client import make_client
from bot.ports.chat import Act, Chat
from bot.ports.model import Destination, Person, Place
from bot.texts import Texts
from tests.contract.chat_rig import Seen, a_card
from tests.rigs import Rig, nobody_listens

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

    def _chat(self, url: str, token: str | None = None, *admitted: str) -> Chat:
        client = make_client(token or self.secret, url, self.session)
        return SlackChat(client, self.session, Texts("en"), frozenset(admitted))

    def client(self) -> AsyncWebClient:
        """The SDK's, as the service uses it."""
        return make_client(self.secret, self.rig.standin.env()["PAYLINK_SLACK_API_URL"], self.session)

    def admitting(self, user: str) -> Chat:
        """The same chat, whose settings let this guest in."""
        return self._chat(self.rig.standin.env()["PAYLINK_SLACK_API_URL"], None, user)

    async def seen(self, to: Destination) -> list[Seen]:
        found = []
        for message in (await self.rig.reading("messages", channel=to.place.channel))["messages"]:
            found.append(read(message, None))
            found += [read(reply, message["ts"]) for reply in message["replies"]]
        return found

    async def says(self, text: str) -> str:
        return str((await self.rig.control("say", channel=SALES, user=ALICE, text=text))["ts"])

    async def delete(self, message_id: str) -> None:
        await self.client().chat_delete(channel=SALES, ts=message_id)

    async def within(self) -> Destination:
        return Destination(2, Place("slack", SALES, TEAM, thread=await self.says("Invoice 12?")), "en")

    async def gone(self) -> list[Destination]:
        """Archived with a card in it; a person who has left."""
        root = await self.chat.post_card(self.to, a_card())
        await self.rig.control("archive", channel=SALES)
        left = Place("slack", "U0GONE", TEAM, private=True)
        return [replace(self.to, root=root), Destination(3, left, "en", root)]

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
        return {"response_url": await self.from_command("response_url")}

    async def modal_desk(self) -> dict[str, str]:
        """Somebody looks at a form of ours."""
        await self.rig.control("command", channel=SALES, user=ALICE, text="")
        view = {"type": "modal", "title": {"type": "plain_text", "text": "Payment link"}, "blocks": []}
        opened = await self.client().views_open(trigger_id=await self.from_command("trigger_id"), view=view)
        return {"view_id": str(opened["view"]["id"])}

    async def from_command(self, name: str) -> str:
        return dict(parse_qsl(self.rig.service.received[-1].body.decode()))[name]
