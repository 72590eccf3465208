"""PaymentKit's words as tables: fields that nobody has confirmed, units, events, states, settings.

Each beside the page that has it. What is assumed is here, so that it is changed here.
"""

from collections.abc import Mapping

from bot.ports.model import EventKind

# https://docs.paymentkit.com/docs/pages/hosted-pages/payment-links: "the smallest currency unit". In these
# three ISO 4217 and the card processors behind PaymentKit count differently; whether VED is taken is unknown.
UNCONFIRMED = frozenset({"ISK", "MGA", "UGX", "VED"})

# https://docs.paymentkit.com/docs/guides/integration/webhooks, with `.` for `_`. Only invoice.paid and two of
# subscriptions are seen there; these follow from "Stripe-compatible". PAYMENTKIT_EVENTS adds to them.
EVENTS: Mapping[str, EventKind] = {
    "payment.intent.succeeded": EventKind.CAPTURED,
    "payment.intent.payment.failed": EventKind.DECLINED,
    "payment.intent.processing": EventKind.PENDING,
    "payment.intent.canceled": EventKind.DECLINED,
    "checkout.session.completed": EventKind.PENDING,  # its payment intent says what has become of the money
    "invoice.paid": EventKind.PENDING,  # so here: two objects may not count as two payments
    "refund.created": EventKind.REFUND_PENDING,  # its own status says more
    "refund.updated": EventKind.REFUND_PENDING,
    "refund.failed": EventKind.REFUND_FAILED,
}
SUBSCRIBED = (  # as they are spelled in a subscription
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "checkout.session.completed",
    "invoice.paid",
    "refund.created",
)
REFUND_STATES: Mapping[str, EventKind] = {
    "succeeded": EventKind.REFUNDED,
    "failed": EventKind.REFUND_FAILED,
    "canceled": EventKind.REFUND_FAILED,
}
# Why an attempt failed: `last_payment_error` has a `code`, perhaps a `decline_code`, as Stripe has them.
REASONS: Mapping[str, str] = {
    "authentication_required": "authentication_failed",
    "card_declined": "card_refused",
    "expired_card": "card_expired",
    "incorrect_cvc": "card_security_code_wrong",
    "insufficient_funds": "card_not_covered",
    "payment_intent_authentication_failure": "authentication_failed",
}
# How the names of their events begin, and what tells of a subscription's beginning.
INTENT, SESSION, REFUND = "payment.intent.", "checkout.session.", "refund."
INVOICE, SUBSCRIPTION = "invoice.", "customer.subscription."
BEGUN = "customer.subscription.created"

# Where an object names its link, its payment and so on: an id, or an object that has one.
LINK_FIELDS = ("payment_link_id", "payment_link")
PAYMENT_FIELDS = ("payment_intent_id", "payment_intent")
SESSION_FIELDS = ("checkout_session_id", "checkout_session")
INVOICE_FIELDS = ("invoice_id", "invoice")
SUBSCRIPTION_FIELDS = ("subscription_id", "subscription")
PRICE_FIELDS = ("price_id", "price")  # of a line item
# Of what was paid; the first that it has.
CHARGED = ("amount_received_atom", "amount_atom", "total_amount_atom")
GIVEN_BACK = "amount_refunded_atom"
OUR_REFERENCE = "ref"  # in metadata

# https://docs.paymentkit.com/docs/guides/integration/events: "filterable"; the names are those of an event's
# own fields. Whoever does not know them gives everything: what comes is looked through again.
BY_OBJECT, BY_KIND, BY_CAUSE = "aggregate_id", "aggregate_type", "correlation_id"
REFUNDS, INVOICES = "refund", "invoice"
CAUSE = "correlation_id"  # what a checkout and the subscription that it begins are taken to share

# https://docs.paymentkit.com/docs/api-reference: `limit` and `offset`; what the page is called is cut off.
PAGE_FIELDS = ("items", "data")
PAGE = 100
MOST_PAGES = 50

# The question of the form behind a field that is refused.
FIELDS: Mapping[str, str] = {
    "unit_amount_atom": "amount",
    "quantity": "amount",
    "currency": "currency",
    "line_items": "price",
    "price_id": "price",
    "coupon_id": "coupon",
    "free_trial_days": "trial_days",
    "name": "description",
    "description": "description",
}

# What an operator may add to every link; what we write ourselves wins.
EXTRA = frozenset({"accepted_payment_methods", "customer_id", "return_url", "success_url"})
