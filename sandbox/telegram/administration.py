"""What happens to chats, as controls: the bot is blocked, kicked, promoted; topics close; groups migrate."""

from dataclasses import asdict, replace
from typing import Any

from sandbox.standin import Control, ControlRefused
from sandbox.telegram.answers import bad_request
from sandbox.telegram.chats import Chat
from sandbox.telegram.finding import chat_of, group_of, person_of, topic_of
from sandbox.telegram.people import ALICE, BOT, PEOPLE, Person
from sandbox.telegram.profile import member_as_json
from sandbox.telegram.state import State
from sandbox.telegram.updates import UpdateQueue

_TOPIC_NEWS = {"closed": "forum_topic_closed", "open": "forum_topic_reopened"}
_TOPIC_GONE = ("message thread not found", "TOPIC_DELETED")


class Administration:
    """Each control raises ControlRefused for what cannot happen."""

    def __init__(self, state: State, queue: UpdateQueue) -> None:
        self._state, self._queue = state, queue
        self.controls: dict[str, Control] = {
            "block": self.block,
            "unblock": self.unblock,
            "kick": self.kick,
            "add": self.add,
            "promote": self.promote,
            "demote": self.demote,
            "botfather": self.botfather,
            "limits": self.limits,
            "topic": self.topic,
            "migrate": self.migrate,
        }

    async def block(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"user"}: the person blocks the bot."""
        return self.change_bot(chat_of(self._state, person_of(body["user"]).id), "kicked")

    async def unblock(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"user"}: the person takes the bot back."""
        return self.change_bot(chat_of(self._state, person_of(body["user"]).id), "member")

    async def kick(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat"}: Alice throws the bot out of a group."""
        return self.change_bot(group_of(self._state, body["chat"]), "kicked")

    async def add(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat"}: Alice brings the bot back into a group."""
        chat = group_of(self._state, body["chat"])
        if chat.has_bot:
            raise ControlRefused("the bot is in this group")
        return self.join(chat, ALICE)

    def leave_chat(self, given: dict[str, Any]) -> bool:
        """The method leaveChat: the bot goes by itself; raises Refused."""
        chat = self._state.chat_for_bot(given["chat_id"])
        if not chat.is_group:
            raise bad_request("can't leave a private chat")
        self.change_bot(chat, "left", BOT)
        return True

    async def botfather(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"inline"?, "inline_feedback"?, "privacy"?: true or false} -> the bot's settings at BotFather."""
        settings = self._state.settings
        if not all(name in asdict(settings) and isinstance(value, bool) for name, value in body.items()):
            raise ControlRefused(f"true or false for {', '.join(asdict(settings))}")
        for name, value in body.items():
            setattr(settings, name, value)
        return asdict(settings)

    async def limits(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"on": true or false} -> {"on"}: whether too many messages are refused."""
        if not isinstance(body.get("on"), bool):
            raise ControlRefused("on must be true or false")
        self._state.limits.on = body["on"]
        return {"on": self._state.limits.on}

    async def promote(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat"}: the bot becomes an administrator of a group, who may delete messages."""
        return self._among_members(body, "administrator")

    async def demote(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat"}: an ordinary member again."""
        return self._among_members(body, "member")

    async def topic(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat", "topic", "state": "closed", "open" or "deleted", "error"?}.

        `error` is how the API speaks of a deleted topic: "message thread not found" (the default) or
        "TOPIC_DELETED". Nothing tells the bot that a topic was deleted.
        """
        chat = group_of(self._state, body["chat"])
        topic, news = chat.topics[topic_of(chat, body["topic"])], _TOPIC_NEWS.get(body["state"])
        error = body.get("error", _TOPIC_GONE[0])
        if body["state"] == "deleted" and error in _TOPIC_GONE:
            chat.delete_topic(topic, error)
        elif news is not None and topic.closed != (body["state"] == "closed"):
            chat.topics[topic.id] = replace(topic, closed=not topic.closed)
            self._announce(chat, {news: {}}, topic.id)
        else:
            raise ControlRefused(f"topic {topic.id} cannot become {body['state']} (error {error})")
        return {}

    async def migrate(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"chat"}: a group becomes a supergroup -> {"chat": its new id}."""
        old = group_of(self._state, body["chat"])
        if old.kind != "group" or old.migrated_to is not None:
            raise ControlRefused("only a group can become a supergroup, once")
        new = self._state.migrate(old)
        self._announce(old, {"migrate_to_chat_id": new.id})
        self._announce(new, {"migrate_from_chat_id": old.id})
        return {"chat": new.id}

    def join(self, chat: Chat, actor: Person) -> dict[str, Any]:
        """Somebody brings the bot into a group."""
        self.change_bot(chat, "member", actor)
        self._announce(chat, {"new_chat_members": [BOT.as_json()]}, actor=actor)
        return {}

    def change_bot(self, chat: Chat, status: str, actor: Person | None = None) -> dict[str, Any]:
        """Let the bot have another status in a chat, and tell it; Alice does it in groups unless named."""
        if chat.bot_status == status:
            raise ControlRefused(f"the bot is {status} already")
        old = member_as_json(chat, BOT.id)
        chat.bot_status = status
        change = {
            "chat": chat.as_json(),
            "from": (actor or PEOPLE.get(chat.id, ALICE)).as_json(),
            "date": int(self._state.clock.now().timestamp()),
            "old_chat_member": old,
            "new_chat_member": member_as_json(chat, BOT.id),
        }
        self._queue.add("my_chat_member", change, chat.id)
        return {}

    def _among_members(self, body: dict[str, Any], status: str) -> dict[str, Any]:
        chat = group_of(self._state, body["chat"])
        if not chat.has_bot:
            raise ControlRefused("the bot is not in this group")
        return self.change_bot(chat, status)

    def _announce(
        self, chat: Chat, details: dict[str, Any], topic: int | None = None, actor: Person = ALICE
    ) -> None:
        """A service message: privacy mode hides none of them."""
        message = self._state.post(chat, actor, topic=topic, details=details)
        if chat.has_bot:
            self._queue.add("message", message.as_json(), chat.id)
