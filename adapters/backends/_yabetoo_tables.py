"""YabetooPay's words as tables: events, states, fields, each beside the page that lists it."""

from collections.abc import Mapping

from bot.ports.model import EventKind

LONGEST_EXPIRY_S = 366 * 86_400  # ours: no limit is documented
PROMPT_S = 100  # "about 90 to 100" a payer has to answer the telephone, whatever becomes of the link
CURRENCIES = ("XAF", "EUR")  # what prices accept; the guide of links lists others, too

# https://docs.yabetoopay.com, Payment links and Webhooks: the newest names, then those of the older text.
# `intent.*`, `checkout.session.*` and `subscription.*` may tell of the same money and name no link.
EVENTS: Mapping[str, EventKind] = {
    "payment_link.checkout.completed": EventKind.CAPTURED,
    "payment_link.checkout.failed": EventKind.DECLINED,
    "payment_link.payment.completed": EventKind.CAPTURED,
    "payment_link.payment.failed": EventKind.DECLINED,
}

# Why an attempt failed is `error`, a text that nobody explains; its example says only that it has.
REASONS: Mapping[str, str] = {
    "Payment status: failed": "unsaid",
    "Payment status: expired": "payment_expired",
}

# The guide's four states. No field of a link says which one it is in: if one ever does, it is believed.
USABLE: Mapping[str, bool] = {"active": True, "inactive": False, "expired": False, "exhausted": False}

# https://docs.yabetoopay.com, Payment links, introduction: the three types.
AMOUNT, PRODUCT, SUBSCRIPTION = "amount", "product", "subscription"

# A checkout: `payment_status` is unpaid, paid or no_payment_required.
PAID = "paid"

# https://docs.yabetoopay.com, Payment links, create: a body's fields, and whose question each is.
FIELDS: Mapping[str, str] = {
    "amount": "amount",
    "minAmount": "least",
    "maxAmount": "amount",
    "suggestedAmounts": "suggested",
    "maxRedemptions": "uses",
    "items.0.priceId": "price",
    "items.0.quantity": "quantity",
    "currency": "currency",
    "description": "description",
    "expiresAt": "expires",
}
# What an operator can add to every link: nothing that changes what is paid, or how often, and no `slug`,
# of which every link has its own.
EXTRA = frozenset(
    {"successUrl", "cancelUrl", "brandingId", "submitType", "submitMessage"}
    | {"collectBillingAddress", "collectShippingAddress"}
)
