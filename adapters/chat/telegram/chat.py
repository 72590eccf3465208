"""Telegram as a chat."""

import contextlib
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from telegram import Bot, ReplyParameters

from adapters.chat.telegram.cards import card_html, card_keyboard, force_reply, prompt_html, reply_html
from adapters.chat.telegram.client import HTML, calling
from bot.errors import ChatGone, ChatMessageGone, ChatRefused, ChatThreadGone
from bot.ports.chat import Card, Pace, Prompt, Reply
from bot.ports.model import Destination, Person, Place, Standing
from bot.texts import Texts

T = TypeVar("T")

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one a second to a person
# with short bursts, twenty a minute to a group.
_PRIVATE = Pace(interval_s=1.0, burst=10)
_GROUP = Pace(interval_s=3.0, burst=10)


class TelegramChat:
    """One bot."""

    name = "telegram"

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def pace(self, place: Place) -> Pace:
        return _PRIVATE if place.private else _GROUP

    async def post_card(self, to: Destination, card: Card) -> str:
        return await self._post(to, card_html(card, Texts(to.language)), reply_markup=card_keyboard(card))

    async def edit_card(self, to: Destination, card: Card) -> None:
        edited = self._bot.edit_message_text(
            card_html(card, Texts(to.language)),
            chat_id=to.place.channel,
            message_id=int(to.root or 0),
            reply_markup=card_keyboard(card),
            **HTML,
        )
        await _calling_in(to.place, edited)

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        """Quotes the card, also with what is meant for forwarding: its quote stays behind when it is."""
        below = ReplyParameters(int(to.root), allow_sending_without_reply=True) if to.root else None
        html = reply_html(reply, Texts(to.language))
        await self._post(to, html, reply_parameters=below, disable_notification=not reply.loud)

    async def post_prompt(self, to: Destination, prompt: Prompt) -> str | None:
        return await self._post(to, prompt_html(prompt, Texts(to.language)), reply_markup=force_reply(prompt))

    async def direct(self, person: Person) -> Place:
        """A private chat has the id of the person in it."""
        return Place("telegram", person.user, private=True)

    async def standing(self, person: Person) -> Standing | None:  # noqa: ARG002 - the same for everybody
        """Telegram has no say in who may use us: that is written down, or nobody may."""
        return None

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> bool:  # noqa: ARG002 - the edited card shows it
        """The card is the desk here."""
        return True

    async def tidy(self, to: Destination, message_id: str) -> None:
        with contextlib.suppress(ChatRefused, ChatMessageGone, ChatThreadGone, ChatGone):
            await calling(self._bot.delete_message(to.place.channel, int(message_id)))

    async def check(self) -> str:
        me = await calling(self._bot.get_me())
        return f"signed in as @{me.username}" if me else ""

    async def _post(self, to: Destination, html: str, **how: Any) -> str:
        """A message of ours; gives its id."""
        thread = int(to.place.thread) if to.place.thread else None
        sent = self._bot.send_message(to.place.channel, html, message_thread_id=thread, **HTML, **how)
        message = await _calling_in(to.place, sent)
        if message is None:
            raise ChatRefused("no message came back")
        return str(message.message_id)


async def _calling_in(place: Place, call: Awaitable[T]) -> T | None:
    """Call; a forum whose General, the topic without an id, is closed has nowhere else to write to."""
    try:
        return await calling(call)
    except ChatThreadGone as error:
        if place.thread is None:
            raise ChatGone(str(error)) from error
        raise
