"""A link as PaymentKit is asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.backends._asking import count_in, extra_in
from adapters.backends._paymentkit_label import Item, Label
from adapters.backends._paymentkit_tables import EXTRA, OUR_REFERENCE, SUBSCRIBED
from adapters.backends._paymentkit_told import plain
from bot.errors import BackendRejected, ConfigurationError
from bot.money import EXPONENTS
from bot.ports.accounts import listed
from bot.ports.backend import LinkRequest
from bot.ports.expectation import LinkKind
from bot.ports.model import EventKind

SHORTEST_HOURS = 1  # that a checkout lasts where a second payment would be one too many: it outlives its link
_USUAL_HOURS = 24
_KINDS = [kind for kind in EventKind if kind is not EventKind.DISPUTED_LAST]


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account adds to every link."""

    merchant_name: str
    unit_prices: Mapping[str, str] = field(default_factory=dict)  # a price of one atom, by currency
    by_quantity: bool = False  # sell so many of a unit price, not one of a price made for it
    product_id: str | None = None  # that prices are made for; None: we make one
    hours: int = _USUAL_HOURS  # that a checkout lasts of a link that can be paid more than once
    extra: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, EventKind] = field(default_factory=dict)  # of further events, by names as `plain` has
    further: tuple[str, ...] = ()  # the same names as the operator wrote them

    @property
    def subscribed(self) -> list[str]:
        """The events that are to be sent to us: as the operator writes them, else as we do."""
        return list({plain(name): name for name in (*SUBSCRIBED, *self.further)}.values())


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


def to_request(request: LinkRequest, item: Item | None, profile: Profile) -> dict[str, Any]:
    """The body of `POST /payment-links`. What does not go together is left to PaymentKit to refuse."""
    asked = {
        "line_items": [_to_line(item, request.description)] if item else None,
        "coupon_id": request.details.get("coupon"),
        "free_trial_days": count_in(request.details, "trial_days"),
    }
    return {
        **profile.extra,
        "name": to_label(request, item).text(request.description),
        "mode": request.kind.value,
        **{name: value for name, value in asked.items() if value is not None},
        "expires_in_hours": SHORTEST_HOURS if request.uses == 1 else profile.hours,
        "allow_cart_edit": False,
        "metadata": _to_metadata(request),
    }


def to_label(request: LinkRequest, item: Item | None) -> Label:
    return Label(request.reference, request.amount, item if item and item.named else None)


def existing(request: LinkRequest) -> Item | None:
    """The price that is named, and how often; raises BackendRejected where one is needed and is not."""
    price_id, quantity = request.details.get("price"), count_in(request.details, "quantity")
    if price_id:
        return Item(price_id, 1 if quantity is None else quantity, named=True)
    if request.kind is LinkKind.SUBSCRIPTION:
        raise BackendRejected(("price_one_time",), field="price")
    if quantity is not None:
        raise BackendRejected(("price_needed",), field="price")
    return None


def to_profile(settings: Mapping[str, str], merchant_name: str) -> Profile:
    """Raises ConfigurationError for what is not known or does not go together."""
    prices = dict(pair.split(":", 1) for pair in listed(settings.get("UNIT_PRICES", "")) if ":" in pair)
    by_quantity = settings.get("SELL_BY") == "quantity"
    unknown = [
        f"PAYLINK_PAYMENTKIT_UNIT_PRICES: {one} is no currency" for one in prices.keys() - EXPONENTS.keys()
    ]
    if by_quantity and not prices:
        unknown.append("PAYLINK_PAYMENTKIT_SELL_BY=quantity: needs PAYLINK_PAYMENTKIT_UNIT_PRICES")
    if unknown:
        raise ConfigurationError(*unknown)
    methods = listed(settings.get("PAYMENT_METHODS", ""))
    own = {"success_url": settings.get("RETURN_URL"), "accepted_payment_methods": list(methods)}
    further = _further(settings.get("EVENTS", ""))
    shape = "a JSON object of texts, or lists of texts"
    extra = extra_in("PAYLINK_PAYMENTKIT_EXTRA", settings.get("EXTRA", ""), EXTRA, shape, _is_text)
    return Profile(
        merchant_name,
        unit_prices=prices,
        by_quantity=by_quantity,
        product_id=settings.get("PRODUCT_ID") or None,
        hours=int(settings.get("CHECKOUT_HOURS") or _USUAL_HOURS),
        extra=extra | {name: value for name, value in own.items() if value},
        kinds={plain(name): kind for name, kind in further.items()},
        further=tuple(further),
    )


def _is_text(value: object) -> bool:
    return all(isinstance(one, str) for one in (value if isinstance(value, list) else [value]))


def _further(setting: str) -> dict[str, EventKind]:
    """Events by their names: `name=kind`, separated by commas."""
    pairs = [pair.partition("=") for pair in listed(setting)]
    problems = [
        f"PAYLINK_PAYMENTKIT_EVENTS: {kind or name} is no kind; kinds are {', '.join(_KINDS)}"
        for name, _, kind in pairs
        if kind.strip() not in _KINDS
    ]
    if problems:
        raise ConfigurationError(*problems)
    return {name.strip(): EventKind(kind.strip()) for name, _, kind in pairs}


def _to_line(item: Item, description: str | None) -> dict[str, Any]:
    line = {"price_id": item.price_id, "quantity": item.quantity}
    return line if description is None else {**line, "description": description}


def _to_metadata(request: LinkRequest) -> dict[str, str]:
    own = {"own_reference": request.own_reference} if request.own_reference else {}
    return {OUR_REFERENCE: request.reference, "paylink_id": request.link_id} | own
