"""The methods about the bot itself, and about chats and their members."""

from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.chats import Chat
from sandbox.telegram.people import BOT, PEOPLE, bot_as_json
from sandbox.telegram.state import State

_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)
_RIGHTS = """is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members
    can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories
    can_delete_stories can_pin_messages can_manage_topics""".split()
_GRANTED = {"can_manage_chat", "can_delete_messages", "can_pin_messages"}
_MEMBER_FIELDS: dict[str, dict[str, Any]] = {
    "creator": {"is_anonymous": False},
    "administrator": {"can_be_edited": False, **{right: right in _GRANTED for right in _RIGHTS}},
    "kicked": {"until_date": 0},
}
_ADMINISTRATORS = {"creator", "administrator"}


def member_as_json(chat: Chat, user_id: int) -> dict[str, Any]:
    """The `ChatMember` object: https://core.telegram.org/bots/api#chatmember."""
    status = chat.status_of(user_id)
    person = BOT if user_id == BOT.id else PEOPLE[user_id]
    return {"user": person.as_json(), "status": status, **_MEMBER_FIELDS.get(status, {})}


class Profile:
    """Each method takes its checked arguments, answers the result, and raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state

    def get_me(self, _: dict[str, Any]) -> dict[str, Any]:
        return bot_as_json(self._state.settings)

    def get_chat(self, given: dict[str, Any]) -> dict[str, Any]:
        chat = self._state.chat_for_bot(given["chat_id"], "read")
        pinned = chat.pinned
        return {
            **chat.as_json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, False),
            **({"pinned_message": pinned.as_json(with_reply=False)} if pinned else {}),
        }

    def get_chat_member(self, given: dict[str, Any]) -> dict[str, Any]:
        about_itself = given["user_id"] == BOT.id
        chat = self._state.chat_for_bot(given["chat_id"], "read" if about_itself else "members")
        if given["user_id"] not in {*PEOPLE, BOT.id}:
            raise bad_request("invalid user_id specified")
        return member_as_json(chat, given["user_id"])

    def get_chat_administrators(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        """People; the bot only where it asks for bots, too."""
        chat = self._state.chat_for_bot(given["chat_id"], "members")
        if not chat.is_group:
            raise bad_request("there are no administrators in the private chat")
        everyone = [*chat.members, *([BOT.id] if given.get("return_bots") else [])]
        return [member_as_json(chat, user) for user in everyone if chat.status_of(user) in _ADMINISTRATORS]

    def get_chat_member_count(self, given: dict[str, Any]) -> int:
        chat = self._state.chat_for_bot(given["chat_id"], "members")
        return len(chat.members) + 1
