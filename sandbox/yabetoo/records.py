"""Links, the checkout sessions that payers begin on them, and their attempts to pay. Amounts: minor units."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.yabetoo.catalog import Price
from sandbox.yabetoo.ids import new_id, new_slug

JSON = dict[str, Any]


@dataclass
class Item:
    """A line of a product or subscription link: `fields` as it was asked for, and what it costs."""

    fields: JSON
    name: str
    price: Price | None  # None: a free item, of which the guides do not say how it is priced (here: nothing)
    id: str = field(default_factory=lambda: new_id("plitem"))

    @property
    def quantity(self) -> int:
        return self.fields.get("quantity") or 1

    @property
    def is_optional(self) -> bool:
        return bool(self.fields.get("isOptional"))

    @property
    def can_change(self) -> bool:
        return self.is_optional or bool(self.fields.get("adjustableQuantity"))

    @property
    def range(self) -> tuple[int, int]:
        """How few and how many of it a payer may take."""
        if not self.fields.get("adjustableQuantity"):
            return (0 if self.is_optional else self.quantity), self.quantity
        least = 0 if self.is_optional else self.fields.get("minQuantity") or 1
        return least, self.fields.get("maxQuantity") or 9999

    @property
    def unit_amount(self) -> int:
        return self.price.amount if self.price else 0


@dataclass
class Attempt:
    """A payment intent: one prompt on one telephone. `pending` until the payer answers or `until` is past."""

    msisdn: str
    until: datetime
    status: str = "pending"  # then succeeded, failed, expired
    failure_code: str | None = None
    id: str = field(default_factory=lambda: new_id("pi"))


@dataclass
class Session:
    """One payer's checkout; an attempt that fails leaves it open for another."""

    link: "Link"
    amount: int
    email: str
    created_at: datetime
    expires_at: datetime
    attempts: list[Attempt] = field(default_factory=list)
    completed_at: datetime | None = None
    id: str = field(default_factory=lambda: new_id("cs"))
    order_id: str = field(default_factory=lambda: new_id("ord"))

    @property
    def pending(self) -> Attempt | None:
        last = self.attempts[-1] if self.attempts else None
        return last if last and last.status == "pending" else None

    def status(self, now: datetime) -> str:
        if self.completed_at:
            return "complete"
        return "open" if now < self.expires_at else "expired"


@dataclass
class Link:
    """`fields` are those of the API by their names, with amounts in minor units and moments as such."""

    fields: JSON
    items: list[Item]
    created_at: datetime
    updated_at: datetime
    is_active: bool = True
    redemption_count: int = 0
    sessions: list[Session] = field(default_factory=list)
    id: str = field(default_factory=lambda: new_id("plink"))
    own_slug: str = field(default_factory=new_slug)

    @property
    def slug(self) -> str:
        return self.fields.get("slug") or self.own_slug

    @property
    def type(self) -> str:
        return str(self.fields["type"])

    @property
    def currency(self) -> str:
        """In upper case, however it was sent."""
        return str(self.fields["currency"]).upper()

    @property
    def is_variable(self) -> bool:
        """Whether the payer chooses the amount."""
        return self.type == "amount" and self.fields.get("amount") is None

    @property
    def is_trial(self) -> bool:
        """Whether nothing is due yet when somebody subscribes."""
        prices = [item.price for item in self.items]
        return self.type == "subscription" and all(price and price.trial_period_days for price in prices)

    @property
    def metadata(self) -> JSON:
        return self.fields.get("metadata") or {}

    @property
    def total(self) -> int | None:
        """What is to be paid, without optional items; None where the payer chooses."""
        if self.type == "amount":
            return self.fields.get("amount")
        return sum(item.unit_amount * item.quantity for item in self.items if not item.is_optional)

    @property
    def reference(self) -> str | None:
        """The merchant's own: metadata's `reference` or `ref`, else its first text, else the name."""
        texts = [value for value in self.metadata.values() if isinstance(value, str) and value]
        named = [self.metadata.get("reference"), self.metadata.get("ref"), *texts, self.fields.get("name")]
        return next((name for name in named if isinstance(name, str) and name), None)

    def is_called(self, name: str) -> bool:
        return name == self.fields.get("name") or name in self.metadata.values()

    def status(self, now: datetime) -> str:
        """active, inactive, expired, exhausted; which of several comes first is assumed."""
        expires, most = self.fields.get("expiresAt"), self.fields.get("maxRedemptions")
        if not self.is_active:
            return "inactive"
        if expires and expires <= now:
            return "expired"
        return "exhausted" if most is not None and self.redemption_count >= most else "active"
