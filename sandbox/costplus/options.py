"""What Cost+ does not document, or documents in two ways: one switch each, the first choice assumed.

None of the assumptions is confirmed by a real account.
"""

OPTIONS: dict[str, tuple[str, ...]] = {
    # A refusal's body: objects, but strings for 401 and for a method that is not active (as the FAQ has it),
    # or one of the two for everything.
    "errors": ("documented", "object", "string"),
    # `error.status`: client libraries have seen both.
    "error_status": ("number", "text"),
    # A created link: whole, or as an older host of the platform answers (the input, `id`, `payment_url`).
    "created": ("whole", "bare"),
    # Whether links answer the three URLs that they were created with: no sample has them.
    "urls": ("hidden", "shown"),
    # Whether a `merchant_order_id` can be used for several links.
    "references": ("repeatable", "unique"),
    # What fields that are not documented do.
    "unknown_fields": ("refused", "ignored"),
    # Whether an order repeats the `merchant_order_id` of its link.
    "order_reference": ("repeated", "missing"),
    # Whether money is taken at once, or only authorised and captured later.
    "capture": ("automatic", "manual"),
    # What a link says whose running attempt succeeds after the link has expired.
    "late_payment": ("expired", "completed"),
    # Which of the two documented events are sent.
    "events": ("both", "order", "transaction"),
    # Which order is named when a refund, a chargeback or a reversal happens.
    "side_events": ("own", "original", "none"),
    # What a reversal reverses by its `reversal_of_order_id`: the chargeback, or the order charged back.
    "reversal_of": ("chargeback", "original"),
    # Whether webhooks are sent at all.
    "webhooks": ("sent", "dropped"),
}
