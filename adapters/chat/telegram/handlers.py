"""Telegram's updates, each translated into changes of a draft; what is left over is said after the commit.

An update is a row of the inbox: it was stored before it was acknowledged, and is applied in the
transaction that marks it done.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import Bot, CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from adapters.chat.telegram.cards import read_button_data
from adapters.chat.telegram.client import calling
from bot.conversation.talk import Talk
from bot.errors import (
    ChatGone,
    ChatMessageGone,
    ChatRefused,
    ChatUnavailable,
    NothingOpen,
    NotYours,
    StaleDraft,
)
from bot.ports.chat import Act
from bot.ports.clock import Clock
from bot.ports.model import Person, Place, Standing
from bot.ports.storage import Transaction
from bot.ports.traffic import Inbound
from bot.texts import Texts

log = structlog.get_logger(__name__)

AfterCommit = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Press:
    """A pressed button: of which draft and which version of it, by whom, and what it carries."""

    subject: str
    version: int
    person: Person
    argument: str


class UpdateHandler:
    """The inbox's handler of Telegram's updates."""

    def __init__(self, bot: Bot, talk: Talk, texts: Texts, clock: Clock) -> None:
        self._bot, self._talk, self._texts, self._clock = bot, talk, texts, clock

    def __call__(self, tx: Transaction, row: Inbound) -> AfterCommit | None:
        update = Update.de_json(json.loads(row.fact.body), self._bot)
        if update.callback_query is not None:
            return self._pressed(tx, update.callback_query)
        message = update.message
        if message is None or message.from_user is None or message.text is None:
            return None
        return self._said(tx, message, message.from_user, message.text)

    def _said(self, tx: Transaction, message: Message, user: User, text: str) -> AfterCommit | None:
        person, place = _person(user), _place(message)
        command, _, rest = text.partition(" ")
        name = command.removeprefix("/").partition("@")[0].lower() if command.startswith("/") else None
        if tx.people.standing(person) is not Standing.ADMITTED:
            return self._answering(message, "answer.not_admitted") if name or place.private else None
        match name:
            case "paylink":
                self._talk.begin(tx, person, place, rest)
            case "cancel":
                return self._cancelled(tx, message, person, place)
            case "start" | "help":
                return self._answering(message, "answer.help")
            case None:
                return self._answered(tx, message, person, place, text)
        return None

    def _answered(
        self, tx: Transaction, message: Message, person: Person, place: Place, text: str
    ) -> AfterCommit | None:
        """A typed text answers the question that is open; in private it is tidied away, data and all.

        In a group only a reply to our own message is an answer: people talk there.
        """
        draft = tx.drafts.active(person, place)
        if draft is None or self._talk.asking(draft) is None:
            return self._answering(message, "answer.nothing_open") if place.private else None
        if not place.private and _replied_to(message) != tx.destinations.get(draft.destination_id).root:
            return None
        self._talk.reply(tx, draft, text)
        if place.private:
            tx.outbox.owe_tidy(draft.id, draft.destination_id, str(message.message_id), self._clock.now())
        return None

    def _cancelled(
        self, tx: Transaction, message: Message, person: Person, place: Place
    ) -> AfterCommit | None:
        draft = tx.drafts.active(person, place)
        if draft is None:
            return self._answering(message, "answer.nothing_open")
        self._talk.cancel(tx, draft.id, person)
        return None

    def _pressed(self, tx: Transaction, query: CallbackQuery) -> AfterCommit:
        person = _person(query.from_user)
        if tx.people.standing(person) is not Standing.ADMITTED:
            return self._acknowledging(query, "answer.not_admitted")
        try:
            subject, version, act, argument = read_button_data(query.data or "")
            self._act(tx, act, _Press(subject, version, person, argument))
        except NotYours:
            return self._acknowledging(query, "answer.not_yours")
        except StaleDraft:
            return self._acknowledging(query, "answer.stale")
        except (NothingOpen, ValueError):
            return self._acknowledging(query, "answer.nothing_open")
        return self._acknowledging(query, None)

    def _act(self, tx: Transaction, act: Act, on: "_Press") -> object:
        match act:
            case Act.CREATE:
                return self._talk.confirm(tx, on.subject, on.version, on.person)
            case Act.CANCEL:
                return self._talk.cancel(tx, on.subject, on.person)
            case Act.EDIT:
                return self._talk.choose(tx, on.subject, on.version, on.person, on.argument or None)
            case Act.SKIP:
                return self._talk.press(tx, on.subject, on.version, on.person, {on.argument: ""})
            case Act.PICK:
                field, _, value = on.argument.partition("=")
                return self._talk.press(tx, on.subject, on.version, on.person, {field: value})
            case Act.AGAIN:
                return self._talk.again(tx, on.subject, on.person)
            case _:
                raise NothingOpen(on.subject)

    def _answering(self, message: Message, key: str) -> AfterCommit:
        thread = message.message_thread_id if message.is_topic_message else None

        async def answer() -> None:
            text = self._texts(key)
            await _politely(self._bot.send_message(message.chat_id, text, message_thread_id=thread))

        return answer

    def _acknowledging(self, query: CallbackQuery, key: str | None) -> AfterCommit:
        async def acknowledge() -> None:
            text = self._texts(key) if key else None
            await _politely(self._bot.answer_callback_query(query.id, text, show_alert=key is not None))

        return acknowledge


async def _politely(call: Awaitable[object]) -> None:
    """A courtesy that is not owed: lost, it is not repeated."""
    try:
        await calling(call)
    except (ChatUnavailable, ChatGone, ChatRefused, ChatMessageGone) as error:
        log.info("telegram.courtesy_lost", reason=type(error).__name__)


def _person(user: User) -> Person:
    return Person("telegram", str(user.id), name=user.first_name)


def _replied_to(message: Message) -> str | None:
    return str(message.reply_to_message.message_id) if message.reply_to_message else None


def _place(message: Message) -> Place:
    """A thread is named only in a forum's topic: elsewhere Telegram refuses it."""
    thread = str(message.message_thread_id) if message.is_topic_message else None
    private = message.chat.type == ChatType.PRIVATE
    return Place("telegram", str(message.chat_id), thread=thread, private=private)
