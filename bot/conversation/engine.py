"""Pure: answers in, next question out. One answer or all of them, from a form or a dialogue, are the same.

Answers are strings by field. An amount that is certain has its minor units under `minor` beside the
text as typed; an empty string is a question that was passed over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from bot.conversation.currencies import currencies_of
from bot.conversation.form import Field, Form, Kind
from bot.conversation.parse import Question, Understood, parse
from bot.money import Money, exponent_of
from bot.ports.model import Problem

Answers = Mapping[str, str]

# In CLDR's table of territories, and no country: unions, outlying oceans, test and unknown regions.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


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
    amount: Money


def understand(form: Form, text: str, *, confirmed: str | None = None) -> Open | Ready:
    """Answers out of a one-line command. What an unfinished command leaves open is asked, optional or not."""
    if not text.strip():
        return _outcome(form, {}, {})
    understood = parse(text, currency=form.currency, confirmed=confirmed)
    answers, problems = _take_amount(form, understood, chosen=None)
    given = {"email": understood.email, "description": understood.description}
    for key, value in given.items():
        if value is not None:
            _take(form.field(key), value, answers, problems)
    if "email" in understood.errors:
        problems["email"] = Problem("email_invalid", next(word for word in text.split() if "@" in word))
    for optional in form.fields:
        if not optional.required and optional.key not in problems:
            answers.setdefault(optional.key, "")
    return _outcome(form, answers, problems)


def advance(form: Form, answers: Answers, new: Answers, *, confirmed: str | None = None) -> Open | Ready:
    """Take one answer or all, and tell what is still open. Earlier answers stay unless answered anew."""
    taken: dict[str, str] = dict(answers)
    problems: dict[str, Problem] = {}
    for asked in form.fields:
        if asked.key in new and asked.kind not in {Kind.AMOUNT, Kind.CURRENCY}:
            _take(asked, new[asked.key].strip(), taken, problems)
    if {"amount", "currency"} & new.keys():
        for key in ("amount", "minor", "currency"):
            taken.pop(key, None)
        amounts, amount_problems = _read_amount(form, answers, new, confirmed)
        taken |= amounts
        problems |= amount_problems
    return _outcome(form, taken, problems)


def prefill(answers: Answers, problems: Mapping[str, Problem], key: str) -> str:
    """What an input shows at first: the answer, or what was typed and could not be taken."""
    return answers.get(key) or (problems[key].typed if key in problems else "")


def _outcome(form: Form, answers: dict[str, str], problems: dict[str, Problem]) -> Open | Ready:
    for key in problems:
        answers.pop(key, None)
    unanswered = tuple(asked for asked in form.fields if asked.key not in answers)
    if not unanswered and "minor" in answers:
        return Ready(answers, Money(int(answers["minor"]), answers["currency"]))
    return Open(answers, unanswered, problems)


def _read_amount(
    form: Form, answers: Answers, new: Answers, confirmed: str | None
) -> tuple[dict[str, str], dict[str, Problem]]:
    typed = new.get("amount", answers.get("amount", "")).strip()
    chosen: str | None = None
    if written := new.get("currency", "").strip():
        candidates = currencies_of(written)
        if len(candidates) != 1:
            key = "currency_ambiguous" if candidates else "currency_unknown"
            kept = {"amount": typed} if typed else {}
            return kept, {"currency": Problem(key, written, _ones(candidates))}
        chosen = candidates[0]
    if not typed:
        problems = {"amount": Problem("required")} if "amount" in new else {}
        return ({"currency": chosen} if chosen else {}), problems
    accounts = chosen or answers.get("currency") or form.currency
    understood = parse(typed, currency=accounts, confirmed=confirmed)
    if understood.email or understood.description:
        return ({"currency": chosen} if chosen else {}), {"amount": Problem("amount_unreadable", typed)}
    return _take_amount(form, understood, chosen, typed)


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
        key = understood.errors["amount"]
        unasked = key == "required" and not typed
        return answers, {} if unasked else {"amount": Problem(key, typed, currency=currency or "")}
    numeral, code = understood.amount_text or typed, understood.amount.currency
    if code not in form.currencies:
        return {"amount": numeral}, {"currency": Problem("currency_not_offered", code, currency=code)}
    return answers | {"amount": numeral, "minor": str(understood.amount.minor)}, {}


def _ask_amount(
    question: Question, answers: dict[str, str], typed: str
) -> tuple[dict[str, str], dict[str, Problem]]:
    """A question about the currency leaves the amount as typed; it is read again when that is known."""
    problem = Problem(question.key, question.text, question.readings)
    if question.field == "amount":
        return answers, {"amount": problem}
    return {"amount": typed}, {} if question.key == "required" else {"currency": problem}


def _take(asked: Field, value: str, answers: dict[str, str], problems: dict[str, Problem]) -> None:
    if not value:
        if asked.required:
            problems[asked.key] = Problem("required")
        answers[asked.key] = ""
        return
    taken = _READERS[asked.kind](asked, value)
    if isinstance(taken, Problem):
        problems[asked.key] = taken
    else:
        answers[asked.key] = taken


def _ones(codes: tuple[str, ...]) -> tuple[Money, ...]:
    return tuple(Money(10 ** exponent_of(code), code) for code in codes)


def _email(_: Field, value: str) -> str | Problem:
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError:
        return Problem("email_invalid", value)


def _country(_: Field, value: str) -> str | Problem:
    code = value.upper()
    known = code.isalpha() and code in Locale("en").territories and code not in _NO_COUNTRIES
    return code if known else Problem("country_unknown", value)


def _text(asked: Field, value: str) -> str | Problem:
    text = " ".join(value.split())
    return text if len(text) <= asked.limit else Problem("too_long", value)


_READERS: Mapping[Kind, Callable[[Field, str], str | Problem]] = {
    Kind.EMAIL: _email,
    Kind.COUNTRY: _country,
    Kind.TEXT: _text,
}
