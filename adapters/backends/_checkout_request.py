"""A link as Checkout.com is asked for it, and amounts in its units."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.backends._asking import lifetime_s
from adapters.backends._checkout_tables import EVENTS, METHODS, THOUSANDTHS, UNCONFIRMED, WHOLE
from adapters.backends._shapes import storable
from bot.errors import BackendRejected
from bot.money import Money, exponent_of
from bot.ports.backend import LinkRequest, Withheld
from bot.ports.model import Customer

LONGEST_EXPIRY_S = 5_184_000
_PLAIN = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account adds to every link."""

    merchant_name: str
    processing_channel_id: str | None = None
    return_url: str | None = None
    locale: str | None = None
    methods: tuple[str, ...] = ()  # none: what the account has
    three_ds: bool | None = None  # None: what was agreed with Checkout.com
    descriptor: tuple[str, str] | None = None  # on the payer's statement: name and city


def to_request(request: LinkRequest, profile: Profile) -> dict[str, Any]:
    """The body of `POST /payment-links`; raises BackendRejected for what it cannot express."""
    offered = [name for name in profile.methods if why_not(name, request) is None]
    if profile.methods and not offered:
        raise BackendRejected(("no_payment_method_left",))
    body: dict[str, Any] = {
        "amount": to_units(request.amount),
        "currency": request.amount.currency,
        "reference": request.reference,
        "description": request.description,
        "display_name": profile.merchant_name,
        "processing_channel_id": profile.processing_channel_id,
        "billing": {"address": {"country": request.customer.country}},
        "customer": _to_customer(request.customer),
        "products": _to_products(request) if any(METHODS[name].products for name in offered) else None,
        "allow_payment_methods": offered or None,
        "3ds": None if profile.three_ds is None else {"enabled": profile.three_ds},
        "billing_descriptor": _to_descriptor(profile),
        "return_url": profile.return_url,
        "locale": profile.locale,
        "expires_in": lifetime_s(request, LONGEST_EXPIRY_S),
        "capture": True,
        "metadata": _to_metadata(request),
    }
    return {name: value for name, value in body.items() if value is not None}


def why_not(name: str, request: LinkRequest) -> Withheld | None:
    """What keeps a payment method from being offered; None if nothing does."""
    method, customer = METHODS[name], request.customer
    currency, country = request.amount.currency, customer.country or ""
    missing = next((need for need in method.needs if not getattr(customer, need)), None)
    if missing:
        return Withheld(method.label, f"needs_{missing}")
    if method.currencies and currency not in method.currencies:
        return Withheld(method.label, "currency", {"currency": currency})
    if method.countries and country not in method.countries:
        return Withheld(method.label, "country", {"country": country})
    if method.plain_reference and not _PLAIN.fullmatch(request.reference):
        return Withheld(method.label, "reference")
    return None


def to_units(amount: Money) -> int:
    """An amount in Checkout.com's own units."""
    if amount.currency in UNCONFIRMED:
        raise BackendRejected(("currency_not_offered",), field="currency")
    units = int(amount.major.scaleb(_decimals(amount.currency)))
    if amount.currency in THOUSANDTHS and units % 10:
        raise BackendRejected(("amount_last_digit_not_0",), field="amount")
    return units


def from_units(units: int | str, currency: str) -> Money:
    """An amount out of a body: an integer, in some events as a string."""
    if isinstance(units, bool) or not isinstance(units, int | str):
        raise TypeError(f"not an amount: {units!r}")
    if (further := exponent_of(currency) - _decimals(currency)) >= 0:
        return storable(Money(int(units) * 10**further, currency))
    return storable(Money.of(Decimal(int(units)).scaleb(-_decimals(currency)), currency))


def _to_customer(customer: Customer) -> dict[str, Any] | None:
    known: dict[str, Any] = {"email": customer.email, "name": customer.name}
    if customer.phone:
        import phonenumbers  # noqa: PLC0415 - a megabyte for those who ask for telephone numbers

        number = phonenumbers.parse(customer.phone)
        known["phone"] = {
            "country_code": str(number.country_code),
            "number": phonenumbers.national_significant_number(number),
        }
    return {name: value for name, value in known.items() if value} or None


def _to_products(request: LinkRequest) -> list[dict[str, Any]]:
    """The whole request as one product, for methods that insist on one."""
    units = to_units(request.amount)
    name = request.description or request.reference
    return [
        {"name": name, "reference": request.reference, "quantity": 1, "price": units, "unit_price": units}
    ]


def _to_descriptor(profile: Profile) -> dict[str, str] | None:
    return {"name": profile.descriptor[0], "city": profile.descriptor[1]} if profile.descriptor else None


def _to_metadata(request: LinkRequest) -> dict[str, str]:
    own = {"own_reference": request.own_reference} if request.own_reference else {}
    return {"paylink_id": request.link_id} | own


def _decimals(currency: str) -> int:
    if currency in WHOLE:
        return 0
    return 3 if currency in THOUSANDTHS else 2


def to_workflow(url: str, secret: str, sources: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """What has all events that we know sent to an address, signed: POST /workflows.

    `sources`: the events that each has. What several have (payouts are approved, too) is the gateway's.
    """
    source_of = {word: source for source, words in sources.items() for word in words}
    source_of |= dict.fromkeys(sources.get("gateway", ()), "gateway")
    events: dict[str, list[str]] = {}
    for word in EVENTS:
        if word in source_of:
            events.setdefault(source_of[word], []).append(word)
    return {
        "name": f"Paylink: {url}",
        "active": True,
        "conditions": [{"type": "event", "events": events}],
        "actions": [{"type": "webhook", "url": url, "signature": {"method": "HMACSHA256", "key": secret}}],
    }
