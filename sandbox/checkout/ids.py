"""Identifiers and moments in the shapes Checkout.com uses."""

import secrets
from datetime import datetime, timedelta, timezone

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_LINK = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

_SINGAPORE = timezone(timedelta(hours=8))


def new_id(prefix: str) -> str:
    """`pay_`, `act_`, `evt_`... and 26 characters of lower-case base 32."""
    return f"{prefix}_{_pick(_BASE32, 26)}"


def new_link_id() -> str:
    return f"pl_{_pick(_LINK, 12)}"


def new_dispute_id() -> str:
    return f"dsp_{secrets.token_hex(10)}"


def digits(count: int) -> str:
    """A number as banks hand them out, such as an authorisation code."""
    return _pick("0123456789", count)


def millis(at: datetime) -> str:
    """2026-11-21T10:15:30.123Z, the API's own moments."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def with_offset(at: datetime) -> str:
    """2026-11-21T18:15:30+08:00, as other examples of the API have it."""
    return at.astimezone(_SINGAPORE).isoformat(timespec="seconds")


def ticks(at: datetime) -> str:
    """2026-11-21T10:15:30.1234567Z: seven digits, as most events write a moment."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}7Z"


def _pick(alphabet: str, count: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(count))
