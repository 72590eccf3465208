"""Is what people see exactly what a card says, up to shortening? Whatever is left over was smuggled in."""

import re
from collections.abc import Callable, Iterable

from bot.ports.chat import Card

Pick = Callable[..., tuple[int, int]]  # of several places the one to take

_LAYOUT = re.compile(r"[\s:*⏳✅⚠️…-]*")  # what an adapter puts around the words, or in the place of some
_UNSEEN = re.compile("[\u202a-\u202e\u2060\u2066-\u2069]")
_GONE = "\0"
_SHORTENED = re.compile(r"…(?! \w)")
_SURELY_SHOWN = 50  # characters of a text that is shortened


def pieces_of(card: Card, shown: str) -> list[str]:
    """Everything that a card says, apart from its buttons; an address too long to be shown is not said."""
    rows = [row for row in card.rows if not is_address(row[1]) or row[1] in shown]
    optional = [card.ask, card.mention_label if card.mention else None]
    return [card.headline, *sum(rows, ()), *card.notes, *(text for text in optional if text)]


def is_address(text: str) -> bool:
    return text.startswith("https://") and " " not in text


def seen(text: str) -> str:
    """What is seen of it: marks of direction and joiners may come or go."""
    return _UNSEEN.sub("", text)


def left_over(shown: str, pieces: Iterable[str]) -> list[str]:
    """What is shown and was not said, and what was said and is not shown.

    Pieces that begin alike may be shortened to different lengths: which is which does not matter.
    """
    said = list(pieces)
    return _left_over(shown, said, max) and _left_over(shown, said, min)


def _left_over(shown: str, pieces: Iterable[str], pick: Pick) -> list[str]:
    missing, shown = [], seen(shown)
    for piece in sorted((seen(piece).strip() for piece in pieces), key=len, reverse=True):
        at, length = _found(shown, piece, pick)
        if at < 0:
            missing.append(f"not shown: {piece[:80]!r}")
        else:
            shown = shown[:at] + _GONE + shown[at + length :]
    return missing + [f"not said: {rest!r}" for rest in shown.split(_GONE) if not _LAYOUT.fullmatch(rest)]


def _found(shown: str, piece: str, pick: Pick) -> tuple[int, int]:
    """Where a piece is shown, whole or as a long beginning with an ellipsis, and how much of it.

    No word comes after that ellipsis: others stand in what is said, where another piece may begin alike.
    """
    if piece in shown:
        return shown.index(piece), len(piece)
    kept = ((_kept(shown[: end.start()], piece), end.end()) for end in _SHORTENED.finditer(shown))
    length, end = pick((one for one in kept if one[0] >= _SURELY_SHOWN), default=(0, 0))
    return (end - length - 1, length + 1) if length else (-1, 0)


def _kept(before: str, piece: str) -> int:
    """How long a beginning of the piece stands at the end of this."""
    line = before if "\n" in piece else before.rpartition("\n")[2]
    lengths = range(min(len(line), len(piece)), 0, -1)
    return next((length for length in lengths if line.endswith(piece[:length])), 0)
