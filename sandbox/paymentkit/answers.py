"""Everything as the API answers it and, `in_event`, as webhooks have it (currency in lower case there).

Links are as documented; the inner fields of everything else are assumed.
"""

from datetime import datetime
from typing import Any

from sandbox.options import Options
from sandbox.paymentkit.catalog import Customer, Item, Price, Product
from sandbox.paymentkit.ids import moment
from sandbox.paymentkit.records import Intent, Link, Refund, Session, Subscription

JSON = dict[str, Any]


def link_json(link: Link, options: Options, base: str) -> JSON:
    """A payment link. `base` is the stand-in's own address."""
    sample = {
        "id": link.id,
        "secure_token": link.secure_token,
        "url": share_url(link, base),
        "name": link.request.get("name"),
        "mode": link.mode,
        "is_active": link.is_active,
        "line_items": [_item(item, nested=options["line_items"] == "nested") for item in link.items],
        "total_amount_atom": _total(link, options),
        "currency": link.currency,
        "expires_in_hours": link.expires_in_hours,
        "success_url": link.request.get("success_url"),
        "created_at": moment(link.created_at),
        "updated_at": moment(link.updated_at),
    }
    if link.mode == "setup" and options["setup_total"] == "absent":
        del sample["total_amount_atom"]
    if options["link_fields"] == "sample":
        return sample
    return sample | {
        "return_url": link.request.get("return_url"),
        "customer_id": link.request.get("customer_id"),
        "coupon_id": link.request.get("coupon_id"),
        "free_trial_days": link.request.get("free_trial_days"),
        "package_ids": link.request.get("package_ids"),
        "allow_cart_edit": link.request.get("allow_cart_edit") or False,
        "accepted_payment_methods": link.request.get("accepted_payment_methods"),
        "metadata": link.metadata,
    }


def session_json(
    session: Session, options: Options, now: datetime, base: str, *, in_event: bool = False
) -> JSON:
    begun = {"subscription_id": session.subscription_id} if options["session_subscription"] else {}
    return {
        "id": session.id,
        "secure_token": session.secure_token,
        "url": checkout_url(session, base),
        "status": session.status(now),
        "mode": session.mode,
        "customer_id": session.request.get("customer_id"),
        **_money_of(session, options),
        "line_items": [_item(item) for item in session.items],
        "total_amount_atom": session.total,
        "currency": _currency(session, in_event=in_event),
        "success_url": session.request.get("success_url"),
        "return_url": session.request.get("return_url"),
        "created_at": moment(session.created_at),
        "expires_at": moment(session.expires_at),
        **begun,
        **_link_of(session, options),
    }


def intent_json(session: Session, options: Options, *, in_event: bool = False) -> JSON:
    """The payment intent of a session; what refers to the link is as it is in sessions."""
    shown = _intent(session.intent, session.total, _currency(session, in_event=in_event), options)
    named = {"checkout_session_id": session.id, **_link_of(session, options)}
    return {**shown, **(named if options["intent_session"] else {})}


def renewal_json(subscription: Subscription, intent: Intent, options: Options) -> JSON:
    """The payment intent of a renewal, which no checkout has."""
    shown = _intent(intent, subscription.total, _small_letters(subscription), options)
    return {**shown, **_inherited(subscription, options)}


def subscription_json(subscription: Subscription, options: Options) -> JSON:
    return {
        "id": subscription.id,
        "status": subscription.status,
        "customer_id": subscription.session.request.get("customer_id"),
        "currency": _small_letters(subscription),
        "billing_interval": subscription.price.billing_interval,
        "billing_interval_count": subscription.price.billing_interval_count,
        "next_payment_at": moment(subscription.next_at) if subscription.is_running else None,
        "created_at": moment(subscription.begun_at),
        **_inherited(subscription, options),
    }


def invoice_json(subscription: Subscription, intent: Intent, total: int, options: Options) -> JSON:
    """It names its payment intent and its subscription."""
    return {
        "id": intent.invoice_id,
        "status": "paid" if intent.status == "succeeded" else "open",
        "subscription_id": subscription.id,
        "payment_intent_id": intent.id,
        "customer_id": subscription.session.request.get("customer_id"),
        "total_amount_atom": total,
        "currency": _small_letters(subscription),
        "created_at": moment(intent.created_at),
        **_inherited(subscription, options),
    }


