"""What EximPe's sources leave open or contradict each other in: one switch each, the first choice assumed.

None of the assumptions is confirmed by a real account.
"""

OPTIONS: dict[str, tuple[str, ...]] = {
    # A created link as the reference pages have it (`payment_id`), or the guide (`link_id`, `status`).
    "created": ("openapi", "guide"),
    # The documented limits to the letter, or as EximPe's own examples and client break them.
    "limits": ("documented", "lenient"),
    # The guide and EximPe's client write a decimal string, its OpenAPI file a number.
    "amount": ("string", "number"),
    # `details` of a refusal: objects of texts, dotted keys, or objects of lists of texts.
    "details": ("nested", "dotted", "lists"),
    # The words of a link's status: those of a payment, or the guide's ACTIVE and its like.
    "statuses": ("payment", "guide"),
    # `amount` in a list of links: an object as documented, or the scalar that EximPe's client reads.
    "list_amount": ("object", "scalar"),
    # `data` of a link's history: EximPe's client reads all three.
    "history": ("array", "results", "history"),
    # The payload of webhooks: since July 2026, as the guide shows it, or of version 2 (UUIDs).
    "payload": ("current", "guide", "v2"),
    # How `event_time` is written.
    "event_time": ("plain", "zulu", "micros"),
    # What is signed: the bytes that are sent, their canonical form, or (a fault) something else.
    "signed": ("raw", "canonical", "wrong"),
    # Whose key signs: the Encryption Key, or the client secret (what the docs may mean by "API key").
    "signing_key": ("encryption_key", "client_secret"),
    # Whether trying again after a failure keeps the payment id.
    "retry": ("same_id", "new_id"),
    # Whether webhooks are sent at all.
    "webhooks": ("sent", "dropped"),
}
