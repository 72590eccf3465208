"""Test data that a page fills in with one press, as the customer of a hosted page would type it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

_LATER = "12/30"


@dataclass(frozen=True, slots=True)
class Chip:
    """What it leads to, a hint at what is typed, and the values by the names of the form's fields.

    `options` are those of the stand-in (its control of that name) that it needs.
    """

    name: str
    hint: str
    values: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def card(name: str, number: str, cvv: str = "123", expiry: str = _LATER, **options: Any) -> Chip:
    """A card, in the fields that every card form here has."""
    values = {"card_number": number, "expiry": expiry, "cvv": cvv}
    return Chip(name, f"… {number[-4:]}", values, options)
