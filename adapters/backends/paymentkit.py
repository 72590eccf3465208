"""PaymentKit payment links.

https://docs.paymentkit.com/docs/pages/hosted-pages/payment-links
https://docs.paymentkit.com/docs/guides/integration/webhooks (signature, events)
https://docs.paymentkit.com/docs/guides/integration/events (what is polled)
https://docs.paymentkit.com/docs/api-reference (errors, pages)

A link sells prices: it has no amount, is never paid and never expires. So each gets a price of its own unless
one is named, what was paid is read from the events, and we deactivate it when it is done. What is assumed is
in `_paymentkit_tables`.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import httpx

from adapters.backends._http import BackendHttp, expect, expect_status, load, make_client, reading, take_back
from adapters.backends._keys import event_in, id_of, key_of
from adapters.backends._paymentkit_account import AccountApi
from adapters.backends._paymentkit_answers import addresses, made_at, to_fetched, to_found, to_link, to_sold
from adapters.backends._paymentkit_events import payments_of, to_event, to_history
from adapters.backends._paymentkit_journal import Journal
from adapters.backends._paymentkit_label import read_label
from adapters.backends._paymentkit_prices import Prices
from adapters.backends._paymentkit_request import SHORTEST_HOURS, Profile, to_label, to_profile, to_request
from adapters.backends._paymentkit_tables import UNCONFIRMED
from adapters.backends._paymentkit_told import Sold, Told, about, read
from adapters.backends._shapes import Row, word
from adapters.backends._signing import signed_by_one_of
from bot.errors import BackendAuthFailed, BackendGone, BackendProtocolError, BackendRejected, WebhookRejected
from bot.money import EXPONENTS
from bot.ports.accounts import listed
from bot.ports.backend import (
    BackendInfo,
    Connected,
    CreatedLink,
    EventKey,
    Feature,
    FetchedLink,
    LinkRequest,
    Moment,
    Withheld,
)
from bot.ports.expectation import LinkKind
from bot.ports.model import Event, EventKind, Mode

INFO = BackendInfo(
    name="paymentkit",
    label="PaymentKit",
    currencies=frozenset(EXPONENTS) - UNCONFIRMED,
    requires=frozenset(),
    proof_headers=frozenset({"x-webhook-signature"}),
    longest_expiry_s=366 * 86_400,  # ours: the provider has none
    features=frozenset({Feature.CANCEL, Feature.EDIT, Feature.FIND, Feature.HISTORY, Feature.CONNECT}),
    ends=False,
    lingers_s=SHORTEST_HOURS * 3600,
    kinds=frozenset(LinkKind),
    most_uses=None,
    takes=frozenset({"price", "quantity", "trial_days", "coupon"}),
)

_PAYMENT_ID = re.compile(rb'"(pi_[A-Za-z0-9_]{4,80})"')
_SESSION_ID = re.compile(rb'"(cs_[A-Za-z0-9_]{4,80})"')
_RECEIVED = frozenset({EventKind.CAPTURED, EventKind.SAVED})
_TEST_KEY = re.compile("[a-z]+_(stg|test|sandbox)_")
_BASE64 = 44  # characters of a digest


class PaymentKit:
    """One account at PaymentKit."""

    def __init__(self, api: AccountApi, mode: Mode, webhook_secrets: Sequence[str], profile: Profile) -> None:
        self.mode = mode
        sold = frozenset(profile.unit_prices) if profile.by_quantity else INFO.currencies
        lingers_s = profile.hours * 3600
        self.info = replace(INFO, currencies=INFO.currencies & sold, lingers_of_many_s=lingers_s)
        self._api, self._secrets, self._profile = api, tuple(webhook_secrets), profile
        self._prices = Prices(api, profile)
        self._journal = Journal(api, profile.kinds, self._prices.references)

    async def create(self, request: LinkRequest) -> CreatedLink:
        """A price, if none is named, and a link that sells it. One over another sum is taken back at once."""
        if request.amount.currency not in self.info.currencies:
            raise BackendRejected(("currency_not_offered",), field="currency")
        item = await self._prices.of(request)
        body, request_id = await self._api.make("payment-links", to_request(request, item, self._profile))
        try:
            return to_link(body, to_label(request, item), request_id)
        except (BackendProtocolError, BackendRejected):
            await take_back(self.cancel, word(body.get("id")))
            raise

    async def fetch(self, provider_id: str) -> FetchedLink:
        body, request_id = await self._link(provider_id)
        told = await self._of_link(body)
        received = any(one.kind in _RECEIVED or one.hides_payment for one in told)
        return to_fetched(body, received=received, payment_ids=payments_of(told), request_id=request_id)

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """A payment is known by its payment intent; a means of payment that was saved, by its checkout."""
        return await self._journal.of_payment(provider_payment_id)

    async def find_payments(self, reference: str) -> Sequence[str]:
        sold = Sold(None, reference, self._prices.made_for(reference))
        return payments_of(await self._journal.of_link(sold))

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:  # noqa: ARG002 - no rule is known
        return ()

    async def cancel(self, provider_id: str) -> None:
        """Delete it; a page that is open already can still be paid, for the hour that a checkout lasts."""
        answer = await self._api.send("DELETE", "payment-links", id_=provider_id)
        expect_status(answer, httpx.codes.OK, httpx.codes.NO_CONTENT)

    async def edit(self, provider_id: str, description: str) -> None:
        """Its label. What the customer reads is in its line items, which cannot be changed."""
        label = read_label(word((await self._link(provider_id))[0].get("name")))
        answer = await self._api.send(
            "PATCH", "payment-links", {"name": label.text(description)}, id_=provider_id
        )
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
        known = await self._api.send("GET", "webhook-endpoints")
        if known.status == httpx.codes.OK and url in addresses(known.body):
            return Connected(f"{url} is registered already; its signing secret is shown in the dashboard")
        made, _ = await self._api.make("webhook-endpoints", {"url": url, "events": self._profile.subscribed})
        secret = word(made.get("secret")) or word(made.get("signing_secret"))
        return Connected(f"{url} is registered", secret)

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:  # noqa: ARG002 - its proof does not age
        if not signed_by_one_of(self._secrets, body, _in_hex(headers.get("x-webhook-signature", ""))):
            raise WebhookRejected("X-Webhook-Signature does not match")

    def event_key(self, body: bytes) -> EventKey:
        event = event_in(body)
        return key_of(event.get("created"), id_of(event.get("id"), body), about(event, self._profile.kinds))

    def parse(self, body: bytes) -> Sequence[Event]:
        """An event of the other mode, test or live, changes nothing."""
        with reading("event"):
            event = load(body)
            told = read(event, self._profile.kinds)
            if event.get("livemode") is (self.mode is Mode.TEST):
                told = replace(told, kind=EventKind.IGNORED)
            return (to_event(told, id_of(event.get("id"), body), references=self._prices.references),)

    def payments_in(self, body: bytes) -> Sequence[str]:
        found = _PAYMENT_ID.findall(body) or _SESSION_ID.findall(body)
        return tuple(dict.fromkeys(one.decode() for one in found))

    async def check(self) -> str:
        """Ask for one page of links. They are the account's: without it there is nothing to be found."""
        try:
            await self._api.listed("payment-links", {}, enough=lambda _: True, pages=1)
        except BackendGone as error:
            raise BackendAuthFailed(f"no such account: {error}") from error
        return f"key accepted ({self.mode})"

    async def aclose(self) -> None:
        await self._api.aclose()

    async def _link(self, provider_id: str) -> tuple[Row, str | None]:
        body, request_id = await self._api.get("payment-links", provider_id)
        if body.get("id") != provider_id:
            raise BackendProtocolError("another link than was asked for", request_id=request_id)
        return body, request_id

    async def _of_link(self, body: Row) -> list[Told]:
        return await self._journal.of_link(to_sold(body, self._prices.shared), made_at(body))


def make_paymentkit(settings: Mapping[str, str], merchant_name: str) -> PaymentKit:
    """From settings without their prefix."""
    key = settings["SECRET_KEY"]
    client = make_client(settings["API_URL"], headers={"Authorization": f"Bearer {key}"})
    api = AccountApi(BackendHttp(client, "X-Request-Id"), settings["ACCOUNT_ID"])
    mode = Mode.TEST if _TEST_KEY.match(key) else Mode.LIVE
    profile = to_profile(settings, merchant_name)
    return PaymentKit(api, mode, listed(settings["WEBHOOK_SECRET"]), profile)


def _in_hex(signature: str) -> str:
    """Hex, perhaps after `sha256=`, or base64: which one is not documented."""
    told = signature.removeprefix("sha256=")
    try:
        return base64.b64decode(told, validate=True).hex() if len(told) == _BASE64 else told
    except ValueError:
        return told
