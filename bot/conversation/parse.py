"""The one-line command: `49.90 EUR jane@example.com Invoice 12` in one reading, or a question.

A numeral beside a currency is the amount; without any, a numeral that stands first. Two candidates
ask. What is neither amount nor e-mail address is the description, as typed. An amount written in a
way that is not understood is refused, never read in part.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email

from bot.conversation.amounts import SPACE, Readings, convention_of, read_numeral
from bot.conversation.digits import words_of
from bot.conversation.tokens import Kind, Run, Token, runs_of, tokens_of
from bot.money import Money


@dataclass(frozen=True, slots=True)
class Question:
    """Several readings are possible, or the only one is not certain. `field` is amount or currency."""

    field: str
    key: str
    readings: tuple[Money, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """A command as understood: exactly one of `amount`, `question` and `errors["amount"]`.

    `amount_text` is the numeral as typed where only its meaning is open, so that nothing typed is lost.
    """

    amount: Money | None = None
    question: Question | None = None
    errors: dict[str, str] = field(default_factory=dict)
    amount_text: str | None = None
    currency: str | None = None
    email: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class _Amount:
    """What the runs say of the amount."""

    amount: Money | None = None
    question: Question | None = None
    error: str | None = None
    text: str | None = None
    currency: str | None = None


def parse(text: str, *, currency: str | None = None, confirmed: str | None = None) -> Understood:
    """Understand a command's text. `currency`: the account's; `confirmed`: this person's number format."""
    words = words_of(text)
    tokens = tokens_of(words)
    runs = list(runs_of(tokens))
    speaking = [run for run in runs if run.has_currency]
    chosen = speaking or [run for run in runs if run.start == 0] or [run for run in runs if run.numerals]
    found = (
        _read(chosen, currency, confirmed) if speaking else _read_bare(chosen, tokens, currency, confirmed)
    )
    typed = [word for word, _ in words]
    email, email_problem, email_at = _email(typed)
    used = {email_at} | {at for run in chosen for at in run.positions}
    rest = " ".join(word for at, word in enumerate(typed) if at not in used)
    problems = {"amount": found.error, "email": email_problem}
    return Understood(
        found.amount,
        found.question,
        {name: key for name, key in problems.items() if key},
        amount_text=found.text,
        currency=found.currency,
        email=email,
        description=rest or None,
    )


def _read_bare(
    runs: Sequence[Run], tokens: Sequence[Token], currency: str | None, confirmed: str | None
) -> _Amount:
    """Numerals without a currency beside them. One elsewhere, or what looks like one, forbids a guess."""
    typed = " ".join(run.text for run in runs)
    if runs and any(token.kind is Kind.CURRENCY for token in tokens):
        return _Amount(error="amount_unreadable", text=typed)
    beside = {run.start - 1 for run in runs} | {run.positions.stop for run in runs}
    if any(token.kind is Kind.CODE_LIKE and token.at in beside for token in tokens):
        return _Amount(error="currency_unknown", text=typed)
    return _read(runs, currency, confirmed)


def _read(runs: Sequence[Run], currency: str | None, confirmed: str | None) -> _Amount:
    if not runs:
        return _Amount(error="required")
    typed = " ".join(run.text for run in runs)
    if any(run.has(Kind.NEGATIVE) for run in runs):
        return _Amount(error="amount_negative", text=typed)
    if any(run.has(Kind.ODD) or run.has(Kind.SCALE) for run in runs):
        return _Amount(error="amount_unreadable", text=typed)
    if any(run.numerals_touch for run in runs):
        return _read_spaced(runs, currency, confirmed)
    if len(runs) > 1 or len(runs[0].numerals) > 1:
        readings = [money for run in runs for money in _readings_of(run, currency, confirmed)]
        question = Question("amount", "amount_several", tuple(dict.fromkeys(readings)), typed)
        return _Amount(question=question, text=typed)
    return _read_one(runs[0], currency, confirmed)


def _read_spaced(runs: Sequence[Run], currency: str | None, confirmed: str | None) -> _Amount:
    """`1 234,56 EUR`: one amount for whoever groups digits by spaces, else that or the last numeral alone."""
    typed = " ".join(run.text for run in runs)
    joined = runs[0].joined() if len(runs) == 1 else None
    if joined is None:
        return _Amount(error="amount_unreadable", text=typed)
    if confirmed and convention_of(confirmed).group == SPACE:
        return _read_one(joined, currency, confirmed)
    last_numeral = runs[0].numerals[-1]
    last = Run(tuple(t for t in runs[0].tokens if t.kind is not Kind.NUMERAL or t is last_numeral))
    readings = [money for run in (joined, last) for money in _readings_of(run, currency, confirmed)]
    return _Amount(
        question=Question("amount", "amount_several", tuple(dict.fromkeys(readings)), typed), text=typed
    )


def _read_one(run: Run, accounts: str | None, confirmed: str | None) -> _Amount:
    numeral = run.numerals[0].numeral
    written = _written(run.tokens)
    if run.has_currency and not written:
        return _Amount(error="currency_conflict", text=run.text)
    known = _known(written, accounts)
    if known is None:
        readings = tuple(
            money for code in written for money in _possible(read_numeral(numeral, code, confirmed))
        )
        key = "currency_ambiguous" if written else "required"
        return _Amount(question=Question("currency", key, readings, run.text), text=numeral)
    read = read_numeral(numeral, known, confirmed)
    if read.problem:
        return _Amount(error=read.problem, text=numeral, currency=known)
    if read.question:
        question = Question("amount", "amount_ambiguous", read.question, numeral)
        return _Amount(question=question, text=numeral, currency=known)
    if read.taken and not written and run.start > 0:
        question = Question("amount", "amount_position", (read.taken,), numeral)
        return _Amount(question=question, text=numeral, currency=known)
    return _Amount(read.taken, text=numeral, currency=known)


def _readings_of(run: Run, accounts: str | None, confirmed: str | None) -> list[Money]:
    """What each numeral of a run can mean, with its own currency or else the run's or the account's."""
    found: list[Money] = []
    for token in run.numerals:
        beside = token.at + (-1 if run.tokens[0].kind is Kind.CURRENCY else 1)
        near = [other for other in run.tokens if other is token or other.at == beside]
        written = _written(near) or _written(run.tokens) or ((accounts,) if accounts else ())
        known = _known(written, accounts)
        for code in (known,) if known else written:
            found += _possible(read_numeral(token.numeral, code, confirmed))
    return found


def _written(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The currencies that all of these words agree on; none if there are none, or they disagree."""
    said = [token.currencies for token in tokens if token.currencies]
    return tuple(code for code in said[0] if all(code in other for other in said)) if said else ()


def _known(written: tuple[str, ...], accounts: str | None) -> str | None:
    if not written or accounts in written:
        return accounts
    return written[0] if len(written) == 1 else None


def _possible(read: Readings) -> tuple[Money, ...]:
    return (read.taken,) if read.taken else read.question


def _email(words: Sequence[str]) -> tuple[str | None, str | None, int]:
    """The first word with an @: the address, or the key of what is wrong with it, and its position."""
    for at, word in enumerate(words):
        if "@" not in word:
            continue
        try:
            address = validate_email(word.strip("<>(),;"), check_deliverability=False)
        except EmailNotValidError:
            return None, "email_invalid", at
        return address.normalized, None, at
    return None, None, -1
