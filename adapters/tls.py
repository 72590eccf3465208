"""Whom our clients trust."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Read once for all of them: this takes longer than the rest of a client."""
    return httpx.create_ssl_context()
