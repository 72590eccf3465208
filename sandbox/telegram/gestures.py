"""The methods about messages that write nothing: deleting, reacting, pinning, typing."""

from datetime import timedelta
from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.people import BOT
from sandbox.telegram.state import State

_DELETABLE_FOR = timedelta(hours=48)  # https://core.telegram.org/bots/api#deletemessage
_MOST_DELETED = 100
_ACTIONS = set(
    """typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker
    find_location record_video_note upload_video_note""".split()
)
_REACTIONS = set(  # https://core.telegram.org/bots/api#reactiontypeemoji
    """❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯
    🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄
    ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡""".split()
)


class Gestures:
    """Each method takes its checked arguments, answers the result, and raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state

    def delete_message(self, given: dict[str, Any]) -> bool:
        message = self._message(given, "message to delete")
        self._check_deletable(message)
        message.deleted = True
        return True

    def delete_messages(self, given: dict[str, Any]) -> bool:
        """All of them or none; those that are gone already are passed over."""
        ids = given["message_ids"]
        if not 1 <= len(ids) <= _MOST_DELETED:
            raise bad_request(f"{'too many' if ids else 'no'} message identifiers specified")
        if not all(isinstance(id_, int) and id_ > 0 for id_ in ids):
            raise bad_request("invalid message identifier specified")
        chat = self._state.chat_for_bot(given["chat_id"])
        messages = [chat.messages[id_] for id_ in ids if id_ in chat.messages]
        for message in messages:
            self._check_deletable(message)
        for message in messages:
            message.deleted = True
        return True

    def send_chat_action(self, given: dict[str, Any]) -> bool:
        if given["action"].lower() not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat = self._state.chat_for_bot(given["chat_id"])
        self._state.topic_for_bot(chat, given.get("message_thread_id"), None)
        return True

    def set_message_reaction(self, given: dict[str, Any]) -> bool:
        """One at most, as bots may; an empty list takes it back."""
        reactions = [_reaction(reaction) for reaction in given.get("reaction", [])]
        if len(reactions) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        self._message(given, "message to react").reactions = reactions
        return True

    def pin_chat_message(self, given: dict[str, Any]) -> bool:
        message = self._message(given, "message to pin")
        self._check_pinning(message.chat)
        if message.is_service:
            raise bad_request("message can't be pinned")
        message.pinned = True
        pinned = message.as_json(with_reply=False)
        self._state.post(message.chat, BOT, topic=message.topic, details={"pinned_message": pinned})
        return True

    def unpin_chat_message(self, given: dict[str, Any]) -> bool:
        """The one named, else the newest."""
        chat = self._state.chat_for_bot(given["chat_id"])
        self._check_pinning(chat)
        named = given.get("message_id")
        message = chat.pinned if named is None else chat.messages.get(named)
        if message is None or not message.pinned:
            raise bad_request("message to unpin not found")
        message.pinned = False
        return True

    def _message(self, given: dict[str, Any], purpose: str) -> Message:
        chat = self._state.chat_for_bot(given["chat_id"])
        return self._state.message_for_bot(chat, given["message_id"], purpose)

    def _check_deletable(self, message: Message) -> None:
        """Its own; anyone's in a private chat and where it is an administrator; for 48 hours."""
        chat = message.chat
        if message.sender is not BOT and chat.is_group and chat.bot_status != "administrator":
            raise bad_request("message can't be deleted")
        if self._state.clock.now() > message.date + _DELETABLE_FOR:
            raise bad_request("message can't be deleted for everyone")

    def _check_pinning(self, chat: Chat) -> None:
        if chat.is_group and chat.bot_status != "administrator":
            raise bad_request("not enough rights to manage pinned messages in the chat")


def _reaction(given: Any) -> dict[str, str]:
    kind = given.get("type") if isinstance(given, dict) else None
    if kind == "custom_emoji":
        raise bad_request("REACTION_INVALID")  # only where a chat allows it, and none here does
    if kind != "emoji":
        raise bad_request("can't parse ReactionType: invalid reaction type specified")
    if given.get("emoji") not in _REACTIONS:
        raise bad_request("REACTION_INVALID")
    return {"type": "emoji", "emoji": given["emoji"]}
