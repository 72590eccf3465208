"""Identifiers of our own."""

import re
import secrets
from datetime import UTC, datetime

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 5  # of a character
_OF_THE_DAY, _RANDOM = 3, 9  # characters
_LENGTH = _OF_THE_DAY + _RANDOM
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REFERENCE = re.compile(f"PL[{_CROCKFORD}]{{{_LENGTH}}}(-[0-9]+)?")
_TOKEN = re.compile("[0-9a-f]{32}")


def new_link_id(now: datetime) -> str:
    """`PL` and 12 characters of Crockford base32, which can be read aloud: the day (UTC), and 45 random bits.

    What belongs to the links of a day is stored together; by random bits alone each row is far from the last.
    """
    day = (now - _EPOCH).days
    dated = [day >> _BITS * place for place in reversed(range(_OF_THE_DAY))]
    return "PL" + "".join(
        _CROCKFORD[number % len(_CROCKFORD)] for number in (*dated, *secrets.token_bytes(_RANDOM))
    )


def is_reference(text: str) -> bool:
    """Does it have the form of a link's id, or of a later attempt's at it (`PL…-2`)?"""
    return _REFERENCE.fullmatch(text) is not None


def link_of(reference: str) -> str:
    """The link's id in the reference of an attempt; any other text as it is."""
    return reference.partition("-")[0] if is_reference(reference) else reference


def new_public_token() -> str:
    """128 random bits for an address of our own."""
    return secrets.token_hex(16)


def is_public_token(text: str) -> bool:
    """Does it have the form of one?"""
    return _TOKEN.fullmatch(text) is not None
