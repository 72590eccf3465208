"""Telephone numbers in a one-line command, told apart from amounts and from everything else with digits.

Behind a `+`, `00` or a label (`tel`, `phone`, `mobile`) digits are a telephone number, or an error. A
national number without a label is one only in the account's own country, valid there, and written as
nobody writes an amount: with its leading 0, with brackets or with several dashes; or, where there is no
such 0, as all the digits of a mobile beside another numeral.

What is known of the world's numbers is a megabyte, read when the first of them is to be understood.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.conversation.details import (
    PHONE_LABELS,
    TAKEN,
    Found,
    Word,
    ends_item,
    is_label,
    settle,
    typed_at,
    value_after,
)
from bot.conversation.digits import SPACE
from bot.conversation.runs import Kind, Token, groups_by_space
from bot.conversation.tokens import tokens_of

_DASHES = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}"
_INTERNATIONAL = re.compile(r"\(?(?:\+\(?[0-9]|00[1-9]).*")
_BEGINS_ANEW = re.compile(r"\(?\+.*|00[1-9].{3,}")  # the 0013 of `+86 138 0013 8000` does not
_NATIONAL = re.compile(rf"\(?0[1-9].*|\([0-9]{{2,}}\).*|[0-9]+(?:[{_DASHES}][0-9]+){{2,}}")
_DIALLED = re.compile(rf"\(?\+?[{_DASHES}0-9()./{SPACE}]*")
_AMOUNT_OR_DATE = re.compile(
    r"[0-9]+\.[0-9]{1,2}|[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{4}|[0-9]{4}([./-])[0-9]{1,2}\2[0-9]{1,2}"
)
_PLAIN = str.maketrans({"(": None, ")": None, SPACE: " "})
NUMBERED = frozenset(
    "apartment appartement appt apt auftrag bill billet booking chambre client commande contract contrat "
    "devis dossier facture factura fatura flat habitación id inv invoice kunde no nota nr n° nº number "
    "numéro order policy quote quotation receipt rechnung reçu recibo room suite table ticket tisch unit "
    "zimmer".split()
)
_UNWRITTEN_ZERO = frozenset({"IN"})  # dialled on trunks, and written by nobody
_MOST_WORDS = 20  # of one number: fifteen digits and what stands between them
_FEWEST_DIGITS = 4  # `+1 guest` calls nobody
_FEWEST_LABELLED = 3
_WHOLE_GROUP = 5  # digits: what ends with so long a group may be complete
_LONG_BARE = 9  # digits of a numeral that may be a number to dial, where no country is known
_DIALLED_FROM_HOME = 7


def find_phone(words: Sequence[Word], region: str | None) -> Found[str]:
    """The number in E.164; `region`: the account's country, for national numbers."""
    tokens = tokens_of(words)
    found: list[Found[str]] = []
    at = 0
    while at < len(words):
        candidate = _candidate(words, tokens, at, region)
        if candidate.at:
            found.append(candidate)
        at = max(candidate.at, default=at) + 1
    return settle(found, "phone_several")


def resembles_phone(numeral: str, region: str | None) -> bool:
    """Could these bare digits, with no currency beside them, be a number to dial?"""
    if not numeral.isdigit():
        return False
    if numeral.startswith("0"):
        return len(numeral) >= _DIALLED_FROM_HOME
    return _e164(numeral, region) is not None if region else len(numeral) >= _LONG_BARE


def _candidate(words: Sequence[Word], tokens: Sequence[Token], at: int, region: str | None) -> Found[str]:
    """The number that begins with this word or its label, if one does."""
    word = words[at][1]
    if is_label(word, PHONE_LABELS):
        found = _number(words, tokens, at + 1, region, fewest=_FEWEST_LABELLED)
        value = value_after(words, at) if word.endswith(":") and not found.at else ()
        if typed := typed_at(words, value):
            found = Found(error="phone_invalid", typed=typed, at=frozenset(value))
        return replace(found, at=found.at | {at}) if found.at else found
    if _INTERNATIONAL.fullmatch(word):
        found = _number(words, tokens, at, region, fewest=_FEWEST_DIGITS)
        return Found() if found.error and word.lstrip("(").startswith("00") else found
    if region and _is_mobile(words, tokens, at, region):
        number = _e164(tokens[at].numeral, region)
        return Found(number, typed=typed_at(words, [at]), at=frozenset({at}))
    if region and _begins_national(words, at, region) and not _is_numbered(words, tokens, at):
        found = _number(words, tokens, at, region, fewest=_DIALLED_FROM_HOME)
        return found if found.value else Found()
    return Found()


def _begins_national(words: Sequence[Word], at: int, region: str) -> bool:
    """`0171...`, `(617)...`, `617-253-5000`, or what is dialled before them there: `8 (771)...`."""
    word = words[at][1]
    if _AMOUNT_OR_DATE.fullmatch(word):
        return False
    import phonenumbers  # noqa: PLC0415 - see above

    if word == phonenumbers.ndd_prefix_for_region(region, True) and at + 1 < len(words):
        return words[at + 1][1].startswith(("(", "0"))
    return _NATIONAL.fullmatch(word) is not None


