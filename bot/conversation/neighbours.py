"""What stands beside a numeral: its own room, what it counts, or what only looks like its currency."""

import re
from collections.abc import Sequence

from bot.conversation.currencies import currencies_of, has_currency_sign, may_be_money
from bot.conversation.digits import SPACE
from bot.conversation.phones import NUMBERED
from bot.conversation.runs import Kind, Run, Token

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_CUT = re.compile(rf"[1-9][0-9]{{0,2}}(?:{SPACE}[0-9]{{3}})+[^0-9].*")
_SHORTEST_SCALE = 3  # letters: "mio" says that money is meant, "m" and "ct" may be anything
_TAIL = re.compile(r"[.,'][0-9]")
_MARK = re.compile(rf"[.,'{SPACE}]")
_JOINED = re.compile(r"[0-9/.(]")
_LETTERS = re.compile(r"[^\W\d_]+")
_A_PIECE_IN_FRANCS = re.compile(r"(?:[0-9][0-9.,]*)?[fF]/[^\W\d_]+")
_RECENT = re.compile(r"20[23][0-9]")
_FEW = 9
_A_COUNT = re.compile(r"[1-9][0-9]?")
_TOUCHING = (
    [Kind.NUMERAL, Kind.CURRENCY, Kind.NUMERAL],
    [Kind.NUMERAL, Kind.NUMERAL, Kind.CURRENCY],
    [Kind.CURRENCY, Kind.NUMERAL, Kind.NUMERAL],
    [Kind.NUMERAL, Kind.NUMERAL],
)


def rivals(speaking: Sequence[Run], runs: Sequence[Run]) -> list[Run]:
    """`EUR 2026 membership 49.90`: beside what may be a year, a numeral with a mark may be the amount."""
    numerals = [token.numeral for run in speaking for token in run.numerals]
    if len(numerals) != 1 or not _YEAR.fullmatch(numerals[0]):
        return []
    return [
        run for run in runs if not run.has_currency and any(_MARK.search(t.numeral) for t in run.numerals)
    ]


def counted(first: Run, runs: Sequence[Run], tokens: Sequence[Token]) -> list[Run]:
    """`2 bags 25000`, `2026 dues 250`: what may be the amount if the number in front counts something."""
    is_year = _RECENT.fullmatch(first.text) is not None
    counts = (is_year or _A_COUNT.fullmatch(first.text)) and any(map(describes, tokens[1:2]))
    if not counts or speak_of_money(tokens, [first]):
        return []
    more_than = _FEW if is_year else int(first.text)
    return [run for run in runs if run.start and _may_be_price(run, more_than, tokens)]


def _may_be_price(run: Run, count: int, tokens: Sequence[Token]) -> bool:
    """Is it written like an amount, or larger than the `count`, and the number of no room and no year?"""
    numeral = run.tokens[0].numeral
    if [token.kind for token in run.tokens] != [Kind.NUMERAL] or is_numbered(tokens, run.start):
        return False
    if not numeral.isdigit():
        return _MARK.search(numeral) is not None
    return int(numeral) > count and not _YEAR.fullmatch(numeral)


def of_words(runs: Sequence[Run], tokens: Sequence[Token]) -> frozenset[int]:
    """`Room 12 EUR 49.90`, `49.90 EUR 5 lamps`: the number that counts stays with its word."""
    edges = [
        one
        for run in runs
        if [token.kind for token in run.tokens] in _TOUCHING
        for one, outside in (
            (run.tokens[0], tokens[: run.start][-1:]),
            (run.tokens[-1], tokens[run.positions.stop :][:1]),
        )
        if one.numeral.isdigit() and not one.currencies and any(map(_may_name, outside))
    ]
    return frozenset(one.at for one in edges) if len(edges) == 1 else frozenset()


def _may_name(token: Token) -> bool:
    """`SKU 12 49.90 EUR`, `49.90 EUR 3 fois`: also what may be more than a word."""
    return token.kind in {Kind.WORD, Kind.CODE_LIKE, Kind.JOINER} and any(map(str.isalpha, token.text))


def cut_off(runs: Sequence[Run], tokens: Sequence[Token]) -> frozenset[int]:
    """`10 000kf`, `$49 .90`: what may belong to the numeral before it, and cannot be read with it."""
    ends = [run for run in runs if run.numerals[-1:] == run.tokens[-1:]]
    behind = [(run, token) for run in ends for token in tokens[run.positions.stop :][:1]]
    return frozenset(token.at for run, token in behind if _may_belong(run, token.text))


def _may_belong(run: Run, word: str) -> bool:
    grouped = f"{run.tokens[-1].numeral}{SPACE}{word}"
    return _TAIL.match(word) is not None or (not run.has_currency and _CUT.fullmatch(grouped) is not None)


def code_like_beside(runs: Sequence[Run], tokens: Sequence[Token]) -> frozenset[int]:
    """`49.90 BTC`, `50 livres`: it may be meant as the amount's currency, and nobody wants to pay for it."""
    beside = {run.start - 1 for run in runs} | {run.positions.stop for run in runs}
    near = (token for token in tokens if token.at in beside)
    return frozenset(token.at for token in near if token.kind is Kind.CODE_LIKE or may_be_money(token.text))


def odd_beside_currency(tokens: Sequence[Token]) -> frozenset[int]:
    """`+5 EUR`, `.50 EUR`: digits that are no numeral, right beside a currency, are meant to be an amount."""
    return frozenset(
        at
        for token in tokens
        if token.kind is Kind.CURRENCY
        for near in (token.at - 1, token.at + 1)
        if 0 <= near < len(tokens) and any(map(str.isdigit, tokens[near].text))
        for at in (token.at, near)
    )


def speak_of_money(tokens: Sequence[Token], bare: Sequence[Run]) -> bool:
    """`3 nights at 60EUR/night`, `1 bag of 25 thousand`: do words beyond the `bare` numerals name a price?"""
    own = {at for run in bare for at in run.positions}
    return any(
        _names_a_price(token) or (token.kind is Kind.SCALE and len(token.text) >= _SHORTEST_SCALE)
        for token in tokens
        if token.at not in own
    )


def _names_a_price(token: Token) -> bool:
    """`60EUR/night`, `€/h`, `F.CFA`, `3000F/kg`; not `Bob`, and no letter like the R of `R2`."""
    text = token.text
    joined = _JOINED.search(text) is not None
    named = joined and any(len(word) > 1 and currencies_of(word) for word in _LETTERS.findall(text))
    return named or has_currency_sign(text) or _A_PIECE_IN_FRANCS.fullmatch(text) is not None


def is_numbered(tokens: Sequence[Token], at: int) -> bool:
    """Is what stands here the number of an invoice, a room?"""
    return any(token.text.lower().rstrip(".") in NUMBERED for token in tokens[max(at - 1, 0) : at])


def describes(token: Token) -> bool:
    return token.kind is Kind.WORD and any(map(str.isalpha, token.text))
