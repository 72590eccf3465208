"""Links and orders as the API answers them. What has no value is left out, not null."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.costplus.ids import MERCHANT, PROJECT, offset, zulu
from sandbox.costplus.records import ORDER_PERIOD, Order, PaymentLink, Transaction
from sandbox.options import Options

JSON = dict[str, Any]

MERCHANT_NAME = "Sandbar"
EXTRAS = ("amount_details", "order_line_details")

_URLS = ("return_url", "failure_url", "webhook_url")
_REASONS = {  # the first and the last are Cost+'s own, the others assumed
    "new": "Payment Link was created, not yet visited",
    "processing": "Payment Link has an order that is being processed",
    "all_unsuccessful": "All orders of the Payment Link were unsuccessful",
    "expired": "Payment Link has expired",
    "completed": "Completed",
}


def link_json(link: PaymentLink, options: Options, now: datetime, base: str) -> JSON:
    """A payment link. `base` is the stand-in's own address."""
    hidden = _URLS if options["urls"] == "hidden" else ()
    asked = {name: value for name, value in link.request.items() if name not in hidden}
    status, done = link.status(now), link.completed_order
    return _given(
        {
            "id": link.id,
            **asked,
            "expiration_period": link.period,
            "payment_url": page_url(link, base),
            "status": status,
            "reason": _REASONS[status],
            "orders": _by_status(link.orders),
            "created": zulu(link.created),
            "modified": zulu(link.modified) if link.modified else None,
            "completed": offset(done.completed) if done and done.completed else None,
            "completed_order_id": done.id if done else None,
        }
    )


def created_json(link: PaymentLink, options: Options, now: datetime, base: str) -> JSON:
    """What creating a link answers."""
    if options["created"] == "whole":
        return link_json(link, options, now, base)
    asked = {name: value for name, value in link.request.items() if name not in _URLS}
    return {"id": link.id, **asked, "payment_url": page_url(link, base)}


def link_summary(link: PaymentLink, now: datetime, base: str) -> JSON:
    """A link as the `links` control lists it; the status is Active while it can be paid."""
    status = link.status(now)
    return {
        "id": link.id,
        "reference": link.reference,
        "url": page_url(link, base),
        "status": "Active" if link.is_payable(now) else status.replace("_", " ").capitalize(),
        "amount": link.amount,
        "currency": link.currency,
        "paid": any(order.authorised for order in link.orders),
        "at": link.created.isoformat(),
    }


def order_json(order: Order, options: Options, base: str, extras: tuple[str, ...] = ()) -> JSON:
    """An order; `extras` are some of `EXTRAS`."""
    link, of = order.link, order.side_of
    method = order.transactions[0].method if order.transactions else None
    return _given(
        {
            "id": order.id,
            "project_id": PROJECT,
            "merchant_id": MERCHANT,
            "merchant_name": MERCHANT_NAME,
            "status": order.status,
            **order.data,
            "order_url": order_url(order, base) if link else None,
            "expiration_period": ORDER_PERIOD if link else None,
            "capture_mode": options["capture"] if link else None,
            "flags": ["is-test"],
            "payment_methods": [method] if method else None,
            "created": zulu(order.created),
            "modified": zulu(order.modified) if order.modified else None,
            "completed": offset(order.completed) if order.completed else None,
            "transactions": [_transaction(one, order, base) for one in order.transactions],
            "refunded_amount": order.refunded or None,
            "related_payment_link_id": link.id if link else None,
            "related_order_id": of.original.id if of else None,
            **_sides(order, options),
            **{name: _EXTRA_FIELDS[name](order) for name in extras},
        }
    )


def page_url(link: PaymentLink, base: str) -> str:
    return f"{base}/paymentlinks/{link.id}/"


def order_url(order: Order, base: str) -> str:
    return f"{base}/pay/{order.id}/"


def _sides(order: Order, options: Options) -> JSON:
    """The orders beside an order, by both ends."""
    of, target = order.side_of, options["reversal_of"]
    beside = {kind: [one.id for one in order.sides_of(kind)] for kind in ("refund", "chargeback", "reversal")}
    reversals = [one.id for back in order.sides_of("chargeback") for one in back.sides]
    if target == "original":
        beside["reversal"] = reversals if not order.side else []
        of = of.original if of else None
    lists = {f"{kind}_orders": ids or None for kind, ids in beside.items()}
    related = [one.id for one in order.sides] + reversals
    named = {f"{order.side}_of_order_id": of.id} if of else {}
    return {**lists, "related_orders": related or None, **named}


def _transaction(transaction: Transaction, order: Order, base: str) -> JSON:
    first = transaction is order.transactions[0]
    return _given(
        {
            "id": transaction.id,
            "status": transaction.status,
            "transaction_type": transaction.kind,
            "amount": transaction.amount,
            "currency": order.data["currency"],
            "payment_method": transaction.method,
            "payment_method_details": transaction.details or None,
            "payment_url": order_url(order, base) if order.is_running else None,
            "channel": "ecom",
            "credit_debit": transaction.credit_debit,
            "is_capturable": first and order.to_capture > 0,
            "reason": transaction.reason,
            "created": zulu(transaction.created),
        }
    )


def _amount_details(order: Order) -> JSON:
    """Names assumed."""
    return {
        "authorized": order.authorised,
        "captured": order.captured,
        "voided": order.voided,
        "refunded": order.refunded,
        "remaining_capturable": order.to_capture,
        "remaining_refundable": order.to_refund,
    }


def _no_lines(_: Order) -> list[JSON]:
    """Links have one amount and no lines."""
    return []


_EXTRA_FIELDS: dict[str, Callable[[Order], Any]] = dict(
    zip(EXTRAS, (_amount_details, _no_lines), strict=True)
)


def _by_status(orders: list[Order]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for order in orders:
        found.setdefault(order.status, []).append(order.id)
    return found


def _given(fields: JSON) -> JSON:
    return {name: value for name, value in fields.items() if value is not None}
