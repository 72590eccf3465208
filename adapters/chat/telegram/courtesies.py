"""What is said at once, after the commit, and is not owed: lost, it is not repeated."""

from collections.abc import Awaitable, Callable, Mapping
from html import escape

import structlog
from telegram import Bot, CallbackQuery, ForceReply, InlineKeyboardMarkup, Message, ReplyParameters
from telegram.constants import ChatType

from adapters.chat.telegram.client import calling
from bot.errors import ChatError
from bot.texts import Texts

log = structlog.get_logger(__name__)

AfterCommit = Callable[[], Awaitable[None]]

# The client adds its defaults for texts to this call too, which has none.
_NO_TEXT = {"parse_mode": None, "link_preview_options": None}
_SENT: Mapping[bool, str] = {True: "answer.sent_privately", False: "answer.write_first"}


class Courtesies:
    """Answers to what nothing has to be remembered of."""

    def __init__(self, bot: Bot, texts: Texts) -> None:
        self._bot, self._texts = bot, texts

    def answer(self, message: Message, key: str) -> AfterCommit:
        """Say a text of ours where the message was written; among others, below it."""
        return self.say(message, escape(self._texts(key), quote=False))

    def say(
        self, message: Message, html: str, markup: InlineKeyboardMarkup | ForceReply | None = None
    ) -> AfterCommit:
        """The same with any text, and buttons."""
        thread = message.message_thread_id if message.is_topic_message else None
        among_others = message.chat.type != ChatType.PRIVATE
        below = ReplyParameters(message.message_id, allow_sending_without_reply=True)

        async def say() -> None:
            await _politely(
                self._bot.send_message(
                    message.chat.id,
                    html,
                    message_thread_id=thread,
                    reply_parameters=below if among_others else None,
                    reply_markup=markup,
                )
            )

        return say

    def acknowledge(self, query: CallbackQuery, text: str, *, alert: bool) -> AfterCommit:
        """End the press: with nothing, a line that fades, or an alert to be closed."""

        async def end() -> None:
            await _politely(self._bot.answer_callback_query(query.id, text or None, show_alert=alert))

        return end

    def privately(self, message: Message, user: str, html: str) -> AfterCommit:
        """Say it to one person in our private chat; where others read along, say where it went."""
        if message.chat.type == ChatType.PRIVATE:
            return self.say(message, html)

        async def send() -> None:
            sent = await _politely(self._bot.send_message(int(user), html))
            await self.answer(message, _SENT[sent])()

        return send

    def show_privately(self, query: CallbackQuery, user: str, html: str) -> AfterCommit:
        """The same for a pressed button, which an alert answers."""
        alone = query.message is not None and query.message.chat.type == ChatType.PRIVATE

        async def send() -> None:
            sent = await _politely(self._bot.send_message(int(user), html))
            text = None if alone and sent else self._texts(_SENT[sent])
            await _politely(self._bot.answer_callback_query(query.id, text, show_alert=text is not None))

        return send

    def prompt(self, query: CallbackQuery, html: str, markup: ForceReply) -> AfterCommit:
        """Ask for a reply below the message whose button was pressed."""
        message = query.message

        async def ask() -> None:
            await _politely(self._bot.answer_callback_query(query.id))
            if isinstance(message, Message):
                await self.say(message, html, markup)()

        return ask

    def conclude(self, query: CallbackQuery, text: str) -> AfterCommit:
        """Put what came of a question in its place."""

        async def end() -> None:
            await _politely(self._bot.answer_callback_query(query.id))
            if query.message is not None:
                place = query.message.chat.id, query.message.message_id
                html = escape(text, quote=False)
                await _politely(self._bot.edit_message_text(html, *place, reply_markup=None))

        return end

    def ask(
        self,
        query: CallbackQuery,
        question: str,
        keyboard: InlineKeyboardMarkup | None,
        *,
        alert: bool = False,
    ) -> AfterCommit:
        """Put the answers to a question in place of the buttons."""

        async def swap() -> None:
            await _politely(self._bot.answer_callback_query(query.id, question or None, show_alert=alert))
            if query.message is None:
                return
            place = query.message.chat.id, query.message.message_id
            await _politely(
                self._bot.edit_message_reply_markup(*place, reply_markup=keyboard, api_kwargs=_NO_TEXT)
            )

        return swap


async def _politely(call: Awaitable[object]) -> bool:
    """Has it got through?"""
    try:
        await calling(call)
    except ChatError as error:
        log.info("telegram.courtesy_lost", error=type(error).__name__, reason=str(error))
        return False
    return True
