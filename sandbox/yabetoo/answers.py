"""Links, sessions, payments, products and prices as the API shows them. Links are camelCase, sessions not."""

from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.yabetoo.catalog import Price, Product
from sandbox.yabetoo.ids import moment
from sandbox.yabetoo.items import ITEM
from sandbox.yabetoo.money import decimal_text, major
from sandbox.yabetoo.records import Attempt, Item, Link, Session
from sandbox.yabetoo.validation import FLAGS, NEWEST

JSON = dict[str, Any]


def link_json(link: Link, options: Options, base: str, clock: Clock) -> JSON:
    fields, expires = link.fields, link.fields.get("expiresAt")
    shown = {
        "id": link.id,
        "object": "payment_link",
        "type": link.type,
        "name": fields["name"],
        "description": fields.get("description"),
        "slug": link.slug,
        "url": address(link, options, base),
        "currency": link.currency.lower() if options["currency_case"] == "lower" else link.currency,
        **{name: _amount(fields.get(name), link, options) for name in ("amount", "minAmount", "maxAmount")},
        "isActive": link.is_active,
        "expiresAt": moment(clock.outside(expires)) if expires else None,
        "maxRedemptions": fields.get("maxRedemptions"),
        "redemptionCount": link.redemption_count,
        **{name: bool(fields.get(name)) for name in FLAGS},
        "submitType": fields.get("submitType") or "auto",
        "submitMessage": fields.get("submitMessage"),
        "successUrl": fields.get("successUrl"),
        "cancelUrl": fields.get("cancelUrl"),
        "items": [_item(item) for item in link.items],
        "metadata": fields.get("metadata"),
        "createdAt": moment(link.created_at),
        "updatedAt": moment(link.updated_at),
    }
    if options["link_fields"] == "older":
        shown = {name: value for name, value in shown.items() if name not in NEWEST}
    return shown | ({"status": link.status(clock.now())} if options["status_field"] else {})


def session_json(session: Session, options: Options, now: datetime) -> JSON:
    link, expires = session.link, session.expires_at
    named = {} if options["session_link"] == "none" else {options["session_link"]: link.id}
    return {
        "id": session.id,
        "object": "checkout.session",
        "status": session.status(now),
        "payment_status": _payment_status(session),
        "amount_total": 0 if link.is_trial else major(session.amount, link.currency),
        "currency": link.currency.lower(),
        "metadata": link.metadata if options["session_metadata"] else {},
        "client_reference_id": None,
        "livemode": False,
        "expires_at": int(expires.timestamp()) if options["session_expiry"] == "unix" else moment(expires),
        **named,
    }


def _payment_status(session: Session) -> str:
    if session.link.is_trial:
        return "no_payment_required"
    return "paid" if session.completed_at else "unpaid"


def payment_json(session: Session, attempt: Attempt) -> JSON:
    """A payment intent, as controls and `intent` events show it; field names assumed."""
    return {
        "id": attempt.id,
        "object": "payment_intent",
        "status": attempt.status,
        "failureCode": attempt.failure_code,
        "amount": major(session.amount, session.link.currency),
        "currency": session.link.currency.lower(),
    }


def product_json(product: Product, price: Price | None) -> JSON:
    return {
        "id": product.id,
        "object": "product",
        **product.fields,
        "defaultPrice": price_json(price) if price else None,
        "createdAt": moment(product.created_at),
    }


def price_json(price: Price) -> JSON:
    """The amount as a decimal text, the currency in lower case: documented for prices."""
    return {
        "id": price.id,
        "object": "price",
        "productId": price.product_id,
        "amount": decimal_text(price.amount, price.currency),
        "currency": price.currency,
        "type": price.type,
        "billingInterval": price.billing_interval,
        "billingIntervalCount": price.billing_interval_count,
        "trialPeriodDays": price.trial_period_days,
        "active": price.active,
    }


def link_summary(link: Link, options: Options, base: str, now: datetime) -> JSON:
    """A link as the `links` control lists it."""
    return {
        "id": link.id,
        "reference": link.reference,
        "url": address(link, options, base),
        "status": link.status(now).capitalize(),
        "amount": link.total,
        "currency": link.currency,
        "paid": any(session.completed_at for session in link.sessions),
        "at": link.created_at.isoformat(),
    }


def address(link: Link, options: Options, base: str) -> str:
    return f"{base}/p/{link.slug if options['page_address'] == 'slug' else link.id}"


def _item(item: Item) -> JSON:
    usual = {"quantity": 1, "adjustableQuantity": False, "isOptional": False, "sortOrder": 0}
    given = {name: item.fields.get(name, usual.get(name)) for name in ITEM if name != "id"}
    return {"id": item.id, **given, "name": item.name, "priceId": item.price.id if item.price else None}


def _amount(minor: int | None, link: Link, options: Options) -> Any:
    if minor is None:
        return None
    if options["amount"] == "decimal":
        return decimal_text(minor, link.currency)
    return major(minor, link.currency)
