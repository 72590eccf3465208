"""Whether a JSON value is an address of the web, as providers that take one check it."""

import re
from collections.abc import Container
from typing import Any
from urllib.parse import urlsplit

_WEB = frozenset({"http", "https"})
_LOOPBACK = {"127.0.0.1", "localhost"}


def is_address(value: Any, schemes: Container[str] = _WEB) -> bool:
    """Does it have one of the schemes, and name a host?"""
    if not isinstance(value, str) or re.search(r"\s", value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def is_endpoint(value: Any) -> bool:
    """HTTPS, or this machine, which the real service could not reach and the sandbox must."""
    if is_address(value, {"https"}):
        return True
    return is_address(value, {"http"}) and urlsplit(value).hostname in _LOOPBACK
