"""EximPe payment links: collections in India, in rupees.

https://docs.eximpe.com (Payment Links, but for the answer to a creation; Webhooks: events, signature)
https://docs.eximpe.com/api-reference/v1/payment-link/create, and retrieve, list, deactivate, extend-expiry

A link is one payment from the start: its id is that payment's, and it ends by being paid or by its expiry.
No answer tells the expiry, so what we sent is what is known.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from adapters.backends._asking import to_expiry, written
from adapters.backends._eximpe_answers import (
    check_amount,
    explain,
    is_begun,
    is_paid_otherwise,
    is_refused,
    reference_of,
    row_of,
    rows_of,
    to_fetched,
    to_history,
    to_link,
    to_payment,
)
from adapters.backends._eximpe_events import about, canonical, to_events
from adapters.backends._eximpe_request import Profile, to_profile, to_request, to_share
from adapters.backends._eximpe_tables import CURRENCY, LONGEST_EXPIRY_S
from adapters.backends._http import (
    BackendHttp,
    expect,
    load,
    make_client,
    quoted,
    reading,
    take_back,
    with_others,
)
from adapters.backends._keys import event_in, id_of, key_of
from adapters.backends._shapes import Row, an_object, utc_now, word
from adapters.backends._signing import signed_by_one_of
from bot.errors import BackendProtocolError, BackendRejected, WebhookRejected
from bot.ports.accounts import listed
from bot.ports.backend import (
    BackendInfo,
    CreatedLink,
    EventKey,
    Feature,
    FetchedLink,
    LinkRequest,
    Moment,
    Withheld,
)
from bot.ports.model import Customer, Event, EventKind, Mode

INFO = BackendInfo(
    name="eximpe",
    label="EximPe",
    currencies=frozenset({CURRENCY}),
    requires=frozenset({"name", "email", "phone", "address", "city", "state", "postal_code"}),
    proof_headers=frozenset({"x-webhook-signature"}),
    longest_expiry_s=LONGEST_EXPIRY_S,
    features=frozenset({Feature.CANCEL, Feature.EXTEND, Feature.FIND, Feature.SHARE, Feature.HISTORY}),
    takes=frozenset({"goods", "goods_code", "invoice"}),
    steps=(
        "In EximPe's dashboard open Developer and enter {url} as the webhook address",
        "In the sandbox ask EximPe to approve this address",
        "Set PAYLINK_EXIMPE_WEBHOOK_SECRET to the Encryption Key of the dashboard, and start again",
    ),
)

_LINKS, _PAYMENTS = "/pg/payment-links/", "/pg/payments/"  # without its last slash no path is known
_VERSION = "1.0.0"  # the last one that has all six calls; without it every call is a 401
_PAYMENT_ID = re.compile(rb"\bPR[0-9]{6,20}\b")
_OURS = re.compile(rb"\bPL[0-9A-Z]{12}(?:-[0-9]{1,4})?\b")
_TEST_HOSTS = re.compile(r"api-pacb-(uat|staging)\.eximpe\.com|localhost|127\.0\.0\.1|::1")
_PAGES = 5  # of ten links each, in which one is looked for
_KEPT = 1_000  # payments that were taken


class Eximpe:
    """One account at EximPe. `now`: the clock for what does not tell its moment."""

    info = INFO

    def __init__(
        self, http: BackendHttp, mode: Mode, webhook_secrets: Sequence[str], profile: Profile
    ) -> None:
        self.mode = mode
        self.now: Callable[[], datetime] = utc_now
        self._http, self._secrets, self._profile = http, tuple(webhook_secrets), profile
        self._taken: dict[str, str] = {}  # payments by our reference, oldest first

    async def create(self, request: LinkRequest) -> CreatedLink:
        """One over anything but what was asked for is deactivated at once."""
        answer = await self._http.call("POST", _LINKS, to_request(request, self._profile))
        if is_refused(answer):
            raise explain(answer)
        row = row_of(answer, httpx.codes.CREATED)
        try:
            with reading("answer", answer.request_id):
                check_amount(row, request.amount)
                return to_link(row, to_expiry(request.expires_at, request.now, LONGEST_EXPIRY_S))
        except (BackendProtocolError, BackendRejected):
            await take_back(self.cancel, word(row.get("payment_id")) or word(row.get("link_id")))
            raise

    async def fetch(self, provider_id: str) -> FetchedLink:
        answer = await self._http.call("GET", _link(provider_id))
        with reading("answer", answer.request_id):
            fetched = to_fetched(row_of(answer, httpx.codes.OK))
        return await with_others(self.find_payments, fetched)

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """Where its order was paid by another payment, those of the same reference are told with it.

        Of a webhook that has other ids our reference stands for them all.
        """
        if _OURS.fullmatch(provider_payment_id.encode()):
            return self._told(await self._payments(provider_payment_id))
        answer = await self._http.call("GET", f"{_PAYMENTS}{quoted(provider_payment_id)}/")
        if answer.status == httpx.codes.NOT_FOUND:
            return ()
        rows = [row_of(answer, httpx.codes.OK)]
        reference = reference_of(rows[0])
        if reference and is_paid_otherwise(rows[0]):
            rows = await self._payments(reference) or rows
        return self._told(rows, answer.request_id)

    async def find_payments(self, reference: str) -> Sequence[str]:
        rows = [row for row in await self._payments(reference) if is_begun(row)]
        return tuple(dict.fromkeys(filter(None, (word(row.get("payment_id")) for row in rows))))

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:  # noqa: ARG002 - EximPe chooses methods
        return ()

    async def cancel(self, provider_id: str) -> None:
        """What nobody can pay any more, however it came to that, needs no taking back."""
        answer = await self._http.call("POST", _link(provider_id, "deactivate"))
        if not is_refused(answer):
            expect(answer, httpx.codes.OK)
        elif (await self.fetch(provider_id)).usable:
            raise explain(answer)

    async def extend(
        self, provider_id: str, until: datetime, now: datetime, *, again: bool = False
    ) -> datetime:
        """EximPe refuses what an earlier call, whose answer was lost, has done: no expiry but a later one."""
        expires_on = to_expiry(until, now, LONGEST_EXPIRY_S)
        body = {"expiry_date": written(expires_on)}
        answer = await self._http.call("POST", _link(provider_id, "extend_expiry"), body)
        if is_refused(answer):
            refused = explain(answer)
            if again and refused.field == "expires":
                return expires_on
            raise refused
        expect(answer, httpx.codes.OK)
        return expires_on

    async def find(self, reference: str) -> CreatedLink | None:
        """By its payment, whose id is the link's; else among the newest links. Its expiry is not told."""
        for row in await self._payments(reference):
            answer = await self._http.call("GET", _link(str(row.get("payment_id"))))
            if answer.status == httpx.codes.NOT_FOUND:
                continue
            with reading("answer", answer.request_id):
                return to_link(row_of(answer, httpx.codes.OK), None)
        return await self._listed(reference)

    async def share(self, provider_id: str, customer: Customer) -> None:
        answer = await self._http.call("POST", _link(provider_id, "share"), to_share(customer))
        if is_refused(answer):
            raise explain(answer)
        expect(answer, httpx.codes.OK)

    async def history(self, provider_id: str) -> Sequence[Moment]:
        answer = await self._http.call("GET", _link(provider_id, "history"))
        with reading("answer", answer.request_id):
            return to_history(rows_of(answer, httpx.codes.OK))

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:  # noqa: ARG002 - its proof does not age
        """Signed are the bytes that were sent or, for EximPe says both, the canonical form of the event."""
        signature = headers.get("x-webhook-signature", "")
        matches = [signed_by_one_of(self._secrets, each, signature) for each in (body, canonical(body))]
        if not any(matches):
            raise WebhookRejected("X-Webhook-Signature does not match")

    def event_key(self, body: bytes) -> EventKey:
        event = event_in(body)
        return key_of(event.get("event_time"), _id_of(event, body), about(event))

    def parse(self, body: bytes) -> Sequence[Event]:
        with reading("event"):
            event = an_object(load(body))
            return to_events(event, _id_of(event, body), self._taken, self.now())

    def payments_in(self, body: bytes) -> Sequence[str]:
        """Where it has other ids, our reference."""
        found = _PAYMENT_ID.findall(body) or _OURS.findall(body)
        return tuple(dict.fromkeys(each.decode() for each in found))

    async def check(self) -> str:
        """Ask for one link of all: whatever there is, a good key is answered with a list."""
        rows_of(await self._http.call("GET", f"{_LINKS}?page=1&page_size=1"), httpx.codes.OK)
        return f"key accepted ({self.mode})"

    async def aclose(self) -> None:
        await self._http.aclose()

    def _told(self, rows: Sequence[Row], request_id: str | None = None) -> tuple[Event, ...]:
        """Payments as they stand. Which one was taken is remembered: not every webhook has its id."""
        with reading("answer", request_id):
            events = tuple(event for row in rows for event in to_payment(row, self.now()))
        for event in events:
            if EventKind.CAPTURED in event.amounts and event.reference and event.provider_payment_id:
                self._taken[event.reference] = event.provider_payment_id
        for oldest in tuple(self._taken)[:-_KEPT]:
            del self._taken[oldest]
        return events

    async def _payments(self, reference: str) -> list[Row]:
        """The payments of one of our references, and of no other that EximPe may find beside it."""
        answer = await self._http.call("GET", f"{_PAYMENTS}?reference_id={quoted(reference)}")
        if answer.status == httpx.codes.NOT_FOUND:
            return []
        return [row for row in rows_of(answer, httpx.codes.OK) if reference_of(row) == reference]

    async def _listed(self, reference: str) -> CreatedLink | None:
        """EximPe's list has no filter; past its last page it answers "not found"."""
        for page in range(1, _PAGES + 1):
            answer = await self._http.call("GET", f"{_LINKS}?page={page}&page_size=10")
            is_past = page > 1 and answer.status == httpx.codes.NOT_FOUND
            rows = [] if is_past else rows_of(answer, httpx.codes.OK)
            found = next((row for row in rows if reference_of(row) == reference), None)
            if found is not None:
                with reading("answer", answer.request_id):
                    return to_link(found, None)
            if not rows:
                break
        return None


def make_eximpe(settings: Mapping[str, str], merchant_name: str) -> Eximpe:  # noqa: ARG001 - EximPe knows it
    """From settings without their prefix."""
    headers = {
        "X-Client-ID": settings["CLIENT_ID"],
        "X-Client-Secret": settings["SECRET_KEY"],
        "X-API-Version": _VERSION,
    }
    client = make_client(settings["API_URL"], headers=headers)
    host = urlsplit(settings["API_URL"]).hostname or ""
    mode = Mode.TEST if _TEST_HOSTS.fullmatch(host) else Mode.LIVE  # the keys do not tell
    secrets = listed(settings["WEBHOOK_SECRET"])
    return Eximpe(BackendHttp(client, "X-Request-Id"), mode, secrets, to_profile(settings))


def _link(provider_id: str, act: str = "") -> str:
    return f"{_LINKS}{quoted(provider_id)}/{act}{'/' if act else ''}"


def _id_of(event: Row, body: bytes) -> str:
    """The event's own number, if it is a UUID: nothing less is sure to be only once."""
    try:
        return str(UUID(event.get("sequence_number")))
    except (TypeError, ValueError, AttributeError):
        return id_of(None, body)
