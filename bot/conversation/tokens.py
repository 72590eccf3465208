"""A command's words, sorted into numerals, currencies and the rest."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bot.conversation.amounts import THOUSAND
from bot.conversation.currencies import (
    currencies_called,
    currencies_of,
    has_currency_sign,
    is_no_code,
    resembles_currency,
)
from bot.conversation.digits import SPACE
from bot.conversation.money_words import SIGNS
from bot.conversation.runs import BRACKETS, DASHES, TIMES, Kind, Token

_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
# May end in a dot, `Rs.500`; behind `$` a dot would begin a fraction.
_ABBREVIATION = "|".join(sign for sign in SIGNS if sign.isalpha() and len(sign) > 1)
_SMALL = r"(?:RS|FCFA|rs|fcfa)\.?"
_NUMERAL = rf"[0-9](?:[0-9.,'{SPACE}]*[0-9])?"
_GLUED = re.compile(
    rf"(?P<before>(?:{_ABBREVIATION})\.|(?:{_SIGN})|[A-Za-z]{{3}}|{_SMALL})?"
    rf"(?P<numeral>{_NUMERAL})(?P<scale>[kK])?"
    rf"(?:[.,:][-\N{{EN DASH}}\N{{EM DASH}}]{{1,2}}|/[-=])?"
    rf"(?P<after>{_SIGN}|[A-Za-z]{{3}}|{_SMALL}|[Ee]uros?)?"
)
_MINUS = "-\N{MINUS SIGN}"
_NEGATIVE = re.compile(rf"(?:[{_MINUS}](?:{_SIGN})?|(?:{_SIGN})[{_MINUS}]){_NUMERAL}[^%]*")
_RANGE = re.compile(rf"([^{DASHES}]+)[{DASHES}]([^{DASHES}]+)")
LAKHS = frozenset({"L", "l"})
_FRANCS = SIGNS["Fr"]
_IN_FRANCS = re.compile(r"(.*)(?:[Ff]|fr)")
_DATE = re.compile(
    r"(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:19|20)[0-9]{2}|[0-9]{2})"
)  # no number
_DAY = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])")
_MINUTES = re.compile(r"[1-9][0-9]{0,3}m")
_NUMBER_LIKE = re.compile(rf"[0-9][0-9.,'{SPACE}_]*[kKmM]?[{DASHES}.,]*")
_JOINERS = frozenset(
    {*DASHES, *"/ + . , or to bis and ou à et a o oder ó und y e hasta até tot do lub veya".split()}
)
# `3x`, `x3`; but an X in front, as in `BMW X3`, is a name's.
_MANY = re.compile(r"([0-9]+)[xX*\N{MULTIPLICATION SIGN}]|[x*\N{MULTIPLICATION SIGN}]([0-9]+)")
_SCALES = frozenset(
    "c k m mn mio mln mia million millions millionen bn billion billions mrd milliard milliarden mille "
    "thousand thousands tausend tsd hundred hundreds hundert lac lacs lakh lakhs cr crore crores "
    "mil milhão milhões millón millones tys tis тыс тысяч тысячи млн млрд लाख करोड़ हज़ार हजार ألف مليون تومان "
    "tusen tusind duizend miljoen miljard milione milioni milyon milyar tisíc ribu rb juta jt nghìn ngàn "
    "triệu hazar hazaar toman tomans 万 千 億 亿 万円 千円 億円 万元 亿元 만 만원 천원 억 억원 "
    "p ¢ ct cts cent cents eurocent eurocents penny pence pfennig grosz groszy paise fils centime "
    "centimes kopek kopeks".split()
)
_CLOSING = ".,;:!?\N{HORIZONTAL ELLIPSIS}"
_UNKNOWN_CODE = re.compile(r"[A-Z]{3,4}")


def tokens_of(words: Sequence[tuple[str, str]]) -> tuple[Token, ...]:
    """Each word (as typed, and with its digits spelled alike) with what it is."""
    return _tokens_of(tuple(spelled for _, spelled in words))


@lru_cache(64)
def _tokens_of(words: tuple[str, ...]) -> tuple[Token, ...]:
    """A message's words are looked at once for each thing that they may say."""
    tokens = [_token(at, word) for at, word in enumerate(words)]
    if tokens and tokens[0].text in set(_MINUS):  # `- 5 EUR`: elsewhere it is a dash between words
        tokens[0] = Token(0, tokens[0].text, Kind.NEGATIVE)
    tokens = _with_minutes_apart(_with_dates_apart(_with_percents_apart(_called(tokens))))
    return tuple(_with_initials_apart(_in_lakhs(_in_francs(tokens))))


