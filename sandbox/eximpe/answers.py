"""Links, orders, payments and refunds as the API answers them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.eximpe.amounts import CURRENCY, decimal_text
from sandbox.eximpe.ids import moment
from sandbox.eximpe.payments import Entry, Payment, PaymentLink, Refund
from sandbox.options import Options

JSON = dict[str, Any]


def page_url(link: PaymentLink, base: str) -> str:
    return f"{base}/pay/{link.link_id}"


def created(link: PaymentLink, clock: Clock, base: str, options: Options) -> JSON:
    """`data` of the 201: the guide and the reference pages contradict each other."""
    if options["created"] == "guide":
        return {
            "link_id": link.link_id,
            "payment_link": page_url(link, base),
            "status": "ACTIVE",
            "expiry_date": moment(clock.outside(link.expires_at), "zulu"),
        }
    return {
        "payment_id": link.id,
        "payment_link": page_url(link, base),
        "amount": decimal_text(link.amount),
        "currency": CURRENCY,
    }


def link_json(link: PaymentLink, now: datetime, base: str, options: Options) -> JSON:
    """A link retrieved: no expiry date is in it."""
    payment = link.payment
    return {
        "payment_id": link.id,
        "order_id": link.order_id,
        "reference_id": link.reference,
        "amount": decimal_text(link.amount),
        "currency": CURRENCY,
        "payment_link": page_url(link, base),
        "status": link.status_said(now, options["statuses"]),
        "status_message": payment.message,
        "mop_type": payment.method,
        "created_at": moment(link.created_at),
        **{part: link.request[part] for part in ("buyer", "product", "invoice")},
        "settlement": settlement_json(payment),
    }


def listed(link: PaymentLink, now: datetime, base: str, options: Options) -> JSON:
    """A link in a list: no expiry date here either."""
    amount, buyer = decimal_text(link.amount), link.request["buyer"]
    scalar = options["list_amount"] == "scalar"
    return {
        "payment_id": link.id,
        "payment_link": page_url(link, base),
        "reference_id": link.reference,
        "status": link.status_said(now, options["statuses"]),
        "amount": amount if scalar else {"amount": amount, "total_amount": amount, "currency": CURRENCY},
        "buyer": {name: buyer[name] for name in ("name", "email", "phone")},
        "created_at": moment(link.created_at),
    }


def history_json(entries: Sequence[Entry], link: PaymentLink, form: str) -> Any:
    """Newest first; a list, or that list below the key `form`."""
    lines = [
        {
            "payment_id": entry.payment.id,
            "order_id": link.order_id,
            "status": entry.status,
            "amount": decimal_text(entry.payment.amount),
            "currency": CURRENCY,
            "mop_type": entry.payment.method,
            "status_message": entry.message,
            "created_at": moment(entry.at),
        }
        for entry in reversed(entries)
    ]
    return lines if form == "array" else {form: lines}


def payment_json(link: PaymentLink, payment: Payment) -> JSON:
    return {
        "payment_id": payment.id,
        "order": {
            "order_id": link.order_id,
            "reference_id": link.reference,
            "amount": decimal_text(link.amount),
            "currency": CURRENCY,
            "status": link.order_status,
            "created_at": moment(link.created_at),
        },
        "amount": decimal_text(payment.amount),
        "currency": CURRENCY,
        "status": payment.status,
        "status_message": payment.message,
        "mop_type": payment.method,
        "bank_ref_num": bank_reference(link, payment),
        "refund": [refund_json(link, payment, refund) for refund in payment.refunds],
        "settlement": settlement_json(payment),
        "payment_completed_at": moment(payment.completed_at) if payment.completed_at else None,
    }


def order_json(link: PaymentLink) -> JSON:
    """An order has its payments below it, as a payment has its order."""
    without = {"order", "refund"}
    payments = [payment_json(link, payment) for payment in link.payments]
    return {
        **order_status_json(link),
        "amount": decimal_text(link.amount),
        "currency": CURRENCY,
        "mop_type": link.payment.method,
        "status_message": link.payment.message,
        **{part: link.request[part] for part in ("buyer", "product", "invoice")},
        "payments": [{key: one[key] for key in one if key not in without} for one in payments],
        "created_at": moment(link.created_at),
    }


def order_status_json(link: PaymentLink) -> JSON:
    return {"order_id": link.order_id, "reference_id": link.reference, "status": link.order_status}


def refund_json(link: PaymentLink, payment: Payment, refund: Refund) -> JSON:
    return {
        "refund_id": refund.id,
        "payment_id": payment.id,
        "order_id": link.order_id,
        "refund_amount": decimal_text(refund.amount),
        "currency": CURRENCY,
        "refund_status": refund.status,
        "created_at": moment(refund.created_at),
    }


def settlement_json(payment: Payment) -> JSON:
    if payment.settled_at is None:
        return {"status": "pending", "message": None, "settlement_details": None}
    digits = payment.id[2:]
    details = {
        "settlement_id": f"ST{digits}",
        "settlement_completed_at": moment(payment.settled_at),
        "utr_number": utr(payment),
        "merchant_net_amount": decimal_text(payment.amount),
        "settlement_currency": CURRENCY,
    }
    return {"status": "settled", "message": "Settled", "settlement_details": details}


def utr(payment: Payment) -> str | None:
    """The bank's number for the transfer to the merchant, once there is one."""
    return f"UTR{payment.id[2:]}" if payment.settled_at else None


def bank_reference(link: PaymentLink, payment: Payment) -> str | None:
    return f"{link.order_id}-{payment.id}" if payment.status == "captured" else None


def link_summary(link: PaymentLink, now: datetime, base: str, options: Options) -> JSON:
    """A link as the `links` control lists it: the amount in paise, the id that the create call answered."""
    return {
        "id": link.link_id if options["created"] == "guide" else link.id,
        "reference": link.reference,
        "url": page_url(link, base),
        "status": link.status_said(now, options["statuses"]),
        "amount": link.amount,
        "currency": CURRENCY,
        "paid": any(payment.status == "captured" for payment in link.payments),
        "at": link.created_at.isoformat(),
    }
