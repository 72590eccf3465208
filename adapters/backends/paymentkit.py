"""PaymentKit payment links.

https://docs.paymentkit.com/docs/pages/hosted-pages/payment-links
https://docs.paymentkit.com/docs/guides/integration/webhooks (signature, events)
https://docs.paymentkit.com/docs/guides/integration/events (what is polled)
https://docs.paymentkit.com/docs/api-reference (errors, pages)

A link sells prices: it has no amount, is never paid and never expires. So each gets a price of its own, what
was paid is read from the events, and we deactivate it when it is done. What is assumed is in
`_paymentkit_tables`.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import httpx

from adapters.backends._http import TIMEOUT, BackendHttp, expect, load
from adapters.backends._paymentkit_account import AccountApi, Row
from adapters.backends._paymentkit_answers import addresses, made_at, to_fetched, to_found, to_link, to_sold
from adapters.backends._paymentkit_events import (
    UNREADABLE,
    Sold,
    Told,
    is_older,
    of_link,
    read,
    to_event,
    to_history,
    to_payment,
)
from adapters.backends._paymentkit_prices import Prices
from adapters.backends._paymentkit_request import Profile, from_name, to_name, to_profile, to_request
from adapters.backends._paymentkit_tables import BY_KIND, BY_OBJECT, REFUNDS, SUBSCRIBED, UNCONFIRMED
from adapters.backends._shapes import word
from adapters.backends._signing import secrets_of, signed_by_one_of
from bot.errors import BackendProtocolError, BackendRejected, WebhookRejected
from bot.money import chargeable_currencies
from bot.ports.backend import (
    BackendInfo,
    Connected,
    CreatedLink,
    Feature,
    FetchedLink,
    LinkRequest,
    Moment,
    Withheld,
)
from bot.ports.model import Event, EventKind, Mode

INFO = BackendInfo(
    name="paymentkit",
    label="PaymentKit",
    currencies=frozenset(chargeable_currencies()) - UNCONFIRMED,
    requires=frozenset(),
    proof_headers=frozenset({"x-webhook-signature"}),
    longest_expiry_s=366 * 86_400,  # ours: the provider has none
    features=frozenset({Feature.CANCEL, Feature.EDIT, Feature.FIND, Feature.HISTORY, Feature.CONNECT}),
    ends=False,
)

_PAYMENT_ID = re.compile(rb'"(pi_[A-Za-z0-9_]{4,80})"')
_TEST_KEY = re.compile("[a-z]+_(stg|test|sandbox)_")
_GONE = (httpx.codes.OK, httpx.codes.NO_CONTENT)
_BASE64 = 44  # characters of a digest
_SLACK = timedelta(minutes=1)


class PaymentKit:
    """One account at PaymentKit."""

    def __init__(self, api: AccountApi, mode: Mode, webhook_secrets: Sequence[str], profile: Profile) -> None:
        self.mode = mode
        sold = frozenset(profile.unit_prices) if profile.by_quantity else INFO.currencies
        self.info = replace(INFO, currencies=INFO.currencies & sold)
        self._api, self._secrets, self._profile = api, tuple(webhook_secrets), profile
        self._prices = Prices(api, profile)

    async def create(self, request: LinkRequest) -> CreatedLink:
        """A price, and a link that sells it. One over another sum is taken back at once."""
        if request.amount.currency not in self.info.currencies:
            raise BackendRejected(("currency_not_offered",), field="currency")
        price_id = await self._prices.of(request)
        body, request_id = await self._api.make("payment-links", to_request(request, price_id, self._profile))
        try:
            return to_link(body, request.amount, request_id)
        except (BackendProtocolError, BackendRejected):
            if link_id := word(body.get("id")):
                await self.cancel(link_id)
            raise

    async def fetch(self, provider_id: str) -> FetchedLink:
        body, request_id = await self._link(provider_id)
        told = await self._of_link(body)
        received = any(one.kind is EventKind.CAPTURED for one in told)
        return to_fetched(body, received=received, payment_ids=_payments(told), request_id=request_id)

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """Out of its events, of those of its refunds, and of its checkout's where it names no link."""
        told = await self._events({BY_OBJECT: provider_payment_id})
        own = [one for one in told if one.payment_id == provider_payment_id]
        if any(one.kind is EventKind.CAPTURED for one in own):
            told += await self._events({BY_KIND: REFUNDS}, min(one.at for one in own))
        if not any(one.reference or one.link_id for one in own):
            for session_id in {one.session_id for one in own if one.session_id}:
                told += await self._events({BY_OBJECT: session_id})
        try:
            return to_payment(provider_payment_id, told, self._prices.references)
        except (LookupError, TypeError, ValueError) as error:
            raise BackendProtocolError(f"unreadable payment: {error!r}") from error

    async def find_payments(self, reference: str) -> Sequence[str]:
        sold = Sold(None, reference, self._prices.made_for(reference))
        return _payments(of_link(sold, await self._events({})))

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:  # noqa: ARG002 - no rule is known
        return ()

    async def cancel(self, provider_id: str) -> None:
        """Whoever has opened it already can still pay, for the hour that a checkout lasts."""
        answer = await self._api.send("DELETE", "payment-links", id_=provider_id)
        if answer.status not in _GONE:
            raise BackendProtocolError(f"unexpected answer {answer.status}", request_id=answer.request_id)

    async def edit(self, provider_id: str, description: str) -> None:
        """Its label. What the customer reads is in its line items, which cannot be changed."""
        reference, amount = from_name(word((await self._link(provider_id))[0].get("name")))
        name = to_name(reference, amount, description) if reference and amount else description
        answer = await self._api.send("PATCH", "payment-links", {"name": name}, id_=provider_id)
        expect(answer, httpx.codes.OK)

    async def find(self, reference: str) -> CreatedLink | None:
        rows = await self._api.listed(
            "payment-links", {}, enough=lambda row: to_found(row, reference) is not None
        )
        return next(filter(None, (to_found(row, reference) for row in rows)), None)

    async def history(self, provider_id: str) -> Sequence[Moment]:
        return to_history(await self._of_link((await self._link(provider_id))[0]))

    async def connect(self, url: str) -> Connected:
        """One more endpoint, unless the account lists this one. Whether it lists them is not documented."""
        listed = await self._api.send("GET", "webhook-endpoints")
        if listed.status == httpx.codes.OK and url in addresses(listed.body):
            return Connected(f"{url} is registered already")
        made, _ = await self._api.make("webhook-endpoints", {"url": url, "events": list(SUBSCRIBED)})
        secret = word(made.get("secret")) or word(made.get("signing_secret"))
        return Connected(f"{url} is registered", secret)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        if not signed_by_one_of(self._secrets, body, _in_hex(headers.get("x-webhook-signature", ""))):
            raise WebhookRejected("X-Webhook-Signature does not match")

    def event_key(self, body: bytes) -> str:
        """The event's own id. A body that is signed but broken has none: its hash stands in."""
        try:
            event = load(body)
        except ValueError:
            event = None
        known = word(event.get("id")) if isinstance(event, dict) else None
        return known[:255] if known else f"sha256:{hashlib.sha256(body).hexdigest()}"

    def parse(self, body: bytes) -> Sequence[Event]:
        """An event of the other mode, test or live, changes nothing."""
        try:
            event = load(body)
            told = read(event, self._profile.kinds)
            if event.get("livemode") is (self.mode is Mode.TEST):
                told = replace(told, kind=EventKind.IGNORED)
            return (to_event(told, self.event_key(body), references=self._prices.references),)
        except UNREADABLE as error:
            raise BackendProtocolError(f"unreadable event: {error!r}") from error

    def payments_in(self, body: bytes) -> Sequence[str]:
        return tuple(dict.fromkeys(found.decode() for found in _PAYMENT_ID.findall(body)))

    async def check(self) -> str:
        await self._api.listed("payment-links", {}, enough=lambda _: True, pages=1)
        return f"key accepted ({self.mode})"

    async def aclose(self) -> None:
        await self._api.aclose()

    async def _link(self, provider_id: str) -> tuple[Row, str | None]:
        body, request_id = await self._api.get("payment-links", provider_id)
        if body.get("id") != provider_id:
            raise BackendProtocolError("another link than was asked for", request_id=request_id)
        return body, request_id

    async def _of_link(self, body: Row) -> list[Told]:
        sold = to_sold(body, self._prices.shared)
        return of_link(sold, await self._events({}, made_at(body)))

    async def _events(self, query: Mapping[str, str], since: datetime | None = None) -> list[Told]:
        """Newest first, back to a moment; what cannot be read is passed over: it may be of anything."""
        until = since - _SLACK if since else None
        rows = await self._api.listed(
            "events", query, enough=lambda row: until is not None and is_older(row, until)
        )
        told = []
        for row in rows:
            with suppress(*UNREADABLE):
                told.append(read(row, self._profile.kinds))
        return told


def make_paymentkit(settings: Mapping[str, str], merchant_name: str) -> PaymentKit:
    """From settings without their prefix."""
    key = settings["SECRET_KEY"]
    client = httpx.AsyncClient(
        base_url=settings["API_URL"], headers={"Authorization": f"Bearer {key}"}, timeout=TIMEOUT
    )
    api = AccountApi(BackendHttp(client, "X-Request-Id"), settings["ACCOUNT_ID"])
    mode = Mode.TEST if _TEST_KEY.match(key) else Mode.LIVE
    profile = to_profile(settings, merchant_name)
    return PaymentKit(api, mode, secrets_of(settings["WEBHOOK_SECRET"]), profile)


def _payments(told: Sequence[Told]) -> tuple[str, ...]:
    """The payments that events tell of, each once."""
    concerned = (one.payment_id for one in told if one.kind is not EventKind.IGNORED)
    return tuple(dict.fromkeys(filter(None, concerned)))


def _in_hex(signature: str) -> str:
    """Hex, perhaps after `sha256=`, or base64: which one is not documented."""
    told = signature.removeprefix("sha256=")
    try:
        return base64.b64decode(told, validate=True).hex() if len(told) == _BASE64 else told.lower()
    except ValueError:
        return told
