"""What people typed, so that it cannot change what stands around it."""

import re
from collections.abc import Callable

# https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings and the two sections after it.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_WORD = re.compile(r"\S+")
JOINER = "\N{WORD JOINER}"  # takes no room and parts no word: a mark with it beside is a mark no more


def without_directions(text: str) -> str:
    """Without the marks that turn around whatever follows them; right-to-left letters need none."""
    return _DIRECTIONS.sub("", text)


def outside_addresses(change: Callable[[str], str], text: str) -> str:
    """A change to each word but addresses, which must stay what they are."""
    return _WORD.sub(lambda word: word[0] if "://" in word[0] else change(word[0]), text)
