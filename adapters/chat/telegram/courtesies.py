"""What is said at once, after the commit, and is not owed: lost, it is not repeated."""

from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, Message, ReplyParameters
from telegram.constants import ChatType

from adapters.chat.telegram.client import calling
from bot.errors import ChatError
from bot.texts import Texts

log = structlog.get_logger(__name__)

AfterCommit = Callable[[], Awaitable[None]]

# The client adds its defaults for texts to this call too, which has none.
_NO_TEXT = {"parse_mode": None, "link_preview_options": None}


class Courtesies:
    """Answers to what nothing has to be remembered of."""

    def __init__(self, bot: Bot, texts: Texts) -> None:
        self._bot, self._texts = bot, texts

    def answer(self, message: Message, key: str) -> AfterCommit:
        """Say a text where the message was written; among others, below it."""
        thread = message.message_thread_id if message.is_topic_message else None
        among_others = message.chat.type != ChatType.PRIVATE
        below = ReplyParameters(message.message_id, allow_sending_without_reply=True)

        async def say() -> None:
            await _politely(
                self._bot.send_message(
                    message.chat.id,
                    self._texts(key),
                    message_thread_id=thread,
                    reply_parameters=below if among_others else None,
                )
            )

        return say

    def acknowledge(self, query: CallbackQuery, text: str, *, alert: bool) -> AfterCommit:
        """End the press: with nothing, a line that fades, or an alert to be closed."""

        async def end() -> None:
            await _politely(self._bot.answer_callback_query(query.id, text or None, show_alert=alert))

        return end

    def ask(self, query: CallbackQuery, question: str, keyboard: InlineKeyboardMarkup) -> AfterCommit:
        """Put the answers to a question in place of the buttons."""

        async def swap() -> None:
            await _politely(self._bot.answer_callback_query(query.id, question))
            if query.message is None:
                return
            place = query.message.chat.id, query.message.message_id
            await _politely(
                self._bot.edit_message_reply_markup(*place, reply_markup=keyboard, api_kwargs=_NO_TEXT)
            )

        return swap


async def _politely(call: Awaitable[object]) -> None:
    try:
        await calling(call)
    except ChatError as error:
        log.info("telegram.courtesy_lost", error=type(error).__name__, reason=str(error))
