"""Who pays: the customer's name and e-mail address, as people write them in one line.

A name is taken only where it is marked: `name: Jane Doe`, `customer: Jane Doe`, and before an address in
angle brackets, in quotes or as at most four words that begin with a capital letter (`van` and the like
may stand between). `for Jane` names nobody: as many descriptions begin that way.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.addresses import normal_address
from bot.conversation.currencies import currencies_of
from bot.conversation.details import (
    EMAIL_LABELS,
    NAME_LABELS,
    TAKEN,
    Found,
    Word,
    bare,
    ends_item,
    is_label,
    settle,
    typed_at,
    value_after,
    with_labels_apart,
    without,
)
from bot.conversation.digits import words_of

_LONGEST_NAME = 4
_PARTICLES = frozenset("al bin da das de del della den der di dos du el la le ten ter van von y".split())
_NO_NAMES = frozenset(
    "bill booking deposit for invoice order payment quote ref reference to "
    "gst ht iva mwst ttc tva ust vat".split()
)
_QUOTES = '"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}'
_ADDRESS = re.compile(r"[^@]+@.*|@[^@]+\..*")


def find_email(words: Sequence[Word]) -> Found[str]:
    """The address, or what is wrong with the word that has an @ in it."""
    found = [_address(words, at) for at, (typed, _) in enumerate(words) if _ADDRESS.fullmatch(bare(typed))]
    first = {_folded(each): each.value for each in reversed(found)}  # in capitals or not: one address
    return settle([replace(each, value=first[_folded(each)]) for each in found], "email_several")


def _folded(found: Found[str]) -> str | None:
    return found.value and found.value.casefold()


def address_in(word: str) -> str | None:
    """The address that a word is, without what is around it: `<mailto:jane@example.com>.`"""
    return normal_address(bare(word).removeprefix("mailto:"))


def find_quoted_name(words: Sequence[Word]) -> Found[str]:
    """`name: "Jane Doe"` and `"Jane Doe" <jane@example.com>`: whatever the quotes hold is the name."""
    for start, (typed, _) in enumerate(words):
        stop = _closing_quote(words, start) if typed and typed[0] in _QUOTES else None
        if stop is None:
            continue
        labelled = start > 0 and is_label(words[start - 1][1], NAME_LABELS, colon=True)
        if labelled or _is_bracketed(words, stop):
            name = typed_at(words, range(start, stop)).strip(_QUOTES).strip()
            places = range(start - labelled, stop)
            return Found(name or None, typed=name, at=frozenset(places))
    return Found()


def address_alone(text: str) -> str | None:
    """The address in a text that says no more: a label, `Jane Doe <…>` as mail programs copy it, an emoji."""
    words = with_labels_apart(words_of(text))
    found = find_email(words)
    at = found.at | (find_quoted_name(words).at or find_name_before_address(words).at)
    rest = "".join(typed for typed, _ in without(words, at))
    return None if any(map(str.isalnum, rest)) else found.value


def find_name_before_address(words: Sequence[Word]) -> Found[str]:
    """`Jane Doe <jane@example.com>`, with or without a label in front."""
    for at in range(1, len(words)):
        if not _is_bracketed(words, at):
            continue
        start = at
        while start > 0 and at - start < _LONGEST_NAME and _belongs_to_name(words[start - 1][0]):
            start -= 1
        while start < at and words[start][0] in _PARTICLES:
            start += 1
        if start < at:
            name = typed_at(words, range(start, at))
            labelled = start > 0 and is_label(words[start - 1][1], NAME_LABELS, colon=True)
            return Found(name, typed=name, at=frozenset(range(start - labelled, at)))
    return Found()


def find_labelled_name(words: Sequence[Word]) -> Found[str]:
    """`name: Jane Doe`, up to a comma, the next label, a number, a detail taken before, or the end."""
    labels = [at for at, (_, word) in enumerate(words) if is_label(word, NAME_LABELS, colon=True)]
    found = [_labelled_name(words, at) for at in labels]
    return settle([name for name in found if name.at], "name_several")


def _labelled_name(words: Sequence[Word], label: int) -> Found[str]:
    value = value_after(words, label)
    stop = next((at for at in value if any(map(str.isdigit, words[at][1]))), value.stop)
    name = typed_at(words, range(label + 1, stop))
    named = any(map(str.isalpha, name))
    return Found(name, typed=name, at=frozenset(range(label, stop))) if named else Found()


def _address(words: Sequence[Word], at: int) -> Found[str]:
    typed, address = bare(words[at][0]).removeprefix("mailto:"), address_in(words[at][0])
    labelled = at > 0 and is_label(words[at - 1][1], EMAIL_LABELS)
    places = frozenset(range(at - labelled, at + 1))
    return Found(address, error=None if address else "email_invalid", typed=typed, at=places)


def _closing_quote(words: Sequence[Word], start: int) -> int | None:
    """Just behind the word that closes the quotes which begin at `start`."""
    for at in range(start, len(words)):
        typed = words[at][0].rstrip(",;")
        if typed[-1:] in _QUOTES and (at > start or len(typed) > 1):
            return at + 1
        if words[at] == TAKEN:
            break
    return None


def _is_bracketed(words: Sequence[Word], at: int) -> bool:
    return at < len(words) and words[at][0].startswith("<") and "@" in words[at][0]


def _belongs_to_name(typed: str) -> bool:
    if typed in _PARTICLES:
        return True
    begins = typed[:1].isupper() and not any(map(str.isdigit, typed)) and not ends_item(typed)
    return begins and ":" not in typed and typed.lower() not in _NO_NAMES and not currencies_of(typed)
