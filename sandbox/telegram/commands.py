"""The methods about what the bot says of itself: its commands by scope and language, its descriptions."""

import json
import re
from typing import Any

from sandbox.telegram.answers import bad_request
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
# How long each may be; how a longer one is refused is not documented.
_DESCRIPTIONS = {"description": (512, "DESCRIPTION_TOO_LONG"), "short_description": (120, "ABOUT_TOO_LONG")}


class Commands:
    """Each method takes its checked arguments, answers the result, and raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self._descriptions: dict[tuple[str, str], str] = {}

    def set_my_commands(self, given: dict[str, Any]) -> bool:
        commands = [_command(command) for command in given["commands"]]
        if len(commands) > _MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._commands[self._audience(given)] = commands
        return True

    def get_my_commands(self, given: dict[str, Any]) -> list[dict[str, str]]:
        return self._commands.get(self._audience(given), [])

    def delete_my_commands(self, given: dict[str, Any]) -> bool:
        self._commands.pop(self._audience(given), None)
        return True

    def set_my_description(self, given: dict[str, Any]) -> bool:
        return self._describe("description", given)

    def set_my_short_description(self, given: dict[str, Any]) -> bool:
        return self._describe("short_description", given)

    def get_my_description(self, given: dict[str, Any]) -> dict[str, str]:
        return self._description("description", given)

    def get_my_short_description(self, given: dict[str, Any]) -> dict[str, str]:
        return self._description("short_description", given)

    async def commands(self, _: dict[str, Any]) -> dict[str, Any]:
        """The control: -> {"commands": [{"scope", "language_code", "commands"}]}, as they were set."""
        return {
            "commands": [
                {"scope": json.loads(scope), "language_code": language, "commands": commands}
                for (scope, language), commands in self._commands.items()
            ]
        }

    def _describe(self, name: str, given: dict[str, Any]) -> bool:
        """An empty one is taken away."""
        words, (most, too_long) = given.get(name, ""), _DESCRIPTIONS[name]
        if units(words) > most:
            raise bad_request(too_long)
        self._descriptions[name, _language(given)] = words
        return True

    def _description(self, name: str, given: dict[str, Any]) -> dict[str, str]:
        """In that language, else the one for everybody."""
        own = self._descriptions.get((name, _language(given)))
        return {name: own or self._descriptions.get((name, ""), "")}

    def _audience(self, given: dict[str, Any]) -> tuple[str, str]:
        scope = given.get("scope", {"type": "default"})
        if set(scope) - {"type"} != _SCOPES.get(scope.get("type")):
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        if "chat_id" in scope:
            self._state.chat_for_bot(str(scope["chat_id"]), "members")
        return json.dumps(scope, sort_keys=True), _language(given)


def _language(given: dict[str, Any]) -> str:
    language: str = given.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _command(given: Any) -> dict[str, str]:
    texts = isinstance(given, dict) and all(isinstance(value, str) for value in given.values())
    if not texts or set(given) != {"command", "description"}:
        raise bad_request("can't parse BotCommand: expected command and description")
    if not _COMMAND.fullmatch(given["command"]):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= units(given["description"]) <= _MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return dict(given)
