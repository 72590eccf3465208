"""What happened, as the Events API and as webhooks tell it: the shapes differ (`data`, `data.object`).

https://docs.paymentkit.com/guides/integration/webhooks and .../events. Of the names only `invoice.paid` and
`customer.subscription.created` are documented for what happens here; the others are assumed, after Stripe's,
which PaymentKit says to be compatible with. `subscription.trial_will_end` is documented, its moment is not:
it is never told here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.paymentkit.ids import moment

JSON = dict[str, Any]

DOCUMENTED = ("customer.subscription.created", "invoice.paid")
SALE = (
    "checkout.session.completed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "refund.created",
    "invoice.payment_failed",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    *DOCUMENTED,
)
CATALOG = ("product.created", "price.created", "customer.created")
STYLES = ("stripe", "underscored", "dotted")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `kind` is its name in Stripe's style, `type` in the style of the day."""

    id: str
    kind: str
    type: str
    aggregate_type: str
    data: JSON
    previous: JSON
    at: datetime
    actor_type: str
    actor_id: str | None
    correlation_id: str
    version: int
    livemode: bool

    def as_webhook(self) -> JSON:
        return {
            "id": self.id,
            "object": "event",
            "type": self.type,
            "created": int(self.at.timestamp()),
            "livemode": self.livemode,
            "data": {"object": self.data, "previous_attributes": self.previous},
        }

    def as_json(self) -> JSON:
        """As the Events API has it."""
        return {
            "id": self.id,
            "type": self.type,
            "aggregate_type": self.aggregate_type,
            "aggregate_id": self.data["id"],
            "data": self.data,
            "previous_data": self.previous,
            "metadata": {},
            "correlation_id": self.correlation_id,
            "version": self.version,
            "created": moment(self.at),
            "actor_type": self.actor_type,
            "actor_id": self.actor_id,
        }


def named(kind: str, style: str) -> str:
    """`checkout.session.completed` as written in a style; what is documented never changes.

    `underscored`: checkout_session.completed; `dotted`: payment.intent.payment.failed.
    """
    if style == "stripe" or kind in DOCUMENTED:
        return kind
    if style == "dotted":
        return kind.replace("_", ".")
    group, _, verb = kind.rpartition(".")
    return f"{group.replace('.', '_')}.{verb}"


def folded(name: str) -> str:
    """The same for every style of a name."""
    return name.replace("_", ".")


def is_known(name: str) -> bool:
    return any(name == named(kind, style) for kind in (*SALE, *CATALOG) for style in STYLES)
