"""Small tests of a JSON value; each has its rule's name and completes "The x field ..."."""

import math
import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.addresses import is_address, is_endpoint

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)")
_SLUG = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{1,62}[A-Za-z0-9])")  # assumed


@dataclass(frozen=True, slots=True)
class Check:
    rule: str
    wants: str
    fits: Callable[[Any], bool]


def text(least: int = 0, most: int | None = None) -> Check:
    if most is None and not least:
        return Check("string", "must be a string", lambda value: isinstance(value, str))
    size = f"from {least} to {most}" if most else f"{least} or more"
    return Check(
        "string",
        f"must be a string of {size} characters",
        lambda value: isinstance(value, str) and least <= len(value.strip()) <= (most or len(value)),
    )


def whole(least: int, most: int | None = None) -> Check:
    size = f"from {least} to {most}" if most else f"{least} or more"
    return Check(
        "number",
        f"must be a whole number, {size}",
        lambda value: type(value) is int and least <= value <= (most or value),
    )


def one_of(words: tuple[str, ...]) -> Check:
    return Check("enum", f"must be one of {', '.join(words)}", lambda value: _is_in(value, words))


def _is_in(value: Any, words: Container[str]) -> bool:
    return isinstance(value, str) and value in words


def _is_number(value: Any) -> bool:
    return type(value) in {int, float} and math.isfinite(value)


def moment_of(value: Any) -> datetime | None:
    """An ISO 8601 moment with its zone (that it must be there is assumed); None for anything else."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


NUMBER = Check("number", "must be a number", _is_number)
NUMBERS = Check(
    "array",
    "must be an array of numbers",
    lambda value: isinstance(value, list) and bool(value) and all(_is_number(one) for one in value),
)
FLAG = Check("boolean", "must be a boolean", lambda value: isinstance(value, bool))
OBJECT = Check("object", "must be an object", lambda value: isinstance(value, dict))
OBJECTS = Check(
    "array",
    "must be an array of objects",
    lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
)
TEXTS = Check(
    "array",
    "must be an array of strings, not an empty one",
    lambda value: isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value),
)
MOMENT = Check("date", "must be an ISO 8601 date and time", lambda value: moment_of(value) is not None)
SLUG = Check(
    "regex",
    "must have 3 to 64 letters, digits, hyphens or underscores",
    lambda value: isinstance(value, str) and _SLUG.fullmatch(value) is not None,
)
URL = Check("url", "must be a valid URL", is_address)
ENDPOINT = Check("url", "must be a valid https URL", is_endpoint)
MESSAGE = Check(  # "" means null
    "string",
    "must be a string of 1 to 500 characters, not blanks only",
    lambda value: isinstance(value, str) and (value == "" or 0 < len(value.strip()) <= 500),  # noqa: PLR2004 - documented
)
