"""Telegram keeps the contract of a chat; what only Telegram has is tested here too."""

import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from starlette.responses import JSONResponse, Response
from telegram import Bot

from adapters.chat.telegram.cards import read_button_data
from adapters.chat.telegram.chat import TelegramChat
from adapters.chat.telegram.client import make_bot
from bot.errors import ChatGone, ChatMoved, ChatThreadGone, ChatUnavailable
from bot.ports.chat import Act, Button, Chat, Prompt
from bot.ports.model import Destination, Person, Place
from sandbox.telegram.standin import TelegramStandIn
from tests.contract.chat_contract import ChatContract
from tests.contract.chat_rig import Seen, a_card, a_reply, requests, with_card
from tests.contract.chat_trouble import OPERATIONS, operation
from tests.rigs import Rig, Stage, nobody_listens, playing, refusing_proxy

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALICE, NEWCOMER, GROUP, FORUM, INVOICES, CLOSED = "1001", "1003", "-1001", "-1002", "11", "12"
LINK = re.compile(r'<a href="([^"]*)"[^>]*>([^<]*)</a>')
MENTION = re.compile(r'<span class="mention">[^<]*</span>')
WRONG = "7000000001:WRONG"
GONE = [
    "Forbidden: bot was blocked by the user",
    "Forbidden: bot was kicked from the supergroup chat",
    "Forbidden: bot can't initiate conversation with a user",
    "Forbidden: user is deactivated",
    "Bad Request: chat not found",
    "Bad Request: not enough rights to send text messages to the chat",
    "Bad Request: have no rights to send a message",
    "Bad Request: CHAT_WRITE_FORBIDDEN",
    "Bad Request: group chat was deactivated",
    "Bad Request: PEER_ID_INVALID",
    "Bad Request: CHANNEL_PRIVATE",
    "Bad Request: CHAT_RESTRICTED",
    "Bad Request: USER_BANNED_IN_CHANNEL",
    "Bad Request: have no write access to the chat",
    "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN",
    "Bad Request: CHAT_GUEST_SEND_FORBIDDEN",
    "Bad Request: CHAT_ADMIN_REQUIRED",
    "Bad Request: CHANNEL_INVALID",
    "Bad Request: CHANNEL_PUBLIC_GROUP_NA",
    "Bad Request: ALLOW_PAYMENT_REQUIRED_10",
    "Bad Request: USER_DELETED",
]


def place(channel: str, thread: str | None = None) -> Destination:
    return Destination(1, Place("telegram", channel, thread=thread, private=channel == ALICE), "en")


TO, PERSON = place(ALICE), Person("telegram", ALICE, name="Alice")
PROMPT = Prompt("How much? For example 49.90 EUR", "Amount", PERSON)


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
    def bot(self) -> Bot:
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

    def _bot(self, url: str, token: str) -> Bot:
        def make() -> Bot:
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


def refusal(status: int, description: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error_code": status, "description": description}, status)


def form_of(call: dict[str, Any]) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(call["body"]).items()}


