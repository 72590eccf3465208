"""Cost+'s words as tables: states, fields, what an operator may add. Each beside the page that lists it."""

from collections.abc import Mapping

from bot.ports.model import EventKind

UNCONFIRMED = frozenset({"VED"})  # whether it is taken is not known

LONGEST_EXPIRY_S = 365 * 86_400  # no limit is documented: 30 days is only what a link has that says nothing

# https://docs.costplus.io/docs/guides/payment-links: `all_unsuccessful` is not final, it can be tried again
USABLE: Mapping[str, bool] = {
    "new": True,
    "processing": True,
    "all_unsuccessful": True,
    "completed": False,
    "expired": False,
}
RECEIVED = "completed"

# https://docs.costplus.io/api-reference/orders: every attempt is an order of its own. An `error` may still
# be completed: the guide says so. `new` is an attempt that nobody has begun to pay.
ORDER_STATES: Mapping[str, EventKind] = {
    "new": EventKind.IGNORED,
    "processing": EventKind.PENDING,
    "completed": EventKind.CAPTURED,
    "error": EventKind.DECLINED,
    "cancelled": EventKind.DECLINED,
    "expired": EventKind.DECLINED,
}
FAILED = frozenset({"error", "cancelled", "expired"})

# Why an attempt failed, in our words: the state that its order ended in, or Rapyd's names, which transactions
# have (https://docs.costplus.io/docs/getting-started/testing). Any other is told as it came.
REASONS: Mapping[str, str] = {
    "cancelled": "payment_canceled",
    "expired": "payment_expired",
    "ERROR_CARD_AUTHENTICATION_FAILURE": "authentication_failed",
    "ERROR_CARD_CVV_NOT_VALID": "card_security_code_wrong",
    "ERROR_CARD_INFORMATION_NOT_VALID": "card_details_wrong",
    "ERROR_CARD_NOT_SUPPORTED_FOR_ECOMMERCE": "card_not_for_internet",
    "ERROR_CARD_NOT_VALID": "card_refused",
    "ERROR_CARD_TYPE_DISABLED": "card_kind_not_taken",
}

# The order that a refund, a chargeback or its reversal goes back to.
ORIGINALS = ("refund_of_order_id", "chargeback_of_order_id", "reversal_of_order_id")

# https://docs.costplus.io/docs/guides/hosted-payment-page: on orders made with a Sandbox website's key
TEST_FLAG = "is-test"

# Which question of the form a refused property is about.
FIELDS: Mapping[str, str] = {
    "amount": "amount",
    "currency": "currency",
    "description": "description",
    "expiration_period": "expires",
    "email_address": "email",
    "first_name": "name",
    "last_name": "name",
    "phone_numbers": "phone",
    "country": "country",
}

# https://docs.costplus.io/docs/guides/payment-links: what an operator may add to every link
EXTRA = frozenset({"failure_url", "payment_methods", "return_url"})