def refund_json(refund: Refund, intent: Intent, currency: str) -> JSON:
    """It names its payment intent and nothing else."""
    return {
        "id": refund.id,
        "payment_intent_id": intent.id,
        "amount_atom": refund.amount,
        "currency": currency.lower(),
        "status": "succeeded",
        "created_at": moment(refund.created_at),
    }


def product_json(product: Product) -> JSON:
    return {
        "id": product.id,
        "name": product.name,
        "description": product.description,
        "unit_label": product.unit_label,
        "is_active": product.is_active,
        "metadata": product.metadata,
    }


def price_json(price: Price, *, in_event: bool = False) -> JSON:
    return {
        "id": price.id,
        "product_id": price.product_id,
        "currency": price.currency.lower() if in_event else price.currency,
        "unit_amount_atom": price.unit_amount_atom,
        "usage_type": price.usage_type,
        "billing_interval": price.billing_interval,
        "billing_interval_count": price.billing_interval_count,
        "is_active": price.is_active,
        "metadata": price.metadata,
    }


def customer_json(customer: Customer) -> JSON:
    return {"id": customer.id, "email": customer.email, "name": customer.name}


def link_summary(link: Link, base: str) -> JSON:
    """A link as the `links` control lists it; its status does not say whether money has come."""
    return {
        "id": link.id,
        "reference": link.reference,
        "url": share_url(link, base),
        "status": "Active" if link.is_active else "Inactive",
        "amount": link.total,
        "currency": link.currency,
        "paid": any(session.intent.status == "succeeded" for session in link.sessions),
        "at": link.created_at.isoformat(),
    }


def share_url(link: Link, base: str) -> str:
    return f"{base}/api/pay/share/{link.secure_token}"


def checkout_url(session: Session, base: str) -> str:
    return f"{base}/checkout/{session.secure_token}"


def _intent(intent: Intent, total: int, currency: str | None, options: Options) -> JSON:
    known = {"invoice_id": intent.invoice_id, "subscription_id": intent.subscription_id}
    return {
        "id": intent.id,
        "status": intent.status,
        "amount_atom": total,
        "amount_refunded_atom": intent.refunded,
        "currency": currency,
        "payment_method": intent.method,
        "last_payment_error": intent.error,
        "created_at": moment(intent.created_at),
        **{name: known[name] for name in known if name == options["intent_names"] and intent.invoice_id},
    }


def _link_of(session: Session, options: Options) -> JSON:
    """What a session and its payment intent have of their link."""
    link = session.link
    named = {options["session_link"]: link.id} if link and options["session_link"] != "none" else {}
    copied = {"metadata": link.metadata if link else {}} if options["session_metadata"] else {}
    return named | copied


def _money_of(session: Session, options: Options) -> JSON:
    """What a session names of the money that it took; a subscription's may name its invoice instead."""
    intent = session.intent if session.takes_money_now else None
    if options["session_names"] == "nothing":
        return {}
    if session.mode == "subscription" and options["session_names"] == "invoice_id":
        return {"payment_intent_id": None, "invoice_id": intent.invoice_id if intent else None}
    return {"payment_intent_id": intent.id if intent else None}


def _inherited(subscription: Subscription, options: Options) -> JSON:
    link = subscription.session.link
    return {"metadata": link.metadata if link else {}} if options["subscription_metadata"] else {}


def _small_letters(subscription: Subscription) -> str:
    return (subscription.session.currency or "").lower()


def _total(link: Link, options: Options) -> int | None:
    if link.mode == "setup":
        return 0 if options["setup_total"] == "zero" else None
    return link.total - link.discount if options["coupon_in_total"] else link.total


def _item(item: Item, *, nested: bool = False) -> JSON:
    price = {"price": price_json(item.price)} if nested else {"price_id": item.price.id}
    return {**price, "quantity": item.quantity, "description": item.description}


def _currency(session: Session, *, in_event: bool) -> str | None:
    return session.currency.lower() if session.currency and in_event else session.currency