@lru_cache(1024)
def _token(at: int, word: str) -> Token:
    """A word is looked at once for all messages, as far as they are remembered."""
    text = word.strip(BRACKETS).rstrip(_CLOSING).strip(BRACKETS)
    if currencies := currencies_of(text):
        return Token(
            at, text, Kind.CURRENCY, currencies=currencies, ends=_mark(word), opens=word[0] in BRACKETS
        )
    if word in _JOINERS or word.lower() in TIMES:
        return Token(at, text, Kind.JOINER)
    if (one := _numeral(text)) is not None:
        return Token(at, text, Kind.NUMERAL, *one, ends=_mark(word), opens=word[0] in BRACKETS)
    if many := _MANY.fullmatch(text):
        return Token(at, text, Kind.MANY, many[1] or many[2])
    if (ends := _range(at, text)) is not None:
        return ends
    other = Token(at, text, _kind_of_other(text), ends=_mark(word))
    return _negative(at, text) if _NEGATIVE.fullmatch(text) else other


def _mark(word: str) -> str:
    """What ends a word and is no part of what it says."""
    return word[-1:] if word[-1:] in _CLOSING + BRACKETS else ""


def _numeral(text: str) -> tuple[str, tuple[str, ...]] | None:
    """A numeral and the currencies of its own signs; None if it is none."""
    glued = _GLUED.fullmatch(text)
    attached = _attached(glued) if glued else None
    if glued is None or attached is None:
        return None
    return glued["numeral"] + (THOUSAND if glued["scale"] else ""), attached


def _range(at: int, text: str) -> Token | None:
    """Two numerals and a dash, where the signs of both agree."""
    parted = _RANGE.fullmatch(text)
    low, high = (_numeral(end) for end in parted.groups()) if parted else (None, None)
    if low is None or high is None:
        return None
    (least, before), (most, after) = low, high
    agreed = tuple(code for code in before or after if code in (after or before))
    if (before or after) and not agreed:
        return None
    return Token(at, text, Kind.RANGE, least, agreed, most)


def _negative(at: int, text: str) -> Token:
    """With the currencies of its own signs: `-20€` speaks of money."""
    one = _numeral("".join(each for each in text if each not in _MINUS))
    return Token(at, text, Kind.NEGATIVE, currencies=one[1] if one else ())


def _called(tokens: Sequence[Token]) -> list[Token]:
    """The adjective of a currency's name is part of it: `25 Canadian dollars`, `25 dollars canadiens`."""
    called: dict[int, tuple[str, ...]] = {}
    for one, two in itertools.pairwise(tokens):
        if codes := currencies_called(one.text, two.text):
            called |= {one.at: codes, two.at: codes}
    return [
        replace(token, kind=Kind.CURRENCY, currencies=called[token.at]) if token.at in called else token
        for token in tokens
    ]


def _with_percents_apart(tokens: Sequence[Token]) -> list[Token]:
    """`20 %`, as French is set, is as little an amount as `20%`."""
    percent = {one.at for one, two in itertools.pairwise(tokens) if two.text == "%"}
    return [replace(token, kind=Kind.WORD) if token.at in percent else token for token in tokens]


def _with_dates_apart(tokens: Sequence[Token]) -> list[Token]:
    """`24.12.2026 50 EUR`, `24.12. 50 EUR`: beside a numeral a date is none; alone it is read by nobody."""
    money = any(token.currencies for token in tokens)
    dates = [
        token.at for token in tokens if _DATE.fullmatch(token.text) or (money and _is_day(token, tokens))
    ]
    alone = not any(token.kind is Kind.NUMERAL for token in tokens if token.at not in dates)
    return [
        token if alone or token.at not in dates else Token(token.at, token.text, Kind.WORD)
        for token in tokens
    ]


