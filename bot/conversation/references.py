"""The person's own reference (`ref INV-12`, `#4711`) and the backend to use (`via checkout`)."""

import difflib
import re
from collections.abc import Mapping, Sequence

from bot.conversation.details import (
    REFERENCE_LABELS,
    TAKEN,
    Found,
    Word,
    bare,
    is_label,
    settle,
)

_LONGEST = 50
_ALIKE = 0.75  # of difflib: `chekout` is meant to be checkout


def find_reference(words: Sequence[Word]) -> Found[str]:
    """A labelled one, else one behind a `#`; two that differ stay in the description, nothing is guessed.

    Without a colon it must hold a digit: `for reference only` and `#lunch` are none.
    """
    labelled = [
        _reference(words, at + 1, at, asserted=word.endswith(":"))
        for at, (_, word) in enumerate(words[:-1])
        if is_label(word, REFERENCE_LABELS)
    ]
    hashed = [_reference(words, at, at) for at, (typed, _) in enumerate(words) if typed[:1] == "#"]
    for candidates in (labelled, hashed):
        found = [candidate for candidate in candidates if candidate.value]
        if found:
            settled = settle(found, "reference_several")
            return Found() if settled.error else settled
    return Found()


def find_backend(words: Sequence[Word], backends: Mapping[str, str]) -> Found[str]:
    """The backend named behind `via`; a name that resembles one is an error only where it ends the text."""
    names = {_plain(known): name for name, label in backends.items() for known in (name, label)}
    candidates: list[Found[str]] = []
    for at, (_, spelled) in enumerate(words[:-1]):
        if spelled.lower() != "via":
            continue
        typed, places = bare(words[at + 1][0]), frozenset({at, at + 1})
        said, at_end = _plain(typed), all(word == TAKEN for word in words[at + 2 :])
        if said in names:
            candidates.append(Found(names[said], typed=typed, at=places))
        elif at_end and difflib.get_close_matches(said, names, cutoff=_ALIKE):
            candidates.append(Found(error="backend_unknown", typed=typed, at=places))
    return settle(candidates, "backend_several")


def _reference(words: Sequence[Word], at: int, start: int, *, asserted: bool = False) -> Found[str]:
    value = bare(words[at][0]).removeprefix("#")
    fits = 0 < len(value) <= _LONGEST and (asserted or re.search(r"\d", value))
    return Found(value, typed=value, at=frozenset(range(start, at + 1))) if fits else Found()


def _plain(name: str) -> str:
    """`Checkout.com`, `checkout` and `CHECKOUT` are one name."""
    return name.casefold().removesuffix(".com")
