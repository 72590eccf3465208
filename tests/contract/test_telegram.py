"""Telegram keeps the contract of a chat; what only Telegram has is tested here too."""

import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from telegram.ext import ExtBot

from adapters.chat.telegram.cards import read_button_data
from adapters.chat.telegram.chat import TelegramChat
from adapters.chat.telegram.client import make_bot
from bot.errors import ChatGone
from bot.ports.chat import Act, Button, Chat
from bot.ports.model import Destination, Person, Place
from sandbox.telegram.standin import TelegramStandIn
from tests.contract.chat_contract import ChatContract
from tests.contract.chat_rig import Seen, a_card, a_reply, requests, with_card
from tests.rigs import Rig, Stage, nobody_listens, playing

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALICE, GROUP, FORUM, INVOICES, CLOSED = "1001", "-1001", "-1002", "11", "12"
LINK = re.compile(r'<a href="([^"]*)"[^>]*>([^<]*)</a>')
MENTION = re.compile(r'<span class="mention">[^<]*</span>')
WRONG = "7000000001:WRONG"


def place(channel: str, thread: str | None = None) -> Destination:
    return Destination(1, Place("telegram", channel, thread=thread, private=channel == ALICE), "en")


TO, PERSON = place(ALICE), Person("telegram", ALICE, name="Alice")


def read(message: dict[str, Any]) -> Seen:
    """A message as a person reads it: an address in plain sight is text, one behind other words is not."""
    shown = message["html"]
    hidden = [href for href, words in LINK.findall(shown) if html.unescape(href) != html.unescape(words)]
    active = (*hidden, *(f"calls {ALICE}" for _ in MENTION.findall(shown)))  # there is nobody else to call
    below = message["reply_to"] or message["topic"]
    buttons = tuple(button for row in message["keyboard"] for button in row)
    return Seen(str(message["message_id"]), message["text"], str(below) if below else None, active, buttons)


@dataclass
class TelegramRig:
    """Alice's private chat with the bot."""

    rig: Rig
    stage: Stage
    posting: str = "sendMessage"
    editing: str = "editMessageText"
    to: Destination = TO
    person: Person = PERSON

    @property
    def secret(self) -> str:
        return self.rig.standin.env()["PAYLINK_TELEGRAM_BOT_TOKEN"]

    @property
    def bot(self) -> ExtBot[None]:
        return self._bot(self.rig.standin.env()["PAYLINK_TELEGRAM_API_URL"], self.secret)

    @property
    def chat(self) -> Chat:
        return TelegramChat(self.bot)

    def unreachable(self) -> Chat:
        return TelegramChat(self._bot(nobody_listens(), self.secret))

    def stranger(self) -> Chat:
        return TelegramChat(self._bot(self.rig.standin.env()["PAYLINK_TELEGRAM_API_URL"], WRONG))

    def oracle(self) -> Chat:
        return TelegramChat(self._bot(self.rig.oracle.url, self.secret))

    def _bot(self, url: str, token: str) -> ExtBot[None]:
        def make() -> ExtBot[None]:
            bot = make_bot(token, url)
            self.stage.closing.push_async_callback(bot.request.shutdown)
            return bot

        return self.stage.keep(("telegram", url, token), make)

    async def seen(self, to: Destination) -> list[Seen]:
        messages = (await self.rig.reading("messages", chat=to.place.channel))["messages"]
        return [read(message) for message in messages if not message.get("deleted")]

    async def says(self, text: str) -> str:
        said = await self.rig.control("message", chat=int(ALICE), user=int(ALICE), text=text)
        return str(said["message_id"])

    async def delete(self, message_id: str) -> None:
        await self.bot.delete_message(int(ALICE), int(message_id))

    async def within(self) -> Destination:
        return place(FORUM, INVOICES)

    async def gone(self) -> list[Destination]:
        """One who blocks the bot, a group that threw it out, a chat nobody knows."""
        roots = {name: await self.chat.post_card(place(name), a_card()) for name in (ALICE, GROUP)}
        await self.rig.control("block", user=int(ALICE))
        await self.rig.control("kick", chat=int(GROUP))
        places = [(ALICE, roots[ALICE]), (GROUP, roots[GROUP]), ("1999", "1")]
        return [Destination(3, place(name).place, "en", root) for name, root in places]

    def shows_no_preview(self, call: dict[str, Any]) -> bool:
        return form_of(call)["link_preview_options"] == json.dumps({"is_disabled": True})

    def pressed(self, button: dict[str, Any]) -> tuple[str, int, Act, str]:
        subject, version, act, argument = read_button_data(button["callback_data"])
        return subject, version, act, argument


def form_of(call: dict[str, Any]) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(call["body"]).items()}


class TestTelegram(ChatContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def chat(self, stage: Stage) -> AsyncIterator[TelegramRig]:
        async with playing(stage, TelegramStandIn) as rig:
            yield TelegramRig(rig, stage)

    async def test_a_typed_answer_disappears(self, chat: TelegramRig) -> None:
        message_id = await chat.says("jane@example.com")
        await chat.chat.tidy(chat.to, message_id)
        assert await chat.seen(chat.to) == []

    @pytest.mark.parametrize("loud", [True, False])
    async def test_only_what_somebody_waits_for_makes_a_sound(self, chat: TelegramRig, loud: bool) -> None:  # noqa: FBT001
        await chat.chat.post_reply(chat.to, a_reply(loud=loud))
        (call,) = await requests(chat)
        assert form_of(call)["disable_notification"] == str(not loud).lower()

    async def test_a_closed_topic_takes_no_message_any_more(self, chat: TelegramRig) -> None:
        for call in (
            chat.chat.post_card(place(FORUM, CLOSED), a_card()),
            chat.chat.post_reply(place(FORUM, "99"), a_reply()),
        ):
            with pytest.raises(ChatGone):
                await call

    async def test_an_address_too_long_to_copy_has_no_copy_button(self, chat: TelegramRig) -> None:
        for length, labels in ((256, ["Copy"]), (257, [])):
            address = f"https://pay.example.com/{'a' * (length - 24)}"
            await with_card(chat, a_card(buttons=((Button("Copy", copy=address),),)))
            assert [button["text"] for button in (await chat.seen(chat.to))[-1].buttons] == labels

    async def test_the_card_is_the_desk(self, chat: TelegramRig) -> None:
        await chat.chat.show_on_desk({"view_id": "V1"}, a_card())
        assert await requests(chat) == []
