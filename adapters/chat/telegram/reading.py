"""Pure: what Telegram's objects say, in our words."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Chat, Contact, InlineKeyboardButton, InlineKeyboardMarkup, Message, User
from telegram.constants import ChatType

from adapters.chat.telegram.cards import read_button_data
from bot.ports.model import Person, Place

_REFERENCE = re.compile(r"\bPL[0-9A-HJKMNP-TV-Z]{12}\b")
_EMAIL = re.compile(r"^(?:\w+\.)?EMAIL[^:\r\n]*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)  # of a vCard
_INTERNATIONAL = re.compile(r"[1-9][0-9]{6,14}")  # Telegram leaves the plus out


@dataclass(frozen=True, slots=True)
class Command:
    """A command and the words after it; `bot`: whom it names as its addressee, empty for everybody."""

    name: str
    bot: str
    text: str


def person_of(user: User) -> Person:
    return Person("telegram", str(user.id), name=user.first_name)


def place_of(message: Message) -> Place:
    """Where a message was written. A thread is named only in a forum's topic: elsewhere it is refused.

    https://github.com/tdlib/telegram-bot-api/issues/447
    """
    thread = str(message.message_thread_id) if message.is_topic_message else None
    return chat_of(message.chat, thread)


def chat_of(chat: Chat, thread: str | None = None) -> Place:
    return Place("telegram", str(chat.id), thread=thread, private=chat.type == ChatType.PRIVATE)


def command_in(text: str | None) -> Command | None:
    """`/paylink@our_bot 49.90 EUR` taken apart; None for other texts."""
    if not text or not text.startswith("/"):
        return None
    first, *rest = text.split(maxsplit=1)
    name, _, bot = first.removeprefix("/").lower().partition("@")
    return Command(name, bot, rest[0].strip() if rest else "")


def subject_of(message: Message | None) -> str | None:
    """The draft or link whose card this is: its buttons know; without any, its last reference does."""
    if message is None:
        return None
    for button in _buttons(message.reply_markup):
        with contextlib.suppress(ValueError):  # groups have other bots, with buttons of their own
            return read_button_data(str(button.callback_data))[0]
    references = _REFERENCE.findall(message.text or "")
    return references[-1] if references else None


def answers_in(contact: Contact) -> dict[str, str]:
    """What an attached contact tells of a customer, by field."""
    number = contact.phone_number
    email = _EMAIL.search(contact.vcard or "")
    known = {
        "name": " ".join(filter(None, (contact.first_name, contact.last_name))),
        "phone": f"+{number}" if _INTERNATIONAL.fullmatch(number) else number,
        "email": email[1] if email else "",
    }
    return {field: value for field, value in known.items() if value}


def moved(message: Message) -> tuple[str, str] | None:
    """The old and the new id of a group that has become a supergroup; told in the old one and in the new."""
    if message.migrate_to_chat_id is not None:
        return str(message.chat.id), str(message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return str(message.migrate_from_chat_id), str(message.chat.id)
    return None


def chat_id_in(update: Mapping[str, Any]) -> str:
    """The chat that an update comes from: what comes from one is handled in order. Empty if it has none."""
    try:
        written = update.get("message") or update.get("edited_message")
        message = written or update.get("callback_query", {}).get("message") or {}
        return str(message.get("chat", {}).get("id", ""))
    except AttributeError:  # of no shape that we know: it is kept all the same
        return ""


def _buttons(keyboard: InlineKeyboardMarkup | None) -> list[InlineKeyboardButton]:
    return [button for row in keyboard.inline_keyboard for button in row] if keyboard else []
