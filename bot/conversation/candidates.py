"""Which of a command's numerals is its amount, or why none is certain.

A numeral beside a currency is the amount; without any, a numeral that stands first. Two candidates ask.
An amount written in a way that is not understood is refused, never read in part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.conversation.amounts import convention_of, read_numeral
from bot.conversation.changed import is_changed, is_rate
from bot.conversation.currencies import has_currency_sign
from bot.conversation.digits import SPACE
from bot.conversation.meanings import Habits, known_of, possible, readings_of, written_of
from bot.conversation.neighbours import (
    code_like_beside,
    counted,
    cut_off,
    odd_beside_currency,
    of_words,
    rivals,
    speak_of_money,
)
from bot.conversation.phones import resembles_phone
from bot.conversation.runs import Kind, Run, Token, runs_of
from bot.conversation.tokens import LAKHS
from bot.conversation.touching import may_be_alone, of_the_amount, without_currency
from bot.money import Money


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


def find_amount(tokens: Sequence[Token], habits: Habits) -> tuple[Amount, frozenset[int]]:
    """The amount that the words speak of, and the places of those words."""
    chosen = _choose(tokens)
    if not chosen.runs and (odd := odd_beside_currency(tokens)):
        return _unreadable(tokens[at] for at in sorted(odd)), odd
    behind = cut_off(chosen.runs, tokens)
    if behind:
        found = _unreadable([*chosen.runs, *(tokens[at] for at in sorted(behind))])
    else:
        found = _read_chosen(chosen, tokens, habits)
    return found, _places(found, chosen, behind, tokens)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The runs that may hold the amount, and why: they name a currency, or one stands first, or neither.

    `compete`: what stands in front may count or date something, so that another run may be the amount.
    """

    runs: Sequence[Run]
    name_currency: bool
    stands_first: bool
    compete: bool


def _choose(tokens: Sequence[Token]) -> _Chosen:
    runs = [of_the_amount(run, tokens) for run in runs_of(tokens)]
    naming = [run for run in runs if run.has_currency]
    naming = [run for run in naming if not is_rate(run, tokens)] or naming
    first = [run for run in runs if run.start == 0]
    others: Sequence[Run] = ()
    if naming:
        others = rivals(naming, runs)
    elif first:
        others = counted(first[0], runs, tokens)
    chosen = [*(naming or first), *others]
    if not chosen:
        with_numeral = [run for run in runs if run.numerals]
        chosen = with_numeral or [run for run in runs if has_currency_sign(run.text)]
    return _Chosen(chosen, name_currency=bool(naming), stands_first=bool(first), compete=bool(others))


def _read_chosen(chosen: _Chosen, tokens: Sequence[Token], habits: Habits) -> Amount:
    if chosen.compete:
        spoken = known_of(written_of(chosen.runs[0].tokens), habits.currency)
        found = _ask_several(chosen.runs, _typed(chosen.runs), replace(habits, currency=spoken))
    elif chosen.name_currency:
        found = _read(chosen.runs, habits)
    else:
        found = _read_bare(chosen.runs, tokens, habits)
    if found.amount and is_changed(chosen.runs[0], tokens):
        question = Question("amount", "amount_position", (found.amount,), found.text or "")
        found = replace(found, amount=None, question=question)
    if _asks(found, "amount_position") and not may_be_alone(chosen.runs, tokens):
        return Amount(error="amount_unreadable", text=found.text)
    return found


def _places(
    found: Amount, chosen: _Chosen, behind: frozenset[int], tokens: Sequence[Token]
) -> frozenset[int]:
    """The places of the amount's words: the rest says what it is for, with whatever else may be counted."""
    leads = chosen.stands_first and not chosen.compete and not speak_of_money(tokens, chosen.runs)
    is_it = chosen.name_currency or found.unknown or leads
    if not is_it and any(run.numerals for run in chosen.runs):
        return frozenset()  # `Invoice 12`: whatever the amount is, this may be something else
    places = frozenset(at for run in chosen.runs for at in run.positions) | behind
    if found.error or _asks(found, "amount_several"):
        places -= of_words(chosen.runs, tokens)
    if _asks(found, "amount_position"):
        places -= frozenset().union(*map(without_currency, chosen.runs))
    return places | (code_like_beside(chosen.runs, tokens) if found.unknown else frozenset())


def _asks(found: Amount, key: str) -> bool:
    return found.question is not None and found.question.key == key


def _unreadable(said: Iterable[Run | Token]) -> Amount:
    return Amount(error="amount_unreadable", text=_typed(said))


def _typed(said: Iterable[Run | Token]) -> str:
    return " ".join(each.text for each in said)


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
    if joined is None:
        return _ask_several(runs, typed, habits)
    if habits.confirmed and convention_of(habits.confirmed).group == SPACE:
        return _read_one(joined, habits)
    whole, numeral = _read_one(joined, habits), joined.numerals[0].numeral.replace(SPACE, " ")
    if whole.question is not None and whole.currency is None:  # first of all, in which currency
        return replace(whole, question=replace(whole.question, text=typed), text=numeral)
    in_part = _in_part(runs[0], habits)
    if whole.error or (whole.amount and not (in_part or habits.confirmed)):
        return replace(whole, text=numeral)
    readings = tuple(dict.fromkeys([*_meant(whole), *in_part]))
    key, text = ("amount_several", typed) if readings[2:] else ("amount_ambiguous", numeral)
    return replace(whole, amount=None, question=Question("amount", key, readings, text), text=text)


def _in_part(run: Run, habits: Habits) -> list[Money]:
    """`Invoice 12 345 000 EUR`: what the last numerals mean if those before are of something else.

    With nothing in front, `1 234 567 EUR` is of nothing else; nor is the 25 of `25 000`: nobody asks for 0.
    """
    if run.start == 0 and run.has_currency and run.numerals[2:]:
        return []
    for first in reversed(run.numerals[1:]):
        dropped = {token.at for token in run.numerals if token.at < first.at}
        left = Run(tuple(token for token in run.tokens if token.at not in dropped))
        one = left.joined() if left.numerals_touch else left
        if one and (found := readings_of(one, habits)):
            return found
    return []


def _meant(found: Amount) -> tuple[Money, ...]:
    if found.amount:
        return (found.amount,)
    return found.question.readings if found.question else ()


def _ask_several(runs: Sequence[Run], typed: str, habits: Habits) -> Amount:
    readings = tuple(dict.fromkeys(money for run in runs for money in readings_of(run, habits)))
    said = written_of([token for run in runs for token in run.tokens])
    currency = known_of(said, habits.currency) if said else None
    if not readings:
        return Amount(error="amount_unreadable", text=typed)
    alone = len(readings) == 1 and sum(bool(token.currencies) for run in runs for token in run.tokens) <= 1
    key = "amount_position" if alone else "amount_several"
    return Amount(question=Question("amount", key, readings, typed), text=typed, currency=currency)


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
