"""What YabetooPay does not document, or documents in two ways: one switch each, the assumption first.

None of these is confirmed by a real account. The older text of the same guides is `OLDER_TEXT`.
"""

from typing import Any

CHOICES: dict[str, tuple[Any, ...]] = {
    # How a link is changed.
    "update_method": ("PUT", "PATCH"),
    # `payment_link.checkout.completed` with `checkoutSessionId`, or `payment_link.payment.completed`
    # with `sessionId` and `status`.
    "event_names": ("checkout", "payment"),
    # Where a webhook has its fields: `data`, `data.object`, or all below `event` as Connect has it.
    "envelope": ("data", "object", "connect"),
    # Whether a webhook says when it happened: the older text's example does not.
    "dated": (True, False),
    # Whether a change of a link is told: `payment_link.updated`.
    "updated_event": (False, True),
    # Whether links have submitType, submitMessage and suggestedAmounts.
    "link_fields": ("newest", "older"),
    # Whether `intent.completed` tells of the same money once more.
    "intent_events": (False, True),
    # How a webhook is signed; the last two prove nothing (`body_only` covers no timestamp).
    "signature": ("timestamp_header", "combined", "bare", "cli", "body_only", "wrong"),
    # The moment that a repeated delivery is signed with: its own, or that of the event.
    "timestamp": ("sending", "event"),
    # The id of an event that is delivered once more.
    "repeated_id": ("fresh", "same"),
    # X-Yabetoo-Webhook-Id: the event's id, or one of the delivery's own.
    "webhook_id": ("event", "delivery"),
    # Which failed deliveries are tried again: all, or only those without an answer or with a 5xx.
    "retried": ("any", "server_errors"),
    # After so many lost webhooks in a row an endpoint is `failed` (0: never).
    "auto_disable": (0, 20),
    # Whether webhook endpoints can be administered by API: one integrator was answered 404.
    "webhook_admin": ("open", "missing"),
    # What holds the names of an endpoint's events.
    "webhook_events": ("enabled_events", "events"),
    "create_status": (201, 200),
    "delete_answer": (200, 204),
    # `{object, data, meta}`, `{data, meta}` with other names, a bare array, or `{status, data, message}`.
    "list": ("meta", "pages", "bare", "intro"),
    # The shape of refusals, see refusals.py.
    "errors": ("documented", "coded", "object", "text", "coded_text", "message", "detailed"),
    # XAF and EUR as prices have it; XOF and USD, too, as the page about links has it; or anything.
    "currencies": ("prices", "page", "any"),
    # How a link shows amounts: 25000 or "25000.00".
    "amount": ("number", "decimal"),
    "currency_case": ("upper", "lower"),
    # Whether a link has `status` beside `isActive`.
    "status_field": (False, True),
    # What a link's URL ends with. The page is found by both.
    "page_address": ("slug", "id"),
    # Idempotency-Key: nothing, the first answer once more, or 409 as in Connect.
    "idempotency": ("ignored", "replayed", "spent"),
    # Requests a minute, of which an early text spoke (0: as many as you like).
    "rate_limit": (0, 100),
    # What of its link a checkout session has.
    "session_link": ("none", "paymentLinkId"),
    "session_metadata": (False, True),
    "session_expiry": ("iso", "unix"),
}

OLDER_TEXT = {
    "update_method": "PATCH",
    "event_names": "payment",
    "envelope": "object",
    "dated": False,
    "updated_event": True,
    "link_fields": "older",
}
