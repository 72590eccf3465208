"""Clients of what runs on this machine."""

from typing import Any

import httpx


def client(base_url: str = "", **settings: Any) -> httpx.AsyncClient:
    """Plain HTTP and no proxy: there is no TLS to prepare for, which would take longer than most tests."""
    return httpx.AsyncClient(base_url=base_url, trust_env=False, verify=False, **settings)  # noqa: S501
