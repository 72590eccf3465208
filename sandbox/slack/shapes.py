"""What a piece of JSON must look like, as values that can be put together into tables.

A check looks at one value and adds what is wrong with it, in the Web API's words and with its
JSON pointer: `must be less than 76 characters [json-pointer:/blocks/0/accessory/text/text]`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Problems = list[str]
Check = Callable[[Any, str, Problems], None]

_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


def complain(problems: Problems, pointer: str, text: str) -> None:
    """Add one problem in Slack's form."""
    problems.append(f"{text} [json-pointer:{pointer}]")


def string(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            complain(problems, pointer, "must provide a string")
        elif len(value) < least:
            complain(problems, pointer, f"must be more than {least - 1} characters")
        elif len(value) > most:
            complain(problems, pointer, f"must be less than {most + 1} characters")

    return check


def matching(pattern: re.Pattern[str], what: str) -> Check:
    """A string that is as a whole what the pattern says."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            complain(problems, pointer, f"must be {what}")

    return check


def web_address(most: int) -> Check:
    """An http(s) address of at most `most` characters."""
    return every(string(most), matching(_WEB_ADDRESS, "a valid URL"))


def choice(*allowed: str) -> Check:
    """One of these words."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            complain(problems, pointer, "must be a valid enum value")

    return check


def flag(value: Any, pointer: str, problems: Problems) -> None:
    """A boolean."""
    if not isinstance(value, bool):
        complain(problems, pointer, "must provide a boolean")


def whole(least: int, most: int) -> Check:
    """A whole number from `least` to `most`."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            complain(problems, pointer, "must provide a number")
        elif not least <= value <= most:
            complain(problems, pointer, f"must be between {least} and {most}")

    return check


def items(item: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` things."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            complain(problems, pointer, "must provide an array")
            return
        if len(value) > most:
            complain(problems, pointer, f"no more than {most} items allowed")
        if len(value) < least:
            complain(problems, pointer, f"no fewer than {least} items allowed")
        for index, one in enumerate(value):
            item(one, f"{pointer}/{index}", problems)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check], *also: Check) -> Check:
    """An object with these fields and no others (`type` aside); `also` looks across its fields."""
    fields = {**required, **optional}

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            complain(problems, pointer, "must provide an object")
            return
        before = len(problems)
        for name in required:
            if name not in value:
                complain(problems, pointer, f"missing required field: {name}")
        for name, field in value.items():
            if name in fields:
                fields[name](field, f"{pointer}/{name}", problems)
            elif name != "type":
                complain(problems, pointer, f"invalid additional property: {name}")
        if len(problems) == before:
            every(*also)(value, pointer, problems)

    return check


def variant(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of these checks it must pass."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            complain(problems, pointer, "must provide an object")
        elif "type" not in value:
            complain(problems, pointer, "missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            complain(problems, f"{pointer}/type", f"unsupported type: {value['type']}")
        else:
            kinds[value["type"]](value, pointer, problems)

    return check


def every(*checks: Check) -> Check:
    """All of these."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        for one in checks:
            one(value, pointer, problems)

    return check


def objects_in(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a piece of JSON, with its pointer."""
    if isinstance(value, dict):
        yield pointer, value
        children: Iterator[tuple[Any, Any]] = iter(value.items())
    elif isinstance(value, list):
        children = iter(enumerate(value))
    else:
        return
    for name, child in children:
        yield from objects_in(child, f"{pointer}/{name}")
