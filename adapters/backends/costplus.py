"""Cost+ payment links (Ginger Payments' platform, once NoPayn).

https://docs.costplus.io/docs/guides/payment-links
https://docs.costplus.io/api-reference/payment-links/createPaymentLink and getPaymentLink
https://docs.costplus.io/api-reference/webhooks (events; nothing is signed)

Only create and get exist. Each attempt to pay a link is an order of its own, and so a payment of ours. A
webhook proves nothing and tells nothing but which order to fetch; that order names its link.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn

import httpx

from adapters.backends._costplus_answers import explain, to_fetched, to_link, words_in
from adapters.backends._costplus_orders import Attempt, is_taken_by_hand, original_of, to_events
from adapters.backends._costplus_request import Profile, to_profile, to_request
from adapters.backends._costplus_tables import LONGEST_EXPIRY_S, UNCONFIRMED
from adapters.backends._http import REFUSED, BackendHttp, expect, make_client, quoted, reading
from adapters.backends._keys import id_of, key_of
from adapters.backends._shapes import Row, word
from bot.errors import BackendProtocolError, WebhookRejected
from bot.money import EXPONENTS
from bot.ports.backend import BackendInfo, CreatedLink, EventKey, FetchedLink, LinkRequest, Withheld
from bot.ports.model import Event, Mode

INFO = BackendInfo(
    name="costplus",
    label="Cost+",
    currencies=frozenset(EXPONENTS) - UNCONFIRMED,
    requires=frozenset(),
    proof_headers=frozenset(),
    longest_expiry_s=LONGEST_EXPIRY_S,
    steps=("Nothing to register: each link carries its own address, PAYLINK_PUBLIC_URL is all it needs.",),
)

_ORDER_ID = re.compile(rb'"order_id"\s*:\s*"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"')
_NOBODYS = "00000000-0000-4000-8000-000000000000"
_FARTHEST = 3  # orders from a reversal to what was paid: the reversal, its chargeback, the original


class Costplus:
    """One project at Cost+."""

    info = INFO

    def __init__(self, http: BackendHttp, mode: Mode, profile: Profile) -> None:
        self.mode = mode
        self._http, self._profile = http, profile

    async def create(self, request: LinkRequest) -> CreatedLink:
        answer = await self._http.call("POST", "/paymentlinks/", to_request(request, self._profile))
        if answer.status in REFUSED:
            raise explain(answer)
        with reading("answer", answer.request_id):
            return to_link(expect(answer, httpx.codes.CREATED), request)

    async def fetch(self, provider_id: str) -> FetchedLink:
        answer = await self._http.call("GET", f"/paymentlinks/{quoted(provider_id)}/")
        with reading("answer", answer.request_id):
            return to_fetched(expect(answer, httpx.codes.OK))

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """An order as it stands; what was refunded or charged back tells of the order it was taken from."""
        order = await self._original(provider_payment_id)
        if order is None:
            return ()
        with reading("answer"):
            attempt = await self._attempt(order)
            return to_events(attempt, self.mode)

    async def find_payments(self, reference: str) -> Sequence[str]:
        """A search that Cost+ does not take finds nothing: its filters are not documented."""
        answer = await self._http.call("POST", "/search/orders/", {"merchant_order_id": reference})
        if answer.status in {httpx.codes.NOT_FOUND, *REFUSED}:
            return ()
        found = expect(answer, httpx.codes.OK).get("orders")
        if not isinstance(found, list):
            raise BackendProtocolError("orders without a list of them", request_id=answer.request_id)
        rows = [row for row in found if isinstance(row, dict) and row.get("merchant_order_id") == reference]
        attempts = (word(row.get("id")) for row in rows if original_of(row) is None)
        return tuple(dict.fromkeys(filter(None, attempts)))

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:  # noqa: ARG002 - Cost+ chooses methods
        return ()

    def verify(
        self,
        headers: Mapping[str, str],  # noqa: ARG002 - nothing is signed
        body: bytes,  # noqa: ARG002 - as above
        received_at: datetime,  # noqa: ARG002 - as above
    ) -> NoReturn:
        raise WebhookRejected("webhooks of Cost+ prove nothing")

    def event_key(self, body: bytes) -> EventKey:
        """Hints of one order are alike to the byte: this tells no two deliveries apart."""
        return key_of(None, id_of(None, body), None)

    def parse(self, body: bytes) -> Sequence[Event]:  # noqa: ARG002 - what is unproven is not read
        return ()

    def payments_in(self, body: bytes) -> Sequence[str]:
        """A hint speaks of one order."""
        found = _ORDER_ID.search(body)
        return (found[1].decode(),) if found else ()

    async def check(self) -> str:
        """Ask for a link that nobody has: a good key gets "not found", as JSON."""
        answer = await self._http.call("GET", f"/paymentlinks/{_NOBODYS}/")
        expect(answer, httpx.codes.NOT_FOUND)
        return f"key accepted ({self.mode})"

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _original(self, order_id: str) -> Row | None:
        """The order that a customer paid; None if there is none behind this id."""
        for _ in range(_FARTHEST):
            order = await self._get("orders", order_id)
            parent = original_of(order) if order else None
            if order is None or parent is None:
                return order
            order_id = parent
        return None

    async def _attempt(self, order: Row) -> Attempt:
        """An order with all that tells what has become of its money. Usually that is the order alone."""
        if is_taken_by_hand(order):
            order = await self._get("orders", str(order["id"]), "?fields[]=amount_details") or order
        chargebacks = await self._orders(words_in(order, "chargeback_orders"))
        reversals = [one for row in (order, *chargebacks) for one in words_in(row, "reversal_orders")]
        is_told = order.get("refunded_amount") is not None
        return Attempt(
            order,
            await self._reference(order),
            refunds=() if is_told else await self._orders(words_in(order, "refund_orders")),
            chargebacks=chargebacks,
            reversals=await self._orders(reversals) if chargebacks else (),
        )

    async def _reference(self, order: Row) -> str | None:
        """Ours is the link's: that its orders repeat it is likely, but not documented."""
        link_id = word(order.get("related_payment_link_id"))
        link = await self._get("paymentlinks", link_id) if link_id else None
        return word((link or order).get("merchant_order_id"))

    async def _orders(self, order_ids: Sequence[str]) -> list[Row]:
        found = [await self._get("orders", order_id) for order_id in dict.fromkeys(order_ids)]
        return [order for order in found if order is not None]

    async def _get(self, kind: str, one_id: str, query: str = "") -> Row | None:
        answer = await self._http.call("GET", f"/{kind}/{quoted(one_id)}/{query}")
        return None if answer.status == httpx.codes.NOT_FOUND else expect(answer, httpx.codes.OK)


def make_costplus(settings: Mapping[str, str], merchant_name: str) -> Costplus:  # noqa: ARG001 - Cost+ knows it
    """From settings without their prefix. The key does not tell test from live."""
    key = httpx.BasicAuth(settings["SECRET_KEY"], "")
    client = make_client(settings["API_URL"], auth=key)
    mode = Mode(settings.get("MODE") or Mode.LIVE)
    return Costplus(BackendHttp(client, "X-Request-Id"), mode, to_profile(settings))
