"""Pure: answers in, next question out. One answer or all of them, from a form or a dialogue, are the same.

Answers are strings by field. An amount that is certain has its minor units under `minor` beside the
text as typed; an empty string is a question that was passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.conversation.answers import Asked, read_answer
from bot.conversation.candidates import Question
from bot.conversation.currencies import currencies_of
from bot.conversation.digits import words_of
from bot.conversation.expecting import (
    EXTRAS,
    Answers,
    conflicts,
    in_tens,
    kind_of,
    read_suggested,
    takeable,
    with_its_kind,
)
from bot.conversation.form import Field, Form, Kind
from bot.conversation.parse import Understood, parse
from bot.conversation.searching import says_currency
from bot.conversation.tokens import tokens_of
from bot.money import Money, exponent_of
from bot.ports.expectation import LinkKind
from bot.ports.model import Problem

_LONGEST = 8_000  # characters that are read


@dataclass(frozen=True, slots=True)
class Open:
    """Something must still be asked: `fields`, in order; `problems` by field."""

    answers: dict[str, str]
    fields: tuple[Field, ...]
    problems: dict[str, Problem] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """All is known; nothing is created before the person has seen `amount`."""

    answers: dict[str, str]
    amount: Money  # the most of a range; 0 where only a means of payment is saved
    problems: dict[str, Problem] = field(default_factory=dict)


def understand(form: Form, text: str, asked: Asked) -> Open | Ready:
    """Answers out of a one-line command. What an unfinished command leaves open is asked, optional or not.

    A text that is longer than any command, as a message can be, is not read: that would take long.
    """
    if not text.strip() or len(text) > _LONGEST:
        unasked = {each.key: "" for each in form.fields if not (each.required or each.asked)}
        return _outcome(form, unasked, {})
    understood = _parse(form, text, asked)
    answers, problems = _take_amount(form, understood, chosen=None)
    if "amount" in problems and (named := _currency_for(problems["amount"].typed)):
        answers.setdefault("currency", named)
    for each in form.fields:
        if each.key in understood.errors and each.kind is not Kind.AMOUNT:
            problems[each.key] = Problem(understood.errors[each.key], understood.typed.get(each.key, ""))
        elif (value := _found(understood, each.key)) is not None:
            _take(form, each, value, asked, (answers, problems))
    answers |= {key: value for key in EXTRAS if not form.has(key) and (value := _found(understood, key))}
    for optional in form.fields:
        if not optional.required and optional.key not in problems:
            answers.setdefault(optional.key, "")
    return _outcome(form, answers, problems)


def advance(form: Form, answers: Answers, new: Answers, asked: Asked) -> Open | Ready:
    """Take one answer or all, and tell what is still open. Earlier answers stay unless answered anew."""
    new = _with_its_amount(form, new, asked)
    taken = dict(answers) | {key: new[key] for key in EXTRAS if key in new and not form.has(key)}
    problems: dict[str, Problem] = {}
    if "backend" in new:
        taken.pop("named", None)
    for each in form.fields:
        if each.key in new and each.kind not in {Kind.AMOUNT, Kind.CURRENCY, Kind.AMOUNTS}:
            _take(form, each, new[each.key].strip(), asked, (taken, problems))
    if {"amount", "currency"} & new.keys():
        for key in ("amount", "minor", "least", "currency"):
            taken.pop(key, None)
        amounts, amount_problems = _read_amount(form, answers, _money_in(new, taken), asked)
        if kind_of(taken) is LinkKind.SETUP and new.get("amount", "").strip():
            amount_problems["amount"] = Problem("setup_amount", new["amount"])
        taken |= amounts
        problems |= amount_problems
    for each in form.fields:  # in the currency that is known by now
        if each.key in new and each.kind is Kind.AMOUNTS:
            _take(form, each, new[each.key].strip(), asked, (taken, problems))
    return _outcome(form, taken, problems)


def _with_its_amount(form: Form, new: Answers, asked: Asked) -> Answers:
    """`25 USD` for a currency is the whole amount, typed anew: as such it is taken or asked about."""
    written = new.get("currency", "")
    if "amount" in new or currencies_of(written.strip()) or not says_currency(written):
        return new
    understood = _parse(form, written, asked)
    if understood.says_more or not (understood.amount or understood.question):
        return new
    return {**{key: value for key, value in new.items() if key != "currency"}, "amount": written}


def _money_in(new: Answers, answers: Answers) -> Answers:
    """What is said of the amount and its currency; no amount where none is expected."""
    without = {"amount"} if kind_of(answers) is LinkKind.SETUP else set()
    return {key: value for key, value in new.items() if key not in without}


def prefill(answers: Answers, problems: Mapping[str, Problem], key: str) -> str:
    """What an input shows at first: the answer, or what was typed and could not be taken."""
    return answers.get(key) or (problems[key].typed if key in problems else "")


def _outcome(form: Form, answers: dict[str, str], problems: dict[str, Problem]) -> Open | Ready:
    answers = with_its_kind(form, answers)
    problems = conflicts(form, answers) | problems
    for key in problems:
        answers.pop(key, None)
    if "amount" in problems:
        answers.pop("minor", None)
        answers.pop("least", None)
    unanswered = tuple(asked for asked in form.fields if asked.key not in answers)
    if not unanswered and "minor" in answers:
        return Ready(answers, Money(int(answers["minor"]), answers["currency"]))
    return Open(answers, unanswered, problems)


def _parse(
    form: Form, text: str, asked: Asked, currency: str | None = None, named: str | None = None
) -> Understood:
    """A text understood by the account's habits, without readings that no account to be had would take."""
    locality = form.locality
    understood = parse(
        text,
        currency=currency or locality.currency,
        confirmed=asked.confirmed,
        region=locality.region,
        now=asked.now,
        zone=locality.zone,
        backends=form.backends,
    )
    question = understood.question
    if question is None or question.key != "amount_ambiguous":
        return understood
    readings = takeable(form, question.readings, understood.backend or named)
    return replace(understood, question=replace(question, readings=readings))


