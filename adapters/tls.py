"""The certificate authorities that our clients trust."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Cached: loading them takes longer than the rest of a client."""
    return httpx.create_ssl_context()
