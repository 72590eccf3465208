"""The row of a setting, and the forms that several settings share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

Form = tuple[Callable[[str], object], str]  # whether a value is good, and what it must be

_ONLY_NEAR = (".internal", ".local", ".localhost")  # kept out of the world's names: ICANN, RFC 6762, RFC 6761


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
    return parts_of(text) is not None


def is_base(text: str) -> bool:
    """An address that is gone on from: nothing stands behind its path, and nobody signs in by it."""
    parts = parts_of(text)
    return parts is not None and "@" not in parts.netloc and not {*"?#"} & {*text}


def parts_of(text: str) -> SplitResult | None:
    """The parts of an address of the web; None if it is none."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port that is no number
        return None
    return parts if good and text.isprintable() and " " not in text else None


def _is_near(host: str) -> bool:
    """On this machine or in a network of one's own: a private address, or a name that is known only there."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_ONLY_NEAR)


def _keeps_keys(text: str) -> bool:
    """Keys go there, and are read by whoever is on the way, unless by https."""
    parts = parts_of(text)
    return is_base(text) and parts is not None and (parts.scheme == "https" or _is_near(parts.hostname or ""))


def one_of(*values: str) -> Form:
    """One of these words."""
    *others, last = values
    return values.__contains__, f"must be {', '.join(others)} or {last}"


URL: Form = (is_url, "must be an address like https://example.com")
BASE_URL: Form = (
    _keeps_keys,
    "must be an address like https://example.com, nothing behind its path; http only in your own network",
)