class TestTelegram(ChatContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def chat(self, stage: Stage) -> AsyncIterator[TelegramRig]:
        async with playing(stage, TelegramStandIn) as rig:
            await rig.control("limits", on=False)
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

    @pytest.mark.parametrize("error", ["message thread not found", "TOPIC_DELETED"])
    async def test_a_topic_that_is_closed_or_deleted_is_gone_and_its_group_is_not(
        self, chat: TelegramRig, error: str
    ) -> None:
        await chat.rig.control("topic", chat=int(FORUM), topic=int(INVOICES), state="deleted", error=error)
        for topic in (CLOSED, INVOICES, "99"):
            for post in (
                lambda to: chat.chat.post_card(to, a_card()),
                lambda to: chat.chat.post_reply(to, a_reply()),
                lambda to: chat.chat.post_prompt(to, PROMPT),
            ):
                with pytest.raises(ChatThreadGone):
                    await post(place(FORUM, topic))
        assert await chat.chat.post_card(place(FORUM), a_card())

    @pytest.mark.parametrize("operation", ["post_card", "edit_card", "post_reply"])
    async def test_where_general_is_closed_there_is_nowhere_else(
        self, chat: TelegramRig, operation: str
    ) -> None:
        chat.rig.oracle.answer = refusal(400, "Bad Request: TOPIC_CLOSED")
        for thread, gone in ((None, ChatGone), (INVOICES, ChatThreadGone)):
            to = replace(place(FORUM, thread), root="5")
            content = a_reply() if operation == "post_reply" else a_card()
            with pytest.raises(gone):
                await getattr(chat.oracle(), operation)(to, content)

    async def test_a_group_that_has_become_a_supergroup_names_its_new_id(self, chat: TelegramRig) -> None:
        to = replace(place(GROUP), root=await chat.chat.post_card(place(GROUP), a_card()))
        new = (await chat.rig.control("migrate", chat=int(GROUP)))["chat"]
        for post in (chat.chat.edit_card(to, a_card(headline="Paid")), chat.chat.post_reply(to, a_reply())):
            with pytest.raises(ChatMoved) as moved:
                await post
            assert moved.value.channel == str(new)

    @pytest.mark.parametrize("error", GONE)
    async def test_what_telegram_says_where_nobody_can_write_any_more(
        self, chat: TelegramRig, error: str
    ) -> None:
        chat.rig.oracle.answer = refusal(403 if error.startswith("Forbidden") else 400, error)
        with pytest.raises(ChatGone):
            await chat.oracle().post_reply(TO, a_reply())

    @pytest.mark.parametrize(
        "error", ["FROZEN_METHOD_INVALID", "Logged out", "the bot has already been closed"]
    )
    async def test_what_befalls_the_bot_itself_is_waited_out_and_gives_no_place_up(
        self, chat: TelegramRig, error: str
    ) -> None:
        """Frozen, or moved to a Bot API server of one's own while we still speak to Telegram's."""
        chat.rig.oracle.answer = refusal(400, f"Bad Request: {error}")
        for name in OPERATIONS:
            with pytest.raises(ChatUnavailable) as raised:
                await operation(chat.oracle(), name, replace(TO, root="5"))()
            assert raised.value.sent == "no"

    async def test_who_never_wrote_to_us_cannot_be_written_to(self, chat: TelegramRig) -> None:
        own = await chat.chat.direct(Person("telegram", NEWCOMER))
        assert (own.channel, own.private) == (NEWCOMER, True)
        with pytest.raises(ChatGone):
            await chat.chat.post_card(replace(TO, place=own), a_card())

    async def test_a_question_opens_the_input_of_who_is_asked_and_of_nobody_else(
        self, chat: TelegramRig
    ) -> None:
        posted = await chat.chat.post_prompt(place(FORUM, INVOICES), PROMPT)
        (message,) = (await chat.rig.reading("messages", chat=FORUM))["messages"]
        assert str(message["message_id"]) == posted
        assert message["topic"] == int(INVOICES)
        assert message["text"] == f"Alice: {PROMPT.text}"
        assert read(message).active == (f"calls {ALICE}",)
        asks = message["asks_for"]
        assert (asks["force_reply"], asks["selective"]) == (True, True)
        assert asks["input_field_placeholder"] == PROMPT.hint

    @pytest.mark.parametrize("hint", ["", "x" * 65, "🧁" * 40])
    async def test_a_hint_of_any_length_fits_the_input(self, chat: TelegramRig, hint: str) -> None:
        await chat.chat.post_prompt(place(GROUP), replace(PROMPT, hint=hint))
        (message,) = (await chat.rig.reading("messages", chat=GROUP))["messages"]
        shown = message["asks_for"].get("input_field_placeholder", "")
        assert hint.startswith(shown.removesuffix("…"))
        assert bool(shown) == bool(hint)

    async def test_a_question_of_five_thousand_hostile_characters_is_only_text(
        self, chat: TelegramRig
    ) -> None:
        hostile = replace(PROMPT, text="<b>&" * 1250, person=replace(PERSON, name="</a><b>"))
        await chat.chat.post_prompt(place(GROUP), hostile)
        (message,) = (await chat.rig.reading("messages", chat=GROUP))["messages"]
        assert message["text"].replace("\N{WORD JOINER}", "").startswith("</a><b>: <b>&<b>&")
        assert read(message).active == (f"calls {ALICE}",)

    async def test_what_others_wrote_is_tidied_only_where_we_are_an_administrator(
        self, chat: TelegramRig
    ) -> None:
        said = await chat.rig.control("message", chat=int(GROUP), user=int(ALICE), text="jane@example.com")
        for left in (1, 0):
            await chat.chat.tidy(place(GROUP), str(said["message_id"]))
            assert len(await chat.seen(place(GROUP))) == left
            await chat.rig.control("promote" if left else "demote", chat=int(GROUP))

    async def test_an_address_too_long_to_copy_has_no_copy_button(self, chat: TelegramRig) -> None:
        for length, labels in ((256, ["Copy"]), (257, [])):
            address = f"https://pay.example.com/{'a' * (length - 24)}"
            await with_card(chat, a_card(buttons=((Button("Copy", copy=address),),)))
            assert [button["text"] for button in (await chat.seen(chat.to))[-1].buttons] == labels

    @pytest.mark.parametrize("url", ["http://localhost:8080/p/1", "https://paylink/p/1", "http://[::1/p/1"])
    async def test_an_address_that_telegram_does_not_link_stands_on_the_card_without_its_button(
        self, chat: TelegramRig, url: str
    ) -> None:
        """Its button would have the whole card refused."""
        buttons = ((Button("Open link", url=url), Button("Copy link", copy=url)),)
        await with_card(chat, a_card(rows=(("Link", url),), buttons=buttons))
        (card,) = await chat.seen(chat.to)
        assert url in card.text
        assert [button["text"] for button in card.buttons] == ["Copy link"]

    @pytest.mark.parametrize("status", [403, 407, 413, 429, 451])
    async def test_what_something_in_between_refuses_was_surely_not_sent(
        self, chat: TelegramRig, status: int
    ) -> None:
        chat.rig.oracle.answer = Response(b"<html>Not from here</html>", status, media_type="text/html")
        with pytest.raises(ChatUnavailable) as raised:
            await chat.oracle().post_card(TO, a_card())
        assert raised.value.sent == "no"

    async def test_what_a_proxy_of_ours_lets_not_through_was_surely_not_sent(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with refusing_proxy() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy)
            bot = make_bot(WRONG, "https://telegram.test")
            with pytest.raises(ChatUnavailable) as raised:
                await TelegramChat(bot).post_card(TO, a_card())
            await bot.request.shutdown()
        assert raised.value.sent == "no"

    async def test_the_card_is_the_desk(self, chat: TelegramRig) -> None:
        await chat.chat.show_on_desk({"view_id": "V1"}, a_card())
        assert await requests(chat) == []
