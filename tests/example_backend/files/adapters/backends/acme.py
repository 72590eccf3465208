"""Acme Pay, a service that was made up: payment links are "tabs".

https://docs.acme-pay.example/tabs (calls, states, limits, refusals)
https://docs.acme-pay.example/hooks (events, proof)
https://docs.acme-pay.example/mills (units)

A tab can be withdrawn. Each attempt to pay is a charge of its own; what was given back is told in all.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from adapters.backends._http import Answer, BackendHttp, expect, load, make_client, quoted, reading
from adapters.backends._keys import event_in, id_of, key_of
from adapters.backends._shapes import address, an_object, part, text, word
from adapters.backends._signing import signed_by_one_of
from bot.errors import BackendProtocolError, BackendRejected, WebhookRejected
from bot.money import Money, exponent_of
from bot.ports.accounts import listed
from bot.ports.backend import BackendInfo, CreatedLink, EventKey, Feature, FetchedLink, LinkRequest, Withheld
from bot.ports.model import Event, EventKind, Mode

INFO = BackendInfo(
    name="acme",
    label="Acme Pay",
    currencies=frozenset({"EUR", "GBP", "USD", "JPY", "KWD"}),
    requires=frozenset({"email"}),
    proof_headers=frozenset({"acme-proof"}),
    longest_expiry_s=90 * 86_400,
    features=frozenset({Feature.CANCEL}),
    steps=("Open Hooks in the dashboard of Acme Pay.", "Add {url} for all events, and copy its secret."),
)
MILLS = {0: 1000, 2: 10, 3: 1}  # https://docs.acme-pay.example/mills, by a currency's decimals
# https://docs.acme-pay.example/tabs#states and #charges
USABLE = {"awaiting": True, "settled": False, "withdrawn": False, "lapsed": False}
STATES = {"taken": EventKind.CAPTURED, "refused": EventKind.DECLINED, "given_back": EventKind.REFUNDED}
# https://docs.acme-pay.example/tabs#refusals: their fields, and which of our questions each is
FIELDS = {"mills": "amount", "currency": "currency", "payer.email": "email", "note": "description"}

_CHARGE = re.compile(rb"chg_[0-9]{8}")


class Acme:
    """One account at Acme Pay."""

    info = INFO

    def __init__(self, http: BackendHttp, mode: Mode, webhook_secrets: Sequence[str]) -> None:
        self.mode = mode
        self._http, self._secrets = http, tuple(webhook_secrets)

    async def create(self, request: LinkRequest) -> CreatedLink:
        answer = await self._http.call("POST", "/tabs", to_request(request))
        if answer.status == httpx.codes.UNPROCESSABLE_ENTITY:
            raise explain(answer)
        return to_link(expect(answer, httpx.codes.CREATED), answer.request_id)

    async def fetch(self, provider_id: str) -> FetchedLink:
        answer = await self._http.call("GET", f"/tabs/{quoted(provider_id)}")
        return to_fetched(expect(answer, httpx.codes.OK), answer.request_id)

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        answer = await self._http.call("GET", f"/charges/{quoted(provider_payment_id)}")
        if answer.status == httpx.codes.NOT_FOUND:
            return ()
        return to_payment(expect(answer, httpx.codes.OK), answer.request_id)

    async def find_payments(self, reference: str) -> Sequence[str]:
        answer = await self._http.call("GET", f"/charges?ours={quoted(reference)}")
        found = expect(answer, httpx.codes.OK).get("charges")
        if not isinstance(found, list):
            raise BackendProtocolError("charges without a list", request_id=answer.request_id)
        return tuple(each["charge"] for each in found if isinstance(each, dict) and word(each.get("charge")))

    async def cancel(self, provider_id: str) -> None:
        answer = await self._http.call("POST", f"/tabs/{quoted(provider_id)}/withdraw")
        expect(answer, httpx.codes.OK)

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:  # noqa: ARG002 - it offers cards alone
        return ()

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:  # noqa: ARG002 - its proof does not age
        if not signed_by_one_of(self._secrets, body, headers.get("acme-proof", "")):
            raise WebhookRejected("Acme-Proof does not match")

    def event_key(self, body: bytes) -> EventKey:
        event = event_in(body)
        about = word(part(event, "charge").get("ours"))
        return key_of(None, id_of(event.get("event"), body), about)

    def parse(self, body: bytes) -> Sequence[Event]:
        with reading("event"):
            event = an_object(load(body))
            return (to_event(part(event, "charge"), text(event["what"]), id_of(event.get("event"), body)),)

    def payments_in(self, body: bytes) -> Sequence[str]:
        return tuple(dict.fromkeys(found.decode() for found in _CHARGE.findall(body)))

    async def check(self) -> str:
        """Ask for a tab that cannot exist: a good key gets "not found"."""
        answer = await self._http.call("GET", "/tabs/tab_none")
        if answer.status != httpx.codes.NOT_FOUND:
            raise BackendProtocolError(f"unexpected answer {answer.status}", request_id=answer.request_id)
        return f"key accepted ({self.mode})"

    async def aclose(self) -> None:
        await self._http.aclose()


def to_request(request: LinkRequest) -> dict[str, Any]:
    """A tab to be opened; raises BackendRejected for a currency that Acme Pay does not have."""
    if request.amount.currency not in INFO.currencies:
        raise BackendRejected(("currency_not_offered",), field="currency")
    until = min(request.expires_at, request.now + timedelta(seconds=INFO.longest_expiry_s))
    payer = {"name": request.customer.name, "email": request.customer.email}
    return {
        "mills": request.amount.minor * _mills_in(request.amount.currency),
        "currency": request.amount.currency,
        "ours": request.reference,
        "until": int(until.timestamp()),
        **({"note": request.description} if request.description else {}),
        "payer": {name: value for name, value in payer.items() if value},
    }


def to_link(body: Mapping[str, Any], request_id: str | None) -> CreatedLink:
    with reading("tab", request_id):
        return CreatedLink(text(body["tab"]), address(body["page"]), _moment(body["until"]))


def to_fetched(body: Mapping[str, Any], request_id: str | None) -> FetchedLink:
    """A tab as it stands. An unknown state is taken as usable: it changes nothing."""
    with reading("tab", request_id):
        return FetchedLink(
            provider_id=text(body["tab"]),
            reference=word(body.get("ours")),
            amount=_money(body["mills"], body["currency"]),
            usable=USABLE.get(text(body["state"]), True),
            received=body["state"] == "settled",
            expires_on=_moment(body["until"]),
            payment_ids=tuple(text(charge) for charge in body["charges"]),
            taken_back=body["state"] == "withdrawn",
        )


def to_payment(charge: Mapping[str, Any], request_id: str | None) -> tuple[Event, ...]:
    """A charge as it stands, as the event that it amounts to."""
    with reading("charge", request_id):
        told = ":".join((text(charge["charge"]), text(charge["state"]), str(charge.get("given_back"))))
        return (to_event(charge, charge["state"], f"fetched:{told}"[:255]),)


def to_event(charge: Mapping[str, Any], said: str, key: str) -> Event:
    """`said` is Acme Pay's word; raises LookupError, TypeError or ValueError for what is no charge."""
    kind = STATES.get(said.removeprefix("charge."), EventKind.IGNORED)
    sums = {EventKind.CAPTURED: "mills", EventKind.REFUNDED: "given_back"}
    told = (
        {}
        if kind not in sums
        else {of: _money(charge[name], charge["currency"]) for of, name in sums.items()}
    )
    return Event(
        key=key,
        kind=kind,
        provider_word=said,
        provider_payment_id=text(charge["charge"]),
        reference=word(charge.get("ours")),
        occurred_at=_moment(charge["at"]),
        amounts={of: amount for of, amount in told.items() if amount.minor},
        method=word(charge.get("by")),
        reason=(word(charge.get("why")) or said) if kind is EventKind.DECLINED else None,
    )


