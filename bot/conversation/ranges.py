"""A range: `10-50 EUR`, `10 to 50 EUR`. The payer chooses; either end is read by the rules of an amount.

A dash is much used otherwise: between spaces it makes no range (`Invoice 12 - 49.90 EUR`), and without a
currency beside it only one that is all there is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.conversation.amounts import THOUSAND, read_numeral
from bot.conversation.candidates import Amount, Question
from bot.conversation.meanings import Habits, known_of, possible, readings_of, written_of
from bot.conversation.phones import resembles_phone
from bot.conversation.runs import Kind, Token, groups_by_space, may_multiply, runs_of
from bot.money import Money

_FROM, _BETWEEN = frozenset({"from", "von"}), frozenset({"to", "bis"})


@dataclass(frozen=True, slots=True)
class _Ends:
    """The numerals of a range with the currencies that stand beside them, and the words it is made of."""

    low: str
    high: str
    currencies: tuple[str, ...]
    at: frozenset[int]

    @property
    def text(self) -> str:
        return f"{self.low}-{self.high}"


def find_range(tokens: Sequence[Token], habits: Habits) -> tuple[Amount, frozenset[int]] | None:
    """The range that the words speak of, and the places of those words; None if they speak of none."""
    if torn := _torn(tokens):
        return Amount(error="amount_unreadable", text=" ".join(tokens[at].text for at in sorted(torn))), torn
    found = [*_glued(tokens, habits), *_spaced(tokens)]
    if not found:
        return None
    places = frozenset().union(*(ends.at for ends in found))
    others = [
        run
        for run in runs_of(tokens)
        if run.has_currency and not places & {token.at for token in run.numerals}
    ]
    if len(found) == 1 and not others and not _multiplied(tokens, places):
        return _read(found[0], habits), places
    ends = [money for one in found for money in _readings(one, habits)]
    rest = [money for run in others for money in readings_of(run, habits)]
    places |= {at for run in others for at in run.positions}
    typed = " ".join(tokens[at].text for at in sorted(places))
    question = Question("amount", "amount_several", tuple(dict.fromkeys([*ends, *rest])), typed)
    return Amount(question=question, text=typed), places


def _torn(tokens: Sequence[Token]) -> frozenset[int]:
    """`1 000-5 500 EUR`: the words of a range with spaces between the digits of its ends."""
    for token in tokens:
        if token.kind is not Kind.RANGE:
            continue
        at = {token.at}
        before, behind = tokens[: token.at][-1:], tokens[token.at + 1 :][:1]
        at |= {
            one.at
            for one in before
            if one.kind is Kind.NUMERAL and groups_by_space([one.numeral, token.numeral])
        }
        at |= {
            one.at
            for one in behind
            if one.kind is Kind.NUMERAL and groups_by_space([token.most, one.numeral])
        }
        beside = {one.at for one in tokens[max(min(at) - 1, 0) : max(at) + 2] if one.currencies}
        if len(at) > 1 and beside:
            return frozenset(at | beside)
    return frozenset()


def _multiplied(tokens: Sequence[Token], places: frozenset[int]) -> bool:
    """`3x 10-50 EUR`: is it each of three, or all of them?"""
    before, behind = list(reversed(tokens[: min(places)])), tokens[max(places) + 1 :]
    return any(may_multiply(near[0], near[1] if near[1:] else None) for near in (before, behind) if near)


def _with_from(tokens: Sequence[Token], at: frozenset[int]) -> frozenset[int]:
    """`from 10 to 50 EUR` says no more than `10 to 50 EUR`."""
    before = min(at) - 1
    return at | {before} if before >= 0 and tokens[before].text.lower() in _FROM else at


def _glued(tokens: Sequence[Token], habits: Habits) -> Iterator[_Ends]:
    """`10-50 EUR`, `$10-$50`; alone also `10-50`, unless it can be dialled. `2024-10 EUR 50` is none."""
    for token in tokens:
        if token.kind is not Kind.RANGE:
            continue
        beside = [] if token.currencies else _currency_beside(tokens, token.at)
        said = written_of([token, *beside])
        at = _with_from(tokens, frozenset({token.at, *(one.at for one in beside)}))
        ends = _Ends(token.numeral, token.most, said, at)
        dialled = resembles_phone(token.numeral + token.most, habits.region)
        contested = _needs_currency(tokens, max(ends.at) + 1) and bool(beside)
        if contested and _read(ends, habits).error:
            continue
        if said or (_is_all(tokens, at) and not dialled):
            yield ends


def _currency_beside(tokens: Sequence[Token], at: int) -> list[Token]:
    """The currency's words behind, else before a place, unless the numeral before it has them."""
    behind = at + 1
    while behind < len(tokens) and tokens[behind].kind is Kind.CURRENCY:
        behind += 1
    if behind > at + 1:
        return list(tokens[at + 1 : behind])
    if at > 0 and tokens[at - 1].kind is Kind.CURRENCY and not (at > 1 and _counts(tokens[at - 2])):
        return [tokens[at - 1]]
    return []


