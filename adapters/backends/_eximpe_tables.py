"""EximPe's words as tables: events, states, fields.

Each beside the page that lists it. What a link's states are is listed nowhere: they are those of a payment,
of the guide, and of EximPe's own client, in small letters here and compared so.
"""

from collections.abc import Mapping

from bot.ports.model import EventKind

CURRENCY = "INR"
GOODS = ("service", "digital_goods", "physical_goods")
LONGEST_EXPIRY_S = 365 * 86_400  # what a link lives if nothing is said; more is not known to be taken

# https://docs.eximpe.com/api-reference/v1/payment-link/retrieve has `status` and no list of what it can be.
OPEN = frozenset({"active", "pending", "created", "initiated", "payment_pending"})
PAID = frozenset({"captured", "paid", "success", "settled", "payment_successful"})
# An attempt: the link may be tried again. Some are an order's, in https://github.com/zayan-eximpe/merchant-playground.
FAILED = frozenset({"failed", "rejected", "payment_failed", "payment_rejected"})
CALLED_OFF = frozenset({"cancelled", "payment_cancelled", "payment_expired"})  # so is this, once it was begun
TAKEN_BACK = frozenset({"cancelled", "deactivated", "inactive"})
OVER = TAKEN_BACK | {"expired"}

# https://docs.eximpe.com, API reference: a payment is pending, captured or failed. Refunds: not listed.
PAYMENT_STATES: Mapping[str, EventKind] = {
    **dict.fromkeys(OPEN, EventKind.PENDING),
    **dict.fromkeys(PAID, EventKind.CAPTURED),
    **dict.fromkeys(FAILED | CALLED_OFF, EventKind.DECLINED),
}
REASONS: Mapping[str, str] = {"payment failed": "unsaid"}  # a message that says what its state says
_REFUND_DONE = ("refunded", "success", "successful", "processed", "completed")
_REFUND_BEGUN = ("pending", "initiated", "processing")
REFUND_STATES: Mapping[str, EventKind] = {  # with or without `refund_` before them
    **dict.fromkeys(_REFUND_DONE, EventKind.REFUNDED),
    **dict.fromkeys(_REFUND_BEGUN, EventKind.REFUND_PENDING),
    **dict.fromkeys(("failed", "rejected"), EventKind.REFUND_FAILED),
}
DISPUTE_STATES: Mapping[str, EventKind] = {  # with or without `dispute_`
    "won": EventKind.DISPUTE_WON,
    "lost": EventKind.DISPUTE_LOST,
    "accepted": EventKind.DISPUTE_LOST,
}

# A status in these says what, or how far it has come.
REFUND_UPDATE, REFUNDED, DISPUTE_UPDATE = "REFUND_STATUS_UPDATE", "PAYMENT_REFUNDED", "DISPUTE_UPDATED"
# https://docs.eximpe.com, Webhooks. Settlements, merchants and subscriptions concern no link.
EVENTS: Mapping[str, EventKind] = {
    "PAYMENT_SUCCESSFUL": EventKind.CAPTURED,
    "PAYMENT_FAILED": EventKind.DECLINED,
    REFUNDED: EventKind.REFUNDED,
    "REFUND_FAILED": EventKind.REFUND_FAILED,
}

# https://docs.eximpe.com/api-reference/v1/payment-link/create: a body's fields, and whose question each is.
FIELDS: Mapping[str, str] = {
    "amount": "amount",
    "currency": "currency",
    "expiry_date": "expires",
    "buyer.name": "name",
    "buyer.email": "email",
    "buyer.phone": "phone",
    "buyer.address": "address",
    "buyer.address.line_1": "address",
    "buyer.address.city": "city",
    "buyer.address.state": "state",
    "buyer.address.postal_code": "postal_code",
    "product.name": "description",
    "product.type_of_goods": "goods",
    "product.hs_code": "goods_code",
    "invoice.number": "invoice",
    "email": "email",  # of a share
    "phone": "phone",
}
# What an operator can add to every link: never what makes EximPe write to the customer.
EXTRA = frozenset(
    {"buyer.address.line_2", "buyer.address.country_code", "invoice.date"}
    | {"product.description", "product.hs_code", "product.hs_code_description"}
)
