"""Chats, topics and messages, and the JSON the Bot API shows of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.telegram.files import File
from sandbox.telegram.formatting import Formatted
from sandbox.telegram.keyboards import Markup
from sandbox.telegram.people import ALICE, BOT, NEWCOMER, PEOPLE, STRANGER, Person

SALES, SHOP_FLOOR = -1001, -1002
INVOICES, CLOSED = 11, 12
_ICON_COLOUR = 0x6FB9F0


@dataclass(frozen=True, slots=True)
class Topic:
    """A thread of a forum; its id is that of the message that opened it."""

    id: int
    name: str
    closed: bool = False


@dataclass(eq=False)
class Message:
    """One message of a chat, a person's or the bot's; `details` are its further JSON fields.

    Where there is `media`, `content` is its caption. An `inline_id` has what was sent by inline mode, with
    buttons: the bot knows such a message by nothing else.
    """

    chat: "Chat"
    message_id: int
    sender: Person
    date: datetime
    content: Formatted = field(default_factory=lambda: Formatted(""))
    markup: Markup = field(default_factory=Markup)
    reply_to: "Message | None" = None
    topic: int | None = None
    media: File | None = None
    via_bot: bool = False
    inline_id: str = ""
    reactions: list[dict[str, str]] = field(default_factory=list)
    pinned: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    edited: datetime | None = None
    edits: int = 0
    deleted: bool = False

    @property
    def thread(self) -> int | None:
        """What `message_thread_id` says: in a supergroup an ordinary reply carries one too.

        https://github.com/tdlib/telegram-bot-api/issues/447: only a topic's may be sent back.
        """
        if self.topic is not None or self.chat.kind != "supergroup" or self.reply_to is None:
            return self.topic
        return self.reply_to.thread or self.reply_to.message_id

    @property
    def is_service(self) -> bool:
        """News of the chat itself, which nobody wrote."""
        return not (self.content.text or self.media or "contact" in self.details)

    def as_json(self, *, with_reply: bool = True) -> dict[str, Any]:
        """The `Message` object: https://core.telegram.org/bots/api#message."""
        words = ("caption", "caption_entities") if self.media else ("text", "entities")
        optional = {
            "message_thread_id": self.thread,
            "is_topic_message": True if self.topic else None,
            "edit_date": int(self.edited.timestamp()) if self.edited else None,
            "reply_to_message": self._replied() if with_reply else None,
            "via_bot": BOT.as_json() if self.via_bot else None,
            words[0]: self.content.text or None,
            words[1]: self.content.entities or None,
            "reply_markup": self.markup.inline,
            **(self.media.as_json() if self.media else {}),
            **self.details,
        }
        return {
            "message_id": self.message_id,
            "from": self.sender.as_json(),
            "chat": self.chat.as_json(),
            "date": int(self.date.timestamp()),
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _replied(self) -> dict[str, Any] | None:
        """In a topic, what replies to nothing replies to the message that opened the topic."""
        if self.reply_to is not None:
            return None if self.reply_to.deleted else self.reply_to.as_json(with_reply=False)
        return self.chat.opening(self.topic, self.date) if self.topic else None


@dataclass(eq=False)
class Chat:
    """A private chat, a group, or a supergroup with topics; `members` are people and their status."""

    id: int
    kind: str  # "private", "group" or "supergroup"
    title: str = ""
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    is_forum: bool = False
    deleted_topics: dict[int, str] = field(default_factory=dict)  # what the API says of each
    started: bool = True  # a private chat the bot may write to: the person has written first
    bot_status: str = "member"  # "kicked": thrown out of a group, blocked by a person; "left": gone by itself
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The `Chat` object: https://core.telegram.org/bots/api#chat."""
        chat: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.kind == "private":
            person = PEOPLE[self.id]
            return {**chat, "first_name": person.first_name, "username": person.username}
        return {**chat, "title": self.title, **({"is_forum": True} if self.is_forum else {})}

    @property
    def is_group(self) -> bool:
        return self.kind != "private"

    @property
    def pinned(self) -> Message | None:
        """The newest pinned message."""
        pinned = (message for message in self.messages.values() if message.pinned and not message.deleted)
        return max(pinned, key=lambda message: message.message_id, default=None)

    @property
    def has_bot(self) -> bool:
        return self.bot_status not in {"kicked", "left"}

    def status_of(self, user_id: int) -> str:
        return self.bot_status if user_id == BOT.id else self.members.get(user_id, "left")

    def delete_topic(self, topic: Topic, error: str) -> None:
        """A topic goes with all its messages; `error` is what the API says of it from now on."""
        del self.topics[topic.id]
        self.deleted_topics[topic.id] = error
        for message in self.messages.values():
            message.deleted = message.deleted or message.topic == topic.id

    def opening(self, topic_id: int, date: datetime) -> dict[str, Any]:
        """The service message that opened a topic."""
        return {
            "message_id": topic_id,
            "from": ALICE.as_json(),
            "chat": self.as_json(),
            "date": int(date.timestamp()),
            "message_thread_id": topic_id,
            "is_topic_message": True,
            "forum_topic_created": {"name": self.topics[topic_id].name, "icon_color": _ICON_COLOUR},
        }


def first_chats() -> dict[int, Chat]:
    """The chats every sandbox begins with: a private one per person, a group, a forum."""
    everyone = {ALICE.id: "creator", STRANGER.id: "member", NEWCOMER.id: "administrator"}
    topics = (Topic(INVOICES, "Invoices"), Topic(CLOSED, "Closed", closed=True))
    chats = [
        Chat(person, "private", members={person: "member"}, started=person != NEWCOMER.id)
        for person in PEOPLE
    ]
    chats.append(Chat(SALES, "group", "Sales", dict(everyone)))
    chats.append(
        Chat(
            SHOP_FLOOR,
            "supergroup",
            "Shop floor",
            dict(everyone),
            {topic.id: topic for topic in topics},
            is_forum=True,
        )
    )
    return {chat.id: chat for chat in chats}