def _is_mobile(words: Sequence[Word], tokens: Sequence[Token], at: int, region: str) -> bool:
    """`1500 9876543210`: where no 0 is written in front, all digits of a mobile, beside another numeral."""
    one, behind = tokens[at], tokens[at + 1 : at + 2]
    if one.kind is not Kind.NUMERAL or one.currencies or not one.numeral.isdigit():
        return False
    if len(one.numeral) < _LONG_BARE or _is_numbered(words, tokens, at):
        return False
    if any(token.kind is Kind.CURRENCY for token in behind):
        return False
    import phonenumbers  # noqa: PLC0415 - see above

    unwritten = region in _UNWRITTEN_ZERO or phonenumbers.ndd_prefix_for_region(region, True) != "0"
    if not unwritten or not any(token.kind is Kind.NUMERAL for token in tokens if token is not one):
        return False
    kinds = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if (number := _e164(one.numeral, region)) is None:
        return False
    return phonenumbers.number_type(phonenumbers.parse(number)) in kinds


def _number(
    words: Sequence[Word], tokens: Sequence[Token], start: int, region: str | None, *, fewest: int
) -> Found[str]:
    """The number that the run of dialled words from `start` holds; words that an amount may need are left."""
    stop = _run_stop(words, start)
    kept = stop - _claimed(words, tokens, start, stop)
    numbers = {end: _e164_of(words, start, end, region) for end in range(start + 1, stop + 1)}
    ends = [end for end in (*range(kept, stop + 1), *range(kept - 1, start, -1)) if numbers.get(end)]
    end = ends[0] if ends else kept
    if numbers.get(end) and _is_longer(words, tokens, range(start, kept), end):
        return Found(
            error="phone_invalid", typed=typed_at(words, range(start, kept)), at=frozenset(range(start, kept))
        )
    found = Found(numbers.get(end), typed=typed_at(words, range(start, end)), at=frozenset(range(start, end)))
    if found.value:
        maybe_longer = end < stop and stop in ends and _is(Kind.NUMERAL, tokens, stop + 1)
        maybe_shorter = end - 1 in ends and _digits(words, end - 2, end - 1) >= _WHOLE_GROUP
        return replace(found, value=None, error="phone_several") if maybe_longer or maybe_shorter else found
    alone = end - start == 1 and _is(Kind.CURRENCY, tokens, stop)
    if _digits(words, start, end) < fewest or alone:
        return Found()
    return replace(found, error="phone_invalid")


def _is_longer(words: Sequence[Word], tokens: Sequence[Token], places: range, end: int) -> bool:
    """`06 12 34 56 78 90` beside an amount: what is left over counts nothing, and may be a slip."""
    if not places.start + 1 < end < places.stop:
        return False
    behind = (
        ""
        if ends_item(words[places.stop - 1][1])
        else "".join(typed for typed, _ in words[places.stop :][:1])
    )
    elsewhere = any(token.currencies for token in tokens if token.at not in places)
    return elsewhere and not any(map(str.isalpha, behind))


def _is(kind: Kind, tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].kind is kind


def _run_stop(words: Sequence[Word], start: int) -> int:
    """Where the words that can belong to one number end."""
    stop = start
    for at, word in _dialled(words, start):
        if any(map(str.isdigit, word)):
            stop = at + 1
        if ends_item(word):
            break
    return stop


def _dialled(words: Sequence[Word], start: int) -> Iterator[tuple[int, str]]:
    for at in range(start, min(start + _MOST_WORDS, len(words))):
        word = words[at][1]
        plain = word.rstrip(",;")
        begins_anew = at > start and _BEGINS_ANEW.fullmatch(plain)
        if words[at] == TAKEN or begins_anew or (at > start and _AMOUNT_OR_DATE.fullmatch(plain)):
            return
        if not _DIALLED.fullmatch(plain):
            return
        yield at, word


def _claimed(words: Sequence[Word], tokens: Sequence[Token], start: int, stop: int) -> int:
    """How many last words of a run the amount behind it may begin with: `25 EUR`, `1 234,56 EUR`."""
    behind = tokens[stop] if stop < len(tokens) and not ends_item(words[stop - 1][1]) else None
    if behind is None or behind.kind not in {Kind.CURRENCY, Kind.NUMERAL}:
        return 0
    groups = [behind.numeral] if behind.kind is Kind.NUMERAL else []
    claimed = 0
    for at in range(stop - 1, start - 1, -1):
        if tokens[at].kind is not Kind.NUMERAL:
            break
        groups.insert(0, tokens[at].numeral)
        if len(groups) > 1 and not groups_by_space(groups):
            break
        claimed += 1
    return claimed


def _is_numbered(words: Sequence[Word], tokens: Sequence[Token], at: int) -> bool:
    """Does what stands before it make the number something else: `Invoice 0301234567`, `EUR 0301234567`?"""
    if at == 0:
        return False
    if words[at - 1][1].rstrip(".:").lower() in NUMBERED:
        return True
    of_another = at > 1 and tokens[at - 2].kind is Kind.NUMERAL
    return tokens[at - 1].kind is Kind.CURRENCY and not of_another


def _digits(words: Sequence[Word], start: int, stop: int) -> int:
    return sum(character.isdigit() for _, word in words[max(start, 0) : stop] for character in word)


def _e164_of(words: Sequence[Word], start: int, stop: int, region: str | None) -> str | None:
    return _e164(" ".join(word for _, word in words[start:stop]).rstrip(",;"), region)


@lru_cache(1024)
def _e164(text: str, region: str | None) -> str | None:
    import phonenumbers  # noqa: PLC0415 - see above

    plain = text.translate(_PLAIN)
    try:
        number = phonenumbers.parse(re.sub("^00(?=[1-9])", "+", plain), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
