"""Checkout.com Payment Links.

https://api-reference.checkout.com/#tag/Payment-Links
https://www.checkout.com/docs/payments/accept-payments/create-a-payment-link/manage-payment-links
https://www.checkout.com/docs/developer-resources/webhooks (events, signature)
https://www.checkout.com/docs/resources/calculating-the-amount (units)

Only create and fetch exist: a link ends by being paid or by its own expiry. No webhook names the link,
so our reference travels with every payment.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx

from adapters.backends._http import TIMEOUT, Answer, BackendHttp, expect, load
from adapters.backends._shapes import an_object, moment, part, text, word
from adapters.backends._signing import secrets_of, signed_by_one_of
from bot.errors import BackendProtocolError, BackendRejected, WebhookRejected
from bot.money import Money, chargeable_currencies
from bot.ports.backend import BackendInfo, CreatedLink, FetchedLink, LinkRequest
from bot.ports.model import Customer, Event, EventKind, Mode

# https://www.checkout.com/docs/resources/calculating-the-amount: units per major unit; all others 100.
_WHOLE = frozenset("BIF DJF GNF ISK JPY KMF KRW PYG RWF UGX VUV VND XAF XOF XPF".split())
_THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # the last digit must be 0
_UNCONFIRMED = frozenset(
    {"CLP", "VED"}
)  # CLP's rule, and whether VED is taken, are not confirmed: not offered

INFO = BackendInfo(
    name="checkout",
    label="Checkout.com",
    currencies=frozenset(chargeable_currencies()) - _UNCONFIRMED,
    requires=frozenset({"country"}),
    cancels=False,
    signed_webhooks=True,
    longest_expiry_s=5_184_000,
)

# https://www.checkout.com/docs/developer-resources/webhooks/webhook-event-types
_EVENTS: Mapping[str, EventKind] = {
    "payment_approved": EventKind.AUTHORISED,
    "payment_captured": EventKind.CAPTURED,
    "payment_declined": EventKind.DECLINED,
}
_TOTALS: Mapping[EventKind, str] = {
    EventKind.AUTHORISED: "total_authorized",
    EventKind.CAPTURED: "total_captured",
}
# https://api-reference.checkout.com/#operation/getPaymentLink
_USABLE: Mapping[str, bool] = {"Active": True, "Payment Received": False, "Expired": False}
_RECEIVED = "Payment Received"
_REFUSED = (httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY)

# Which question of the form an error code is about: https://www.checkout.com/docs/resources/codes/error-codes
_FIELDS: Mapping[str, str] = {
    "amount": "amount",
    "currency": "currency",
    "customer_email": "email",
    "email": "email",
    "customer_name": "name",
    "country": "country",
    "address": "country",
    "country_address": "country",
    "description": "description",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account adds to every link."""

    merchant_name: str
    processing_channel_id: str | None


class Checkout:
    """One account at Checkout.com."""

    info = INFO

    def __init__(
        self, http: BackendHttp, mode: Mode, webhook_secrets: Sequence[str], profile: Profile
    ) -> None:
        self.mode = mode
        self._http, self._secrets, self._profile = http, tuple(webhook_secrets), profile

    async def create(self, request: LinkRequest) -> CreatedLink:
        answer = await self._http.call("POST", "/payment-links", to_request(request, self._profile))
        if answer.status in _REFUSED:
            raise explain(answer)
        return to_link(expect(answer, httpx.codes.CREATED), answer.request_id)

    async def fetch(self, provider_id: str) -> FetchedLink:
        answer = await self._http.call("GET", f"/payment-links/{quote(provider_id, safe='')}")
        return to_fetched(expect(answer, httpx.codes.OK), answer.request_id)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        if not signed_by_one_of(self._secrets, body, headers.get("cko-signature", "")):
            raise WebhookRejected("Cko-Signature does not match")

    def event_key(self, body: bytes) -> str:
        """The event's own id. A body that is signed but broken has none: its hash stands in."""
        try:
            event = load(body)
        except ValueError:
            event = None
        if isinstance(event, dict) and isinstance(event.get("id"), str) and event["id"]:
            return str(event["id"])[:255]
        return f"sha256:{hashlib.sha256(body).hexdigest()}"

    def parse(self, body: bytes) -> Sequence[Event]:
        try:
            return to_events(load(body), self.event_key(body))
        except (ValueError, LookupError, TypeError) as error:
            raise BackendProtocolError(f"unreadable event: {error!r}") from error

    async def check(self) -> str:
        """Ask for a link that cannot exist: a good key gets "not found"."""
        answer = await self._http.call("GET", "/payment-links/pl_paylinkcheck")
        if answer.status != httpx.codes.NOT_FOUND:
            raise BackendProtocolError(f"unexpected answer {answer.status}", request_id=answer.request_id)
        return f"key accepted ({self.mode})"

    async def aclose(self) -> None:
        await self._http.aclose()


def make_checkout(settings: Mapping[str, str], merchant_name: str) -> Checkout:
    """From settings without their prefix: API_URL, SECRET_KEY, WEBHOOK_SECRET, PROCESSING_CHANNEL_ID."""
    key = settings["SECRET_KEY"]
    client = httpx.AsyncClient(
        base_url=settings["API_URL"], headers={"Authorization": f"Bearer {key}"}, timeout=TIMEOUT
    )
    return Checkout(
        BackendHttp(client, "Cko-Request-Id"),
        Mode.TEST if key.startswith("sk_sbox_") else Mode.LIVE,
        secrets_of(settings["WEBHOOK_SECRET"]),
        Profile(merchant_name, settings.get("PROCESSING_CHANNEL_ID") or None),
    )