def _needs_currency(tokens: Sequence[Token], at: int) -> bool:
    """Is there a numeral that has none of its own?"""
    if at >= len(tokens) or tokens[at].kind is not Kind.NUMERAL or tokens[at].currencies:
        return False
    return at + 1 == len(tokens) or tokens[at + 1].kind is not Kind.CURRENCY


def _counts(token: Token) -> bool:
    return token.kind in {Kind.NUMERAL, Kind.RANGE}


def _spaced(tokens: Sequence[Token]) -> Iterator[_Ends]:
    """`10 to 50 EUR`, `10 EUR bis 50 EUR`."""
    for run in runs_of(tokens):
        low, *rest = [token for token in run.tokens if token.kind is not Kind.CURRENCY]
        kinds = [low.kind, *(token.kind for token in rest)]
        if kinds != [Kind.NUMERAL, Kind.JOINER, Kind.NUMERAL] or rest[0].text not in _BETWEEN:
            continue
        said, at = written_of(run.tokens), _with_from(tokens, frozenset(run.positions))
        if said or (not run.has_currency and _is_all(tokens, at)):
            yield _Ends(low.numeral, rest[1].numeral, said, at)


def _is_all(tokens: Sequence[Token], places: frozenset[int]) -> bool:
    return not any(token.text for token in tokens if token.at not in places)


def _read(ends: _Ends, habits: Habits) -> Amount:
    known, text = known_of(ends.currencies, habits.currency), ends.text
    if known is None:
        key = "currency_ambiguous" if ends.currencies else "required"
        ends_in = _readings(replace(ends, low=ends.high), habits)  # one of each currency is enough to ask
        return Amount(question=Question("currency", key, tuple(dict.fromkeys(ends_in)), text), text=text)
    low, high = (read_numeral(numeral, known, habits.confirmed) for numeral in (ends.low, ends.high))
    if problem := low.problem or high.problem or _mixed(ends):
        return Amount(error=problem, text=text, currency=known)
    if low.taken is None or high.taken is None:
        readings = tuple(dict.fromkeys([*possible(low), *possible(high)]))
        return Amount(
            question=Question("amount", "range_ambiguous", readings, text), text=text, currency=known
        )
    if low.taken.minor >= high.taken.minor:
        return Amount(error="range_order", text=text, currency=known)
    return Amount(high.taken, least=low.taken, text=text, currency=known)


def _mixed(ends: _Ends) -> str | None:
    """`10-50k`: is the first one in thousands, too?"""
    scaled = [numeral.endswith(THOUSAND) for numeral in (ends.low, ends.high)]
    return "amount_unreadable" if scaled == [False, True] else None


def _readings(ends: _Ends, habits: Habits) -> tuple[Money, ...]:
    known = known_of(ends.currencies, habits.currency)
    codes = (known,) if known else ends.currencies
    numerals = (ends.low, ends.high)
    return tuple(
        money
        for code in codes
        for numeral in numerals
        for money in possible(read_numeral(numeral, code, habits.confirmed))
    )
