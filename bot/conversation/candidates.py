"""Which of a command's numerals is its amount, or why none is certain.

A numeral beside a currency is the amount; without any, a numeral that stands first. Two candidates ask.
An amount written in a way that is not understood is refused, never read in part.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation.amounts import Readings, convention_of, read_numeral
from bot.conversation.currencies import has_currency_sign
from bot.conversation.digits import SPACE
from bot.conversation.neighbours import (
    code_like_beside,
    counted,
    cut_off,
    is_changed,
    odd_beside_currency,
    of_words,
    rivals,
    speak_of_money,
    without_number,
)
from bot.conversation.phones import resembles_phone
from bot.conversation.runs import Kind, Run, Token, runs_of
from bot.conversation.tokens import LAKHS
from bot.money import Money

_TWO = 2


@dataclass(frozen=True, slots=True)
class Question:
    """Several readings are possible, or the only one is not certain. `field` is amount or currency."""

    field: str
    key: str
    readings: tuple[Money, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """Exactly one of `amount`, `question` and `error`; `text` is what was typed.

    `least` is the lower end of a range, whose upper one is `amount`; `unknown` are the words beside the
    numeral that are written like a currency.
    """

    amount: Money | None = None
    question: Question | None = None
    error: str | None = None
    text: str | None = None
    currency: str | None = None
    least: Money | None = None
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """What decides between readings: the account's currency and country, the person's number format."""

    currency: str | None = None
    confirmed: str | None = None
    region: str | None = None


def find_amount(tokens: Sequence[Token], habits: Habits) -> tuple[Amount, frozenset[int]]:
    """The amount that the words speak of, and the places of those words."""
    runs = [without_number(run, tokens) for run in runs_of(tokens)]
    speaking = [run for run in runs if run.has_currency]
    signed = [run for run in runs if has_currency_sign(run.text)]
    first = [run for run in runs if run.start == 0]
    others = rivals(speaking, runs) if speaking else counted(first[0], runs, tokens) if first else []
    chosen = [*(speaking or first), *others] or [run for run in runs if run.numerals] or signed
    behind = cut_off(chosen, tokens)
    if behind:
        typed = " ".join([_typed(chosen), *(tokens[at].text for at in sorted(behind))])
        found = Amount(error="amount_unreadable", text=typed)
    elif others:
        spoken = known_of(written_of(chosen[0].tokens), habits.currency)
        found = _ask_several(chosen, _typed(chosen), replace(habits, currency=spoken))
    else:
        found = _read(chosen, habits) if speaking else _read_bare(chosen, tokens, habits)
        if found.amount and is_changed(chosen[0], tokens):
            question = Question("amount", "amount_position", (found.amount,), found.text or "")
            found = replace(found, amount=None, question=question)
    if not chosen and (odd := odd_beside_currency(tokens)):
        found = Amount(error="amount_unreadable", text=" ".join(tokens[at].text for at in sorted(odd)))
        return found, odd
    is_it = speaking or found.unknown or (first and not others and not speak_of_money(tokens, chosen))
    if chosen and not is_it and any(run.numerals for run in chosen):
        return found, frozenset()  # `Invoice 12`: whatever the amount is, this may be something else
    places = frozenset(at for run in chosen for at in run.positions) | behind
    if found.amount is None and (found.question is None or found.question.key == "amount_several"):
        places -= of_words(chosen, tokens)
    return found, places | (code_like_beside(chosen, tokens) if found.unknown else frozenset())


def _typed(runs: Sequence[Run]) -> str:
    return " ".join(run.text for run in runs)


def _read_bare(runs: Sequence[Run], tokens: Sequence[Token], habits: Habits) -> Amount:
    """Numerals without a currency beside them. One elsewhere, or what looks like one, forbids a guess."""
    typed = _typed(runs)
    if runs and any(token.kind is Kind.CURRENCY for token in tokens):
        return Amount(error="amount_unreadable", text=typed)
    behind = [token.text for run in runs for token in tokens[run.positions.stop :][:1]]
    if habits.currency == "INR" and LAKHS & set(behind):
        return Amount(error="amount_unreadable", text=" ".join([typed, *behind]))
    if unknown := " ".join(tokens[at].text for at in sorted(code_like_beside(runs, tokens))):
        return Amount(error="currency_unknown", text=typed, unknown=unknown)
    if runs and speak_of_money(tokens, runs):
        return Amount(error="amount_unreadable", text=typed)
    return _read(runs, habits)


def _read(runs: Sequence[Run], habits: Habits) -> Amount:
    if not runs:
        return Amount(error="required")
    typed = _typed(runs)
    if any(run.has(Kind.NEGATIVE) for run in runs):
        return Amount(error="amount_negative", text=typed)
    if any(run.has(Kind.ODD) or run.has(Kind.SCALE) for run in runs):
        return Amount(error="amount_unreadable", text=typed)
    if any(run.numerals_touch for run in runs) and not any(run.has(Kind.MANY) for run in runs):
        return _read_spaced(runs, habits)
    if len(runs) > 1 or len(runs[0].numerals) > 1:
        return _ask_several(runs, typed, habits)
    return _read_one(runs[0], habits)


def _read_spaced(runs: Sequence[Run], habits: Habits) -> Amount:
    """`1 234,56 EUR`: one amount for whoever groups digits by spaces, else that or the last ones alone."""
    typed = _typed(runs)
    joined = runs[0].joined() if len(runs) == 1 else None
    if joined is None and _has_one_each(runs):
        return _ask_several(runs, typed, habits)
    if joined is None:
        return Amount(error="amount_unreadable", text=typed)
    if habits.confirmed and convention_of(habits.confirmed).group == SPACE:
        return _read_one(joined, habits)
    whole, numeral = _read_one(joined, habits), joined.numerals[0].numeral.replace(SPACE, " ")
    if whole.question is not None and whole.currency is None:  # first of all, in which currency
        return replace(whole, question=replace(whole.question, text=typed), text=numeral)
    in_part = _in_part(runs[0], habits)
    if whole.error or (whole.amount and not (in_part or habits.confirmed)):
        return replace(whole, text=numeral)
    readings = tuple(dict.fromkeys([*_meant(whole), *in_part]))
    key = "amount_ambiguous" if len(readings) <= _TWO else "amount_several"
    text = numeral if len(readings) <= _TWO else typed
    return replace(whole, amount=None, question=Question("amount", key, readings, text), text=text)


def _in_part(run: Run, habits: Habits) -> list[Money]:
    """`Invoice 12 345 000 EUR`: what the last numerals mean if those before are of something else.

    With nothing in front, `1 234 567 EUR` is of nothing else; nor is the 25 of `25 000`: nobody asks for 0.
    """
    if run.start == 0 and run.has_currency and len(run.numerals) > _TWO:
        return []
    for first in reversed(run.numerals[1:]):
        dropped = {token.at for token in run.numerals if token.at < first.at}
        left = Run(tuple(token for token in run.tokens if token.at not in dropped))
        one = left.joined() if left.numerals_touch else left
        if one and (found := readings_of(one, habits)):
            return found
    return []


def _meant(found: Amount) -> tuple[Money, ...]:
    return (found.amount,) if found.amount else (found.question.readings if found.question else ())


def _has_one_each(runs: Sequence[Run]) -> bool:
    """`49,90€ 10,5 JPY`: are there as many currencies as numerals?"""
    tokens = [token for run in runs for token in run.tokens]
    return sum(bool(token.currencies) for token in tokens) >= sum(len(run.numerals) for run in runs)


def _ask_several(runs: Sequence[Run], typed: str, habits: Habits) -> Amount:
    readings = tuple(dict.fromkeys(money for run in runs for money in readings_of(run, habits)))
    said = written_of([token for run in runs for token in run.tokens])
    currency = known_of(said, habits.currency) if said else None
    question = Question("amount", "amount_several", readings, typed)
    return Amount(question=question, text=typed, currency=currency)


def _read_one(run: Run, habits: Habits) -> Amount:
    numeral = run.numerals[0].numeral
    written = written_of(run.tokens)
    if run.has_currency and not written:
        return Amount(error="currency_conflict", text=run.text)
    known = known_of(written, habits.currency)
    if known is None:
        readings = tuple(
            money for code in written for money in possible(read_numeral(numeral, code, habits.confirmed))
        )
        key = "currency_ambiguous" if written else "required"
        return Amount(question=Question("currency", key, readings, run.text), text=numeral)
    read = read_numeral(numeral, known, habits.confirmed)
    if read.problem:
        return Amount(error=read.problem, text=numeral, currency=known)
    if read.question:
        question = Question("amount", "amount_ambiguous", read.question, numeral)
        return Amount(question=question, text=numeral, currency=known)
    unmarked = not written and (run.start > 0 or resembles_phone(numeral, habits.region))
    if read.taken and unmarked:
        question = Question("amount", "amount_position", (read.taken,), numeral)
        return Amount(question=question, text=numeral, currency=known)
    return Amount(read.taken, text=numeral, currency=known)


def readings_of(run: Run, habits: Habits) -> list[Money]:
    """What each numeral of a run can mean, with its own currency or else the run's or the account's."""
    found: list[Money] = []
    for token in run.numerals:
        beside = token.at + (-1 if run.tokens[0].kind is Kind.CURRENCY else 1)
        near = [other for other in run.tokens if other is token or other.at == beside]
        accounts = (habits.currency,) if habits.currency else ()
        written = written_of(near) or written_of(run.tokens) or accounts
        known = known_of(written, habits.currency)
        for code in (known,) if known else written:
            found += possible(read_numeral(token.numeral, code, habits.confirmed))
    return found


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
