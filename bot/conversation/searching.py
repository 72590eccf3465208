"""Pure: which links are meant by words that are no reference of ours: `2041`, `jane@example.com`."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from bot.conversation.details import (
    EMAIL_LABELS,
    NAME_LABELS,
    PHONE_LABELS,
    REFERENCE_LABELS,
    Word,
    bare,
    is_label,
    with_labels_apart,
)
from bot.conversation.digits import words_of
from bot.conversation.parse import parse
from bot.conversation.phones import NUMBERED, resembles_phone
from bot.conversation.runs import runs_of
from bot.conversation.tokens import tokens_of
from bot.ports.model import Link

_LABELS = EMAIL_LABELS | NAME_LABELS | PHONE_LABELS | REFERENCE_LABELS
_LEADING = frozenset("of for to from by with about pour à de du des d' l' par".split())
_POSSESSIVE = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]s$", re.IGNORECASE)
_DIALLED = re.compile(r"\+?[0-9()./-]+")
_IDENTIFIES = re.compile(r"\S*[0-9]\S*|\S+@\S+")
_FEWEST_DIGITS, _WHOLE_NUMBER = 4, 7  # of a telephone number: of a part of it, and of all but its country's


def words_sought(words: Iterable[str]) -> tuple[str, ...]:
    """What is looked for, without what only leads to it: `of`, `ref`, the `#` of `#2041`, `Jane's`."""
    apart = with_labels_apart(words_of(" ".join(words)))
    said = [bare(typed) for typed, _ in apart if bare(typed).lower() not in _LEADING]
    kept = [word for word in said if not is_label(word, _LABELS)] or said
    return tuple(filter(None, (_POSSESSIVE.sub("", word).lstrip("#") for word in kept)))


def speaks_of_money(text: str) -> bool:
    """Is there an amount in the words behind an order's, or what a new link would be asked about as one?

    The number of an invoice is none (`Invoice 12`, and a whole number alone), nor is a telephone number.
    """
    words, dialled = words_of(text), _digits(text)
    if says_currency(text):
        return True
    if all(map(_is_number, words)) or (dialled.startswith("0") and resembles_phone(dialled, None)):
        return False
    left = [one for before, one in pairwise([("", ""), *words]) if not _is_number_of(before[1], one)]
    asked_for = " ".join(("list", *(typed for typed, _ in left)))
    return parse(asked_for).errors.get("amount") != "required"


def says_currency(text: str) -> bool:
    return any(run.has_currency for run in runs_of(tokens_of(words_of(text))))


def identify(sought: Sequence[str]) -> bool:
    """Is it what one link is known by, and hardly what is sold: `INV-2041`, `invoice 2041`, an address?"""
    match words_of(" ".join(sought)):
        case [(_, word)]:
            return _IDENTIFIES.fullmatch(word) is not None
        case [(_, before), word] if _is_number_of(before, word):
            return True
        case words:
            return len(_digits(" ".join(word for _, word in words))) >= _WHOLE_NUMBER


def tells_of_customer(text: str) -> bool:
    """Is an address, a telephone number or a name with its label in it, even an unclear or a partial one?"""
    said = parse(text)
    dialled = " ".join(word for _, word in words_of(text) if _DIALLED.fullmatch(word))
    labelled = said.phone or said.name or said.errors.keys() & {"phone", "name"}
    return "@" in text or bool(labelled) or len(_digits(dialled)) >= _WHOLE_NUMBER


def likeness(words: Sequence[str]) -> Callable[[Link], int]:
    """How a link is like what is looked for: not at all (0), in parts of its words (1), or in whole ones (2).

    Every word must be there, in whatever is known of the customer and of what it is for; accents and capital
    letters do not count. A telephone number is known by its digits.
    """
    needles = [_plain(word) for word in words]
    whole = [re.compile(rf"(?<!\w){re.escape(needle)}(?!\w)") for needle in needles]
    digits = _digits(" ".join(words))
    number = digits.lstrip("0") if len(digits) >= _FEWEST_DIGITS else ""

    def like(link: Link) -> int:
        customer = link.customer
        in_phone = bool(number) and number in (customer.phone or "")
        known = (link.description, link.own_reference, customer.name, customer.email, customer.phone)
        text = _plain("\n".join(filter(None, known)))
        if all(each.search(text) for each in whole) or (in_phone and len(number) >= _WHOLE_NUMBER):
            return 2
        return int(in_phone or all(needle in text for needle in needles))

    return like


def _is_number_of(before: str, word: Word) -> bool:
    return bare(before).lower() in NUMBERED and _is_number(word)


def _is_number(word: Word) -> bool:
    return bare(word[1]).isdigit()


def _digits(text: str) -> str:
    """Of what can be a number to dial; empty if it is none. `(0)` is not dialled from abroad."""
    joined = "".join(text.replace("(0)", "").split())
    return re.sub("[^0-9]", "", joined) if _DIALLED.fullmatch(joined) else ""


def _plain(text: str) -> str:
    """Without what people leave out when they type in haste."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(str(unicodedata.decimal(one, one)) for one in parted if not unicodedata.combining(one))
