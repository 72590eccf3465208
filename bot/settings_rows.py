"""What a setting's row is, and the forms that several of them share."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without prefix, what it is for, its default, and an example of its form."""

    name: str
    purpose: str
    default: str = ""
    example: str = ""


def is_url(text: str) -> bool:
    """An address of the web, on whatever machine."""
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


URL = (is_url, "must be an address like https://example.com")
