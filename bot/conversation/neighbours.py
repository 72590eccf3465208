"""What stands beside a numeral: its own room, what it counts, or what only looks like its currency."""

import re
from collections.abc import Sequence

from bot.conversation.digits import SPACE
from bot.conversation.runs import Kind, Run, Token

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_FRACTION = re.compile(r"[.,][0-9]{2}$")
_CUT = re.compile(rf"[1-9][0-9]{{0,2}}(?:{SPACE}[0-9]{{3}})+[^0-9].*")
_TAIL = re.compile(r"[.,'][0-9]")
_MARK = re.compile(rf"[.,'{SPACE}]")
_TWO = 2
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


def without_number(run: Run, tokens: Sequence[Token]) -> Run:
    """`Room 12 49.90 EUR`: with its fraction the last numeral is whole, and 12 is the room's."""
    if [token.kind for token in run.tokens[:_TWO]] != [Kind.NUMERAL] * _TWO or len(run.numerals) > _TWO:
        return run
    room, amount = run.numerals
    apart = room.numeral.isdigit() and not room.currencies and not run.joined()
    is_numbered = any(map(_describes, tokens[: run.start][-1:]))
    is_whole = run.has_currency and _FRACTION.search(amount.numeral)
    return Run(run.tokens[1:]) if apart and is_numbered and is_whole else run


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
        if one.numeral.isdigit() and not one.currencies and any(map(_describes, outside))
    ]
    return frozenset(one.at for one in edges) if len(edges) == 1 else frozenset()


def cut_off(runs: Sequence[Run], tokens: Sequence[Token]) -> frozenset[int]:
    """`10 000kf`, `$49 .90`: what may belong to the numeral before it, and cannot be read with it."""
    ends = [run for run in runs if run.numerals[-1:] == run.tokens[-1:]]
    behind = [(run, token) for run in ends for token in tokens[run.positions.stop :][:1]]
    return frozenset(token.at for run, token in behind if _may_belong(run, token.text))


def _may_belong(run: Run, word: str) -> bool:
    grouped = f"{run.tokens[-1].numeral}{SPACE}{word}"
    return _TAIL.match(word) is not None or (not run.has_currency and _CUT.fullmatch(grouped) is not None)


def code_like_beside(runs: Sequence[Run], tokens: Sequence[Token]) -> frozenset[int]:
    """`49.90 BTC`: it is meant to be the amount's currency, and nobody wants to pay for it."""
    beside = {run.start - 1 for run in runs} | {run.positions.stop for run in runs}
    return frozenset(token.at for token in tokens if token.kind is Kind.CODE_LIKE and token.at in beside)


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


def _describes(token: Token) -> bool:
    return token.kind is Kind.WORD and any(map(str.isalpha, token.text))
