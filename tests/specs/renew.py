"""Cuts freshly fetched specifications to what the tests need (where they come from: README.md).

python -m tests.specs.renew block_kit FILE      FILE: what ts-json-schema-generator wrote
python -m tests.specs.renew bot_api FILE        FILE: telegram-bot-api-spec's api.json
python -m tests.specs.renew compose FILE        FILE: compose-spec's schema/compose-spec.json
python -m tests.specs.renew slack_manifest FILE FILE: manifest-schema's schemas/manifest.schema.2.0.0.json
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
METHODS = (
    "getMe getUpdates setWebhook deleteWebhook getWebhookInfo close logOut "
    "sendMessage editMessageText editMessageReplyMarkup deleteMessage sendChatAction setMessageReaction "
    "answerCallbackQuery setMyCommands deleteMyCommands getMyCommands setMyDescription setMyShortDescription "
    "getChat getChatMember leaveChat"
).split()


def without_prose(schema: Any) -> Any:
    """The same schema without its prose."""
    if isinstance(schema, list):
        return [without_prose(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    prose = {"description", "deprecated"}
    return {
        name: without_prose(part)
        for name, part in schema.items()
        if name not in prose or isinstance(part, dict)  # a property of that name is no prose
    }


def bot_api(spec: Mapping[str, Any]) -> dict[str, Any]:
    """METHODS and every type that they take, each field with its description: lengths stand there."""
    methods = {name: spec["methods"][name] for name in METHODS}
    types: dict[str, Any] = {}
    wanted = [name for method in methods.values() for name in _named_by(method)]
    while wanted:
        name = wanted.pop()
        if name in spec["types"] and name not in types:
            types[name] = spec["types"][name]
            wanted += _named_by(types[name])
    return {
        "version": spec["version"],
        "release_date": spec["release_date"],
        "methods": {name: _cut(method) for name, method in methods.items()},
        "types": {name: _cut(types[name]) for name in sorted(types)},
    }


def _named_by(entry: Mapping[str, Any]) -> list[str]:
    named = [name for field in entry.get("fields", []) for name in field["types"]]
    return [name.replace("Array of ", "") for name in (*named, *entry.get("subtypes", []))]


def _cut(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("description", "fields", "subtypes") if name in entry}


CUTS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "block_kit": (without_prose, "block_kit.schema.json"),
    "compose": (without_prose, "compose.schema.json"),
    "slack_manifest": (without_prose, "slack_manifest.schema.json"),
    "bot_api": (bot_api, "bot_api.json"),
}

if __name__ == "__main__":
    cut, name = CUTS[sys.argv[1]]
    fetched = json.loads(Path(sys.argv[2]).read_text())
    (HERE / name).write_text(json.dumps(cut(fetched), indent=1, ensure_ascii=False) + "\n")
