"""A link as EximPe is asked for it. A path like `buyer.name` names a field of the body."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.backends._asking import extra_in, to_expiry, written
from adapters.backends._eximpe_tables import CURRENCY, EXTRA, GOODS, LONGEST_EXPIRY_S
from bot.errors import BackendRejected, ConfigurationError
from bot.ports.backend import LinkRequest
from bot.ports.model import Customer

_NOT_IN_A_NUMBER = re.compile("[^A-Za-z0-9/-]+")
_LONGEST_NUMBER = 255


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account adds to every link: the kind of goods, and values by their paths."""

    goods: str = GOODS[0]
    extra: Mapping[str, str] = field(default_factory=dict)


def to_profile(settings: Mapping[str, str]) -> Profile:
    """Raises ConfigurationError for what EximPe does not know or nobody may add."""
    goods = settings.get("GOODS") or GOODS[0]
    if goods not in GOODS:
        raise ConfigurationError(f"PAYLINK_EXIMPE_GOODS={goods}: must be one of {', '.join(GOODS)}")
    shape = "a JSON object whose values are texts"
    extra = extra_in("PAYLINK_EXIMPE_EXTRA", settings.get("EXTRA", ""), EXTRA, shape, _is_text)
    return Profile(goods, extra)


def to_request(request: LinkRequest, profile: Profile) -> dict[str, Any]:
    """The body of `POST /pg/payment-links/`. EximPe says itself what it misses of the customer."""
    if request.amount.currency != CURRENCY:
        raise BackendRejected(("currency_not_offered",), field="currency")
    customer, details = request.customer, request.details
    core = {
        "amount": f"{request.amount.major:f}",
        "currency": CURRENCY,
        "reference_id": request.reference,
        "expiry_date": written(to_expiry(request.expires_at, request.now, LONGEST_EXPIRY_S)),
        "buyer.name": customer.name,
        "buyer.email": customer.email,
        "buyer.phone": customer.phone,
        "buyer.address.line_1": details.get("address"),
        "buyer.address.city": details.get("city"),
        "buyer.address.state": details.get("state"),
        "buyer.address.postal_code": "".join(details.get("postal_code", "").split()),  # six characters
        "product.name": request.description or request.reference,
        "product.type_of_goods": details.get("goods") or profile.goods,
        "product.hs_code": details.get("goods_code"),
        "invoice.number": details.get("invoice") or _number(request),
    }
    return _nested({**profile.extra, **{path: value for path, value in core.items() if value}})


def to_share(customer: Customer) -> dict[str, list[str]]:
    """The body of a share: wherever the customer can be reached; raises BackendRejected for nowhere."""
    known = {"email": customer.email, "phone": customer.phone}
    reached = {name: [value] for name, value in known.items() if value}
    if not reached:
        raise BackendRejected(("email_required",), field="email")
    return reached


def _number(request: LinkRequest) -> str:
    """An invoice's number out of the creator's reference, as far as EximPe takes its signs; else ours."""
    own = _NOT_IN_A_NUMBER.sub("-", request.own_reference or "").strip("-")
    return own[:_LONGEST_NUMBER] or request.reference


def _nested(flat: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, name = path.split(".")
        inside = body
        for parent in parents:
            inside = inside.setdefault(parent, {})
        inside[name] = value
    return body


def _is_text(value: object) -> bool:
    return isinstance(value, str)
