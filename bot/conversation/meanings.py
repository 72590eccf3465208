"""What numerals can mean: each by itself, several that touch as one, a count times a price."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.conversation.amounts import Readings, read_numeral
from bot.conversation.digits import SPACE
from bot.conversation.runs import SOFT, TIMES, Kind, Run, Token, groups_by_space
from bot.money import Money

_CENTS = 2  # digits behind the mark, in most currencies
_MOST_GROUPS = 8  # of one numeral: more digits are no amount, and to try them all takes very long


@dataclass(frozen=True, slots=True)
class Habits:
    """What decides between readings: the account's currency and country, the person's number format."""

    currency: str | None = None
    confirmed: str | None = None
    region: str | None = None


def readings_of(run: Run, habits: Habits) -> list[Money]:
    """What the numerals of a run can mean, with their own currency or else the run's or the account's."""
    parts = [Run(tuple(held)) for joins, held in groupby(run.tokens, _joins) if not joins]
    each = [_spelt_alone(one, run, habits) for one in run.numerals]
    alone = {one.at: found for one, found in zip(run.numerals, each, strict=True)}
    if (counted := _counted(run)) is not None:
        count, price = counted
        rest = alone[price.at] if run.has_currency else [money for found in each for money in found]
        return [*_multiplied(count, alone[price.at]), *rest]
    return list(dict.fromkeys(money for part in parts for money in _readings_in(part, run, habits, alone)))


def _joins(token: Token) -> bool:
    return token.kind is Kind.JOINER


def _readings_in(
    part: Run, run: Run, habits: Habits, alone: Mapping[int, Sequence[Money]]
) -> Iterator[Money]:
    """The readings of numerals that no other word parts: together, the longest first, then alone."""
    row = [token for token in part.tokens if token.kind is Kind.NUMERAL]
    codes = _known_in(written_of(part.tokens) or written_of(run.tokens), habits)
    currencies = sum(bool(token.currencies) for token in part.tokens)
    spans = _spans(part, row)
    for first, last in spans:
        between = row[last - 1].at - row[first].at - (last - first - 1)
        if last - first > 1 and between <= currencies <= 1 and (numeral := _together(row[first:last])):
            yield from (money for code in codes for money in _read(numeral, code, habits))
    kept = {row[first].at for first, last in spans if last - first == 1}
    if row[1:] and row[-1].numeral == "000" and _together(row):  # of `25 000` none is by itself
        kept = set()
    for token in part.numerals:
        if token.at in kept or (token.kind is Kind.MANY and not run.has_currency):
            yield from alone[token.at]


def _spans(part: Run, row: Sequence[Token]) -> list[tuple[int, int]]:
    """Which numerals may be the amount: with a currency at one end only those that it stands beside."""
    in_front = part.tokens[0].kind is Kind.CURRENCY or any(token.currencies for token in row[:1])
    behind = part.tokens[-1].kind is Kind.CURRENCY or any(token.currencies for token in row[-1:])
    spans = [
        (first, last) for last in range(len(row), 0, -1) for first in range(max(0, last - _MOST_GROUPS), last)
    ]
    if in_front != behind and part.numerals_touch:
        spans = [(first, last) for first, last in spans if (first == 0 if in_front else last == len(row))]
    return sorted(spans, key=lambda span: span[0] - span[1])


def _together(row: Sequence[Token]) -> str | None:
    """One numeral: grouped by spaces, or with the mark that a space has torn off it, or that is missing."""
    first, then = row[0], row[1:]
    numerals = [token.numeral for token in row]
    marks = [token.ends for token in row[:-1]]
    if not all(token.text[0].isdigit() and not token.opens for token in then):
        return None
    if not any(marks) and _neighbours(row) and groups_by_space(numerals):
        return SPACE.join(numerals)
    if row[2:] or not numerals[1].isdigit():
        return None
    missing = "." if "," in first.numeral else ","
    mark = marks[0] or (missing if len(numerals[1]) == _CENTS else "")
    return f"{first.numeral}{mark}{numerals[1]}" if mark in SOFT else None


def _neighbours(row: Sequence[Token]) -> bool:
    return row[-1].at - row[0].at == len(row) - 1


def _counted(run: Run) -> tuple[Token, Token] | None:
    """The count and the price of `3 x 60 EUR`, `60 EUR x 3` and `2x 49.90`."""
    if run.pair is None:
        return None
    one, two = run.pair
    times = any(token.kind is Kind.JOINER and token.text.lower() in TIMES for token in run.tokens)
    if not (times or Kind.MANY in {one.kind, two.kind}) or run.numerals_touch:
        return None
    held = run.tokens[: run.tokens.index(two) - 1]  # in front of the word between them
    count, price = (
        (two, one) if two.kind is Kind.MANY or any(token.currencies for token in held) else (one, two)
    )
    return (count, price) if count.numeral.isdigit() else None


def _multiplied(count: Token, price: Sequence[Money]) -> list[Money]:
    return [Money(int(count.numeral) * one.minor, one.currency) for one in price if len(price) == 1]


def _spelt_alone(token: Token, run: Run, habits: Habits) -> list[Money]:
    beside = token.at + (-1 if run.tokens[0].kind is Kind.CURRENCY else 1)
    near = [other for other in run.tokens if other is token or other.at == beside]
    codes = _known_in(written_of(near) or written_of(run.tokens), habits)
    return [money for code in codes for money in _read(token.numeral, code, habits)]


def _known_in(written: tuple[str, ...], habits: Habits) -> tuple[str, ...]:
    known = known_of(written, habits.currency)
    return (known,) if known else written


def _read(numeral: str, code: str, habits: Habits) -> tuple[Money, ...]:
    return possible(read_numeral(numeral, code, habits.confirmed))


def written_of(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The currencies that all of these words agree on; none if there are none, or they disagree."""
    said = [token.currencies for token in tokens if token.currencies]
    return tuple(code for code in said[0] if all(code in other for other in said)) if said else ()


def known_of(written: tuple[str, ...], accounts: str | None) -> str | None:
    """The one currency that is meant: the account's own if it can be; None if that is not certain."""
    if not written or accounts in written:
        return accounts
    return written[0] if len(written) == 1 else None


def possible(read: Readings) -> tuple[Money, ...]:
    """All that a numeral can mean."""
    return (read.taken,) if read.taken else read.question
