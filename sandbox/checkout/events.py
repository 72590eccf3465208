"""The bodies of the events, type by type as their own pages show them.

https://www.checkout.com/docs/developer-resources/event-notifications/event-types/{type}
They differ on purpose: in the name and the form of the moment, in what `data` holds, in whether
metadata is repeated. None names the payment link.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sandbox.checkout.account import CHANNEL, CLIENT, ENTITY
from sandbox.checkout.ids import digits, millis, new_id, ticks
from sandbox.checkout.payments import Action, Payment

JSON = dict[str, Any]
Part = Callable[[Payment, Action, str], JSON]


@dataclass(frozen=True, slots=True)
class _Kind:
    parts: tuple[Part, ...]
    links: tuple[str, ...]
    version: str | None = None
    source: str | None = None
    moment: str = "created_on"
    written: Callable[[datetime], str] = ticks


def event_of(payment: Payment, action: Action, api_url: str) -> JSON:
    """The event that tells of an action, as the payment stands now. `api_url` begins the links."""
    kind = _KINDS[action.event]
    event_id = new_id("evt")
    data: JSON = {}
    for part in kind.parts:
        data |= part(payment, action, api_url)
    body = {
        "id": event_id,
        "source": kind.source,
        "type": action.event,
        "version": kind.version,
        kind.moment: kind.written(action.at),
        "data": _without_gaps(data),
        "_links": {name: {"href": _href(name, payment, data, event_id, api_url)} for name in kind.links},
    }
    return _without_gaps(body)


def _identity(payment: Payment, action: Action, _: str) -> JSON:
    return {
        "id": payment.id,
        "reference": payment.reference,
        "amount": action.amount,
        "currency": payment.currency,
        "processed_on": ticks(action.at),
    }


def _nameless(payment: Payment, action: Action, api_url: str) -> JSON:
    return _identity(payment, action, api_url) | {"reference": None}


def _action(_: Payment, action: Action, __: str) -> JSON:
    return {"action_id": action.id}


def _metadata(payment: Payment, _: Action, __: str) -> JSON:
    return {"metadata": payment.metadata}


def _response(_: Payment, action: Action, __: str) -> JSON:
    return {"response_code": action.verdict.code, "response_summary": action.verdict.summary}


def _balances(payment: Payment, _: Action, __: str) -> JSON:
    return {"balances": payment.balances}


def _source(payment: Payment, _: Action, __: str) -> JSON:
    return {"source": payment.source}


def _authorisation(payment: Payment, _: Action, __: str) -> JSON:
    return {
        "3ds": {"version": "2.2.0", "challenged": True, "eci": "05"} if payment.authenticated else None,
        "auth_code": payment.auth_code,
        "customer": payment.customer,
        "payment_type": payment.payment_type,
        "processing": {"acquirer_transaction_id": digits(21), "retrieval_reference_number": digits(12)},
        "risk": {"flagged": False, "score": 0},
    }


def _acquirer(_: Payment, __: Action, ___: str) -> JSON:
    return {"processing": {"acquirer_transaction_id": digits(21), "acquirer_reference_number": digits(23)}}


def _event_links(payment: Payment, _: Action, api_url: str) -> JSON:
    own = f"{api_url}/payments/{payment.id}"
    refund = {"refund": f"{own}/refunds"} if payment.to_refund else {}
    return {"event_links": {"payment": own, "payment_actions": f"{own}/actions", **refund}}


def _authentication(payment: Payment, action: Action, _: str) -> JSON:
    expired = action.event == "authentication_expired"
    return {
        "reason": "ChallengeExpired" if expired else "Failed",
        "reason_description": "ACS timed out" if expired else "Authentication Failed",
        "eci": "00" if expired else "07",
        "transaction_status_reason": "rreq_status",
        "challenged": True,
        "acs_challenged_mandated": True,
        "exemption_applied": "none",
        "session_id": payment.session_id,
        "amount": str(action.amount),  # a string in these events only
        "currency": payment.currency,
        "type": "regular",
        "response_code": "N",
        "challenge_indicator": "no_preference",
        "protocol_version": "2.2.0",
        "scheme": payment.source.get("scheme", "").lower() or None,
        "payment_id": payment.id,
        "reference": payment.reference,
        "experience": "3ds",
        "3ds_transaction_id": str(uuid4()),
        "ds_transaction_id": str(uuid4()),
        "acs_transaction_id": str(uuid4()),
    }


def _unauthenticated(payment: Payment, _: Action, __: str) -> JSON:
    return {
        "3ds": {"authentication_id": payment.session_id, "version": "2.2.0", "challenged": True},
    }


def _dispute(payment: Payment, action: Action, _: str) -> JSON:
    dispute = payment.disputes[-1]
    is_asked = action.event in {"dispute_received", "dispute_evidence_required"}
    return {
        "id": dispute.id,
        "date": ticks(action.at).replace("Z", "+00:00"),
        "category": "fraudulent",
        "amount": dispute.amount,
        "currency": payment.currency,
        "reason_code": "10.4",
        "payment_id": payment.id,
        "payment_action_id": next(
            (one.id for one in payment.actions if one.event == "payment_captured"), None
        ),
        "payment_reference": payment.reference,
        "payment_method": payment.source.get("scheme"),
        "client_id": CLIENT,
        "processing_channel_id": CHANNEL,
        "entity_id": ENTITY,
        "evidence_required_by": f"{dispute.answer_by:%Y-%m-%dT%H:%M:%S}+00:00" if is_asked else None,
        "resolved_reason": "already_refunded" if action.event == "dispute_resolved" else None,
    }


def _gateway_moment(at: datetime) -> str:
    return millis(at).replace("Z", "+00:00")


def _whole_second(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _href(name: str, payment: Payment, data: JSON, event_id: str, api_url: str) -> str:
    paths = {
        "self": f"workflows/events/{event_id}",
        "subject": f"workflows/events/subject/{data.get('id')}",
        "payment": f"payments/{payment.id}",
        "payment_actions": f"payments/{payment.id}/actions",
    }
    return f"{api_url}/{paths[name]}"


def _without_gaps(body: JSON) -> JSON:
    return {name: value for name, value in body.items() if value is not None}


_TWO_LINKS = ("self", "subject")
_FOUR_LINKS = ("self", "subject", "payment", "payment_actions")
_MONEY = (_identity, _action, _metadata, _response, _balances, _event_links)
_CARD = (_identity, _action, _metadata, _response, _authorisation, _source)

_AUTHORISED = _Kind((*_CARD, _balances, _event_links), _FOUR_LINKS, "1.0.29")
_WAITING = _Kind((_identity, _metadata), _TWO_LINKS, "1.0.9", "gateway", "timestamp", _gateway_moment)
_WAITED = _Kind((*_WAITING.parts, _action), _TWO_LINKS, "1.0.9", "gateway", "timestamp", _gateway_moment)
_REFUSED = _Kind((_identity, _action, _metadata, _response, _event_links), _FOUR_LINKS, "1.0.29")
_DISPUTED = _Kind((_dispute,), _TWO_LINKS, "1.0.6", "dispute", written=_gateway_moment)
_IN_ARBITRATION = replace(_DISPUTED, version="1.2.0")
_UNAUTHENTICATED = _Kind((_authentication,), ("self",), "1.0.1", written=millis)

_KINDS = {
    "payment_pending": _WAITING,
    "payment_capture_pending": _WAITED,
    "payment_expired": _WAITED,
    "payment_canceled": _Kind(
        (_identity, _action), _TWO_LINKS, "1.0.9", "gateway", "timestamp", _gateway_moment
    ),
    "payment_approved": _AUTHORISED,
    "payment_declined": _Kind((*_CARD, _event_links), _FOUR_LINKS, "1.0.29"),
    "payment_captured": _Kind(
        (*_MONEY, _acquirer), _FOUR_LINKS, "1.0.29", "gwc_notifier1", "timestamp", _gateway_moment
    ),
    "payment_authentication_failed": _Kind(
        (_identity, _action, _metadata, _response, _unauthenticated), _TWO_LINKS, "1.0.29"
    ),
    "payment_capture_declined": _REFUSED,
    "payment_voided": _Kind(_MONEY, _FOUR_LINKS, "1.0.29"),
    "payment_void_declined": _REFUSED,
    "payment_refunded": _Kind((*_MONEY, _acquirer), _FOUR_LINKS, "1.0.29"),
    "payment_refund_pending": _Kind((_nameless, _action, _source), _TWO_LINKS, "1.0.9"),
    "payment_refund_declined": _REFUSED,
    "payment_returned": _Kind((_identity, _action, _response, _source), _TWO_LINKS, written=_whole_second),
    "payment_paid": _Kind((_identity, _action, _metadata, _response), _TWO_LINKS, "1.0.9"),  # of a payout
    "authentication_failed": _UNAUTHENTICATED,
    "authentication_expired": _UNAUTHENTICATED,
    "dispute_received": _DISPUTED,
    "dispute_evidence_required": _DISPUTED,
    "dispute_evidence_submitted": _DISPUTED,
    "dispute_evidence_acknowledged_by_scheme": _DISPUTED,
    "dispute_won": _DISPUTED,
    "dispute_lost": _DISPUTED,
    "dispute_accepted": _DISPUTED,
    "dispute_expired": _DISPUTED,
    "dispute_canceled": _DISPUTED,
    "dispute_resolved": _DISPUTED,
    "dispute_arbitration_evidence_submitted": _IN_ARBITRATION,
    "dispute_arbitration_sent_to_scheme": _IN_ARBITRATION,
    "dispute_arbitration_won": _IN_ARBITRATION,
    "dispute_arbitration_lost": _IN_ARBITRATION,
}
EVENT_TYPES = tuple(_KINDS)
