"""E-mail addresses, as they are typed and as they are kept."""

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email


@lru_cache
def normal_address(typed: str) -> str | None:
    """The address in its normal form; None if it is none. Asked of one address several times a message."""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        return None
