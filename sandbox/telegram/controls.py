"""What people do in Telegram, as controls: write, start the bot, press; and what can be seen."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from sandbox.standin import Control, ControlRefused
from sandbox.telegram.administration import Administration
from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.finding import chat_of, check_place, group_of, message_of, open_topic, person_of
from sandbox.telegram.formatting import Formatted
from sandbox.telegram.people import BOT, PEOPLE
from sandbox.telegram.privacy import bot_sees
from sandbox.telegram.seen import as_seen
from sandbox.telegram.state import State
from sandbox.telegram.texts import MAX_TEXT, recognised
from sandbox.telegram.units import units
from sandbox.telegram.updates import UpdateQueue

_ANSWER_WITHIN_S = 10
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")  # https://core.telegram.org/bots/features#deep-linking
_MESSAGE_KEYS = frozenset({"chat", "user", "text", "contact", "reply_to", "topic"})
_CONTACT = {"phone_number", "first_name", "last_name", "user_id", "vcard"}
_LOCAL_ACTIONS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "url": lambda value: {"url": value},
    "web_app": lambda value: {"url": value["url"]},
    "copy_text": lambda value: {"copied": value["text"]},
    "switch_inline_query": lambda value: {"inline_query": value},
    "switch_inline_query_current_chat": lambda value: {"inline_query": value},
    "switch_inline_query_chosen_chat": lambda value: {"inline_query": value.get("query", "")},
}


class People:
    """The controls and readings of the stand-in; each raises ControlRefused for what people cannot do."""

    def __init__(self, state: State, queue: UpdateQueue, administration: Administration) -> None:
        self._state, self._queue, self._administration = state, queue, administration
        self.controls: dict[str, Control] = {
            "message": self.message,
            "start": self.start,
            "startgroup": self.startgroup,
            "press": self.press,
            **administration.controls,
        }
        self.readings: dict[str, Control] = {"messages": self.messages, "people": self.people}

    async def message(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat", "user", "text" or "contact", "reply_to"?, "topic"?} -> {"message_id"}."""
        if unknown := set(body) - _MESSAGE_KEYS:
            known = ", ".join(sorted(_MESSAGE_KEYS))
            raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}; there are {known}")
        chat, person = chat_of(self._state, body["chat"]), person_of(body["user"])
        check_place(chat, person)
        content, details = _written(body)
        replied = body.get("reply_to")
        reply_to = None if replied is None else message_of(chat, replied)
        topic = open_topic(chat, body.get("topic"), reply_to)
        chat.started = True
        message = self._state.post(
            chat, person, content=content, details=details, reply_to=reply_to, topic=topic
        )
        if bot_sees(message, self._state.settings):
            self._queue.add("message", message.as_json(), chat.id)
        return {"message_id": message.message_id}

    async def start(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"user", "payload"?} -> {"message_id"}: a link `t.me/bot?start=payload`, and its Start pressed.

        Pressing it also takes a blocked bot back.
        """
        person, payload = person_of(body["user"]), _payload(body)
        if self._state.chats[person.id].bot_status == "kicked":
            self._administration.change_bot(self._state.chats[person.id], "member")
        text = f"/start {payload}".strip()
        return await self.message({"chat": person.id, "user": person.id, "text": text})

    async def startgroup(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"user", "chat", "payload"?} -> {"message_id"}: a link `t.me/bot?startgroup=payload`.

        The bot comes into the group, if it is not there, and is sent the command with its name.
        """
        chat, payload = group_of(self._state, body["chat"]), _payload(body)
        check_place(chat, person_of(body["user"]))
        if not chat.has_bot:
            self._administration.join(chat, person_of(body["user"]))
        text = f"/start@{BOT.username} {payload}".strip()
        return await self.message({"chat": chat.id, "user": body["user"], "text": text})

    async def press(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat", "message_id", "button": data or text, "user"} -> {"answer": {...} or null, ...}."""
        chat, person = chat_of(self._state, body["chat"]), person_of(body["user"])
        check_place(chat, person)
        message = message_of(chat, body["message_id"])
        button = _button(message, str(body["button"]))
        for action, outcome in _LOCAL_ACTIONS.items():
            if action in button:
                return {"answer": None, **outcome(button[action])}
        if not chat.has_bot and not message.inline_id:
            raise ControlRefused("the bot is not in this chat any more")
        query = self._state.ask(person, message, button["callback_data"])
        self._queue.add("callback_query", query.as_json(), chat.id)
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                await query.answered.wait()
        except TimeoutError:
            pass
        return {"answer": query.answer}

    async def messages(self, body: dict[str, Any]) -> dict[str, Any]:
        """?chat= -> {"messages": [...]}, oldest first."""
        chat = chat_of(self._state, body["chat"])
        return {"messages": [as_seen(message) for message in chat.messages.values()]}

    async def people(self, _: dict[str, Any]) -> dict[str, Any]:
        """-> {"bot", "people": [User], "chats": [{Chat..., "bot", "members", "roles", "topics"}]}.

        A role is `creator`, `administrator` or `member`, by the person's id. A forum's General is no topic.
        """
        return {
            "bot": BOT.as_json(),
            "people": [person.as_json() for person in PEOPLE.values()],
            "chats": [_described(chat) for chat in self._state.chats.values()],
        }


def _described(chat: Chat) -> dict[str, Any]:
    return {
        **chat.as_json(),
        "bot": chat.bot_status,
        "started": chat.started,
        "members": list(chat.members),
        "roles": {str(person): role for person, role in chat.members.items()},
        "topics": [{"id": t.id, "name": t.name, "closed": t.closed} for t in chat.topics.values()],
        "migrated_to": chat.migrated_to,
    }


def _payload(body: dict[str, Any]) -> str:
    payload = body.get("payload", "")
    if not isinstance(payload, str) or not _PAYLOAD.fullmatch(payload):
        raise ControlRefused("payload must be at most 64 characters of A-Z, a-z, 0-9, _ and -")
    return payload


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


def _button(message: Message, wanted: str) -> dict[str, Any]:
    rows = (message.markup.inline or {}).get("inline_keyboard", [])
    buttons: list[dict[str, Any]] = [button for row in rows for button in row]
    for key in ("callback_data", "text"):
        for button in buttons:
            if button.get(key) == wanted:
                return button
    raise ControlRefused(f"no such button; there are {', '.join(button['text'] for button in buttons)}")
