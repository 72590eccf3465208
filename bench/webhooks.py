"""The webhook that everything is measured with: one of Checkout.com's, 1.5 KB, about link number N."""

import json
from datetime import UTC, datetime, timedelta

SECRET = "bench-checkout-webhook-secret"  # noqa: S105 - nobody's
SIGNING_SECRET = "0badc0de0badc0de0badc0de0badbe4c"  # noqa: S105 - nobody's
TELEGRAM_SECRET = "obviously-fake-bench"  # noqa: S105 - nobody's
_SIZE = 1499
_FAR = 2_654_435_761  # one after the other, 2**32 of them are all different
AMOUNT, CURRENCY = 4990, "EUR"
_FIRST, _APART = datetime(2026, 11, 21, 9, 12, 46, tzinfo=UTC), timedelta(milliseconds=1)


def link_id(number: int) -> str:
    """The id, and so the reference, of link number `number`."""
    return f"PL{number:012d}"


def body_of(number: int) -> bytes:
    """All of link number `number` is paid. Ids come in no order, as everybody's do."""
    reference, scattered = link_id(number), f"{number * _FAR % 2**32:08x}{number:015d}"
    data = {
        "id": f"pay_{scattered}",
        "action_id": f"act_{scattered}",
        "reference": reference,
        "amount": AMOUNT,
        "currency": CURRENCY,
        "processed_on": "2026-11-21T09:12:46.357000Z",
        "metadata": {"paylink_id": reference},
        "source": {"type": "card", "scheme": "VISA", "last_4": "4242", "bin": "424242"},
        "balances": {
            "total_authorized": AMOUNT,
            "total_voided": 0,
            "available_to_void": 0,
            "total_captured": AMOUNT,
            "available_to_capture": 0,
            "total_refunded": 0,
            "available_to_refund": AMOUNT,
        },
        "processing": {"acquirer_transaction_id": f"{number:012d}", "acquirer_reference_number": "74023"},
    }
    event = {
        "id": f"evt_{scattered}",
        "type": "payment_captured",
        "version": "1.0.29",
        "timestamp": f"{_FIRST + number * _APART:%Y-%m-%dT%H:%M:%S.%fZ}",
        "data": data,
        "_links": {"self": {"href": ""}},
    }
    bare = json.dumps(event)
    event["_links"] = {"self": {"href": "x" * (_SIZE - len(bare))}}
    return json.dumps(event).encode()
