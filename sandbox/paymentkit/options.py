"""What PaymentKit does not document, or documents in two ways: one switch each, the assumption first.

None of these is confirmed by a real account.
"""

from typing import Any

CHOICES: dict[str, tuple[Any, ...]] = {
    "signature": ("hex", "base64", "prefixed"),  # prefixed: `sha256=` and hex
    "event_names": ("stripe", "underscored", "dotted"),  # see events.named
    "session_link": ("none", "payment_link_id", "payment_link"),  # what names the link in a session
    "session_metadata": (True, False),  # whether a session has its link's metadata
    "session_subscription": (True, False),  # whether a session names the subscription that it began
    # Whether subscriptions, invoices, renewals have the link's metadata.
    "subscription_metadata": (False, True),
    # How a session tells of its money; `invoice_id` is for those of subscriptions.
    "session_names": ("payment_intent_id", "invoice_id", "nothing"),
    "intent_session": (True, False),  # whether an intent names its session, and has what that has of its link
    "intent_names": ("invoice_id", "subscription_id", "none"),  # what the intent of a subscription names
    "setup_total": ("zero", "null", "absent"),  # total_amount_atom of a link that sells nothing
    "coupon_in_total": (False, True),  # whether a link's total is what is left after its coupon
    "correlation": ("cause", "all"),  # which events share a correlation_id: those of one cause, or all
    "environment": ("stg", "prod", "live"),  # the segment in new ids; livemode is false with stg only
    "page": ("items", "data"),  # what holds the things listed
    "error_list": (True, False),  # whether a 422 has `errors` beside `detail`
    "link_fields": ("sample", "all"),  # whether a link shows what the documented sample does not
    "line_items": ("flat", "nested"),  # an item of a link: price_id, or the price itself
    "create_status": (200, 201),
    "delete_answer": (200, 204),
    "foreign_account": (403, 404),  # another account in the path
    "share_redirect": (302, 303, 307),
    "share_limit": (10, 0),  # opens per minute and IP (documented); 0: as many as you like
    "inactive_status": (404, 410, 400),  # opening an inactive link
    "reactivation": (False, True),  # whether PATCH may set is_active again
    "secret_field": ("secret", "signing_secret"),  # of a new webhook endpoint
    "price_api": (True, False),  # whether products and prices can be made by API, not only in the dashboard
}
