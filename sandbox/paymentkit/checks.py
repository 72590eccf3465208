"""Small tests of a JSON value; each says what it wants, for the refusal's text."""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from sandbox.addresses import is_address, is_endpoint

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Check:
    """`fits(value)`; `wants` completes "must be ..."."""

    fits: Callable[[Any], bool]
    wants: str


def text(most: int = 5000, least: int = 0) -> Check:
    size = f"{least} to {most}" if least else f"at most {most}"
    return Check(
        lambda value: isinstance(value, str) and least <= len(value) <= most, f"a string of {size} characters"
    )


def whole(least: int, most: int) -> Check:
    return Check(
        lambda value: type(value) is int and least <= value <= most, f"an integer from {least} to {most}"
    )


def one_of(words: Container[Any], named: str) -> Check:
    return Check(lambda value: isinstance(value, str) and value in words, f"one of {named}")


def words(known: tuple[str, ...]) -> Check:
    """A list of some of these, not empty."""
    return Check(
        lambda value: isinstance(value, list) and bool(value) and all(one in known for one in value),
        f"a list of {', '.join(known)}",
    )


FLAG = Check(lambda value: isinstance(value, bool), "a boolean")
OBJECT = Check(lambda value: isinstance(value, dict), "an object")
TEXTS = Check(
    lambda value: isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value),
    "a list of strings, not an empty one",
)
EMAIL = Check(
    lambda value: isinstance(value, str) and _EMAIL.fullmatch(value) is not None, "an e-mail address"
)


URL = Check(is_address, "a URL")
ENDPOINT = Check(is_endpoint, "an https URL")


def _is_item(value: Any) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"price_id", "quantity", "description"}:
        return False
    price, quantity, description = value.get("price_id"), value.get("quantity", 1), value.get("description")
    return (
        isinstance(price, str)
        and type(quantity) is int
        and quantity >= 1
        and (description is None or isinstance(description, str))
    )


ITEMS = Check(
    lambda value: isinstance(value, list) and bool(value) and all(_is_item(one) for one in value),
    "a list of {price_id, quantity, description}, not an empty one, quantity 1 or more",
)
