"""What each request may hold; what is wrong with it comes out as (field, message), all at once.

Links: https://docs.paymentkit.com, "Payment links". What unknown fields do is not documented: here they are
refused, as are payment methods other than the two that are named. Products and prices: names assumed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.money import CURRENCIES
from sandbox.paymentkit import checks as is_
from sandbox.paymentkit.catalog import INTERVALS, USAGE_TYPES, Catalog, Price
from sandbox.paymentkit.checks import Check
from sandbox.paymentkit.events import is_known

Problem = tuple[str, str]
JSON = dict[str, Any]

MODES = ("payment", "subscription", "setup")
METHODS = ("credit_card", "apple_pay")
_MOST_ATOMS = 99_999_999_999  # assumed

_CART: dict[str, Check] = {
    "line_items": is_.ITEMS,
    "customer_id": is_.text(),
    "coupon_id": is_.text(),
    "success_url": is_.URL,
    "return_url": is_.URL,
    "expires_in_hours": is_.whole(1, 720),
}
LINK = _CART | {
    "name": is_.text(255),
    "mode": is_.one_of(MODES, ", ".join(MODES)),
    "package_ids": is_.TEXTS,
    "free_trial_days": is_.whole(1, 730),
    "allow_cart_edit": is_.FLAG,
    "accepted_payment_methods": is_.words(METHODS),
    "metadata": is_.OBJECT,
}
CHANGES: dict[str, Check] = {
    name: LINK[name]
    for name in ("name", "coupon_id", "success_url", "return_url", "accepted_payment_methods")
} | {"is_active": is_.FLAG}
SESSION = _CART | {
    "promotion_code": is_.text(),
    "custom_fields": is_.OBJECT,
    "params_for_sub": is_.OBJECT,
    "processor_route_id": is_.text(),
}
CUSTOMER: dict[str, Check] = {"email": is_.EMAIL, "name": is_.text(255)}
PRODUCT: dict[str, Check] = {
    "name": is_.text(255, 1),
    "description": is_.text(),
    "unit_label": is_.text(255),
    "metadata": is_.OBJECT,
}
PRICE: dict[str, Check] = {
    "product_id": is_.text(),
    "currency": is_.one_of(CURRENCIES, "the currencies of ISO 4217, in upper case"),
    "unit_amount_atom": is_.whole(1, _MOST_ATOMS),
    "usage_type": is_.one_of(USAGE_TYPES, ", ".join(USAGE_TYPES)),
    "billing_interval": is_.one_of(INTERVALS, ", ".join(INTERVALS)),
    "billing_interval_count": is_.whole(1, 365),
    "metadata": is_.OBJECT,
}
ENDPOINT: dict[str, Check] = {"url": is_.ENDPOINT, "events": is_.TEXTS}


def problems(body: JSON, checks: Mapping[str, Check], required: Sequence[str] = ()) -> list[Problem]:
    """What is wrong field by field; null counts as not given."""
    return [
        *((name, "this field is required") for name in required if body.get(name) is None),
        *((name, "unknown field") for name in body if name not in checks),
        *(
            (name, f"must be {check.wants}")
            for name, check in checks.items()
            if body.get(name) is not None and not check.fits(body[name])
        ),
    ]


def link_problems(body: JSON, catalog: Catalog) -> list[Problem]:
    return problems(body, LINK) or [
        *_mode_problems(body),
        *_references(body, catalog),
        *_cart(body, catalog, body.get("mode") or "payment"),
    ]


def change_problems(body: JSON, catalog: Catalog) -> list[Problem]:
    found = problems(body, CHANGES)
    if body.get("is_active", True) is None:
        found.append(("is_active", "must be a boolean"))
    return found or list(_references(body, catalog))


def session_problems(body: JSON, catalog: Catalog) -> list[Problem]:
    found = problems(body, SESSION, ("line_items",))
    if body.get("coupon_id") and body.get("promotion_code"):
        found.append(("promotion_code", "cannot be combined with coupon_id"))
    return found or [*_references(body, catalog), *_cart(body, catalog, mode="")]


def price_problems(body: JSON, catalog: Catalog) -> list[Problem]:
    found = problems(body, PRICE, ("product_id", "currency", "unit_amount_atom"))
    if not found and body["product_id"] not in catalog.products:
        found.append(("product_id", f"no product {body['product_id']}"))
    if not found and body.get("usage_type") == "metered" and not body.get("billing_interval"):
        found.append(("usage_type", "a metered price needs a billing_interval"))
    if not found and body.get("billing_interval_count") and not body.get("billing_interval"):
        found.append(("billing_interval_count", "needs a billing_interval"))
    return found


def endpoint_problems(body: JSON) -> list[Problem]:
    found = problems(body, ENDPOINT, ("url", "events"))
    return found or [("events", f"unknown event {name}") for name in body["events"] if not is_known(name)]


def _mode_problems(body: JSON) -> Iterator[Problem]:
    mode = body.get("mode") or "payment"
    if mode == "setup":
        for name in ("line_items", "package_ids", "coupon_id", "free_trial_days"):
            if body.get(name) is not None:
                yield name, "not allowed in setup mode"
        return
    if body.get("line_items") and body.get("package_ids"):
        yield "package_ids", "line_items and package_ids are mutually exclusive"
    if not body.get("line_items") and not body.get("package_ids"):
        yield "line_items", f"line_items or package_ids are required in {mode} mode"
    if mode != "subscription" and body.get("free_trial_days") is not None:
        yield "free_trial_days", "only allowed in subscription mode"


def _references(body: JSON, catalog: Catalog) -> Iterator[Problem]:
    """Customers, coupons and packages that are named and are not there, or no more."""
    customer, coupon = body.get("customer_id"), body.get("coupon_id")
    if customer is not None and customer not in catalog.customers:
        yield "customer_id", f"no customer {customer}"
    if coupon is not None and (coupon not in catalog.coupons or not catalog.coupons[coupon].is_active):
        yield "coupon_id", f"no active coupon {coupon}"
    for package_id in body.get("package_ids") or []:
        package = catalog.packages.get(package_id)
        if package is None:
            yield "package_ids", f"no package {package_id}"
        elif not package.is_active:
            yield "package_ids", f"package {package_id} is not active"


def _cart(body: JSON, catalog: Catalog, mode: str) -> Iterator[Problem]:
    lines, packages = body.get("line_items") or [], body.get("package_ids") or []
    where = "package_ids" if packages else "line_items"
    named = [line["price_id"] for line in lines]
    named += [
        one
        for package in packages
        if package in catalog.packages
        for one in catalog.packages[package].price_ids
    ]
    prices = [catalog.prices[price_id] for price_id in named if price_id in catalog.prices]
    for price_id in named:
        if price_id not in catalog.prices:
            yield where, f"no price {price_id}"
        elif not catalog.prices[price_id].is_active:
            yield where, f"price {price_id} is not active"
    if len({price.currency for price in prices}) > 1:
        yield where, "all prices must share one currency"
    coupon = catalog.coupon_of(body)
    if coupon and coupon.currency and any(price.currency != coupon.currency for price in prices):
        yield "coupon_id", f"coupon {coupon.id} is in {coupon.currency}"
    yield from ((where, problem) for problem in _recurrence(mode, prices))


def _recurrence(mode: str, prices: Sequence[Price]) -> Iterator[str]:
    if mode == "payment" and any(price.is_recurring for price in prices):
        yield "payment mode takes one-time prices only"
    if mode == "subscription" and prices and not any(price.is_recurring for price in prices):
        yield "subscription mode needs at least one recurring price"
