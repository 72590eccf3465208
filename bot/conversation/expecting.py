"""Pure: the answers that say what a link expects, how they fit each other, and which accounts can do it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from bot.conversation.amounts import read_numeral
from bot.conversation.answers import UNLIMITED
from bot.conversation.form import Field, Form
from bot.money import Money
from bot.ports.backend import BackendInfo
from bot.ports.expectation import LinkKind
from bot.ports.model import Problem

# What not every account offers, with the default that asks for nothing extra.
EXTRAS: Mapping[str, str] = {
    "kind": LinkKind.PAYMENT,
    "uses": "1",
    "price": "",
    "quantity": "1",
    "suggested": "",
    "trial_days": "",
    "coupon": "",
}
# Problems that another account may not have.
BARRING = frozenset(
    "currency_not_offered range_not_offered kind_not_offered wish_not_offered uses_too_many "
    "amount_in_tens".split()
)
# Problems that are found again whenever an answer changes.
FOUND_ANEW = frozenset(
    {"wish_not_offered", "range_of_price", "price_needed", "suggested_without_range", "suggested_outside"}
)

Answers = Mapping[str, str]


def kind_of(answers: Answers) -> LinkKind:
    return LinkKind(answers.get("kind") or LinkKind.PAYMENT)


def uses_of(answers: Answers) -> int | None:
    """How often it can be paid; None: any number of times."""
    uses = answers.get("uses") or "1"
    return None if uses == UNLIMITED else int(uses)


def least_of(answers: Answers) -> Money | None:
    """The lower end of a range; None if there is none."""
    return Money(int(answers["least"]), answers["currency"]) if answers.get("least") else None


def extras_in(answers: Answers) -> dict[str, str]:
    """The extras that are asked for."""
    return {key: value for key, usual in EXTRAS.items() if (value := answers.get(key, "")) not in {"", usual}}


def unfit(form: Form, answers: Answers) -> tuple[str, ...]:
    """The extras that this account does not offer."""
    return tuple(key for key in extras_in(answers) if not form.has(key))


def with_its_kind(form: Form, answers: Answers) -> dict[str, str]:
    """The answers with what the kind of link says: what only saves a means of payment has no amount."""
    settled = dict(answers)
    if kind_of(answers) is not LinkKind.SETUP:
        if settled.get("minor") == "0":
            for key in ("amount", "minor"):
                settled.pop(key, None)
        return settled
    settled |= {"amount": "", "minor": "0"}
    settled.pop("least", None)
    known = settled.get("currency") or form.locality.currency
    if known is None and len(form.info.currencies) == 1:
        (known,) = form.info.currencies
    return settled | ({"currency": known} if known in form.info.currencies else {})


def conflicts(form: Form, answers: Answers) -> dict[str, Problem]:
    """What does not go together, by the field that is to be answered anew."""
    problems = {}
    least, typed = least_of(answers), answers.get("amount", "")
    has_price = bool(answers.get("price"))
    is_subscription = kind_of(answers) is LinkKind.SUBSCRIPTION
    if least is not None and (has_price or is_subscription):
        problems["amount"] = Problem("range_of_price", typed)
    if form.has("price") and is_needed(form.field("price"), answers) and answers.get("price") == "":
        problems["price"] = Problem("price_needed")
    if (suggested := answers.get("suggested")) and "minor" in answers:
        key = _wrong_with(suggested, least, Money(int(answers["minor"]), answers["currency"]))
        if key:
            problems["suggested"] = Problem(key, suggested)
    return problems


def is_needed(each: Field, answers: Answers) -> bool:
    """Can nothing be created without an answer to this, as the others stand?"""
    kind = kind_of(answers)
    if each.key == "amount" and kind is LinkKind.SETUP:
        return False
    return each.required or (each.key == "price" and kind is LinkKind.SUBSCRIPTION)


def read_suggested(typed: str, currency: str | None, confirmed: str | None) -> str | Problem:
    """Amounts with semicolons (or commas and spaces) between them, as decimals; none of them is guessed."""
    if currency is None:
        return Problem("suggested_unclear", typed)
    parts = [part.strip() for part in re.split(r";|,\s", typed)]
    read = [read_numeral(part, currency, confirmed).taken for part in parts if part]
    known = [amount for amount in read if amount is not None]
    if len(known) < len(read):
        return Problem("suggested_unclear", typed)
    return ";".join(str(amount.major) for amount in known)


def in_tens(amounts: Iterable[Money], info: BackendInfo) -> bool:
    """Is the last digit 0 of those that an account takes only so?"""
    return all(amount.minor % 10 == 0 for amount in amounts if amount.currency in info.in_tens)


def takeable(form: Form, readings: Sequence[Money], named: str | None) -> tuple[Money, ...]:
    """The readings that this account takes, or any account if none was `named`; all if that leaves none."""
    accounts = (form.info, *(() if named else form.infos.values()))
    taken = [each for each in readings if any(_takes(one, each) for one in accounts)]
    return tuple(taken or readings)


def missing(info: BackendInfo, answers: Answers) -> str | None:
    """Why an account cannot make this link, as a key of texts (`cannot.…`); None if it can."""
    kind, uses = kind_of(answers), uses_of(answers)
    if kind not in info.kinds:
        return str(kind)
    if info.most_uses is not None and (uses is None or uses > info.most_uses):
        return "uses"
    if answers.get("least") and not info.ranges:
        return "range"
    if (currency := answers.get("currency")) and currency not in info.currencies:
        return "currency"
    details = extras_in(answers).keys() - {"kind", "uses"} - info.takes
    return "details" if details else None


def offered(form: Form, answers: Answers) -> Mapping[str, str]:
    """The accounts to choose from, with their labels: those that can; all of them if none can."""
    able = {name: info.label for name, info in form.infos.items() if missing(info, answers) is None}
    return able or form.backends


def not_offered(form: Form, answers: Answers) -> Mapping[str, str]:
    """The labels of all other accounts, each with the key of the reason (`cannot.…`)."""
    kept = offered(form, answers)
    left_out = [info for name, info in form.infos.items() if name not in kept]
    return {info.label: missing(info, answers) or "" for info in left_out}


def _takes(info: BackendInfo, amount: Money) -> bool:
    return amount.currency in info.currencies and in_tens((amount,), info)


def _wrong_with(suggested: str, least: Money | None, most: Money) -> str | None:
    if least is None:
        return "suggested_without_range"
    try:
        amounts = [Money.of(Decimal(part), most.currency) for part in suggested.split(";")]
    except (InvalidOperation, ValueError):
        return "suggested_unclear"
    inside = all(least.minor <= amount.minor <= most.minor for amount in amounts)
    return None if inside else "suggested_outside"
