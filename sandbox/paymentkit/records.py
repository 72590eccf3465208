"""Links, the sessions that opening them makes, the money that these took, and subscriptions."""

from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.paymentkit.catalog import Coupon, Item, Price
from sandbox.paymentkit.ids import new_token

JSON = dict[str, Any]

DEFAULT_HOURS = 24  # of a session, where `expires_in_hours` is not given


@dataclass
class Link:
    """As it was asked for (`request`, with later changes) and who has opened it, oldest first.

    Nothing here says that it was paid, nor when it ends: it is active or it is not.
    """

    id: str
    request: JSON
    items: list[Item]
    created_at: datetime
    updated_at: datetime
    is_active: bool = True
    secure_token: str = field(default_factory=new_token)
    sessions: list["Session"] = field(default_factory=list)
    coupon: Coupon | None = None

    @property
    def mode(self) -> str:
        return self.request.get("mode") or "payment"

    @property
    def expires_in_hours(self) -> int:
        return self.request.get("expires_in_hours") or DEFAULT_HOURS

    @property
    def metadata(self) -> JSON:
        return self.request.get("metadata") or {}

    @property
    def total(self) -> int:
        """In atoms, before any coupon: that is applied at checkout."""
        return total_of(self.items)

    @property
    def discount(self) -> int:
        return self.coupon.off(self.total) if self.coupon else 0

    @property
    def currency(self) -> str | None:
        return currency_of(self.items)

    @property
    def reference(self) -> str | None:
        """The merchant's own: metadata's `reference` or `ref`, else the name."""
        named = (self.metadata.get("reference"), self.metadata.get("ref"), self.request.get("name"))
        return next((name for name in named if isinstance(name, str) and name), None)

    def is_called(self, name: str) -> bool:
        """Whether this is its reference, its name, or anything in its metadata."""
        return name in (self.reference, self.request.get("name")) or name in self.metadata.values()


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    amount: int
    created_at: datetime


@dataclass
class Intent:
    """The attempt of a session to take its money; it may fail more than once before it succeeds."""

    id: str
    created_at: datetime
    status: str = "requires_payment_method"
    amount: int = 0
    method: str | None = None
    error: JSON | None = None
    refunds: list[Refund] = field(default_factory=list)
    subscription_id: str | None = None
    invoice_id: str | None = None

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)

    @property
    def to_refund(self) -> int:
        return self.amount - self.refunded if self.status == "succeeded" else 0


@dataclass
class Session:
    """One customer's checkout: `complete`, `expired`, or `open` until one of the two (words assumed)."""

    id: str
    request: JSON  # what it was made from: the link's request or its own
    mode: str
    items: list[Item]
    intent: Intent
    created_at: datetime
    expires_at: datetime
    link: Link | None = None
    coupon: Coupon | None = None
    secure_token: str = field(default_factory=new_token)
    outcome: str | None = None
    charged: int | None = None  # what was taken, where that is not the cart's total
    subscription_id: str | None = None

    def status(self, now: datetime) -> str:
        return self.outcome or ("open" if now < self.expires_at else "expired")

    @property
    def takes_money_now(self) -> bool:
        return self.mode != "setup" and not self.trial_days

    @property
    def trial_days(self) -> int:
        if self.mode != "subscription":
            return 0
        return (self.request.get("free_trial_days") or 0) + (self.coupon.trial_days if self.coupon else 0)

    @property
    def discount(self) -> int:
        return self.coupon.off(total_of(self.items)) if self.coupon else 0

    @property
    def total(self) -> int:
        return total_of(self.items) - self.discount if self.charged is None else self.charged

    @property
    def currency(self) -> str | None:
        return currency_of(self.items)

    @property
    def methods(self) -> list[str]:
        return self.request.get("accepted_payment_methods") or ["credit_card", "apple_pay"]

    def reorder(self, quantities: list[int]) -> None:
        """Other quantities, line by line, where the link lets customers choose them."""
        self.items = [
            replace(item, quantity=quantity) for item, quantity in zip(self.items, quantities, strict=True)
        ]


@dataclass
class Subscription:
    """What a checkout began; it is renewed until somebody ends it. `intents` are those of its renewals."""

    id: str
    session: Session
    begun_at: datetime
    status: str  # trialing, active, past_due or canceled; assumed
    periods: int = 0  # that have begun, after the first one or the trial
    intents: list[Intent] = field(default_factory=list)

    @property
    def price(self) -> Price:
        """The first recurring one says when it renews."""
        return next(item.price for item in self.session.items if item.price.is_recurring)

    @property
    def next_at(self) -> datetime:
        """When the next payment is due: when the trial ends, then period by period."""
        trial = self.session.trial_days
        begins = self.begun_at + timedelta(days=trial)
        count = self.periods if trial else self.periods + 1
        return after(
            begins, self.price.billing_interval or "", count * (self.price.billing_interval_count or 1)
        )

    @property
    def total(self) -> int:
        """Of one renewal: what is sold once is not in it, nor a coupon that counts once."""
        recurring = total_of([item for item in self.session.items if item.price.is_recurring])
        coupon = self.session.coupon
        return recurring - (coupon.off(recurring) if coupon and coupon.duration == "forever" else 0)

    @property
    def is_running(self) -> bool:
        return self.status != "canceled"


def after(moment: datetime, interval: str, count: int) -> datetime:
    """So many days, weeks, months or years later; of a month that is too short its last day."""
    if days := {"day": 1, "week": 7}.get(interval):
        return moment + timedelta(days=days * count)
    months = moment.year * 12 + moment.month - 1 + count * (12 if interval == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def total_of(items: list[Item]) -> int:
    return sum(item.price.unit_amount_atom * item.quantity for item in items)


def currency_of(items: list[Item]) -> str | None:
    return items[0].price.currency if items else None
