"""Identifiers of our own."""

import re
import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_REFERENCE = re.compile(f"PL[{_CROCKFORD}]{{{_LENGTH}}}(-[0-9]+)?")
_TOKEN = re.compile("[0-9a-f]{32}")


def new_link_id() -> str:
    """`PL` and 12 characters of Crockford base32: 60 random bits that can be read aloud."""
    return "PL" + "".join(_CROCKFORD[byte % len(_CROCKFORD)] for byte in secrets.token_bytes(_LENGTH))


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
