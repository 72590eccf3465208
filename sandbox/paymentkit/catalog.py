"""What the account sells and to whom: products, prices, packages, coupons, customers.

Some of it is there from the start, as if made in the dashboard: `price_stg_unit0000eur` and its like, one
atom each, are what an amount out of a chat can be made of (`quantity` x 0.01). `price_stg_bag00000eur` is
sold once, `price_stg_weekly00eur`, `price_stg_monthly0eur` and `price_stg_yearly00eur` again and again.
"""

from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]

UNIT_CURRENCIES = "EUR USD GBP CHF JPY KWD".split()
INTERVALS = ("day", "week", "month", "year")
USAGE_TYPES = ("licensed", "metered")


@dataclass
class Product:
    """Names of the fields that the API writes are assumed (`_atom` convention, subscriptions)."""

    id: str
    name: str
    description: str | None = None
    unit_label: str | None = None
    metadata: JSON = field(default_factory=dict)
    is_active: bool = True


@dataclass
class Price:
    """A flat, fixed price: total = unit price x quantity. Recurring with a `billing_interval`."""

    id: str
    product_id: str
    currency: str
    unit_amount_atom: int
    usage_type: str = "licensed"
    billing_interval: str | None = None
    billing_interval_count: int | None = None
    metadata: JSON = field(default_factory=dict)
    is_active: bool = True

    @property
    def is_recurring(self) -> bool:
        return self.billing_interval is not None


@dataclass
class Customer:
    id: str
    email: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A percentage or atoms off, once or `forever`, or days of trial; the names of its fields are assumed."""

    id: str
    percent: int = 0
    amount_off_atom: int = 0
    currency: str | None = None
    trial_days: int = 0
    duration: str = "once"  # of a subscription's payments: the first or all of them
    is_active: bool = True

    def off(self, total: int) -> int:
        """Atoms off a cart, rounded half up, never more than there are."""
        return min(total, (total * self.percent + 50) // 100 + self.amount_off_atom)


@dataclass(frozen=True, slots=True)
class Package:
    id: str
    name: str
    price_ids: tuple[str, ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a cart; `title` is what the customer reads where the line has no description."""

    price: Price
    title: str
    quantity: int = 1
    description: str | None = None

    @property
    def name(self) -> str:
        return self.description or self.title


class Catalog:
    """Everything by its id."""

    def __init__(self) -> None:
        self.products = {one.id: one for one in _products()}
        self.prices = {one.id: one for one in _prices()}
        self.packages = {one.id: one for one in _PACKAGES}
        self.coupons = {one.id: one for one in _COUPONS}
        self.customers: dict[str, Customer] = {}

    def cart(self, request: JSON) -> list[Item]:
        """The items that a valid request asks for, by line or by package."""
        lines = request.get("line_items") or []
        packages = [self.packages[package_id] for package_id in request.get("package_ids") or []]
        return [
            *(
                self._item(line["price_id"], line.get("quantity", 1), line.get("description"))
                for line in lines
            ),
            *(self._item(price_id) for package in packages for price_id in package.price_ids),
        ]

    def coupon_of(self, request: JSON) -> Coupon | None:
        return self.coupons.get(request.get("coupon_id") or "")

    def _item(self, price_id: str, quantity: int = 1, description: str | None = None) -> Item:
        price = self.prices[price_id]
        return Item(price, self.products[price.product_id].name, quantity, description)


def unit_price(currency: str) -> str:
    """The id of the price of one atom."""
    return f"price_stg_unit0000{currency.lower()}"


def _products() -> list[Product]:
    return [
        Product("prod_stg_unit00000000", "Amount", "What was agreed in the conversation"),
        Product("prod_stg_coffee000000", "Coffee", "A bag of beans, 1 kg"),
    ]


def _prices() -> list[Price]:
    coffee = "prod_stg_coffee000000"
    return [
        *(Price(unit_price(currency), "prod_stg_unit00000000", currency, 1) for currency in UNIT_CURRENCIES),
        Price("price_stg_bag00000eur", coffee, "EUR", 2450),
        Price("price_stg_bag00000usd", coffee, "USD", 2690),
        Price("price_stg_weekly00eur", coffee, "EUR", 690, "licensed", "week", 1),
        Price("price_stg_monthly0eur", coffee, "EUR", 1990, "licensed", "month", 1),
        Price("price_stg_yearly00eur", coffee, "EUR", 19900, "licensed", "year", 1),
        Price("price_stg_retired0eur", coffee, "EUR", 2150, is_active=False),
    ]


_PACKAGES = (
    Package("pkg_stg_taster000000", "Taster", ("price_stg_bag00000eur",)),
    Package("pkg_stg_mixed0000000", "In two currencies", ("price_stg_bag00000eur", "price_stg_bag00000usd")),
    Package("pkg_stg_retired00000", "Retired", ("price_stg_bag00000eur",), is_active=False),
)
_COUPONS = (
    Coupon("coupon_stg_tenpercent", 10),
    Coupon("coupon_stg_fiveeuros0", amount_off_atom=500, currency="EUR"),
    Coupon("coupon_stg_halfalways", 50, duration="forever"),
    Coupon("coupon_stg_moretrial0", trial_days=14),
    Coupon("coupon_stg_retired000", 50, is_active=False),
)
