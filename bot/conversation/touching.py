"""Numerals that touch an amount and are none of it: `Invoice 12: 100 EUR`, `400 EUR, 4 nights`.

A space alone parts no numerals: `€40 0 lamp` may be torn. A word in front or behind says whose they may be.
"""

import re
from collections.abc import Sequence

from bot.conversation.neighbours import describes, is_numbered
from bot.conversation.runs import DASHES, SOFT, Kind, Run, Token

_FRACTION = re.compile(r"[.,][0-9]{2}$")
_COUNTED = (
    [Kind.NUMERAL, Kind.NUMERAL],
    [Kind.CURRENCY, Kind.NUMERAL, Kind.NUMERAL],
    [Kind.NUMERAL, Kind.CURRENCY, Kind.NUMERAL],
)


def of_the_amount(run: Run, tokens: Sequence[Token]) -> Run:
    """The run without what is certainly the number of a room, or the count of something."""
    return _without_number(_without_count(run, tokens), tokens)


def without_currency(run: Run) -> frozenset[int]:
    """The places of the numerals that touch the one with the currency."""
    if not run.numerals_touch or not run.has_currency:
        return frozenset()
    others = run.numerals[1:] if _begins_with_currency(run) else run.numerals[:-1]
    return frozenset(token.at for token in others if not token.currencies)


def may_be_alone(runs: Sequence[Run], tokens: Sequence[Token]) -> bool:
    """Where one numeral of several may be the amount: is there a word that the others can belong to?"""
    run = runs[0] if runs else None
    if run is None or not run.numerals_touch:
        return True
    return any(map(describes, _behind(run, tokens) if _begins_with_currency(run) else _before(run, tokens)))


def _without_number(run: Run, tokens: Sequence[Token]) -> Run:
    """`Room 12 49.90 EUR`, `Room 12: 500 EUR`, `Flat 2 - £500`, `Bill 12, Rs 500`: the last is whole."""
    room, *rest = run.tokens
    is_room = room.kind is Kind.NUMERAL and room.numeral.isdigit() and not room.currencies
    if not is_room or run.pair is None or run.has(Kind.MANY) or run.joined():
        return run
    if not any(map(describes, _before(run, tokens))):
        return run
    numbered, amount = is_numbered(tokens, run.start), run.pair[1]
    signed = not amount.text[0].isdigit()
    fraction = _FRACTION.search(amount.numeral) is not None
    if rest[0].text in DASHES:
        return Run(tuple(rest[1:])) if numbered or signed else run
    whole = signed or fraction or _is_parted(room, amount)
    if rest[0].kind is Kind.CURRENCY:
        whole = not rest[2:] and (bool(room.ends) or (numbered and fraction))
    touches = rest[0] is amount or rest[0].kind is Kind.CURRENCY
    return Run(tuple(rest)) if whole and touches and run.has_currency else run


def _without_count(run: Run, tokens: Sequence[Token]) -> Run:
    """`400 EUR, 4 nights`, `€400 (4 nights)`, `400€ 4 nights`, `49.90 EUR 12 lamps`."""
    *held, count = run.tokens
    kinds = [token.kind for token in run.tokens]
    if not any(kinds[-len(kind) :] == kind for kind in _COUNTED) or run.joined():
        return run
    counts = count.numeral.isdigit() and not count.currencies and any(map(describes, _behind(run, tokens)))
    if not counts or not any(token.currencies for token in held):
        return run
    amount, last = run.numerals[-2], held[-1]
    few = len(count.numeral) == 1 or _FRACTION.search(amount.numeral)
    if last.kind is Kind.CURRENCY:
        whole = last.ends == "," or _FRACTION.search(amount.numeral) or (few and amount.at == 0)
    else:
        whole = few and not last.text[-1].isdigit()  # `400€`: its sign stands between them
    return Run(tuple(held)) if whole or _is_parted(last, count) else run


def _is_parted(one: Token, two: Token) -> bool:
    """By a mark that is in no numeral."""
    return two.opens or (bool(one.ends) and one.ends not in SOFT)


def _begins_with_currency(run: Run) -> bool:
    return bool(run.tokens[0].currencies)


def _before(run: Run, tokens: Sequence[Token]) -> Sequence[Token]:
    return tokens[: run.start][-1:]


def _behind(run: Run, tokens: Sequence[Token]) -> Sequence[Token]:
    return tokens[run.positions.stop :][:1]
