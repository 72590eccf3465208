"""Which addresses Telegram takes for links.

As `get_checked_link` in https://github.com/tdlib/td/blob/master/td/telegram/LinkManager.cpp: a web
address needs a dot in its host, so `http://localhost` is refused and `http://127.0.0.1` is not.
"""

import re
from urllib.parse import urlsplit

_OWN_SCHEMES = ("tg", "ton", "tonsite")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):(?!\d)")
_MENTION = re.compile(r"tg://user\?id=(\d+)")


def checked_url(address: str) -> str:
    """The address as Telegram stores it; raises ValueError with Telegram's words."""
    scheme = _SCHEME.match(address)
    full = address if scheme else f"http://{address}"
    name = scheme[1].lower() if scheme else "http"
    if name in _OWN_SCHEMES:
        return full
    if name not in {"http", "https"}:
        raise ValueError("Unsupported URL protocol")
    try:
        parts = urlsplit(full)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if re.search(r"\s", full) or not ("." in host or ":" in host):
        raise ValueError("Wrong HTTP URL")
    return full if parts.path or parts.query or parts.fragment else f"{full}/"


def mentioned(address: str) -> int | None:
    """The id of the person a `tg://user?id=` link mentions; None for other links."""
    link = _MENTION.fullmatch(address)
    return int(link[1]) if link else None