def _is_day(token: Token, tokens: Sequence[Token]) -> bool:
    """`24.12.`, and no `EUR 24.12.` or `24.12. EUR`."""
    if token.ends != "." or not _DAY.fullmatch(token.text):
        return False
    before, behind = tokens[max(token.at - 2, 0) : token.at], tokens[token.at + 1 : token.at + 2]
    own = before[-1:] if not any(one.kind is Kind.NUMERAL for one in before[:-1]) else []
    return not any(one.kind is Kind.CURRENCY for one in (*own, *behind))


def _with_minutes_apart(tokens: Sequence[Token]) -> list[Token]:
    """`Consulting 45m 50 EUR`: behind a word and in front of a whole amount they are no 45 million."""
    windows = zip(tokens, tokens[1:], tokens[2:], [*tokens[3:], None], strict=False)
    apart = {
        minutes.at
        for before, minutes, numeral, behind in windows
        if before.kind is Kind.WORD
        and _MINUTES.fullmatch(minutes.text)
        and numeral.kind is Kind.NUMERAL
        and (numeral.currencies or (behind and behind.kind is Kind.CURRENCY))
    }
    return [replace(token, kind=Kind.WORD) if token.at in apart else token for token in tokens]


def _with_initials_apart(tokens: Sequence[Token]) -> list[Token]:
    """`50 EUR M. Dupont`: behind a currency a capital with a dot is no million, but begins a name."""
    windows = zip(tokens, tokens[1:], tokens[2:], strict=False)
    apart = {
        initial.at
        for before, initial, name in windows
        if initial.kind is Kind.SCALE and initial.text.isupper() and len(initial.text) == 1
        if initial.ends == "." and before.currencies and name.text[:1].isupper() and name.kind is Kind.WORD
    }
    return [replace(token, kind=Kind.WORD) if token.at in apart else token for token in tokens]


def _in_lakhs(tokens: Sequence[Token]) -> list[Token]:
    """`₹2.5 L`: behind rupees `L` are lakhs; elsewhere it is a size, or litres."""
    lakhs = [
        two.at
        for one, two in itertools.pairwise(tokens)
        if two.text in LAKHS and one.kind is Kind.NUMERAL and "INR" in _spoken(tokens, one)
    ]
    return [replace(token, kind=Kind.SCALE) if token.at in lakhs else token for token in tokens]


def _spoken(tokens: Sequence[Token], numeral: Token) -> tuple[str, ...]:
    """The currencies of a numeral, on it or in front of it."""
    return numeral.currencies or tuple(
        code for token in tokens if token.at == numeral.at - 1 for code in token.currencies
    )


def _in_francs(tokens: Sequence[Token]) -> list[Token]:
    """`5000 F` and `5000fr` are francs where no other currency is named, but for that of `5000 F CFA`."""
    named = {token.at for token in tokens if token.currencies}
    return [
        token if named - {token.at + 1} else _franc(token, tokens[max(token.at - 1, 0) : token.at])
        for token in tokens
    ]


def _franc(token: Token, before: Sequence[Token]) -> Token:
    counts = _IN_FRANCS.fullmatch(token.text)
    if counts is None:
        return token
    if not counts[1]:
        is_behind = any(near.kind is Kind.NUMERAL for near in before)
        return replace(token, kind=Kind.CURRENCY, currencies=_FRANCS) if is_behind else token
    one = _numeral(counts[1])
    return token if one is None else replace(token, kind=Kind.NUMERAL, numeral=one[0], currencies=_FRANCS)


def _kind_of_other(text: str) -> Kind:
    if _is_odd(text):
        return Kind.ODD
    if text.lower() in _SCALES:
        return Kind.SCALE
    like_a_code = _UNKNOWN_CODE.fullmatch(text) and not is_no_code(text)
    like_a_code = like_a_code or resembles_currency(text)
    return Kind.CODE_LIKE if like_a_code else Kind.WORD


def _attached(glued: re.Match[str]) -> tuple[str, ...] | None:
    """The currencies of a numeral's own signs; None if letters beside it are no currency, or two disagree."""
    found = [currencies_of(text) for text in (glued["before"], glued["after"]) if text]
    if not found:
        return ()
    return tuple(code for code in found[0] if all(code in others for others in found)) or None


def _is_odd(text: str) -> bool:
    digits = any(map(str.isdigit, text))
    foreign = digits and not re.search("[0-9]", text)
    return (
        digits
        and "@" not in text
        and (has_currency_sign(text) or foreign or _NUMBER_LIKE.fullmatch(text) is not None)
    )
