"""Checkout.com Payment Links.

https://api-reference.checkout.com/#tag/Payment-Links
https://www.checkout.com/docs/payments/accept-payments/create-a-payment-link/manage-payment-links
https://www.checkout.com/docs/developer-resources/webhooks (events, signature)
https://www.checkout.com/docs/risk-management/disputes/disputes-api (disputes of a payment)
https://www.checkout.com/docs/resources/calculating-the-amount (units)

Only create and fetch exist: a link ends by being paid or by its own expiry. No webhook names the link,
so our reference travels with every payment.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from adapters.backends._checkout_answers import (
    about,
    explain,
    keys_of,
    rows_of,
    to_events,
    to_fetched,
    to_link,
    to_payment,
    to_sources,
)
from adapters.backends._checkout_disputes import MOST, OF_MONEY, with_disputes
from adapters.backends._checkout_request import LONGEST_EXPIRY_S, Profile, to_request, to_workflow, why_not
from adapters.backends._checkout_tables import LOCALES, METHODS, THOUSANDTHS, UNCONFIRMED
from adapters.backends._http import (
    REFUSED,
    BackendHttp,
    expect,
    expect_status,
    load,
    make_client,
    quoted,
    reading,
    with_others,
)
from adapters.backends._keys import event_in, id_of, key_of
from adapters.backends._shapes import an_object
from adapters.backends._signing import signed_by_one_of
from bot.errors import BackendProtocolError, ConfigurationError, PaylinkError, WebhookRejected
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
    Withheld,
)
from bot.ports.model import Event, Mode

INFO = BackendInfo(
    name="checkout",
    label="Checkout.com",
    currencies=frozenset(EXPONENTS) - UNCONFIRMED,
    requires=frozenset({"country"}),
    proof_headers=frozenset({"cko-signature"}),
    longest_expiry_s=LONGEST_EXPIRY_S,
    features=frozenset({Feature.CONNECT}),
    in_tens=THOUSANDTHS,
)

_REMOVED = (httpx.codes.OK, httpx.codes.NO_CONTENT)
_PAYMENT_ID = re.compile(rb"pay_[a-z0-9]{10,40}")


class Checkout:
    """One account at Checkout.com."""

    def __init__(
        self, http: BackendHttp, mode: Mode, webhook_secrets: Sequence[str], profile: Profile
    ) -> None:
        self.mode = mode
        needed = {need for name in profile.methods for need in METHODS[name].needs}
        self.info = replace(INFO, asks=frozenset(needed))
        self._http, self._secrets, self._profile = http, tuple(webhook_secrets), profile

    async def create(self, request: LinkRequest) -> CreatedLink:
        answer = await self._http.call("POST", "/payment-links", to_request(request, self._profile))
        if answer.status in REFUSED:
            raise explain(answer)
        return to_link(expect(answer, httpx.codes.CREATED), answer.request_id)

    async def fetch(self, provider_id: str) -> FetchedLink:
        answer = await self._http.call("GET", f"/payment-links/{quoted(provider_id)}")
        fetched = to_fetched(expect(answer, httpx.codes.OK), answer.request_id)
        return await with_others(self.find_payments, fetched)

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """With its disputes, as far as the key may read them: the webhook of one may be lost."""
        answer = await self._http.call("GET", f"/payments/{quoted(provider_payment_id)}")
        if answer.status == httpx.codes.NOT_FOUND:
            return ()
        payment = to_payment(expect(answer, httpx.codes.OK), answer.request_id)
        if payment.kind in OF_MONEY:
            with suppress(PaylinkError):
                return await self._disputed(payment)
        return (payment,)

    async def find_payments(self, reference: str) -> Sequence[str]:
        answer = await self._http.call("GET", f"/payments?reference={quoted(reference)}&limit=100")
        if answer.status == httpx.codes.NOT_FOUND:
            return ()
        return tuple(str(each["id"]) for each in rows_of(answer) if each.get("id"))

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:
        return tuple(filter(None, (why_not(name, request) for name in self._profile.methods)))

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:  # noqa: ARG002 - its proof does not age
        if not signed_by_one_of(self._secrets, body, headers.get("cko-signature", "")):
            raise WebhookRejected("Cko-Signature does not match")

    def event_key(self, body: bytes) -> EventKey:
        event = event_in(body)
        at = event.get("timestamp") or event.get("created_on")
        return key_of(at, id_of(event.get("id"), body), about(event))

    def parse(self, body: bytes) -> Sequence[Event]:
        with reading("event"):
            event = an_object(load(body))
            return to_events(event, id_of(event.get("id"), body))

    def payments_in(self, body: bytes) -> Sequence[str]:
        return tuple(dict.fromkeys(found.decode() for found in _PAYMENT_ID.findall(body)))

    async def check(self) -> str:
        """Ask for a link that cannot exist: a good key gets "not found", as does whoever asks elsewhere."""
        answer = await self._http.call("GET", "/payment-links/pl_paylinkcheck")
        expect_status(answer, httpx.codes.NOT_FOUND)
        try:
            rows_of(await self._http.call("GET", "/disputes?limit=1"))
        except PaylinkError as error:
            if answer.request_id is None:
                raise BackendProtocolError("neither links nor disputes, nor the id of a request") from error
            return f"key accepted ({self.mode}), but it reads no disputes: webhooks alone tell of them"
        return f"key accepted ({self.mode})"

    async def connect(self, url: str) -> Connected:
        """A workflow that sends all events of payments and disputes there, signed with our first secret.

        One that does not tell what it signs with is made anew: a secret may be on its way to be replaced.
        """
        if not self._secrets:
            raise ConfigurationError(
                "PAYLINK_CHECKOUT_WEBHOOK_SECRET: choose one, it becomes the signature key"
            )
        kinds = await self._http.call("GET", "/workflows/event-types")
        expect_status(kinds, httpx.codes.OK)
        workflow = to_workflow(url, self._secrets[0], to_sources(kinds))
        workflows = rows_of(await self._http.call("GET", "/workflows"))
        known = [each for each in workflows if each.get("name") == workflow["name"]]
        good = [each for each in known if await self._signs_well(each)]
        former = [each for each in known if each not in good]
        if not good:
            made = await self._sent("POST", "/workflows", workflow)
            line = f"workflow {made.get('id')} sends all events to {url}"
        elif any(each.get("active") is not False for each in good):
            line = f"a workflow sends all events to {url} already"
        else:
            await self._sent("PATCH", _address(good[0]), {"active": True})
            line = f"the workflow that sends all events to {url} is switched on again"
        for each in former:
            expect_status(await self._http.call("DELETE", _address(each)), *_REMOVED)
        return Connected(f"{line}, in place of one that signs with another secret" if former else line)

    async def _disputed(self, payment: Event) -> Sequence[Event]:
        of = quoted(payment.provider_payment_id or "")
        answer = await self._http.call("GET", f"/disputes?payment_id={of}&limit={MOST}")
        with reading("dispute", answer.request_id):
            return with_disputes(payment, rows_of(answer))

    async def _signs_well(self, workflow: Mapping[str, Any]) -> bool:
        told = await self._http.call("GET", _address(workflow))
        return self._secrets[0] in keys_of(expect(told, httpx.codes.OK))

    async def _sent(self, method: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = await self._http.call(method, path, body)
        if answer.status in REFUSED:
            raise explain(answer)
        return expect(answer, httpx.codes.OK, httpx.codes.CREATED)

    async def aclose(self) -> None:
        await self._http.aclose()


def make_checkout(settings: Mapping[str, str], merchant_name: str) -> Checkout:
    """From settings without their prefix; those that are empty leave it to Checkout.com."""
    key = settings["SECRET_KEY"]
    client = make_client(settings["API_URL"], headers={"Authorization": f"Bearer {key}"})
    _refuse_unknown(settings)
    name, _, city = settings.get("BILLING_DESCRIPTOR", "").partition(",")
    profile = Profile(
        merchant_name,
        processing_channel_id=settings.get("PROCESSING_CHANNEL_ID") or None,
        return_url=settings.get("RETURN_URL") or None,
        locale=settings.get("LOCALE") or None,
        methods=listed(settings.get("PAYMENT_METHODS", "")),
        three_ds={"on": True, "off": False}.get(settings.get("3DS", "")),
        descriptor=(name.strip(), city.strip()) if city else None,
    )
    mode = Mode.TEST if key.startswith("sk_sbox_") else Mode.LIVE
    return Checkout(BackendHttp(client, "Cko-Request-Id"), mode, listed(settings["WEBHOOK_SECRET"]), profile)


def _refuse_unknown(settings: Mapping[str, str]) -> None:
    """Raises ConfigurationError for methods and languages that Checkout.com does not list."""
    unknown = [name for name in listed(settings.get("PAYMENT_METHODS", "")) if name not in METHODS]
    problems = [
        f"PAYLINK_CHECKOUT_PAYMENT_METHODS: {name} is not known; known are {', '.join(METHODS)}"
        for name in unknown
    ]
    locale = settings.get("LOCALE")
    if locale and locale not in LOCALES:
        problems.append(f"PAYLINK_CHECKOUT_LOCALE={locale}: must be one of {', '.join(sorted(LOCALES))}")
    if problems:
        raise ConfigurationError(*problems)


def _address(workflow: Mapping[str, Any]) -> str:
    return f"/workflows/{quoted(str(workflow.get('id')))}"