def _found(understood: Understood, key: str) -> str | None:
    """One detail of a command as an answer; None if there is none."""
    if key == "expires":
        return understood.expires.isoformat(timespec="seconds") if understood.expires else None
    value: str | None = getattr(understood, key, None) if key not in {"amount", "currency"} else None
    return value


def _read_amount(
    form: Form, answers: Answers, new: Answers, asked: Asked
) -> tuple[dict[str, str], dict[str, Problem]]:
    """The amount and its currency, answered together or apart; each has problems of its own."""
    typed = new.get("amount", answers.get("amount", "")).strip()
    chosen, problems = _read_currency(new.get("currency", "").strip())
    known = chosen or _currency_for(typed, None if "currency" in new else answers.get("currency"))
    kept = {"currency": known} if known else {}
    if not typed:
        return kept, ({"amount": Problem("required")} if "amount" in new else {}) | problems
    understood = _parse(form, typed, asked, known, new.get("backend", answers.get("backend")))
    if understood.says_more:
        said = understood.currency or known or ""
        return kept, {"amount": Problem("amount_unreadable", typed, currency=said)} | problems
    found, unread = _take_amount(form, understood, chosen, typed)
    if "currency" in problems:
        return {"amount": typed}, unread | problems  # what is wrong with either is told at once
    return kept | found, unread


def _currency_for(typed: str, earlier: str | None = None) -> str | None:
    """The earlier one, unless the typed amount names another, even if it cannot be read: `49.9O EUR`."""
    named = {token.currencies for token in tokens_of(words_of(typed)) if token.currencies}
    if all(earlier in each for each in named):
        return earlier
    only = named.pop() if len(named) == 1 else ()
    return only[0] if len(only) == 1 else None


