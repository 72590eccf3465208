"""What happens to chats, as controls: the bot is blocked, kicked, promoted; topics close; groups migrate."""

from dataclasses import replace
from typing import Any

from sandbox.standin import Control, ControlRefused
from sandbox.telegram.chats import Chat
from sandbox.telegram.finding import chat_of, group_of, person_of, topic_of
from sandbox.telegram.people import ALICE, BOT, PEOPLE
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
        if chat.bot_status != "kicked":
            raise ControlRefused("the bot is in this group")
        self.change_bot(chat, "member")
        self._announce(chat, {"new_chat_members": [BOT.as_json()]})
        return {}

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

    def change_bot(self, chat: Chat, status: str) -> dict[str, Any]:
        """Let the bot have another status in a chat, and tell it."""
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

    def _among_members(self, body: dict[str, Any], status: str) -> dict[str, Any]:
        chat = group_of(self._state, body["chat"])
        if chat.bot_status == "kicked":
            raise ControlRefused("the bot is not in this group")
        return self.change_bot(chat, status)

    def _announce(self, chat: Chat, details: dict[str, Any], topic: int | None = None) -> None:
        """A service message of Alice's: privacy mode hides none of them."""
        message = self._state.post(chat, ALICE, topic=topic, details=details)
        if chat.bot_status != "kicked":
            self._queue.add("message", message.as_json(), chat.id)
