"""What PaymentKit does not document, or documents in two ways: one switch each, the assumption first.

None of these is confirmed by a real account.
"""

from dataclasses import dataclass, fields
from typing import Any

CHOICES: dict[str, tuple[Any, ...]] = {
    "signature": ("hex", "base64", "prefixed"),  # prefixed: `sha256=` and hex
    "event_names": ("stripe", "underscored", "dotted"),  # see events.named
    "session_link": ("none", "payment_link_id", "payment_link"),  # what names the link in a session
    "session_metadata": (True, False),  # whether a session has its link's metadata
    "session_subscription": (True, False),  # whether a session names the subscription that it began
    "subscription_metadata": (
        False,
        True,
    ),  # whether subscriptions, invoices, renewals have the link's metadata
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


class OptionRefused(ValueError):
    """There is no such option, or not with this value; the text says which there are."""


@dataclass
class Options:
    """The switches as they stand; `CHOICES` holds what each may be."""

    signature: str = "hex"
    event_names: str = "stripe"
    session_link: str = "none"
    session_metadata: bool = True
    session_subscription: bool = True
    subscription_metadata: bool = False
    session_names: str = "payment_intent_id"
    intent_session: bool = True
    intent_names: str = "invoice_id"
    setup_total: str = "zero"
    coupon_in_total: bool = False
    correlation: str = "cause"
    environment: str = "stg"
    page: str = "items"
    error_list: bool = True
    link_fields: str = "sample"
    line_items: str = "flat"
    create_status: int = 200
    delete_answer: int = 200
    foreign_account: int = 403
    share_redirect: int = 302
    share_limit: int = 10
    inactive_status: int = 404
    reactivation: bool = False
    secret_field: str = "secret"  # noqa: S105 - a field's name
    price_api: bool = True

    def change(self, wanted: dict[str, Any]) -> None:
        """Set some of them, all or none; raises OptionRefused."""
        for name, value in wanted.items():
            if name not in CHOICES:
                raise OptionRefused(f"there is no option {name}; there are {', '.join(CHOICES)}")
            if not any(value == choice and type(value) is type(choice) for choice in CHOICES[name]):
                raise OptionRefused(f"{name} must be one of {', '.join(map(repr, CHOICES[name]))}")
        for name, value in wanted.items():
            setattr(self, name, value)

    def as_json(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}
