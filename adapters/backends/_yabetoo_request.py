"""A link as YabetooPay is asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.backends._asking import extra_in, to_expiry, written
from adapters.backends._yabetoo_prices import Price
from adapters.backends._yabetoo_tables import (
    AMOUNT,
    CURRENCIES,
    EXTRA,
    LONGEST_EXPIRY_S,
    PRODUCT,
    SUBSCRIPTION,
)
from adapters.backends._yabetoo_terms import asked, quantity_in, to_money
from bot.errors import ConfigurationError
from bot.money import EXPONENTS, pack
from bot.ports.accounts import listed
from bot.ports.backend import LinkRequest


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account adds to every link, and the currencies that it takes."""

    merchant_name: str
    currencies: frozenset[str] = frozenset(CURRENCIES)
    extra: Mapping[str, Any] = field(default_factory=dict)


def to_profile(settings: Mapping[str, str], merchant_name: str) -> Profile:
    """Raises ConfigurationError for what is no currency, or nothing that may be added."""
    currencies = frozenset(listed(settings.get("CURRENCIES", ""))) or frozenset(CURRENCIES)
    unknown = sorted(currencies - EXPONENTS.keys())
    if unknown:
        raise ConfigurationError(*(f"PAYLINK_YABETOO_CURRENCIES: {one} is no currency" for one in unknown))
    shape = "a JSON object of texts, true and false"
    extra = extra_in("PAYLINK_YABETOO_EXTRA", settings.get("EXTRA", ""), EXTRA, shape, _is_text_or_switch)
    return Profile(merchant_name, currencies, extra)


def to_request(request: LinkRequest, profile: Profile, price: Price | None = None) -> dict[str, Any]:
    """The body of `POST /v1/payment-links`: paid by anybody. The name is shown to the payer."""
    core = {
        **_to_terms(request, price),
        "name": f"{profile.merchant_name} {request.reference}".strip(),
        "currency": request.amount.currency,
        "description": request.description,
        "expiresAt": written(to_expiry(request.expires_at, request.now, LONGEST_EXPIRY_S)),
        "maxRedemptions": request.uses,
        "metadata": _to_metadata(request, price),
    }
    return {**profile.extra, **{name: value for name, value in core.items() if value is not None}}


def _to_terms(request: LinkRequest, price: Price | None) -> dict[str, Any]:
    """What is paid: items of the catalogue, a choice between two amounts, or one amount."""
    if price is not None:
        item = {"priceId": price.id, "quantity": quantity_in(request.details)}
        return {"type": SUBSCRIPTION if price.recurring else PRODUCT, "items": [item]}
    if request.least is None:
        return {"type": AMOUNT, "amount": request.amount.major}
    suggested = filter(None, request.details.get("suggested", "").split(";"))
    return {
        "type": AMOUNT,
        "minAmount": request.least.major,
        "maxAmount": request.amount.major,
        "suggestedAmounts": [to_money(one.strip(), request.amount.currency).major for one in suggested]
        or None,
    }


def _to_metadata(request: LinkRequest, price: Price | None) -> dict[str, str]:
    """With what it is over: a link that is found again must be as it was asked for.

    And with what a look at the link could not tell of a price: the total, and whether it begins with a trial.
    """
    ours = {"reference": request.reference, "paylink_id": request.link_id, "asked": asked(request)}
    own = {"own_reference": request.own_reference} if request.own_reference else {}
    total = {"amount": pack(request.amount)} if price else {}
    trial = {"trial_days": str(price.trial_days)} if price and price.trial_days else {}
    return ours | own | total | trial


def _is_text_or_switch(value: object) -> bool:
    return isinstance(value, str | bool)
