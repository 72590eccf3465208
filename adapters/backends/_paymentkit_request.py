"""A link as PaymentKit is asked for it: a price of its own, or a price of one atom so many times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.backends._http import load
from adapters.backends._paymentkit_tables import EXTRA, OUR_REFERENCE
from adapters.backends._signing import secrets_of
from bot.errors import ConfigurationError
from bot.money import Money, chargeable_currencies
from bot.ports.backend import LinkRequest
from bot.ports.model import EventKind

_LONGEST_NAME = 255
_OPEN_FOR_HOURS = 1  # a checkout, once it is opened: as short as can be, for it outlives its link
_NAME = re.compile(r"(PL[0-9A-Z]{12}(?:-[0-9]+)?)(?: ([0-9.]+) ([A-Z]{3}))?(?: |$)")


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account adds to every link."""

    merchant_name: str
    unit_prices: Mapping[str, str] = field(default_factory=dict)  # a price of one atom, by currency
    by_quantity: bool = False  # sell so many of a unit price, not one of a price made for it
    product_id: str | None = None  # that prices are made for; None: we make one
    extra: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, EventKind] = field(default_factory=dict)  # of further events, by their names


def to_product(profile: Profile) -> dict[str, Any]:
    """The body of `POST /products`: what all our prices belong to. Its name is shown to customers."""
    return {
        "name": profile.merchant_name,
        "description": "Payments by link",
        "metadata": {"made_by": "paylink"},
    }


def to_price(request: LinkRequest, product_id: str) -> dict[str, Any]:
    """The body of `POST /prices`: this request's amount, once."""
    return {
        "product_id": product_id,
        "currency": request.amount.currency,
        "unit_amount_atom": request.amount.minor,
        "usage_type": "licensed",
        "billing_interval": None,
        "metadata": _to_metadata(request),
    }


def to_request(request: LinkRequest, price_id: str, profile: Profile) -> dict[str, Any]:
    """The body of `POST /payment-links`."""
    quantity = request.amount.minor if profile.by_quantity else 1
    item = {"price_id": price_id, "quantity": quantity, "description": request.description}
    return {
        **profile.extra,
        "name": to_name(request.reference, request.amount, request.description),
        "mode": "payment",
        "line_items": [{name: value for name, value in item.items() if value is not None}],
        "expires_in_hours": _OPEN_FOR_HOURS,
        "allow_cart_edit": False,
        "metadata": _to_metadata(request),
    }


def to_name(reference: str, amount: Money, description: str | None) -> str:
    """A link's label, which only the merchant sees: a link as it is fetched need not have its metadata."""
    return f"{reference} {amount} {description or ''}".strip()[:_LONGEST_NAME]


def from_name(name: str | None) -> tuple[str | None, Money | None]:
    """Our reference and the amount that was asked for, out of such a label."""
    found = _NAME.match(name or "")
    if found is None:
        return None, None
    reference, major, currency = found.groups()
    try:
        return reference, Money.of(Decimal(major), currency) if major else None
    except (InvalidOperation, ValueError):
        return reference, None


def to_profile(settings: Mapping[str, str], merchant_name: str) -> Profile:
    """Raises ConfigurationError for what is not known or does not go together."""
    prices = dict(pair.split(":", 1) for pair in secrets_of(settings.get("UNIT_PRICES", "")) if ":" in pair)
    by_quantity = settings.get("SELL_BY") == "quantity"
    unknown = [f"PAYLINK_PAYMENTKIT_UNIT_PRICES: {one} is no currency" for one in prices.keys() - _CURRENCIES]
    if by_quantity and not prices:
        unknown.append("PAYLINK_PAYMENTKIT_SELL_BY=quantity: needs PAYLINK_PAYMENTKIT_UNIT_PRICES")
    if unknown:
        raise ConfigurationError(*unknown)
    methods = secrets_of(settings.get("PAYMENT_METHODS", ""))
    own = {"success_url": settings.get("RETURN_URL"), "accepted_payment_methods": list(methods)}
    return Profile(
        merchant_name,
        unit_prices=prices,
        by_quantity=by_quantity,
        product_id=settings.get("PRODUCT_ID") or None,
        extra=_extra(settings.get("EXTRA", "")) | {name: value for name, value in own.items() if value},
        kinds=_kinds(settings.get("EVENTS", "")),
    )


def _extra(setting: str) -> dict[str, Any]:
    try:
        extra = load(setting or "{}")
    except ValueError:
        extra = None
    if not isinstance(extra, dict) or not all(map(_is_text, extra.values())):
        raise ConfigurationError(
            "PAYLINK_PAYMENTKIT_EXTRA: must be a JSON object of texts, or lists of texts"
        )
    known = ", ".join(sorted(EXTRA))
    unknown = [
        f"PAYLINK_PAYMENTKIT_EXTRA: {key} cannot be added; what can is {known}"
        for key in extra.keys() - EXTRA
    ]
    if unknown:
        raise ConfigurationError(*unknown)
    return extra


def _is_text(value: object) -> bool:
    return all(isinstance(one, str) for one in (value if isinstance(value, list) else [value]))


def _kinds(setting: str) -> dict[str, EventKind]:
    """`name=kind`, separated by commas."""
    pairs = [pair.partition("=") for pair in secrets_of(setting)]
    problems = [
        f"PAYLINK_PAYMENTKIT_EVENTS: {kind or name} is no kind; kinds are {', '.join(EventKind)}"
        for name, _, kind in pairs
        if kind.strip() not in set(EventKind)
    ]
    if problems:
        raise ConfigurationError(*problems)
    return {plain(name.strip()): EventKind(kind.strip()) for name, _, kind in pairs}


def plain(word: str) -> str:
    """An event's name whether it is written with dots or underscores."""
    return word.replace("_", ".").lower()


def _to_metadata(request: LinkRequest) -> dict[str, str]:
    own = {"own_reference": request.own_reference} if request.own_reference else {}
    return {OUR_REFERENCE: request.reference, "paylink_id": request.link_id} | own


_CURRENCIES = frozenset(chargeable_currencies())
