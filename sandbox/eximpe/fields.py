"""Which fields the bodies of EximPe's API have, and what each may hold.

The link page says that it mirrors the order page: https://docs.eximpe.com/api-reference/v1/order/create.
`limits` of `options` chooses between what is documented and what EximPe's own examples and client send:
an underscore in `reference_id`, a postal code of five, an HS code of six, no currency, unknown keys.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.eximpe.amounts import CURRENCY

Check = Callable[[Any], bool]

_GOODS = ("physical_goods", "digital_goods", "service")
_MOST = 255


@dataclass(frozen=True, slots=True)
class Rule:
    """`path` names keys by dots; a value that does not fit is refused with `says`."""

    path: str
    fits: Check
    says: str
    required: bool = False


def moment_of(text: Any) -> datetime | None:
    """An ISO 8601 moment in UTC, aware; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.utcoffset() == timedelta() else None


def is_email(value: Any) -> bool:
    return _matches(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")(value)


def is_phone(value: Any) -> bool:
    return _matches(r"\+[1-9][0-9]{1,14}")(value)


def is_day(value: Any) -> bool:
    try:
        return _matches(r"\d{4}-\d\d-\d\d")(value) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _matches(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


def _object(path: str) -> Rule:
    return Rule(path, lambda value: isinstance(value, dict), "Expected a dictionary.", required=True)


def _text(path: str, most: int = _MOST, *, required: bool = False) -> Rule:
    says = f"Ensure this field is a string of no more than {most} characters."
    return Rule(path, _matches(rf".{{1,{most}}}"), says, required)


def _flag(path: str) -> Rule:
    return Rule(path, lambda value: isinstance(value, bool), "Must be a valid boolean.")


def _place(path: str) -> Rule:
    words = r"(?=.{1,255}\Z)[^\W\d_]+(?: [^\W\d_]+)*"  # letters, and the spaces between words
    return Rule(path, _matches(words), "Only letters are allowed, no more than 255.", required=True)


EXPIRY = Rule(
    "expiry_date", lambda value: moment_of(value) is not None, "Enter a date in ISO 8601 format, UTC."
)
_REFERENCE = "Only letters, digits and dashes are allowed, no more than 50."
_AMOUNT = Rule("amount", lambda _: True, "", required=True)  # has rules of its own, in `validation`

LINK_RULES = (
    _AMOUNT,
    Rule("currency", lambda value: value == CURRENCY, "Only INR is supported.", required=True),
    Rule("reference_id", _matches(r"[A-Za-z0-9-]{1,50}"), _REFERENCE, required=True),
    EXPIRY,
    _object("buyer"),
    _text("buyer.name", required=True),
    Rule("buyer.email", is_email, "Enter a valid email address.", required=True),
    Rule("buyer.phone", is_phone, "Enter a valid phone number in E.164 format.", required=True),
    _flag("buyer.send_sms"),
    _flag("buyer.send_email"),
    _object("buyer.address"),
    _text("buyer.address.line_1", required=True),
    _text("buyer.address.line_2"),
    _place("buyer.address.city"),
    _place("buyer.address.state"),
    Rule("buyer.address.postal_code", _matches(r"[A-Za-z0-9 -]{6}"), "Must be 6 characters.", required=True),
    Rule("buyer.address.country_code", _matches(r"[A-Z]{2}"), "Must be 2 capital letters."),
    _object("product"),
    _text("product.name", required=True),
    _text("product.description", 1024),
    Rule("product.type_of_goods", _GOODS.__contains__, f"Must be one of {', '.join(_GOODS)}.", required=True),
    Rule("product.hs_code", _matches(r"[0-9]{8}"), "Must be 8 digits."),
    _text("product.hs_code_description"),
    _object("invoice"),
    Rule(
        "invoice.number", _matches(r"[A-Za-z0-9/-]{1,255}"), "Only letters, digits, - and /.", required=True
    ),
    Rule("invoice.date", is_day, "Use the format YYYY-MM-DD."),
)

_LENIENT: dict[str, Check] = {
    "reference_id": _matches(r"[A-Za-z0-9_-]{1,50}"),
    "buyer.address.postal_code": _matches(r"[A-Za-z0-9 -]{3,10}"),
    "product.hs_code": _matches(r"[0-9]{4,8}"),
}

EXTEND_RULES = (replace(EXPIRY, required=True),)

REFUND_RULES = (
    _text("payment_id", required=True),
    replace(_AMOUNT, path="refund_amount", required=False),
    Rule("callback_url", _matches(r"https?://\S+"), "Enter a valid URL."),
)


def link_rules(version: str, *, lenient: bool) -> tuple[Rule, ...]:
    """The rules of a link's body in this version of the API: 2.0.0 has no HS codes."""
    known = tuple(rule for rule in LINK_RULES if version == "1.0.0" or "hs_code" not in rule.path)
    return tuple(_relaxed(rule) for rule in known) if lenient else known


def _relaxed(rule: Rule) -> Rule:
    fits = _LENIENT.get(rule.path, rule.fits)
    return replace(rule, fits=fits, required=rule.required and rule.path != "currency")
