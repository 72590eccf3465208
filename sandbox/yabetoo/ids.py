"""Identifiers and moments in the shapes YabetooPay's guides show."""

import secrets
import string
from datetime import UTC, datetime

_ALPHANUMERIC = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """`plink_` and 24 letters and digits; so for every other kind of thing."""
    return f"{prefix}_{pick(24)}"


def new_slug() -> str:
    """Twelve letters and digits, as real links have."""
    return pick(12)


def pick(count: int) -> str:
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(count))


def moment(at: datetime) -> str:
    """2026-12-15T18:00:00.000Z, whatever zone it came in."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
