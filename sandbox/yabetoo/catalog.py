"""Products and prices. Prices never change but in `active`; a new one replaces its like."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.yabetoo.ids import new_id

JSON = dict[str, Any]

COFFEE, COFFEE_XAF, COFFEE_EUR, COFFEE_MONTHLY, COFFEE_MONTHLY_EUR = (
    "prod_sandboxCoffee00000000001",
    "price_sandboxCoffeeXaf0000001",
    "price_sandboxCoffeeEur0000001",
    "price_sandboxCoffeeMonthly001",
    "price_sandboxCoffeeMonthlyEur",
)
CLUB, CLUB_EUR, CLUB_TRIAL, CLUB_FORMER = (
    "prod_sandboxTeaClub0000000001",
    "price_sandboxTeaClubEur000001",
    "price_sandboxTeaClubTrial0001",
    "price_sandboxTeaClubFormer001",
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
    def cadence(self) -> str:
        """`/ 2 months, after 14 days free`; nothing for one that is paid once."""
        if self.billing_interval is None:
            return ""
        count = self.billing_interval_count or 1
        every = f"/ {count} {self.billing_interval}s" if count > 1 else f"/ {self.billing_interval}"
        return every + (f", after {self.trial_period_days} days free" if self.trial_period_days else "")

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
    """What the account sells; the dashboard has made two products, and a price that another has replaced."""

    def __init__(self, now: datetime) -> None:
        self.products = {
            COFFEE: _product("Coffee", "A bag of roasted coffee", COFFEE, now),
            CLUB: _product("Tea club", "A box of tea every month", CLUB, now),
        }
        self.prices: dict[str, Price] = {}
        monthly = ("recurring", "month", 1)
        for price in (
            Price(COFFEE, 2500, "xaf", id=COFFEE_XAF),
            Price(COFFEE, 450, "eur", id=COFFEE_EUR),
            Price(COFFEE, 9000, "xaf", *monthly, id=COFFEE_MONTHLY),
            Price(COFFEE, 1500, "eur", *monthly, id=COFFEE_MONTHLY_EUR),
            Price(CLUB, 4500, "eur", id=CLUB_FORMER),
            Price(CLUB, 4990, "eur", id=CLUB_EUR),
            Price(CLUB, 4990, "eur", *monthly, 14, id=CLUB_TRIAL),
        ):
            self.add_price(price)

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


def _product(name: str, description: str, id_: str, now: datetime) -> Product:
    fields = {
        "name": name,
        "description": description,
        "type": "physical",
        "category": 1,
        "subscriptionEligible": True,
        "status": "active",
    }
    return Product(fields, now, id_)
