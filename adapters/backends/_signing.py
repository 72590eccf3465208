"""Signatures of inbound webhooks, compared in constant time."""

import hashlib
import hmac
from collections.abc import Sequence


def secrets_of(setting: str) -> tuple[str, ...]:
    """A setting's secrets: several, separated by commas, while one replaces the other."""
    return tuple(part for part in (text.strip() for text in setting.split(",")) if part)


def signed_by_one_of(secrets: Sequence[str], message: bytes, signature: str) -> bool:
    """Is `signature` the hex HMAC-SHA256 of the message under one of the secrets? Without a secret: never."""
    digests = [hmac.new(secret.encode(), message, hashlib.sha256).hexdigest() for secret in secrets]
    matches = [hmac.compare_digest(digest.encode(), signature.encode()) for digest in digests]
    return any(matches)
