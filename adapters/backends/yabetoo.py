"""YabetooPay payment links: mobile money in Congo-Brazzaville.

https://docs.yabetoopay.com (Payment links, Checkout sessions, Webhooks: events, signature)
The third generation of the API in its newest text: ids `plink_`, fields in camelCase.

Each checkout is a payment, which only webhooks name: the link itself counts. That of a link for one use goes
by the link's own id. What is assumed is in docs/backends.md.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from adapters.backends._asking import to_expiry, written
from adapters.backends._http import (
    REFUSED,
    Answer,
    BackendHttp,
    expect,
    expect_status,
    load,
    make_client,
    quoted,
    reading,
    take_back,
)
from adapters.backends._keys import event_in, id_of, key_of
from adapters.backends._shapes import Row, an_object, moment, text, utc_now, word
from adapters.backends._signing import signed_by_one_of
from adapters.backends._yabetoo_answers import (
    explain,
    is_numbered,
    last_page,
    redemptions,
    reference_of,
    row_of,
    rows_of,
    to_fetched,
    to_found,
    to_link,
    to_payments,
)
from adapters.backends._yabetoo_checkouts import Checkouts, Paid
from adapters.backends._yabetoo_events import PROOF_HEADERS, about, opened, proofs_in, read, to_event
from adapters.backends._yabetoo_prices import price_of
from adapters.backends._yabetoo_request import Profile, to_profile, to_request
from adapters.backends._yabetoo_tables import CURRENCIES, LONGEST_EXPIRY_S, PROMPT_S
from adapters.backends._yabetoo_terms import asked
from bot.errors import BackendProtocolError, BackendRejected, WebhookRejected
from bot.ports.accounts import listed
from bot.ports.backend import BackendInfo, CreatedLink, EventKey, Feature, FetchedLink, LinkRequest, Withheld
from bot.ports.expectation import LinkKind
from bot.ports.model import Event, Mode

INFO = BackendInfo(
    name="yabetoo",
    label="YabetooPay",
    currencies=frozenset(CURRENCIES),
    requires=frozenset(),
    proof_headers=PROOF_HEADERS,
    longest_expiry_s=LONGEST_EXPIRY_S,
    takes=frozenset({"price", "quantity", "suggested"}),
    kinds=frozenset({LinkKind.PAYMENT, LinkKind.SUBSCRIPTION}),
    ranges=True,
    most_uses=None,
    lingers_s=PROMPT_S,
    lingers_of_many_s=PROMPT_S,
    tells_refunds=False,
    features=frozenset({Feature.CANCEL, Feature.RESUME, Feature.EXTEND, Feature.EDIT, Feature.FIND}),
    steps=(
        "In YabetooPay's dashboard open Developers > Webhooks and add an endpoint with the address {url}",
        "Choose payment_link.checkout.completed and .failed, or payment_link.payment.completed and .failed",
        "Set PAYLINK_YABETOO_WEBHOOK_SECRET to its secret (all of whsec_..., shown once), and start again",
    ),
)

_LINKS = "/v1/payment-links"
_DONE = range(200, 300)
_NO_SUCH_CALL = (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED)
_TOLERANCE_S = 300
_PAGES, _ROWS = 20, 100  # of links, newest first, in which one is looked for
_PAYMENT_ID = re.compile(rb"\b(?:plink|cs|plsession)_[A-Za-z0-9]{1,80}\b")


class Yabetoo:
    """One account at YabetooPay. `now`: the clock by which links end."""

    def __init__(
        self, http: BackendHttp, mode: Mode, webhook_secrets: Sequence[str], profile: Profile
    ) -> None:
        self.mode = mode
        self.now: Callable[[], datetime] = utc_now
        self.info = replace(INFO, currencies=profile.currencies)
        self._http, self._secrets, self._profile = http, tuple(webhook_secrets), profile
        self._checkouts = Checkouts(http)

    async def create(self, request: LinkRequest) -> CreatedLink:
        """One over anything but what was asked for is switched off at once."""
        if request.amount.currency not in self.info.currencies:
            raise BackendRejected(("currency_not_offered",), field="currency")
        price = await price_of(self._http, request)
        once = {"Idempotency-Key": request.reference}  # whether it has an effect on links is not known
        answer = await self._http.call("POST", _LINKS, to_request(request, self._profile, price), once)
        if answer.status in REFUSED:
            raise explain(answer)
        row = expect(answer, *_DONE)
        try:
            with reading("answer", answer.request_id):
                return to_link(row, asked(request))
        except (BackendProtocolError, BackendRejected):
            await take_back(self.cancel, word(row.get("id")))
            raise

    async def fetch(self, provider_id: str) -> FetchedLink:
        answer = await self._http.call("GET", _link(provider_id))
        with reading("answer", answer.request_id):
            return to_fetched(row_of(answer, provider_id), self.now())

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """A link's payments as it tells them, with their amounts where we know its checkouts.

        A checkout, which is how we know an attempt that failed, tells nothing until it is paid after all;
        then it is a payment of its link. Of a subscription link the first payment tells of all.
        """
        if not self._checkouts.is_id(provider_payment_id):
            return () if is_numbered(provider_payment_id) else await self._payments_of(provider_payment_id)
        if known := self._checkouts.told(provider_payment_id):
            return known
        paid = await self._checkouts.paid(provider_payment_id)
        link_id = self._checkouts.link_of(provider_payment_id)
        events = await self._payments_of(link_id, paid) if link_id and paid else ()
        return self._checkouts.tell(provider_payment_id, events)

    async def find_payments(self, reference: str) -> Sequence[str]:
        """Of the link that carries it: attempts that failed are listed nowhere."""
        with reading("answer"):
            return tuple(text(row["id"]) for row in await self._links_of(reference) if redemptions(row))

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:  # noqa: ARG002 - YabetooPay chooses
        return ()

    async def cancel(self, provider_id: str) -> None:
        await self._change(provider_id, isActive=False)

    async def resume(self, provider_id: str) -> None:
        await self._change(provider_id, isActive=True)

    async def extend(
        self,
        provider_id: str,
        until: datetime,
        now: datetime,
        *,
        again: bool = False,  # noqa: ARG002 - done twice, it is the same
    ) -> datetime:
        wanted = to_expiry(until, now, LONGEST_EXPIRY_S)
        answer = await self._change(provider_id, expiresAt=written(wanted))
        told = answer.body.get("expiresAt") if isinstance(answer.body, dict) else None
        with reading("answer", answer.request_id):
            return moment(told) if told else wanted

    async def edit(self, provider_id: str, description: str) -> None:
        await self._change(provider_id, description=description)

    async def find(self, reference: str) -> CreatedLink | None:
        links = (to_found(row, reference) for row in await self._links_of(reference))
        return next(filter(None, links), None)

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:
        for at, signature in proofs_in(headers):
            fresh = abs(received_at.timestamp() - int(at)) <= _TOLERANCE_S
            if fresh and signed_by_one_of(self._secrets, f"{at}.".encode() + body, signature):
                return
        raise WebhookRejected("no signature over a fresh timestamp and the body matches")

    def event_key(self, body: bytes) -> EventKey:
        """A repetition may have another id and key: it is of the same payment, and tells no more."""
        event = opened(event_in(body))
        at = event.get("created_at") or event.get("createdAt")
        return key_of(at, id_of(event.get("id"), body), about(event))

    def parse(self, body: bytes) -> Sequence[Event]:
        with reading("event"):
            event = opened(an_object(load(body)))
            told = read(event)
            self._checkouts.remember(told.session_id, told.link_id)
            return (to_event(told, id_of(event.get("id"), body), self.now()),)

    def payments_in(self, body: bytes) -> Sequence[str]:
        return tuple(dict.fromkeys(found.decode() for found in _PAYMENT_ID.findall(body)))

    async def check(self) -> str:
        """Ask for one link of all: whatever there is, a good key is answered with a list."""
        rows_of(await self._http.call("GET", f"{_LINKS}?page=1&limit=1"))
        return f"key accepted ({self.mode})"

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _change(self, provider_id: str, **changes: Any) -> Answer:
        """By PUT or, as the older text has it, PATCH: under the wrong one nothing has that address."""
        answer = await self._http.call("PUT", _link(provider_id), changes)
        if answer.status in _NO_SUCH_CALL:
            patched = await self._http.call("PATCH", _link(provider_id), changes)
            answer = answer if patched.status == httpx.codes.METHOD_NOT_ALLOWED else patched
        if answer.status in REFUSED:
            raise explain(answer)
        expect_status(answer, *_DONE)
        return answer

    async def _payments_of(self, link_id: str, paid: Sequence[Paid] = ()) -> tuple[Event, ...]:
        """`paid`: in the one checkout that is asked about; else all that we know are asked."""
        answer = await self._http.call("GET", _link(link_id))
        if answer.status == httpx.codes.NOT_FOUND:
            return ()
        with reading("answer", answer.request_id):
            row = row_of(answer, link_id)
            return to_payments(row, paid or await self._checkouts.taken(link_id)) if redemptions(row) else ()

    async def _links_of(self, reference: str) -> list[Row]:
        """The links that carry a reference, looked for among the newest."""
        for page in range(1, _PAGES + 1):
            answer = await self._http.call("GET", f"{_LINKS}?page={page}&limit={_ROWS}")
            rows, last = rows_of(answer), last_page(answer)
            found = [row for row in rows if reference_of(row) == reference]
            if found or (len(rows) < _ROWS if last is None else page >= last):
                return found
        return []


def make_yabetoo(settings: Mapping[str, str], merchant_name: str) -> Yabetoo:
    """From settings without their prefix."""
    key = settings["SECRET_KEY"]
    profile = to_profile(settings, merchant_name)
    client = make_client(settings["API_URL"], headers={"Authorization": f"Bearer {key}"})
    mode = Mode.TEST if key.startswith("sk_test_") else Mode.LIVE
    secrets = listed(settings["WEBHOOK_SECRET"])
    return Yabetoo(BackendHttp(client, "X-Request-Id"), mode, secrets, profile)


def _link(provider_id: str) -> str:
    return f"{_LINKS}/{quoted(provider_id)}"
