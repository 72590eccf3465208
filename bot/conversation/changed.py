"""Whether an amount is just what is asked for: `100 EUR + VAT`, `10% off 100 EUR`, `3 lamps at 25 EUR`.

`about 100 EUR` and `up to 100 EUR` may be it, or not (`doubts.py`).
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.conversation.currencies import TAXES
from bot.conversation.details import UNITS
from bot.conversation.doubts import doubts_beside
from bot.conversation.moments import MONTHS
from bot.conversation.neighbours import describes, is_numbered
from bot.conversation.runs import TIMES, Kind, Run, Token

_ON_TOP = (
    "fees?|charges?|delivery|shipping|postage|tips?|service|frais|livraison|port|pourboire|versand|lieferung"
)
_TAX = rf"(?:{'|'.join(sorted(TAXES))})\b"
_SHARE = r"[0-9][0-9.,]*\s?%"
_OFF = "off|discount|rebate|reduction|rabatt|nachlass|skonto|remise|réduction|rabais"
_TENS = (
    "ten twenty thirty forty fifty sixty seventy eighty ninety dix vingt trente quarante cinquante soixante "
    "zehn zwanzig dreissig dreißig vierzig fünfzig"
).split()
_BEHIND = re.compile(
    rf"\+.*|[-\N{{MINUS SIGN}}]\s?{_SHARE}.*|(?:less|minus|moins|abzgl\.?|abzüglich|plus) [0-9].*|/[^\W\d].*|"
    rf"(?:plus|m[aá]s|mais|zzgl\.?|zuzüglich) (?:{_SHARE} )?(?:{_TAX}|(?:{_ON_TOP})\b).*|"
    rf"\(?(?:excl?|exc|ex|exkl|excluding|before|without|hors|ohne|sin|sem)\b\.? {_TAX}.*|\(?h\.?t\b.*|"
    rf"{_SHARE} (?:{_OFF})\b.*|{_TAX} (?:extra|on top|no|not|non|não|nicht|exc).*|(?:{'|'.join(_TENS)})\b.*",
    re.IGNORECASE,
)
_PART = rf"(?:{_SHARE}|[1-9]/[1-9]|[½⅓⅔¼¾])"
_SHARE_OF = re.compile(
    rf"(?:.* )?{_PART} (?:of|on|de|du|sur|von|auf|do|da|(?:{_OFF})(?: on| sur| auf)?)",
    re.IGNORECASE,
)
_RATE = re.compile(rf"/ (?:{UNITS})\b", re.IGNORECASE)  # but `50 EUR / lunch` only parts them
_SUM = re.compile(rf"\+.*|(?:minus|less|moins)$|[-\N{{MINUS SIGN}}]\s?{_SHARE}.*")
_EACH = frozenset(
    "@ at je each ea apiece per par pro pp x * \N{MULTIPLICATION SIGN} times mal fois à a "
    "chacun chacune cada c/u pièce piece stück".split()
)
_OF = frozenset("of de von".split())
_HOURS = re.compile(r"[0-9]{1,2}(?:h(?:[0-9]{2})?|j)", re.IGNORECASE)
_BY_THE_CLOCK = frozenset("à at de dès from of to vers".split())
_SHORTEST_MONTH = 3  # letters: "mar" begins March, "ma" may be anything


def is_changed(run: Run, tokens: Sequence[Token]) -> bool:
    """Is something added to it or taken off it, is it about so much, or the price of one of several?"""
    before, behind = tokens[: run.start], tokens[run.positions.stop :]
    said, goes_on = (" ".join(token.text for token in near) for near in (before[-4:], behind[:4]))
    if doubts_beside(run.positions, tokens) or any(_SUM.match(token.text) for token in before[-1:]):
        return True
    if _SHARE_OF.fullmatch(said) or _BEHIND.match(goes_on):
        return True
    beside = {one.text.lower().rstrip(".") for one in (*before[-1:], *behind[:1])}
    led = {one.text.lower() for one in before[-1:]} & _OF
    if not (led or beside & _EACH or _RATE.match(goes_on)):
        return False
    return _counts(before, tokens) or (not led and _counts(behind, tokens))


def is_rate(run: Run, tokens: Sequence[Token]) -> bool:
    """`$150/hr`: beside another price it is none to choose."""
    return any(token.text.startswith("/") for token in tokens[run.positions.stop :][:1])


def _counts(near: Sequence[Token], tokens: Sequence[Token]) -> bool:
    """`3 lamps`, `x 3`, `2h`; not `Room 12 at`, `12 March`, `from 10h`."""
    return any(
        two.kind is Kind.MANY
        or (_HOURS.fullmatch(two.text) and one.text.lower() not in _BY_THE_CLOCK)
        or (one.text.lower() in TIMES and two.kind is Kind.NUMERAL)
        or (one.kind is Kind.NUMERAL and describes(two) and not _is_no_count(one, two, tokens))
        for one, two in pairwise([Token(-1, "", Kind.WORD), *near])
    )


def _is_no_count(number: Token, word: Token, tokens: Sequence[Token]) -> bool:
    text = word.text.lower()
    months = (name for names in MONTHS for name in names)
    is_month = len(text) >= _SHORTEST_MONTH and any(name.startswith(text) for name in months)
    return text in _EACH | _OF or is_month or is_numbered(tokens, number.at)
