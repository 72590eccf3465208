"""What people do in Telegram, as controls: write, press, block, throw the bot out."""

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.standin import Control, ControlRefused
from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.formatting import Formatted
from sandbox.telegram.people import ALICE, BOT, PEOPLE, Person
from sandbox.telegram.profile import member_as_json
from sandbox.telegram.state import State
from sandbox.telegram.texts import MAX_TEXT, recognised
from sandbox.telegram.units import cut_units, units
from sandbox.telegram.updates import UpdateQueue

_ANSWER_WITHIN_S = 10
_CONTACT = {"phone_number", "first_name", "last_name", "user_id", "vcard"}
_LOCAL_ACTIONS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "url": lambda value: {"url": value},
    "copy_text": lambda value: {"copied": value["text"]},
    "switch_inline_query": lambda value: {"inline_query": value},
    "switch_inline_query_current_chat": lambda value: {"inline_query": value},
    "switch_inline_query_chosen_chat": lambda value: {"inline_query": value.get("query", "")},
}


class People:
    """The controls and readings of the stand-in; each raises ControlRefused for what people cannot do."""

    def __init__(self, state: State, queue: UpdateQueue) -> None:
        self._state, self._queue = state, queue
        self.controls: dict[str, Control] = {
            "message": self.message,
            "press": self.press,
            "block": self.block,
            "unblock": self.unblock,
            "kick": self.kick,
            "migrate": self.migrate,
        }
        self.readings: dict[str, Control] = {"messages": self.messages, "people": self.people}

    async def message(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat", "user", "text" or "contact", "reply_to"?, "topic"?} -> {"message_id"}."""
        chat, person = self._chat(body["chat"]), _person(body["user"])
        self._check_place(chat, person)
        content, details = _written(body)
        replied = body.get("reply_to")
        reply_to = None if replied is None else _existing(chat, replied)
        topic = _topic(chat, body.get("topic"), reply_to)
        message = self._state.post(
            chat, person, content=content, details=details, reply_to=reply_to, topic=topic
        )
        if bot_sees(message):
            self._queue.add("message", message.as_json(), chat.id)
        return {"message_id": message.message_id}

    async def press(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat", "message_id", "button": data or text, "user"} -> {"answer": {...} or null, ...}."""
        chat, person = self._chat(body["chat"]), _person(body["user"])
        self._check_place(chat, person)
        message = _existing(chat, body["message_id"])
        button = _button(message, str(body["button"]))
        for action, outcome in _LOCAL_ACTIONS.items():
            if action in button:
                return {"answer": None, **outcome(button[action])}
        if chat.bot_status == "kicked":
            raise ControlRefused("the bot is not in this chat any more")
        query = self._state.ask(person, message, button["callback_data"])
        self._queue.add("callback_query", query.as_json(), chat.id)
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                await query.answered.wait()
        except TimeoutError:
            pass
        return {"answer": query.answer}

    async def block(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"user"}: the person blocks the bot."""
        return self._set_bot_status(self._chat(_person(body["user"]).id), "kicked")

    async def unblock(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"user"}: the person takes the bot back."""
        return self._set_bot_status(self._chat(_person(body["user"]).id), "member")

    async def kick(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat"}: Alice throws the bot out of a group."""
        return self._set_bot_status(self._group(body["chat"]), "kicked")

    async def migrate(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat"}: a group becomes a supergroup -> {"chat": its new id}."""
        old = self._group(body["chat"])
        if old.kind != "group" or old.migrated_to is not None:
            raise ControlRefused("only a group can become a supergroup, once")
        new = self._state.migrate(old)
        for chat, field, other in (
            (old, "migrate_to_chat_id", new.id),
            (new, "migrate_from_chat_id", old.id),
        ):
            message = self._state.post(chat, ALICE, details={field: other})
            self._queue.add("message", message.as_json(), chat.id)
        return {"chat": new.id}

    async def messages(self, body: dict[str, Any]) -> dict[str, Any]:
        """?chat= -> {"messages": [...]}, oldest first."""
        return {"messages": [message.as_seen() for message in self._chat(body["chat"]).messages.values()]}

    async def people(self, _: dict[str, Any]) -> dict[str, Any]:
        """-> {"bot", "people": [User], "chats": [{Chat..., "bot", "members", "topics"}]}."""
        return {
            "bot": BOT.as_json(),
            "people": [person.as_json() for person in PEOPLE.values()],
            "chats": [
                {
                    **chat.as_json(),
                    "bot": chat.bot_status,
                    "members": list(chat.members),
                    "topics": [
                        {"id": t.id, "name": t.name, "closed": t.closed} for t in chat.topics.values()
                    ],
                    "migrated_to": chat.migrated_to,
                }
                for chat in self._state.chats.values()
            ],
        }

    def _chat(self, chat_id: Any) -> Chat:
        chat = self._state.chats.get(_number("chat", chat_id))
        if chat is None:
            raise ControlRefused(f"no chat {chat_id}: there are {', '.join(map(str, self._state.chats))}")
        return chat

    def _group(self, chat_id: Any) -> Chat:
        chat = self._chat(chat_id)
        if chat.kind == "private":
            raise ControlRefused("a private chat is blocked, not left: use block")
        return chat

    def _check_place(self, chat: Chat, person: Person) -> None:
        if person.id not in chat.members:
            raise ControlRefused(f"{person.id} is not in chat {chat.id}")
        if chat.migrated_to is not None:
            raise ControlRefused(f"chat {chat.id} has become {chat.migrated_to}")
        if chat.kind == "private" and chat.bot_status == "kicked":
            raise ControlRefused(f"{person.id} has blocked the bot: unblock first")

    def _set_bot_status(self, chat: Chat, status: str) -> dict[str, Any]:
        if chat.bot_status == status:
            raise ControlRefused(f"the bot is {status} already")
        old = member_as_json(chat, BOT.id)
        chat.bot_status = status
        actor = PEOPLE.get(chat.id, ALICE)
        change = {
            "chat": chat.as_json(),
            "from": actor.as_json(),
            "date": int(self._state.clock.now().timestamp()),
            "old_chat_member": old,
            "new_chat_member": member_as_json(chat, BOT.id),
        }
        self._queue.add("my_chat_member", change, chat.id)
        return {}


def bot_sees(message: Message) -> bool:
    """Privacy mode: in groups only commands (not those for another bot) and replies to the bot.

    https://core.telegram.org/bots/features#privacy-mode
    """
    if message.chat.kind == "private":
        return True
    if message.chat.bot_status == "kicked":
        return False
    if message.reply_to is not None and message.reply_to.sender is BOT:
        return True
    entities = message.content.entities
    if not entities or (entities[0]["type"], entities[0]["offset"]) != ("bot_command", 0):
        return False
    _, _, addressee = cut_units(message.content.text, 0, entities[0]["length"]).partition("@")
    return addressee.lower() in {"", BOT.username}


def _written(body: dict[str, Any]) -> tuple[Formatted, dict[str, Any]]:
    if ("text" in body) == ("contact" in body):
        raise ControlRefused("give text or contact, not both")
    if "text" in body:
        text = str(body["text"]).strip()
        if not 1 <= units(text) <= MAX_TEXT:
            raise ControlRefused(f"text must have 1 to {MAX_TEXT} UTF-16 units")
        return recognised(Formatted(text)), {}
    contact = body["contact"]
    named = isinstance(contact, dict) and {"phone_number", "first_name"} <= set(contact) <= _CONTACT
    if not named:
        raise ControlRefused("contact must have phone_number, first_name; may have last_name, user_id, vcard")
    return Formatted(""), {"contact": contact}


def _topic(chat: Chat, topic_id: Any, reply_to: Message | None) -> int | None:
    topic = (reply_to.topic if reply_to else None) if topic_id is None else _number("topic", topic_id)
    if topic is None:
        return None
    if topic not in chat.topics:
        raise ControlRefused(f"chat {chat.id} has no topic {topic}")
    if chat.topics[topic].closed:
        raise ControlRefused(f"topic {topic} is closed")
    return topic


def _existing(chat: Chat, message_id: Any) -> Message:
    message = chat.messages.get(_number("message_id", message_id))
    if message is None or message.deleted:
        raise ControlRefused(f"no message {message_id} in chat {chat.id}")
    return message


def _button(message: Message, wanted: str) -> dict[str, Any]:
    rows = (message.markup.inline or {}).get("inline_keyboard", [])
    buttons: list[dict[str, Any]] = [button for row in rows for button in row]
    for key in ("callback_data", "text"):
        for button in buttons:
            if button.get(key) == wanted:
                return button
    raise ControlRefused(f"no such button; there are {', '.join(button['text'] for button in buttons)}")


def _person(user_id: Any) -> Person:
    person = PEOPLE.get(_number("user", user_id))
    if person is None:
        raise ControlRefused(f"no person {user_id}: there are {', '.join(map(str, PEOPLE))}")
    return person


def _number(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ControlRefused(f"{name} must be a number") from None
