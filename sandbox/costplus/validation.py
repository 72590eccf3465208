"""What a request may hold; the first thing wrong with it is refused.

Links: https://docs.costplus.io/docs/guides/payment-links and /api-reference/payment-links/createPaymentLink.
Assumed: the lengths, the shortest and longest period, that other fields are refused (see `Options`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.addresses import is_address
from sandbox.costplus.durations import duration_of
from sandbox.costplus.refusals import Refused
from sandbox.money import CURRENCIES  # ISO 4217, as here
from sandbox.options import Options

JSON = dict[str, Any]

ACTIVE_METHODS = ("credit-card", "apple-pay", "google-pay", "vipps-mobilepay")
INACTIVE_METHODS = ("swish", "mobilepay")  # Cost+ has them, this project has not
LONGEST_REFERENCE, LONGEST_TEXT = 255, 5000  # assumed
LONGEST_PERIOD = timedelta(days=3660)  # assumed

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_BIRTHDATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Field:
    """`fits(value)`; `wants` completes "must be ...", `about` describes the property."""

    fits: Callable[[Any], bool]
    wants: str
    about: str
    may_be_null: bool = False


def _text(value: Any, most: int = LONGEST_TEXT, least: int = 0) -> bool:
    return isinstance(value, str) and least <= len(value) <= most


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_period(value: Any) -> bool:
    period = duration_of(value) if isinstance(value, str) else None
    return period is not None and timedelta() < period <= LONGEST_PERIOD


def _url(about: str) -> Field:
    return Field(is_address, "a URL", about)


def _plain(about: str) -> Field:
    return Field(_text, "a string", about)


AMOUNT = Field(lambda value: type(value) is int and value >= 1, "positive", "Amount in minor units")
_DESCRIPTION = Field(
    _text, f"a string of at most {LONGEST_TEXT} characters", "Shown to the customer", may_be_null=True
)
_METHODS = ACTIVE_METHODS + INACTIVE_METHODS
_BODY: Mapping[str, Field] = {
    "merchant_order_id": Field(
        lambda value: _text(value, LONGEST_REFERENCE, 1),
        f"a string of 1 to {LONGEST_REFERENCE} characters",
        "Your own reference",
    ),
    "amount": AMOUNT,
    "currency": Field(
        lambda value: isinstance(value, str) and value in CURRENCIES, "a currency", "ISO 4217 currency code"
    ),
    "description": _DESCRIPTION,
    "expiration_period": Field(
        _is_period, "an ISO 8601 duration, not zero", "ISO 8601 duration", may_be_null=True
    ),
    "return_url": _url("URL to redirect the customer to"),
    "failure_url": _url("URL to redirect the customer to on failure"),
    "webhook_url": _url("URL to receive status change notifications"),
    "customer": Field(lambda value: isinstance(value, dict), "an object", "Customer details"),
}
LINK = {
    **_BODY,
    "payment_methods": Field(
        lambda value: _texts(value) and all(one in _METHODS for one in value),
        f"a list of {', '.join(_METHODS)}",
        "Payment methods offered",
    ),
}
CUSTOMER: Mapping[str, Field] = {
    **{
        name: _plain(name.replace("_", " ").capitalize())
        for name in (
            "merchant_customer_id first_name last_name address_type address postal_code housenumber "
            "locale ip_address user_agent gender"
        ).split()
    },
    "email_address": Field(
        lambda value: isinstance(value, str) and _EMAIL.fullmatch(value) is not None,
        "an e-mail address",
        "E-mail address",
    ),
    "country": Field(
        lambda value: isinstance(value, str) and re.fullmatch("[A-Z]{2}", value) is not None,
        "two capital letters",
        "ISO 3166-1 alpha-2 country code",
    ),
    "birthdate": Field(
        lambda value: isinstance(value, str) and _BIRTHDATE.fullmatch(value) is not None,
        "a date",
        "Date of birth",
    ),
    "phone_numbers": Field(_texts, "a list of strings", "Phone numbers"),
    "additional_addresses": Field(
        lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
        "a list of objects",
        "Additional addresses",
    ),
}
ORDER = {name: _BODY[name] for name in _BODY if name != "expiration_period"}  # what PUT changes; assumed
PART: Mapping[str, Field] = {"amount": AMOUNT, "description": _DESCRIPTION}  # of a refund, capture or void
SEARCH: Mapping[str, Field] = {  # assumed
    name: _plain(name) for name in ("id", "merchant_order_id", "status", "related_payment_link_id")
} | {name: _BODY[name] for name in ("amount", "currency")}


def accept(
    body: JSON, fields: Mapping[str, Field], options: Options, required: tuple[str, ...] = (), under: str = ""
) -> JSON:
    """The fields that are known and given; raises Refused for the first thing wrong."""
    for name in required:
        if body.get(name) is None:
            raise Refused(400, f"{under}{name} is required", f"{under}{name}", fields[name].about)
    if options["unknown_fields"] == "refused" and (unknown := set(body) - set(fields)):
        name = min(unknown)
        raise Refused(400, f"{under}{name} is not a known property", f"{under}{name}", "Unknown property")
    for name, field in fields.items():
        if name in body and not (body[name] is None and field.may_be_null) and not field.fits(body[name]):
            raise Refused(400, f"{under}{name} must be {field.wants}", f"{under}{name}", field.about)
    known = {name: value for name, value in body.items() if name in fields and value is not None}
    if "customer" in known:
        known["customer"] = accept(known["customer"], CUSTOMER, options, under="customer.")
    return known


def accept_link(body: JSON, options: Options) -> JSON:
    """A new link's fields; raises Refused."""
    link = accept(body, LINK, options, ("merchant_order_id", "amount", "currency"))
    for method in link.get("payment_methods", []):
        if method in INACTIVE_METHODS:
            raise Refused(400, f"payment method {method} is not active for this project", as_string=True)
    return link