def _read_currency(written: str) -> tuple[str | None, dict[str, Problem]]:
    """The currency answered apart from the amount, or what is wrong with it."""
    candidates = currencies_of(written) if written else ()
    if not written or len(candidates) == 1:
        return next(iter(candidates), None), {}
    key = "currency_ambiguous" if candidates else "currency_unknown"
    return None, {"currency": Problem(key, written, _ones(candidates))}


def _take_amount(
    form: Form, understood: Understood, chosen: str | None, typed: str = ""
) -> tuple[dict[str, str], dict[str, Problem]]:
    """The answers and problems that an understood amount gives; `chosen`: a currency chosen apart from it."""
    typed = typed or understood.amount_text or ""
    currency = understood.currency or chosen
    answers = {"currency": currency} if currency else {}
    if chosen and understood.currency and understood.currency != chosen:
        readings = (*_ones((chosen,)), *_ones((understood.currency,)))
        return answers, {"amount": Problem("currency_conflict", typed, readings)}
    if understood.question is not None:
        return _ask_amount(understood.question, answers, typed)
    if understood.amount is None:
        return _without_amount(understood, chosen, typed)
    numeral, code = understood.amount_text or typed, understood.amount.currency
    amounts = [amount for amount in (understood.least, understood.amount) if amount]
    if refused := _refused(form, amounts):
        return answers, {"amount": Problem(refused, numeral, currency=code)}
    if code not in form.info.currencies:
        return {"amount": numeral}, {"currency": Problem("currency_not_offered", code, currency=code)}
    least = {"least": str(understood.least.minor)} if understood.least else {}
    return answers | {"amount": numeral, "minor": str(understood.amount.minor)} | least, {}


def _without_amount(
    understood: Understood, chosen: str | None, typed: str
) -> tuple[dict[str, str], dict[str, Problem]]:
    """What is wrong with the amount. An unknown currency leaves the currency open, as `$49` does."""
    unknown, currency = understood.typed.get("currency"), understood.currency or chosen
    if unknown and not chosen:
        amount = understood.amount_text or typed
        return {"amount": amount}, {"currency": Problem("currency_unknown", unknown)}
    answers = {"currency": currency} if currency else {}
    key = understood.errors.get("amount", "required")
    unasked = key == "required" and not typed
    return answers, {} if unasked else {"amount": Problem(key, typed, currency=currency or "")}


def _refused(form: Form, amounts: Sequence[Money]) -> str | None:
    """What is wrong with an amount, or with the two ends of a range, at this backend."""
    if len(amounts) > 1 and not form.info.ranges:
        return "range_not_offered"
    return None if in_tens(amounts, form.info) else "amount_in_tens"


def _ask_amount(
    question: Question, answers: dict[str, str], typed: str
) -> tuple[dict[str, str], dict[str, Problem]]:
    """A question about the currency leaves the amount as typed; it is read again when that is known."""
    problem = Problem(question.key, question.text, question.readings)
    if question.field == "amount":
        return answers, {"amount": problem}
    return {"amount": typed}, {} if question.key == "required" else {"currency": problem}


def _take(
    form: Form, each: Field, value: str, asked: Asked, into: tuple[dict[str, str], dict[str, Problem]]
) -> None:
    """One answer `into` the answers or the problems."""
    answers, problems = into
    taken: str | Problem = ""
    if value and each.kind is Kind.AMOUNTS:
        taken = read_suggested(value, answers.get("currency"), asked.confirmed)
    elif value:
        taken = read_answer(form, each, value, asked)
    if isinstance(taken, Problem):
        problems[each.key] = taken
        return
    answers[each.key] = taken
    if each.required and not value:
        problems[each.key] = Problem("required")


def _ones(codes: tuple[str, ...]) -> tuple[Money, ...]:
    return tuple(Money(10 ** exponent_of(code), code) for code in codes)