def to_request(request: LinkRequest, profile: Profile) -> dict[str, Any]:
    """The body of `POST /payment-links`; raises BackendRejected for an amount it cannot express."""
    lifetime = int((request.expires_at - request.now).total_seconds())
    body: dict[str, Any] = {
        "amount": to_units(request.amount),
        "currency": request.amount.currency,
        "reference": request.reference,
        "description": request.description,
        "display_name": profile.merchant_name,
        "processing_channel_id": profile.processing_channel_id,
        "billing": {"address": {"country": request.customer.country}},
        "customer": _to_customer(request.customer),
        "expires_in": max(1, min(lifetime, INFO.longest_expiry_s)),
        "capture": True,
        "metadata": {"paylink_id": request.link_id},
    }
    return {name: value for name, value in body.items() if value is not None}


def to_units(amount: Money) -> int:
    """An amount in Checkout.com's own units."""
    if amount.currency in _UNCONFIRMED:
        raise BackendRejected(("currency_not_offered",), field="currency")
    units = int(amount.major.scaleb(_decimals(amount.currency)))
    if amount.currency in _THOUSANDTHS and units % 10:
        raise BackendRejected(("amount_last_digit_not_0",), field="amount")
    return units


def from_units(units: int | str, currency: str) -> Money:
    """An amount out of a body: an integer, in some events as a string."""
    if isinstance(units, bool) or not isinstance(units, int | str):
        raise TypeError(f"not an amount: {units!r}")
    return Money.of(Decimal(int(units)).scaleb(-_decimals(currency)), currency)


def to_link(body: Mapping[str, Any], request_id: str | None) -> CreatedLink:
    """The answer to a creation. The id and the address are unrelated: neither is built from the other."""
    try:
        url = text(body["_links"]["redirect"]["href"])
        return CreatedLink(text(body["id"]), url, moment(body["expires_on"]))
    except (LookupError, TypeError, ValueError) as error:
        raise BackendProtocolError(f"unreadable link: {error!r}", request_id=request_id) from error


def to_fetched(body: Mapping[str, Any], request_id: str | None) -> FetchedLink:
    """A link as it stands. An unknown status is taken as usable: it changes nothing."""
    try:
        payment_id = body.get("payment_id")
        return FetchedLink(
            provider_id=text(body["id"]),
            reference=body.get("reference"),
            amount=from_units(body["amount"], body["currency"]),
            usable=_USABLE.get(body["status"], True),
            received=body["status"] == _RECEIVED,
            expires_on=moment(body["expires_on"]),
            payment_ids=(payment_id,) if payment_id else (),
        )
    except (LookupError, TypeError, ValueError) as error:
        raise BackendProtocolError(f"unreadable link: {error!r}", request_id=request_id) from error


def to_events(body: Mapping[str, Any], key: str) -> tuple[Event, ...]:
    """The event of one webhook. Its time is in `timestamp` or `created_on`, by type.

    Only what concerns a link's money is read closely: anything else is kept, whatever its shape.
    """
    name, data = str(body["type"]), an_object(body["data"])
    kind = _EVENTS.get(name, EventKind.IGNORED)
    concerns = kind is not EventKind.IGNORED
    return (
        Event(
            key=key,
            kind=kind,
            provider_word=name,
            provider_payment_id=text(data["id"]) if concerns else word(data.get("id")),
            reference=word(data.get("reference")),
            occurred_at=moment(body.get("timestamp") or body.get("created_on")),
            amount=_amount(kind, data) if concerns else None,
            method=_method(data.get("source")) if concerns else None,
            bank_reference=word(part(data, "processing").get("acquirer_reference_number")),
            reason=word(data.get("response_summary")) if kind is EventKind.DECLINED else None,
        ),
    )


def explain(answer: Answer) -> BackendRejected:
    """A 422: every code is kept, the first that we know names the field."""
    body = answer.body if isinstance(answer.body, dict) else {}
    listed = body.get("error_codes")
    codes = tuple(map(str, listed)) if isinstance(listed, list) and listed else (f"http_{answer.status}",)
    return BackendRejected(codes, field=next(filter(None, map(_field_of, codes)), None))


def _field_of(code: str) -> str | None:
    """`country_required`, `country_invalid`: the common rule is a name and what is wrong with it."""
    return _FIELDS.get(code.rpartition("_")[0])


def _to_customer(customer: Customer) -> dict[str, str] | None:
    known = {"email": customer.email, "name": customer.name}
    return {name: value for name, value in known.items() if value} or None


def _decimals(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def _amount(kind: EventKind, data: Mapping[str, Any]) -> Money | None:
    """What has been taken in all, where the event says so; else the amount of this action."""
    currency = data.get("currency")
    if currency is None:
        return None
    total = part(data, "balances").get(_TOTALS.get(kind, ""))
    units = data.get("amount") if total is None else total
    return None if units is None else from_units(units, text(currency))


def _method(source: Any) -> str | None:
    if not isinstance(source, dict):
        return None
    name, last = word(source.get("scheme")) or word(source.get("type")), word(source.get("last_4"))
    return f"{name} •{last}" if name and last else name
