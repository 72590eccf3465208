"""Immediate answers, best effort: sent after the commit, kept in no outbox, not repeated if lost.

What an order has done, and all that is told of money, is owed by rows besides: card, thread, prompt.
What was typed is answered once the chat has room for it: whoever types fast would otherwise get no answer.
A press is answered last, so that its answer can say why what it should have shown did not come.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from html import escape

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    ForceReply,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatType

from adapters.chat.telegram.cards import is_note, note
from adapters.chat.telegram.client import HTML, calling
from bot.errors import ChatError, ChatGone, ChatUnavailable
from bot.texts import Texts

log = structlog.get_logger(__name__)

AfterCommit = Callable[[], Awaitable[None]]
Then = Callable[[MaybeInaccessibleMessage], None]  # what a message that is there sets off
_Attempt = Callable[[], Awaitable[ChatError | None]]  # sends something, or gives why it was not sent

_ATTEMPTS, _LONGEST_PAUSE_S = 4, 60.0  # whoever still waits then has long asked anew


class Feedback:
    """Each method gives what to run after the commit."""

    def __init__(self, bot: Bot, texts: Texts) -> None:
        self._bot, self._texts = bot, texts
        self._later: dict[tuple[object, ...], asyncio.Task[None]] = {}  # by whom it answers, and the words

    async def aclose(self) -> None:
        """Give up what the chat has had no room for yet: whoever waits for it asks again."""
        for task in self._later.values():
            log.info("telegram.feedback_lost", reason="stopped")
            task.cancel()
        await asyncio.gather(*self._later.values(), return_exceptions=True)

    def answer(self, message: Message, *keys: str) -> AfterCommit:
        """Post texts of ours where the message was written; in a group, as a reply to it."""
        person, place = message.from_user.id if message.from_user else "", message.chat.id
        words = [self._texts(key, person=str(person), place=str(place)) for key in keys]
        return self.say(message, "\n\n".join(escape(each, quote=False) for each in words))

    def say(
        self, message: Message, html: str, markup: InlineKeyboardMarkup | ForceReply | None = None
    ) -> AfterCommit:
        """The same with any text, and buttons."""
        return self._patiently(message, html, lambda: _politely(self._below(message, html, markup)))

    def instead(self, message: Message, answer: AfterCommit) -> AfterCommit:
        """The answer; then the message goes, where we may delete what others wrote."""

        async def replace() -> None:
            await answer()
            await _politely(self._bot.delete_message(message.chat.id, message.message_id))

        return replace

    def acknowledge(self, query: CallbackQuery, text: str, *, alert: bool) -> AfterCommit:
        """Answer the press: with nothing, a toast, or an alert."""

        async def end() -> None:
            await _politely(self._bot.answer_callback_query(query.id, text or None, show_alert=alert))

        return end

    def tell(self, query: CallbackQuery, user: str, text: str, *, alert: bool) -> AfterCommit:
        """Answer the press with the result; if that is too long, write to the person instead."""
        if is_note(text):
            return self.acknowledge(query, text, alert=alert)
        return self.show_privately(query, user, escape(text, quote=False))

    def privately(
        self,
        message: Message,
        user: str,
        html: str,
        markup: InlineKeyboardMarkup | None = None,
        *,
        then: Then | None = None,
    ) -> AfterCommit:
        """Post it in our private chat with one person; in a group, say that it was sent there."""
        alone = message.chat.type == ChatType.PRIVATE

        async def send() -> ChatError | None:
            lost = await self._write(user, html, markup, then)
            if (lost or not alone) and _pause_s(lost) is None:
                await self.say(message, escape(self._went(lost), quote=False))()
            return lost

        return self._patiently(message, html, send)

    def show_privately(
        self,
        query: CallbackQuery,
        user: str,
        html: str,
        markup: InlineKeyboardMarkup | None = None,
        *,
        then: Then | None = None,
    ) -> AfterCommit:
        """The same for a pressed button, which an alert answers."""
        alone = query.message is not None and query.message.chat.type == ChatType.PRIVATE

        async def send() -> None:
            lost = await self._write(user, html, markup, then)
            text = self._went(lost) if lost or not alone else None
            await _politely(self._bot.answer_callback_query(query.id, text, show_alert=text is not None))

        return send

    def meanwhile(self, query: CallbackQuery, text: str, then: Then) -> AfterCommit:
        """Answer the press with a toast; what it sets off changes its message later."""

        async def end() -> None:
            await _politely(self._bot.answer_callback_query(query.id, text))
            if query.message is not None:
                then(query.message)

        return end

    async def redraw(
        self, message: MaybeInaccessibleMessage, html: str, markup: InlineKeyboardMarkup | None
    ) -> None:
        """Replace the text of a message; raises ChatError."""
        place = message.chat.id, message.message_id
        await calling(self._bot.edit_message_text(html, *place, reply_markup=markup, **HTML))

    def prompt(self, query: CallbackQuery, html: str, markup: ForceReply) -> AfterCommit:
        """Ask for a reply below the message whose button was pressed."""
        message = query.message

        async def ask() -> None:
            lost = None
            if isinstance(message, Message):
                lost = await _politely(self._below(message, html, markup))
            await self._end(query, "", lost)

        return ask

    def conclude(self, query: CallbackQuery, text: str) -> AfterCommit:
        """Replace a question by its result."""

        async def end() -> None:
            lost = None
            if query.message is not None:
                place = query.message.chat.id, query.message.message_id
                html = escape(text, quote=False)
                lost = await _politely(self._bot.edit_message_text(html, *place, **HTML))
            await _politely(self._bot.answer_callback_query(query.id, note(text) if lost else None))

        return end

    def ask(
        self,
        query: CallbackQuery,
        question: str,
        keyboard: InlineKeyboardMarkup | None,
        *,
        alert: bool = False,
    ) -> AfterCommit:
        """Replace a message's buttons by the answers to a question."""

        async def swap() -> None:
            lost = None
            if query.message is not None:
                place = query.message.chat.id, query.message.message_id
                lost = await _politely(self._bot.edit_message_reply_markup(*place, reply_markup=keyboard))
            await self._end(query, question, lost, alert=alert)

        return swap

    def _patiently(self, message: Message, html: str, attempt: _Attempt) -> AfterCommit:
        """At once; what the chat has no room for is sent beside all else when it has.

        Who writes again meanwhile gets the same words once: a thousand tries are no thousand refused calls.
        """
        author = message.from_user
        what = (message.chat.id, author and author.id, html)

        async def first() -> None:
            if what in self._later:
                return
            pause_s = _pause_s(await attempt())
            if pause_s is not None and what not in self._later:
                task = asyncio.create_task(_again(attempt, pause_s), name="telegram.feedback")
                self._later[what] = task
                task.add_done_callback(lambda _: self._later.pop(what, None))

        return first

    async def _end(
        self, query: CallbackQuery, text: str, lost: ChatError | None, *, alert: bool = False
    ) -> None:
        """Answer a press; what was to be shown and is not there is told instead."""
        said = self._why(lost) if lost else text or None
        await _politely(self._bot.answer_callback_query(query.id, said, show_alert=alert or lost is not None))

    def _below(
        self, message: Message, html: str, markup: InlineKeyboardMarkup | ForceReply | None
    ) -> Awaitable[Message]:
        """Where a message was written; among others, below it."""
        below = ReplyParameters(message.message_id, allow_sending_without_reply=True)
        return self._bot.send_message(
            message.chat.id,
            html,
            message_thread_id=message.message_thread_id if message.is_topic_message else None,
            reply_parameters=below if message.chat.type != ChatType.PRIVATE else None,
            reply_markup=markup,
            **HTML,
        )

    async def _write(
        self, user: str, html: str, markup: InlineKeyboardMarkup | None, then: Then | None
    ) -> ChatError | None:
        """Into the private chat of one person; a message that is there sets off `then`."""

        async def write() -> None:
            sent = await self._bot.send_message(int(user), html, reply_markup=markup, **HTML)
            if then is not None:
                then(sent)

        return await _politely(write())

    def _went(self, lost: ChatError | None) -> str:
        """Where something that one person reads alone has gone, or why nowhere."""
        if lost is None:
            return self._texts("answer.sent_privately")
        return self._texts("answer.write_first") if isinstance(lost, ChatGone) else self._why(lost)

    def _why(self, lost: ChatError) -> str:
        if isinstance(lost, ChatUnavailable) and lost.retry_after is not None:
            return self._texts("answer.chat_busy", seconds=str(math.ceil(lost.retry_after)))
        return self._texts("answer.chat_lost")


async def _again(attempt: _Attempt, pause_s: float | None) -> None:
    try:
        for _ in range(_ATTEMPTS):
            if pause_s is None:
                return
            await asyncio.sleep(pause_s)
            pause_s = _pause_s(await attempt())
    except Exception:  # the outermost loop: nobody awaits it
        log.exception("telegram.feedback_failed")


def _pause_s(lost: ChatError | None) -> float | None:
    """How long the chat has asked to wait before it is sent once more; None: it is not."""
    if not isinstance(lost, ChatUnavailable) or lost.retry_after is None:
        return None
    return lost.retry_after if lost.retry_after <= _LONGEST_PAUSE_S else None


async def _politely(call: Awaitable[object]) -> ChatError | None:
    """Why it was not sent; None if it was."""
    try:
        await calling(call)
    except ChatError as error:
        log.info("telegram.feedback_lost", error=type(error).__name__, reason=str(error))
        return error
    return None
