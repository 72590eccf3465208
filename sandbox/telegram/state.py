"""Everything the stand-in remembers, and the rules of who may do what where."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sandbox.clock import Clock
from sandbox.telegram.answers import Refused, bad_request
from sandbox.telegram.chats import Chat, Message, first_chats
from sandbox.telegram.people import Person

QUERY_LIFE = timedelta(seconds=15)  # not documented; about what bots observe
_MIGRATED_IDS = -1_002_000_000_000
_KICKED = {
    "private": "bot was blocked by the user",
    "group": "bot was kicked from the group chat",
    "supergroup": "bot was kicked from the supergroup chat",
}


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
        return {
            "id": self.id,
            "from": self.person.as_json(),
            "message": self.message.as_json(),
            "chat_instance": str(abs(self.message.chat.id) * 7_919),
            "data": self.data,
        }


class State:
    """Chats, callback queries, and the counters behind their ids."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.chats = first_chats()
        self.queries: dict[str, Query] = {}
        self._query_ids = count(4_382_000_000_000_000_001)
        self._account_ids = count(1)
        self._supergroup_ids = {
            id_: count(100) for id_, chat in self.chats.items() if chat.kind == "supergroup"
        }

    def chat_for_bot(self, chat_id: str) -> Chat:
        """The chat a call of the bot means; raises Refused where the bot may not act in it.

        https://github.com/tdlib/telegram-bot-api `Client::check_chat_access`.
        """
        if not chat_id:
            raise bad_request("chat_id is empty")
        known = chat_id.lstrip("-").isdigit()
        chat = self.chats.get(int(chat_id)) if known else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            reason = "group chat was upgraded to a supergroup chat"
            raise Refused(400, reason, {"migrate_to_chat_id": chat.migrated_to})
        if chat.bot_status == "kicked":
            raise Refused(403, _KICKED[chat.kind])
        if not chat.started:
            raise Refused(403, "bot can't initiate conversation with a user")
        return chat

    def message_for_bot(self, chat: Chat, message_id: int, purpose: str) -> Message:
        """A message of the chat that still exists; `purpose` as in "message to edit not found"."""
        message = chat.messages.get(message_id)
        if message is None or message.deleted:
            raise bad_request(f"{purpose} not found")
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
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
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
