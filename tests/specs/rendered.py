"""What people see of a text with markup, however a platform writes it."""

from dataclasses import dataclass

# https://unicode.org/reports/tr9/: what opens a direction of its own, and what closes it
_EMBEDDINGS, _ISOLATES = frozenset("\u202a\u202b\u202d\u202e"), frozenset("\u2066\u2067\u2068")
_END_EMBEDDING, _END_ISOLATE = "\u202c", "\u2069"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words, what in them calls somebody or leads somewhere, and what is not written as it must be."""

    words: str
    active: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def governed(line: str) -> str:
    """The end of a line that stands in a direction which something in the line set and nothing ended."""
    open_at: list[tuple[str, int]] = []
    for at, character in enumerate(line):
        if character in _EMBEDDINGS or character in _ISOLATES:
            open_at.append((character, at))
        elif character == _END_EMBEDDING and open_at and open_at[-1][0] in _EMBEDDINGS:
            open_at.pop()
        elif character == _END_ISOLATE and any(opener in _ISOLATES for opener, _ in open_at):
            while open_at.pop()[0] not in _ISOLATES:
                pass
    return line[open_at[0][1] :] if open_at else ""
