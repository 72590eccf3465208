"""Small tests of a JSON value, to build rules from; each gives a function of the value."""

import re
from collections.abc import Callable, Container
from datetime import date, datetime
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any
from urllib.parse import SplitResult, urlsplit

Check = Callable[[Any], bool]

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_PRIMITIVES = (str, int, float, bool)


def text(most: int, least: int = 0) -> Check:
    return lambda value: isinstance(value, str) and least <= len(value) <= most


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def number(least: float, most: float = float("inf")) -> Check:
    """Whole or not, as an amount of something may be; never a flag."""
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
    )


def whole(least: int, most: float = float("inf")) -> Check:
    return lambda value: type(value) is int and least <= value <= most


def one_of(words: Container[Any]) -> Check:
    return lambda value: isinstance(value, str) and value in words


def matches(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def object_of(*keys: str) -> Check:
    """An object with no other keys than these."""
    return lambda value: isinstance(value, dict) and set(value) <= set(keys)


def list_of(most: int, item: type = dict) -> Check:
    """A list of one at least."""
    return lambda value: (
        isinstance(value, list) and 0 < len(value) <= most and all(isinstance(one, item) for one in value)
    )


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_flat(value: Any) -> bool:
    """An object of primitives: metadata has one level."""
    return isinstance(value, dict) and all(isinstance(one, _PRIMITIVES) for one in value.values())


def is_headers(value: Any) -> bool:
    """An object of what can be sent as headers."""
    return isinstance(value, dict) and all(
        _HEADER_NAME.fullmatch(name) and isinstance(text, str) and _HEADER_VALUE.fullmatch(text)
        for name, text in value.items()
    )


def is_absent(value: Any) -> bool:
    return value is None


def is_email(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 255 and _EMAIL.fullmatch(value) is not None  # noqa: PLR2004 - the documented limit


def is_web_address(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > 255 or re.search(r"\s", value):  # noqa: PLR2004 - the documented limit
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and _has_port(parts)


def _has_port(parts: SplitResult) -> bool:
    """Whether the port, if there is one, is one that there can be."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def is_ipv4(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(IPv4Address(value))
    except AddressValueError:
        return False


def is_ipv6(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(IPv6Address(value))
    except AddressValueError:
        return False


def is_day(value: Any) -> bool:
    """2026-11-21."""
    return matches(r"\d{4}-\d\d-\d\d")(value) and _is_date(value)


def is_compact_day(value: Any) -> bool:
    """20261121."""
    return matches(r"\d{8}")(value) and _is_date(value)


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
