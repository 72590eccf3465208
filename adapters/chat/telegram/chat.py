"""Telegram as a chat."""

import contextlib
from collections.abc import Mapping

from telegram import Bot, ForceReply, Message, ReplyParameters

from adapters.chat.telegram.cards import card_html, card_keyboard, prompt_html, reply_html
from adapters.chat.telegram.client import calling
from bot.errors import ChatGone, ChatMessageGone, ChatRefused
from bot.ports.chat import Card, Pace, Prompt, Reply
from bot.ports.model import Destination, Person, Place, Standing

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one a second to a person
# with short bursts, twenty a minute to a group.
_PRIVATE = Pace(interval_s=1.0, burst=10)
_GROUP = Pace(interval_s=3.0, burst=10)
_PLACEHOLDER = 64  # https://core.telegram.org/bots/api#forcereply


class TelegramChat:
    """One bot."""

    name = "telegram"

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def pace(self, place: Place) -> Pace:
        return _PRIVATE if place.private else _GROUP

    async def post_card(self, to: Destination, card: Card) -> str:
        message = await calling(
            self._bot.send_message(
                to.place.channel,
                card_html(card),
                message_thread_id=_thread(to),
                reply_markup=card_keyboard(card),
            )
        )
        return _id_of(message)

    async def edit_card(self, to: Destination, card: Card) -> None:
        await calling(
            self._bot.edit_message_text(
                card_html(card),
                chat_id=to.place.channel,
                message_id=int(to.root or 0),
                reply_markup=card_keyboard(card),
            )
        )

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        below = ReplyParameters(int(to.root), allow_sending_without_reply=True) if to.root else None
        await calling(
            self._bot.send_message(
                to.place.channel,
                reply_html(reply),
                message_thread_id=_thread(to),
                reply_parameters=below,
                disable_notification=not reply.loud,
            )
        )

    async def post_prompt(self, to: Destination, prompt: Prompt) -> str | None:
        asks = ForceReply(selective=True, input_field_placeholder=prompt.hint[:_PLACEHOLDER])
        message = await calling(
            self._bot.send_message(
                to.place.channel, prompt_html(prompt), message_thread_id=_thread(to), reply_markup=asks
            )
        )
        return _id_of(message)

    async def direct(self, person: Person) -> Place:
        """A private chat has the id of the person in it."""
        return Place("telegram", person.user, private=True)

    async def standing(self, person: Person) -> Standing | None:  # noqa: ARG002 - the same for everybody
        """Telegram has no say in who may use us: that is written down, or nobody may."""
        return None

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> None:
        """The card is the desk here."""

    async def tidy(self, to: Destination, message_id: str) -> None:
        with contextlib.suppress(ChatRefused, ChatMessageGone, ChatGone):
            await calling(self._bot.delete_message(to.place.channel, int(message_id)))

    async def check(self) -> str:
        me = await calling(self._bot.get_me())
        return f"signed in as @{me.username}" if me else ""


def _thread(to: Destination) -> int | None:
    return int(to.place.thread) if to.place.thread else None


def _id_of(message: Message | None) -> str:
    if message is None:
        raise ChatRefused("no message came back")
    return str(message.message_id)
