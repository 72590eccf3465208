"""Identifiers and moments in the shapes PaymentKit's guides show."""

import secrets
from datetime import datetime

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def new_id(prefix: str, environment: str) -> str:
    """`pl_stg_x7k9m2n4p8q1`: what it is, where it lives, twelve characters."""
    return f"{prefix}_{environment}_{pick(12)}"


def new_token() -> str:
    """A secure token: whoever has it may pay."""
    return secrets.token_urlsafe(20)


def pick(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


def moment(at: datetime) -> str:
    """2026-06-17T14:00:00Z, as links have it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
