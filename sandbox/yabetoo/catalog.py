"""Products and prices. Prices never change but in `active`; a new one replaces its like."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.yabetoo.ids import new_id

JSON = dict[str, Any]

COFFEE, COFFEE_XAF, COFFEE_EUR, COFFEE_MONTHLY = (
    "prod_sandboxCoffee00000000001",
    "price_sandboxCoffeeXaf0000001",
    "price_sandboxCoffeeEur0000001",
    "price_sandboxCoffeeMonthly001",
)


@dataclass
class Price:
    """`amount` in minor units, `currency` in lower case."""

    product_id: str
    amount: int
    currency: str
    type: str = "one_time"  # or recurring
    billing_interval: str | None = None
    billing_interval_count: int | None = None
    trial_period_days: int | None = None
    active: bool = True
    id: str = field(default_factory=lambda: new_id("price"))

    @property
    def likeness(self) -> tuple[Any, ...]:
        """Two active prices of one likeness cannot be."""
        cadence = (self.billing_interval, self.billing_interval_count)
        return (self.product_id, self.currency, self.type, *cadence)


@dataclass
class Product:
    fields: JSON
    created_at: datetime
    id: str = field(default_factory=lambda: new_id("prod"))

    @property
    def name(self) -> str:
        return str(self.fields["name"])


class Catalog:
    """What the account sells; the dashboard has made one product with three prices."""

    def __init__(self, now: datetime) -> None:
        fields = {
            "name": "Coffee",
            "description": "A bag of roasted coffee",
            "type": "physical",
            "category": 1,
            "subscriptionEligible": True,
            "status": "active",
        }
        self.products = {COFFEE: Product(fields, now, COFFEE)}
        self.prices: dict[str, Price] = {}
        self.add_price(Price(COFFEE, 2500, "xaf", id=COFFEE_XAF))
        self.add_price(Price(COFFEE, 450, "eur", id=COFFEE_EUR))
        monthly = ("recurring", "month", 1)
        self.add_price(Price(COFFEE, 9000, "xaf", *monthly, id=COFFEE_MONTHLY))

    def add_price(self, price: Price) -> None:
        for other in self.prices.values():
            other.active = other.active and other.likeness != price.likeness
        self.prices[price.id] = price

    def default_price(self, product_id: str, currency: str, *, recurring: bool) -> Price | None:
        """The newest active one of a product in a currency."""
        found = (
            price
            for price in reversed(self.prices.values())
            if (price.product_id, price.currency) == (product_id, currency.lower())
            and price.active
            and (price.type == "recurring") is recurring
        )
        return next(found, None)
