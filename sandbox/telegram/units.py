"""Telegram counts text in UTF-16 code units: https://core.telegram.org/api/entities#entity-length."""


def units(text: str) -> int:
    """How long Telegram thinks `text` is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_units(text: str, begin: int, end: int) -> str:
    """The part of `text` from unit `begin` to unit `end`."""
    return text.encode("utf-16-le", "surrogatepass")[2 * begin : 2 * end].decode("utf-16-le", "replace")
