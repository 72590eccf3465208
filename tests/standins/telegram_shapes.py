"""What the Bot API's description says of a method's parameters and of an object's fields.

`telegram_shapes.json` is PaulSonOfLars/telegram-bot-api-spec `api.json` (Bot API 10.1, MIT, (c) 2020 Paul
Larsen; see tests/specs), cut to what tests/specs lacks: the methods and objects below, each a list of
name, types, required.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.specs.bot_api import SPEC

_MORE = json.loads(Path(__file__).with_name("telegram_shapes.json").read_text())
Fields = Mapping[str, tuple[tuple[str, ...], bool]]  # name -> types, required


def _fields(rows: list[Any]) -> Fields:
    return {name: (tuple(types), required) for name, types, required in rows}


def _rows(described: Mapping[str, Any]) -> list[Any]:
    return [(field["name"], field["types"], field["required"]) for field in described.get("fields", [])]


METHODS: Mapping[str, Fields] = {
    **{name: _fields(rows) for name, rows in _MORE["methods"].items()},
    **{name: _fields(_rows(described)) for name, described in SPEC["methods"].items()},
}
TYPES: Mapping[str, Fields] = {
    **{name: _fields(_rows(described)) for name, described in SPEC["types"].items()},
    **{name: _fields(rows) for name, rows in _MORE["types"].items()},
}
_MEMBERS = {
    "creator": "ChatMemberOwner",
    "administrator": "ChatMemberAdministrator",
    "member": "ChatMemberMember",
    "kicked": "ChatMemberBanned",
    "left": "ChatMemberLeft",
}


def faults(kind: str, value: Any, where: str = "") -> Iterator[str]:
    """What is wrong with an object of the Bot API, by its description; kinds that are not here are right."""
    if kind.startswith("Array of "):
        for place, item in enumerate(value):
            yield from faults(kind.removeprefix("Array of "), item, f"{where}[{place}]")
        return
    kind = _MEMBERS.get(value["status"], kind) if kind == "ChatMember" else kind
    kind = "Message" if kind == "MaybeInaccessibleMessage" else kind
    if kind not in TYPES:
        return
    where = where or kind
    yield from (f"{where}: no {name} in {kind}" for name in value.keys() - TYPES[kind].keys())
    for name, (types, required) in TYPES[kind].items():
        if name in value:
            yield from faults(types[0], value[name], f"{where}.{name}")
        elif required:
            yield f"{where}: {name} is missing"
