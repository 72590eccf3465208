"""Which two letters are a country's: of an account, for its customers and for national telephone numbers."""


def is_country(code: str) -> bool:
    """`DE`, in capital letters, and no code that is nobody's."""
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - only who names a country waits for it

    return code in SUPPORTED_REGIONS
