"""Signatures of inbound webhooks, compared in constant time."""

import hmac
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256


def signed_by_one_of(secrets: Sequence[str], message: bytes, signature: str) -> bool:
    """Is `signature` the hex HMAC-SHA256 of the message under one of the secrets? Without a secret: never.

    Capitals and small letters are the same number.
    """
    told = signature.lower().encode()
    matches = [hmac.compare_digest(_signed(secret, message).encode(), told) for secret in secrets]
    return any(matches)


def _signed(secret: str, message: bytes) -> str:
    """Not hmac.digest: that releases the interpreter lock, and then waits for it behind other threads."""
    signer = _signer(secret).copy()
    signer.update(message)
    return signer.hexdigest()


@lru_cache
def _signer(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode(), digestmod=sha256)
