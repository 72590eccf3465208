"""What a setting's row is, and the forms that several of them share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Form = tuple[Callable[[str], object], str]  # whether a value is good, and what it must be


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without prefix, what it is for, its default, and an example of its form."""

    name: str
    purpose: str
    default: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class BackendSettings:
    """One backend's settings, without its prefix either; `needed`: what its SECRET_KEY needs beside it."""

    label: str
    rows: tuple[Setting, ...]
    needed: tuple[str, ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)


def is_url(text: str) -> bool:
    """An address of the web, on whatever machine."""
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def one_of(*values: str) -> Form:
    """One of these words."""
    *others, last = values
    return values.__contains__, f"must be {', '.join(others)} or {last}"


URL: Form = (is_url, "must be an address like https://example.com")
