"""What a command's words are, as far as amounts go, and the runs that they form."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.digits import SPACE

BRACKETS = (
    "()[]<>\"'\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}«»"
)
APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"  # as typed, and as telephones put it
TIMES = frozenset({"x", "*", "@", "\N{MULTIPLICATION SIGN}", "times", "mal", "fois"})
SOFT = frozenset(",.")  # may have been meant to be inside a numeral
DASHES = "-\N{EN DASH}\N{EM DASH}"
_SPACED = re.compile(rf"[1-9][0-9]{{0,2}}(?:{SPACE}[0-9]{{3}})+(?:[.,][0-9]+)?")


class Kind(StrEnum):
    """What a word is, as far as amounts go."""

    NUMERAL = "numeral"
    RANGE = "range"  # two numerals and a dash: `10-50`
    CURRENCY = "currency"
    NEGATIVE = "negative"
    ODD = "odd"  # meant as a number, written in no way that is read
    MANY = "many"  # beside an amount it could multiply it: `3x 49.90 EUR`
    JOINER = "joiner"  # between numerals: `20 or 25 EUR`, `2 x 49.90 EUR`
    SCALE = "scale"  # beside a numeral it changes its meaning: `5 million EUR`, `50 cents`
    CODE_LIKE = "code_like"  # written like a currency's code, and none that we know
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `currencies` are those that it can stand for or has glued to it; `most` ends a range.

    `ends`: the mark behind a numeral or a currency, which parts it from the next; `opens`: so does a
    bracket in front of it.
    """

    at: int
    text: str
    kind: Kind
    numeral: str = ""
    currencies: tuple[str, ...] = ()
    most: str = ""
    ends: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words that speak of an amount together."""

    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        return self.tokens[0].at

    @property
    def positions(self) -> range:
        return range(self.start, self.tokens[-1].at + 1)

    @property
    def text(self) -> str:
        """As typed, with the commas between its words."""
        *others, last = self.tokens
        marked = (token.text + token.ends.strip(BRACKETS) for token in others)
        return " ".join((*marked, last.text))

    @property
    def numerals(self) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens if token.kind in {Kind.NUMERAL, Kind.MANY})

    @property
    def pair(self) -> tuple[Token, Token] | None:
        """Its numerals, if there are two."""
        match self.numerals:
            case [one, two]:
                return one, two
        return None

    @property
    def has_currency(self) -> bool:
        return any(token.currencies for token in self.tokens)

    def has(self, kind: Kind) -> bool:
        return any(token.kind is kind for token in self.tokens)

    @property
    def numerals_touch(self) -> bool:
        """Two numerals with nothing but a space between them, as in `1 234,56`."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return any(one.kind is two.kind is Kind.NUMERAL for one, two in pairs)

    def joined(self) -> "Run | None":
        """The run with its numerals read as one that is grouped by spaces; None if they cannot be one."""
        first, *others = self.numerals
        numeral = SPACE.join(token.numeral for token in self.numerals)
        neighbours = others and others[-1].at - first.at == len(others)
        neighbours = neighbours and not any(token.ends for token in self.numerals[:-1])
        neighbours = neighbours and not any(token.opens for token in others)
        neighbours = neighbours and all(token.text[0].isdigit() for token in others)
        if not neighbours or not groups_by_space([token.numeral for token in self.numerals]):
            return None
        currencies = first.currencies or others[-1].currencies
        if others[-1].currencies and not set(currencies) & set(others[-1].currencies):
            return None
        one = Token(first.at, numeral, Kind.NUMERAL, numeral, currencies)
        before = tuple(token for token in self.tokens if token.at < first.at)
        after = tuple(token for token in self.tokens if token.at > others[-1].at)
        return Run((*before, one, *after))


_BEGINS = frozenset({Kind.NUMERAL, Kind.CURRENCY, Kind.NEGATIVE, Kind.ODD, Kind.MANY})


def groups_by_space(numerals: Sequence[str]) -> bool:
    """Are these the groups of one number: `1`, `234`, `567,89`?"""
    return _SPACED.fullmatch(SPACE.join(numerals)) is not None


def may_multiply(near: Token, beyond: Token | None) -> bool:
    """`3x`, or the `x` of `3 x` and the word of `3 times`, seen from what stands beside it."""
    if near.kind is Kind.MANY:
        return True
    return near.text.lower() in TIMES and beyond is not None and beyond.kind is Kind.NUMERAL


def runs_of(tokens: Sequence[Token]) -> Iterator[Run]:
    """The runs that hold something numeric, from left to right; a currency alone is just a word."""
    pending: list[Token] = []
    for token in [*tokens, Token(len(tokens), "", Kind.WORD)]:
        if token.kind in _BEGINS or (pending and token.kind in {Kind.JOINER, Kind.SCALE}):
            pending.append(token)
            continue
        while pending and pending[-1].kind is Kind.JOINER:
            pending.pop()
        if any(held.kind in {Kind.NUMERAL, Kind.NEGATIVE, Kind.ODD} for held in pending):
            yield Run(tuple(pending))
        pending = []