def explain(answer: Answer) -> BackendRejected:
    """`{"wrong": {field: word}}`: every pair is a code, the first field that we know names the question."""
    wrong = answer.body.get("wrong") if isinstance(answer.body, dict) else None
    wrong = wrong if isinstance(wrong, dict) else {}
    codes = tuple(f"{field}_{why}" for field, why in wrong.items()) or (f"http_{answer.status}",)
    named = [FIELDS[field] for field in wrong if field in FIELDS]
    return BackendRejected(codes, field=next(iter(named), None), request_id=answer.request_id)


def make_acme(settings: Mapping[str, str], merchant_name: str) -> Acme:  # noqa: ARG001 - the account knows it
    """From settings without their prefix."""
    key = settings["SECRET_KEY"]
    client = make_client(settings["API_URL"], headers={"Acme-Key": key})
    mode = Mode.TEST if key.startswith("ak_test_") else Mode.LIVE
    return Acme(BackendHttp(client, "Acme-Request"), mode, listed(settings["WEBHOOK_SECRET"]))


def _mills_in(currency: str) -> int:
    """So many are one minor unit: a mill is a thousandth of the currency's unit, whatever its decimals."""
    return MILLS[exponent_of(currency)]


def _money(mills: Any, currency: Any) -> Money:
    if type(mills) is not int:
        raise TypeError(f"not a number of mills: {type(mills).__name__}")
    minor, rest = divmod(mills, _mills_in(text(currency)))
    if rest:
        raise ValueError(f"{mills} mills are no amount of {currency}")
    return Money(minor, currency)


def _moment(seconds: Any) -> datetime:
    if type(seconds) is not int:
        raise TypeError(f"not a moment: {type(seconds).__name__}")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except OverflowError as error:
        raise ValueError("a moment beyond all time") from error
