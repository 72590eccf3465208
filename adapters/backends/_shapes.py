"""Values of a provider's JSON, checked for their type: TypeError or ValueError for any other."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from bot.money import Money

Row = Mapping[str, Any]  # a JSON object that was read
_MAJOR = re.compile(r"[0-9]+(\.[0-9]+)?")
_MOST = 2**63 - 1  # minor units
_MOST_OFTEN = 100_000  # times that one link is paid
_ADDRESS = 2000  # characters: what all chats show whole
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def an_object(value: Any) -> Row:
    if not isinstance(value, dict):
        raise TypeError(f"not an object: {type(value).__name__}")
    return value


def part(data: Row, name: str) -> Row:
    """An object inside another; empty if there is none."""
    inner = data.get(name)
    return inner if isinstance(inner, dict) else {}


def text(value: Any) -> str:
    """A non-empty string."""
    if not isinstance(value, str) or not value:
        raise TypeError(f"not a text: {type(value).__name__}")
    return value


def address(value: Any) -> str:
    """Where customers can be sent: on the web, and nothing that chats or people read as something else."""
    told = text(value)
    parts = urlsplit(told)
    is_on_web = told.startswith(("https://", "http://")) and parts.hostname and parts.port != 0
    is_readable = told.isprintable() and " " not in told and len(told) <= _ADDRESS
    if not is_on_web or not is_readable or "@" in parts.netloc:
        raise ValueError("not an address that anybody can be sent to")
    return told


def word(value: Any) -> str | None:
    """A string, or None for anything else: for values that are only shown."""
    return value if isinstance(value, str) and value else None


def moment(value: Any) -> datetime:
    """ISO 8601 with up to seven digits of a second, `Z` or an offset; without either it is UTC."""
    told = datetime.fromisoformat(text(value))
    return in_reach(told if told.tzinfo else told.replace(tzinfo=UTC))


def in_reach(told: datetime) -> datetime:
    """A moment that arithmetic can handle: "never" is often the last or the first possible one."""
    return min(max(told, _FIRST), _LAST)


def whole(value: Any) -> int:
    """An integer; a boolean is none, nor is 1200.0: with a point PaymentKit's invoices name major units."""
    if type(value) is not int:
        raise TypeError(f"not a whole number: {type(value).__name__}")
    return value


def times(value: Any) -> int:
    """How often something happened."""
    if not 0 <= whole(value) <= _MOST_OFTEN:
        raise ValueError("a count that nobody can mean")
    return int(value)


def from_major(value: Any, currency: str) -> Money:
    """An amount in major units: a number or a string of digits, not below 0."""
    if isinstance(value, str) and _MAJOR.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise TypeError(f"not an amount: {type(value).__name__}")
    return storable(Money.of(Decimal(value), currency))


def storable(amount: Money) -> Money:
    """An amount that can be stored and is not below 0; any other raises."""
    if not 0 <= amount.minor <= _MOST:
        raise ValueError("an amount that nobody can mean")
    return amount


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)
