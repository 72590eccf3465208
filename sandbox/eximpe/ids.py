"""Identifiers and moments in the shapes EximPe uses."""

import secrets
from datetime import UTC, datetime

_WRITTEN = {"plain": "%Y-%m-%d %H:%M:%S", "zulu": "%Y-%m-%dT%H:%M:%SZ", "micros": "%Y-%m-%dT%H:%M:%S.%fZ"}


def new_id(prefix: str) -> str:
    """`PR` (payment), `OD` (order)... or `pl_` (a link in its address), and ten digits."""
    return f"{prefix}{secrets.randbelow(9 * 10**9) + 10**9}"


def moment(at: datetime, form: str = "micros") -> str:
    """2026-11-21T09:09:58.000000Z, or another of the three forms that the docs show."""
    return at.astimezone(UTC).strftime(_WRITTEN[form])
