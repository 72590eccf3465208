"""Links and payments as the API answers them."""

from datetime import datetime
from typing import Any

from sandbox.checkout.ids import millis, ticks, with_offset
from sandbox.checkout.ledger import PaymentLink
from sandbox.checkout.methods import CARD, WALLETS
from sandbox.checkout.options import Options
from sandbox.checkout.payments import Action, Payment

JSON = dict[str, Any]

# What a link repeats of the body it was created from, where that had it.
_REPEATED = (
    "amount",
    "currency",
    "reference",
    "description",
    "processing_channel_id",
    "customer",
    "billing",
    "shipping",
    "products",
    "metadata",
    "amount_allocations",
    "marketplace",
    "return_url",
)
_ACTION_TYPES = {
    "payment_approved": "Authorization",
    "payment_declined": "Authorization",
    "authentication_failed": "Authorization",
    "payment_authentication_failed": "Authorization",
    "authentication_expired": "Authorization",
    "payment_captured": "Capture",
    "payment_capture_declined": "Capture",
    "payment_voided": "Void",
    "payment_void_declined": "Void",
    "payment_refunded": "Refund",
    "payment_refund_declined": "Refund",
    "payment_returned": "Return",
}


def page_url(link: PaymentLink, base: str) -> str:
    return f"{base}/pay/{link.id}"


def created(link: PaymentLink, base: str, options: Options) -> JSON:
    """The 201. `base` is the stand-in's own address."""
    named = {"reference": link.reference} if link.reference is not None else {}
    warned = {"warnings": warnings} if (warnings := _warnings(link, options)) else {}
    return {
        "id": link.id,
        "expires_on": _moment(link.expires_on, options),
        **named,
        **warned,
        "_links": _link_links(link, base),
    }


def link_json(link: PaymentLink, now: datetime, base: str, options: Options) -> JSON:
    """`payment_id` and its links are there from the first attempt on, also while Active."""
    payment = link.payment
    status = link.status(now)
    links = _link_links(link, base)
    if payment:
        links["payment"] = {"href": f"{base}/payments/{payment.id}"}
    if payment and status == "Payment Received":
        links["payment_actions"] = {"href": f"{base}/payments/{payment.id}/actions"}
    repeated = {name: link.request[name] for name in _REPEATED if link.request.get(name) is not None}
    return {
        "id": link.id,
        "status": status,
        **({"payment_id": payment.id} if payment else {}),
        "created_on": _moment(link.created_on, options),
        "expires_on": _moment(link.expires_on, options),
        "locale": link.request.get("locale") or "en-GB",
        **repeated,
        "_links": links,
    }


def accepted(payment: Payment, base: str) -> JSON:
    """The 202 about the newest action."""
    action = payment.actions[-1]
    named = {"reference": action.reference} if action.reference is not None else {}
    return {"action_id": action.id, **named, "_links": {"payment": {"href": f"{base}/payments/{payment.id}"}}}


def actions_json(payment: Payment) -> list[JSON]:
    """What happened to a payment, latest first."""
    return [_action(payment, action) for action in reversed(payment.actions) if action.event in _ACTION_TYPES]


def payment_json(payment: Payment, base: str, channel: str) -> JSON:
    own = f"{base}/payments/{payment.id}"
    open_actions = {
        "capture": f"{own}/captures" if payment.to_capture else None,
        "void": f"{own}/voids" if payment.to_void else None,
        "refund": f"{own}/refunds" if payment.to_refund else None,
    }
    links = {"self": own, "actions": f"{own}/actions", **open_actions}
    body = {
        "id": payment.id,
        "requested_on": ticks(payment.requested_on),
        "source": payment.source,
        "amount": payment.amount,
        "currency": payment.currency,
        "payment_type": payment.payment_type,
        "reference": payment.reference,
        "description": payment.description,
        "approved": payment.approved,
        "status": payment.said_status or payment.status,
        "balances": payment.balances,
        "3ds": {"version": "2.2.0", "challenged": True, "eci": "05"} if payment.authenticated else None,
        "risk": {"flagged": False, "score": 0},
        "customer": payment.customer,
        "metadata": payment.metadata,
        "processing_channel_id": channel,
        "actions": _actions(payment),
        "_links": {name: {"href": href} for name, href in links.items() if href},
    }
    return {name: value for name, value in body.items() if value is not None}


def link_summary(link: PaymentLink, now: datetime, base: str) -> JSON:
    """A link as the `links` control lists it."""
    return {
        "id": link.id,
        "reference": link.reference,
        "url": page_url(link, base),
        "status": link.status(now),
        "amount": link.amount,
        "currency": link.currency,
        "at": link.created_on.isoformat(),
    }


def _link_links(link: PaymentLink, base: str) -> JSON:
    return {
        "self": {"href": f"{base}/payment-links/{link.id}"},
        "redirect": {"href": page_url(link, base)},
    }


def _moment(at: datetime, options: Options) -> str:
    return with_offset(at) if options.expires_on == "offset" else millis(at)


def _warnings(link: PaymentLink, options: Options) -> list[JSON]:
    """Other methods were asked for and no card scheme is configured. An item's shape is not documented."""
    asked = link.request.get("allow_payment_methods") or ()
    others = [name for name in asked if name not in {CARD, *WALLETS}]
    return (
        []
        if options.card_schemes
        else [{"code": "payment_method_not_supported", "value": name} for name in others]
    )


def _action(payment: Payment, action: Action) -> JSON:
    kind = _ACTION_TYPES[action.event]
    body = {
        "id": action.id,
        "type": kind,
        "processed_on": ticks(action.at),
        "amount": action.amount,
        "approved": action.verdict.approved,
        "auth_code": payment.auth_code if kind == "Authorization" and action.verdict.approved else None,
        "response_code": action.verdict.code,
        "response_summary": action.verdict.summary,
        "reference": action.reference,
        "metadata": action.metadata,
    }
    return {name: value for name, value in body.items() if value is not None}


def _actions(payment: Payment) -> list[JSON]:
    return [
        {
            "id": action.id,
            "type": _ACTION_TYPES[action.event],
            "response_code": action.verdict.code,
            "response_summary": action.verdict.summary,
        }
        for action in payment.actions
        if action.event in _ACTION_TYPES
    ]
