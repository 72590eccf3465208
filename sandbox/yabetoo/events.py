"""What happened, as webhooks tell it: two families of names, three envelopes. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.options import Options
from sandbox.yabetoo.answers import payment_json
from sandbox.yabetoo.ids import moment, new_id
from sandbox.yabetoo.money import major
from sandbox.yabetoo.records import Link, Session

JSON = dict[str, Any]

NAMES = {  # by the option `event_names`
    "checkout": ("payment_link.checkout.completed", "payment_link.checkout.failed"),
    "payment": ("payment_link.payment.completed", "payment_link.payment.failed"),
}
KNOWN = (
    "payment_link.created",
    "payment_link.updated",
    *NAMES["checkout"],
    *NAMES["payment"],
    "checkout.session.completed",
    "checkout.session.payment_failed",
    "intent.completed",
    "subscription.created",
    "disbursement.completed",
)
_STAMPS = ("completedAt", "failedAt", "createdAt", "updatedAt")


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    type: str
    data: JSON
    at: datetime

    def as_json(self, envelope: str, account: str, *, dated: bool) -> JSON:
        """The body of a webhook; `envelope` and `dated` are choices of the options of these names."""
        head, at = {"id": self.id, "type": self.type}, moment(self.at) if dated else None
        data = {name: value for name, value in self.data.items() if dated or name not in _STAMPS}
        if envelope == "connect":
            whose = {"accountId": account, "sandboxId": None}
            return {"event": {**head, **whose, "data": data, **({"createdAt": at} if at else {})}}
        told = {"object": data} if envelope == "object" else data
        return {**head, **({"created_at": at} if at else {}), "data": told}


def event(kind: str, data: JSON, at: datetime) -> Event:
    return Event(new_id("evt"), kind, data, at)


def of_link(kind: str, link: Link, at: datetime) -> Event:
    """payment_link.created, payment_link.updated; the fields are assumed."""
    named = {"paymentLinkId": link.id, "type": link.type, "name": link.fields["name"], "slug": link.slug}
    stamp = "createdAt" if kind == "payment_link.created" else "updatedAt"
    return event(kind, {**named, "currency": link.currency.lower(), stamp: moment(at)}, at)


def of_completed(session: Session, options: Options, at: datetime) -> list[Event]:
    """A subscription link tells of its subscription only, which does not name the link."""
    if session.link.type == "subscription":
        begun = {"subscriptionId": new_id("sub"), "checkoutSessionId": session.id, "createdAt": moment(at)}
        return [event("subscription.created", begun, at), *_intent(session, options, at)]
    data = {
        **_whose(session, options),
        "orderId": session.order_id,
        "amount": major(session.amount, session.link.currency),
        "currency": session.link.currency.lower(),
        "customerEmail": session.email,
        "completedAt": moment(at),
        **({"status": "completed"} if options["event_names"] == "payment" else {}),
    }
    return [event(NAMES[options["event_names"]][0], data, at), *_intent(session, options, at)]


def of_failed(session: Session, options: Options, at: datetime) -> list[Event]:
    """One attempt; the error is opaque. The fields beyond link and error are assumed."""
    if session.link.type == "subscription":
        return []
    status = session.attempts[-1].status
    data = {
        **_whose(session, options),
        "error": f"Payment status: {status}",
        "currency": session.link.currency.lower(),
        "customerEmail": session.email,
        "failedAt": moment(at),
        **({"status": "failed"} if options["event_names"] == "payment" else {}),
    }
    return [event(NAMES[options["event_names"]][1], data, at)]


def _whose(session: Session, options: Options) -> JSON:
    """The link and the checkout: in the older text the latter has another name and another prefix."""
    if options["event_names"] == "checkout":
        return {"paymentLinkId": session.link.id, "checkoutSessionId": session.id}
    return {"paymentLinkId": session.link.id, "sessionId": session.id.replace("cs_", "plsession_", 1)}


def _intent(session: Session, options: Options, at: datetime) -> list[Event]:
    told = payment_json(session, session.attempts[-1])
    return [event("intent.completed", told, at)] if options["intent_events"] else []
