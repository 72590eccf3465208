"""Everything the stand-in remembers, and the rules of who may do what where."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal

from sandbox.clock import Clock
from sandbox.telegram.answers import Refused, bad_request
from sandbox.telegram.chats import Chat, Message, first_chats
from sandbox.telegram.limits import Limits
from sandbox.telegram.people import BOT, Person, Settings

QUERY_LIFE = timedelta(seconds=15)  # not documented; about what bots observe
_MIGRATED_IDS = -1_002_000_000_000
_BLOCKED = "bot was blocked by the user"
_OUTSIDE = {"kicked": "bot was kicked from the {} chat", "left": "bot is not a member of the {} chat"}
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
Access = Literal["read", "members", "write"]


@dataclass(eq=False)
class Query:
    """A pressed button waiting for the bot's answer."""

    id: str
    person: Person
    message: Message
    data: str
    at: datetime
    answer: dict[str, Any] | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self) -> dict[str, Any]:
        """The `CallbackQuery` object: https://core.telegram.org/bots/api#callbackquery."""
        inline_id = self.message.inline_id
        pressed = {"inline_message_id": inline_id} if inline_id else {"message": self.message.as_json()}
        return {
            "id": self.id,
            "from": self.person.as_json(),
            **pressed,
            "chat_instance": str(abs(self.message.chat.id) * 7_919),
            "data": self.data,
        }


class State:
    """Chats, callback queries, and the counters behind their ids."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.limits = Limits(clock)
        self.settings = Settings()
        self.chats = first_chats()
        self.queries: dict[str, Query] = {}
        self.inline_messages: dict[str, Message] = {}
        self._query_ids = count(4_382_000_000_000_000_001)
        self._account_ids = count(1)
        self._supergroup_ids = {
            id_: count(100) for id_, chat in self.chats.items() if chat.kind == "supergroup"
        }

    def chat_for_bot(self, chat_id: str, access: Access = "write") -> Chat:
        """The chat a call of the bot means; raises Refused where the bot may not do so much in it.

        https://github.com/tdlib/telegram-bot-api `Client::check_chat_access`: about a group that it has
        left, or that is a supergroup now, a bot may still read.
        """
        if not chat_id:
            raise bad_request("chat_id is empty")
        known = chat_id.lstrip("-").isdigit()
        chat = self.chats.get(int(chat_id)) if known else None
        if chat is None or (access != "write" and not chat.started):
            raise bad_request("chat not found")
        if chat.migrated_to is not None and access != "read":
            reason = "group chat was upgraded to a supergroup chat"
            raise Refused(400, reason, {"migrate_to_chat_id": chat.migrated_to})
        if chat.is_group and not chat.has_bot and (access != "read" or chat.kind == "supergroup"):
            raise Refused(403, _OUTSIDE[chat.bot_status].format(chat.kind))
        if access == "write" and chat.bot_status == "kicked":
            raise Refused(403, _BLOCKED)
        if not chat.started:
            raise Refused(403, "bot can't initiate conversation with a user")
        return chat

    def message_for_bot(self, chat: Chat, message_id: int, purpose: str) -> Message:
        """A message of the chat that still exists; `purpose` as in "message to edit not found"."""
        message = chat.messages.get(message_id)
        if message is None or message.deleted:
            raise bad_request(f"{purpose} not found")
        return message

    def inline_message_for_bot(self, inline_id: str) -> Message:
        """A message of inline mode that still exists; raises Refused."""
        if not inline_id:
            raise bad_request("message identifier is not specified")
        message = self.inline_messages.get(inline_id)
        if message is None or message.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return message

    def topic_for_bot(self, chat: Chat, thread_id: int | None, reply_to: Message | None) -> int | None:
        """The topic a message of the bot goes to: the one named, else that of what it replies to.

        A thread id that is no topic is refused in every kind of chat, General's 1 included.
        """
        if thread_id and thread_id not in chat.topics:
            raise bad_request(chat.deleted_topics.get(thread_id, "message thread not found"))
        topic = thread_id or (reply_to.topic if reply_to else None)
        if topic and chat.topics[topic].closed:
            raise bad_request("TOPIC_CLOSED")
        return topic

    def post(self, chat: Chat, sender: Person, **parts: Any) -> Message:
        """Put a message into the chat; `parts` are further fields of `Message`."""
        ids = self._supergroup_ids.get(chat.id, self._account_ids)
        message = Message(chat, next(ids), sender, self.clock.now(), **parts)
        chat.messages[message.message_id] = message
        return message

    def say(self, chat: Chat, **parts: Any) -> Message:
        """Put a message of the bot's into the chat; raises Refused where that is too many."""
        self.limits.take(chat.id, is_group=chat.is_group, is_new=True)
        return self.post(chat, BOT, **parts)

    def edit(self, message: Message, **parts: Any) -> Message:
        """Give a message other parts; raises Refused where nothing changes, or too often."""
        if all(_seen(name, getattr(message, name)) == _seen(name, value) for name, value in parts.items()):
            raise bad_request(_NOT_MODIFIED)
        chat = message.chat
        self.limits.take(chat.id, is_group=chat.is_group, is_new=False)
        for name, value in parts.items():
            setattr(message, name, value)
        message.edited, message.edits = self.clock.now(), message.edits + 1
        return message

    def ask(self, person: Person, message: Message, data: str) -> Query:
        query = Query(str(next(self._query_ids)), person, message, data, self.clock.now())
        self.queries[query.id] = query
        return query

    def answer(self, query_id: str, answer: dict[str, Any]) -> None:
        """Answer a pressed button, once and in time; raises Refused."""
        query = self.queries.get(query_id)
        late = query is not None and self.clock.now() > query.at + QUERY_LIFE
        if query and late:
            query.answered.set()  # whoever pressed waits no longer
        if query is None or late or query.answer is not None:
            raise bad_request(TOO_OLD)
        query.answer = answer
        query.answered.set()

    def migrate(self, chat: Chat) -> Chat:
        """Turn a group into a supergroup: a new chat with a new id and its own message ids."""
        new = Chat(
            _MIGRATED_IDS + chat.id,
            "supergroup",
            chat.title,
            dict(chat.members),
            bot_status=chat.bot_status,
        )
        self.chats[new.id] = new
        self._supergroup_ids[new.id] = count(1)
        chat.migrated_to = new.id
        return new


def _seen(name: str, value: Any) -> Any:
    """What of a part makes it another: how its links are previewed does not."""
    return {**value, "link_preview_options": None} if name == "details" else value
