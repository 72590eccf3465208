"""Links, the orders that attempts to pay them make, and an order's transactions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.costplus.durations import duration_of
from sandbox.costplus.ids import new_id

JSON = dict[str, Any]

MOST_ATTEMPTS = 25
DEFAULT_PERIOD = "P30D"
ORDER_PERIOD = "PT30M"  # the guide's; samples of the API have PT1H
RUNNING = ("new", "processing")


@dataclass
class Transaction:
    """A step of an order's money; `details` are those of a card."""

    amount: int
    method: str
    created: datetime
    status: str = "pending"
    kind: str | None = None  # `transaction_type`, where money is not taken at once
    reason: str | None = None
    details: JSON = field(default_factory=dict)
    credit_debit: str = "credit"
    id: str = field(default_factory=new_id)


@dataclass
class Order:
    """One attempt to pay, or (`side` says which) a refund, chargeback or reversal of another order.

    `data` is what PUT can change. `authorised`, `captured`, `voided` and `refunded` are cumulative.
    """

    data: JSON
    created: datetime
    link: "PaymentLink | None" = None
    status: str = "new"
    modified: datetime | None = None
    completed: datetime | None = None
    transactions: list[Transaction] = field(default_factory=list)
    authorised: int = 0
    captured: int = 0
    voided: int = 0
    refunded: int = 0
    side: str = ""
    side_of: "Order | None" = None
    sides: list["Order"] = field(default_factory=list)
    step: str = ""  # what the payer still has to do on the hosted page
    id: str = field(default_factory=new_id)

    @property
    def amount(self) -> int:
        return int(self.data["amount"])

    @property
    def ends_at(self) -> datetime:
        return self.created + (duration_of(ORDER_PERIOD) or timedelta())

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def to_capture(self) -> int:
        return self.authorised - self.captured - self.voided

    @property
    def to_refund(self) -> int:
        return self.captured - self.refunded

    def sides_of(self, kind: str) -> list["Order"]:
        return [order for order in self.sides if order.side == kind]

    @property
    def original(self) -> "Order":
        """The attempt that everything beside it goes back to."""
        return self.side_of.original if self.side_of else self


@dataclass
class PaymentLink:
    """As it was asked for (`request`), and the attempts to pay it, oldest first."""

    request: JSON
    created: datetime
    modified: datetime | None = None
    ended_at: datetime | None = None  # expired before its time, by a control
    orders: list[Order] = field(default_factory=list)
    completed_order: Order | None = None
    id: str = field(default_factory=new_id)

    @property
    def reference(self) -> str:
        return str(self.request["merchant_order_id"])

    @property
    def amount(self) -> int:
        return int(self.request["amount"])

    @property
    def currency(self) -> str:
        return str(self.request["currency"])

    @property
    def period(self) -> str:
        return self.request.get("expiration_period") or DEFAULT_PERIOD

    @property
    def expires_at(self) -> datetime:
        return self.ended_at or self.created + (duration_of(self.period) or timedelta())

    @property
    def attempts_left(self) -> int:
        return MOST_ATTEMPTS - len(self.orders)

    @property
    def running(self) -> Order | None:
        """The newest attempt that is under way."""
        return next((order for order in reversed(self.orders) if order.is_running), None)

    def status(self, now: datetime) -> str:
        if self.completed_order:
            return "completed"
        if now >= self.expires_at:
            return "expired"
        if self.running:
            return "processing"
        return "all_unsuccessful" if self.orders else "new"

    def is_payable(self, now: datetime) -> bool:
        """Whether another attempt may begin."""
        return self.status(now) not in {"completed", "expired"} and self.attempts_left > 0
