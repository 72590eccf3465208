"""The methods about the bot itself and about chats and their members."""

import json
import re
from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.chats import Chat
from sandbox.telegram.people import BOT, PEOPLE, bot_as_json
from sandbox.telegram.state import State
from sandbox.telegram.units import units

_MOST_COMMANDS = 100
_MAX_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_SCOPES: dict[str, set[str]] = {
    "default": set(),
    "all_private_chats": set(),
    "all_group_chats": set(),
    "all_chat_administrators": set(),
    "chat": {"chat_id"},
    "chat_administrators": {"chat_id"},
    "chat_member": {"chat_id", "user_id"},
}
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
_GRANTED = {"can_manage_chat", "can_delete_messages"}
_MEMBER_FIELDS: dict[str, dict[str, Any]] = {
    "creator": {"is_anonymous": False},
    "administrator": {"can_be_edited": False, **{right: right in _GRANTED for right in _RIGHTS}},
    "kicked": {"until_date": 0},
}


def member_as_json(chat: Chat, user_id: int) -> dict[str, Any]:
    """The `ChatMember` object: https://core.telegram.org/bots/api#chatmember."""
    status = chat.status_of(user_id)
    person = BOT if user_id == BOT.id else PEOPLE[user_id]
    return {"user": person.as_json(), "status": status, **_MEMBER_FIELDS.get(status, {})}


class Profile:
    """Each method takes its checked arguments, answers the result, and raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._commands: dict[tuple[str, str], list[dict[str, str]]] = {}

    def get_me(self, _: dict[str, Any]) -> dict[str, Any]:
        return bot_as_json()

    def set_my_commands(self, given: dict[str, Any]) -> bool:
        commands = [_command(command) for command in given.get("commands", [])]
        if len(commands) > _MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._commands[self._audience(given)] = commands
        return True

    def get_my_commands(self, given: dict[str, Any]) -> list[dict[str, str]]:
        return self._commands.get(self._audience(given), [])

    async def commands(self, _: dict[str, Any]) -> dict[str, Any]:
        """The control: -> {"commands": [{"scope", "language_code", "commands"}]}, as they were set."""
        return {
            "commands": [
                {"scope": json.loads(scope), "language_code": language, "commands": commands}
                for (scope, language), commands in self._commands.items()
            ]
        }

    def get_chat(self, given: dict[str, Any]) -> dict[str, Any]:
        chat = self._state.chat_for_bot(given.get("chat_id", ""))
        return {
            **chat.as_json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, False),
        }

    def get_chat_member(self, given: dict[str, Any]) -> dict[str, Any]:
        chat = self._state.chat_for_bot(given.get("chat_id", ""))
        if given.get("user_id") not in {*PEOPLE, BOT.id}:
            raise bad_request("invalid user_id specified")
        return member_as_json(chat, given["user_id"])

    def _audience(self, given: dict[str, Any]) -> tuple[str, str]:
        scope = given.get("scope", {"type": "default"})
        language = given.get("language_code", "")
        if set(scope) - {"type"} != _SCOPES.get(scope.get("type")):
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        if "chat_id" in scope:
            self._state.chat_for_bot(str(scope["chat_id"]))
        if not _LANGUAGE.fullmatch(language):
            raise bad_request("invalid language code specified")
        return json.dumps(scope, sort_keys=True), language


def _command(given: Any) -> dict[str, str]:
    texts = isinstance(given, dict) and all(isinstance(value, str) for value in given.values())
    if not texts or set(given) != {"command", "description"}:
        raise bad_request("can't parse BotCommand: expected command and description")
    if not _COMMAND.fullmatch(given["command"]):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= units(given["description"]) <= _MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return dict(given)
