"""What is wrong with a call for Telegram, by the Bot API's own description; an empty list is a good one.

Lengths, choices and conditions are read from the descriptions' prose: `1-64 bytes`, `Must be one of
"danger"`, `Required if … is not specified`, `Exactly one of the fields other than …`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.specs import telegram_html

Spec = Mapping[str, Any]

SPEC: Spec = json.loads(Path(__file__).with_name("bot_api.json").read_text())
_LENGTH = re.compile(r"(\d+)-(\d+) (characters|bytes)")
_COUNT = re.compile(r"[Aa]t most (\d+) (?:commands|entities)")
_CHOICE = re.compile(r"[Mm]ust be one of ([^.;]*)")
_CONDITION = re.compile(r"[Rr]equired if ([\w ]+?) (?:is|are)(?: not|n't) specified")
_ONE_OF = re.compile(r"Exactly one of the (?:optional )?fields(?: other than ([\w, ]+?))? must be used")
_PYTHON: Mapping[str, type | tuple[type, ...]] = {
    "String": str,
    "Boolean": bool,
    "True": bool,
    "Float": float,
}
_WORDS = {"true": True, "false": False}


def faults_of_form(method: str, form: Mapping[str, str]) -> list[str]:
    """A call as it was sent, every parameter a string, objects in JSON."""
    values, faults = {}, []
    for name, text in form.items():
        try:
            values[name] = _decoded(_kinds(method, name), text)
        except ValueError:
            faults.append(f"{method}.{name}: cannot be read as {_kinds(method, name)}")
    return faults + faults_of_call(method, values)


def faults_of_call(method: str, values: Mapping[str, Any]) -> list[str]:
    """A call, every parameter a value."""
    if method not in SPEC["methods"]:
        return [f"no such method (or not in bot_api.json): {method}"]
    return list(_of_object(method, SPEC["methods"][method], values))


def _kinds(method: str, name: str) -> list[str]:
    fields = SPEC["methods"].get(method, {}).get("fields", [])
    return next((field["types"] for field in fields if field["name"] == name), ["String"])


def _decoded(kinds: list[str], text: str) -> Any:
    readers: Mapping[str, Callable[[str], Any]] = {
        "Integer": int,
        "Float": float,
        "Boolean": lambda word: _WORDS.get(word, word),
    }
    if kinds == ["Integer", "String"]:  # a chat: its id, or its name
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    return text if "String" in kinds else readers.get(kinds[0], json.loads)(text)


def _of_object(where: str, entry: Spec, values: Mapping[str, Any]) -> Iterator[str]:
    fields = {field["name"]: field for field in entry.get("fields", [])}
    yield from (f"{where}: unknown {name}" for name in values.keys() - fields.keys())
    for name, field in fields.items():
        if name in values:
            yield from _of_value(f"{where}.{name}", field["types"], values[name])
            yield from _of_prose(f"{where}.{name}", field["description"], values[name], values)
        elif field["required"] or not _excused(field["description"], values):
            yield f"{where}: {name} is missing"
    if one_of := _ONE_OF.search(" ".join(entry.get("description", []))):
        others = set(re.findall(r"\w+", one_of[1] or ""))
        if len(values.keys() & fields.keys() - others) != 1:
            yield f"{where}: not exactly one of its actions"


def _excused(description: str, values: Mapping[str, Any]) -> bool:
    """May this field be absent, given what is there?"""
    condition = _CONDITION.search(description)
    return condition is None or set(re.findall(r"\w+", condition[1])) - {"and"} <= values.keys()


def _of_value(where: str, kinds: list[str], value: Any) -> Iterator[str]:
    """Right if it is right for one kind; else what is wrong with it as the kind that it is nearest to."""
    complaints = [list(_of_kind(where, kind, value)) for kind in _all(kinds)]
    yield from min(complaints, key=len)


def _all(kinds: list[str]) -> Iterator[str]:
    for kind in kinds:
        subtypes = SPEC["types"].get(kind, {}).get("subtypes", [])
        yield from subtypes or [kind]


def _of_kind(where: str, kind: str, value: Any) -> Iterator[str]:
    if kind.startswith("Array of "):
        if isinstance(value, list):
            for place, item in enumerate(value):
                yield from _of_value(f"{where}[{place}]", [kind.removeprefix("Array of ")], item)
        else:
            yield f"{where}: no list"
    elif kind in SPEC["types"]:
        if isinstance(value, Mapping):
            yield from _of_object(where, SPEC["types"][kind], value)
        else:
            yield f"{where}: no {kind}"
    elif kind == "Integer":
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"{where}: no Integer"
    elif not isinstance(value, _PYTHON[kind]):
        yield f"{where}: no {kind}"


def _of_prose(where: str, description: str, value: Any, beside: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, str) and (length := _LENGTH.search(description)):
        text = value
        if "pars" in description and beside.get("parse_mode") == "HTML":
            rendered = telegram_html.read(value)
            yield from (f"{where}: {fault}" for fault in rendered.faults)
            text = rendered.words.strip()
        size = len(text.encode()) if length[3] == "bytes" else units(text)
        if not int(length[1]) <= size <= int(length[2]):
            yield f"{where}: {size} {length[3]}, not {length[1]} to {length[2]}"
    if isinstance(value, list) and (count := _COUNT.search(description)) and len(value) > int(count[1]):
        yield f"{where}: more than {count[1]}"
    if isinstance(value, str) and (choice := _CHOICE.search(description)):
        choices = re.findall(r'["“](\w+)["”]', choice[1])
        if choices and value not in choices:
            yield f"{where}: {value} is none of {', '.join(choices)}"
    if where.endswith(".url") and not str(value).startswith(("https://", "http://", "tg://")):
        yield f"{where}: no address"


def units(text: str) -> int:
    """As Telegram counts: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
