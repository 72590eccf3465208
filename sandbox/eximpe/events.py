"""The bodies of the webhooks: https://docs.eximpe.com, Webhooks.

Events of a payment are as documented since July 2026, as the guide has them, or of version 2, by the option
`payload`. A dispute's body is flat. The fields of a settlement and of a dispute are not documented in full.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sandbox.eximpe.amounts import CURRENCY, decimal_text, json_number
from sandbox.eximpe.answers import bank_reference, utr
from sandbox.eximpe.ids import moment
from sandbox.eximpe.ledger import Happening
from sandbox.eximpe.payments import Dispute, Refund
from sandbox.options import Options

JSON = dict[str, Any]

# status, extended_status, message; the guide has them in lower case, with a message of its own.
_WORDS = {
    "captured": ("CAPTURED", "SUCCESS", "Payment Captured"),
    "failed": ("FAILED", "FAILURE", "Payment Failed"),
}
_GUIDE_MESSAGES = {"captured": "Payment successful", "failed": "Payment failed"}


def event_of(happening: Happening, options: Options, at: str) -> JSON:
    """The event that tells of it; `at` is its moment as it is written."""
    head = {
        "event_type": happening.event,
        "event_time": at,
        "version": "1.0",
        "sequence_number": str(uuid4()),
    }
    if happening.dispute:
        return {**head, **_dispute(happening, happening.dispute, options)}
    if happening.refund:
        return {**head, "data": _refund(happening, happening.refund, options)}
    data = _PAYMENTS[options["payload"]](happening)
    settled = _settlement(happening) if happening.event == "PAYMENT_SETTLED" else {}
    return {**head, "data": {**data, **settled}}


def _ids(happening: Happening, options: Options) -> tuple[str, str]:
    """Payment and order; version 2 has UUIDs."""
    if options["payload"] == "v2":
        return happening.payment.uuid, happening.link.order_uuid
    return happening.payment.id, happening.link.order_id


def _current(happening: Happening) -> JSON:
    link, payment = happening.link, happening.payment
    status, extended, message = _WORDS[payment.status]
    completed = payment.completed_at if payment.status == "captured" else None
    return {
        "payment_id": payment.id,
        "order_id": link.order_id,
        "merchant_reference_id": link.reference,
        "amount": json_number(payment.amount),
        "status": status,
        "extended_status": extended,
        "message": message,
        "payment_message": None,
        "mop_type": payment.method,
        "bank_ref_num": bank_reference(link, payment),
        "utr": utr(payment),
        "subscription_id": None,
        "virtual_account_id": None,
        "payment_completed_at": moment(completed) if completed else None,
    }


def _version_2(happening: Happening) -> JSON:
    ids = {"payment_id": happening.payment.uuid, "order_id": happening.link.order_uuid}
    return _current(happening) | ids


def _guide(happening: Happening) -> JSON:
    """Neither the merchant's reference nor an amount."""
    whole, payment = _current(happening), happening.payment
    return {
        "status": payment.status,
        "message": _GUIDE_MESSAGES[payment.status],
        "mop_type": payment.method.lower() if payment.method else None,
        **{name: whole[name] for name in ("order_id", "payment_id", "bank_ref_num", "payment_completed_at")},
    }


_PAYMENTS: dict[str, Callable[[Happening], JSON]] = {
    "current": _current,
    "guide": _guide,
    "v2": _version_2,
}


def _refund(happening: Happening, refund: Refund, options: Options) -> JSON:
    payment_id, order_id = _ids(happening, options)
    second = options["payload"] == "v2"
    status = {} if happening.event == "PAYMENT_REFUNDED" else {"refund_status": refund.status.upper()}
    return {
        "payment_request_id" if second else "payment_id": payment_id,
        "order_id": order_id,
        "order_reference_id": happening.link.reference,
        "refund_id": refund.id,
        "amount" if second else "refund_amount": json_number(refund.amount),
        **status,
        "comments": None,
    }


def _settlement(happening: Happening) -> JSON:
    return {
        "settlement_id": f"ST{happening.payment.id[2:]}",
        "merchant_net_amount": decimal_text(happening.payment.amount),
        "settlement_currency": CURRENCY,
    }


def _dispute(happening: Happening, dispute: Dispute, options: Options) -> JSON:
    payment_id, order_id = _ids(happening, options)
    return {
        "dispute_id": dispute.id,
        "payment_id": payment_id,
        "order_id": order_id,
        "merchant_reference_id": happening.link.reference,
        "dispute_amount": json_number(dispute.amount),
        "currency": CURRENCY,
        "dispute_status": dispute.status,
    }
