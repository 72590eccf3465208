"""The stand-in itself: API, hosted page, webhooks and controls, with one merchant's test account.

Its controls below `/acme/_control/`, beside those that every stand-in has:

| call | body | answer |
|---|---|---|
| POST pay | link, outcome: `paid`, `declined` or `refunded`; amount of a refund, in minor units | payment |
| GET links | | links |
| GET deliveries | | deliveries |

A webhook is signed with the HMAC-SHA256 of its body, in hex, and repeated after 1, 10 and 60 minutes.
"""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.acme.ledger import MILLS, Charge, Impossible, Ledger, Tab, wrong_in
from sandbox.acme.page import CARDS, HostedPage
from sandbox.faults import Faults
from sandbox.hosted.chips import card
from sandbox.standin import ControlRefused, World, new_call_log
from sandbox.webhooks import Webhook, WebhookSender

KEY = "ak_test_0000obviouslyfake0000"
HOOK_SECRET = "acme-hook-0000-obviously-fake"  # noqa: S105 - a constant of the sandbox
_RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 10, 60))

JSON = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]


class AcmeStandIn:
    """Acme Pay below `/acme`, as one test account."""

    name = "acme"
    outcomes, unplayable = ("paid", "declined", "refunded"), ()
    chips = tuple(card("Declined" if why else "Paid", number) for number, why in CARDS.items())

    def __init__(self, world: World) -> None:
        self._world, self._base = world, f"{world.url}/{self.name}"
        self.faults, self.calls = Faults(), new_call_log()
        self._sender = WebhookSender(world, self.faults, _RETRY_AFTER)
        self._ledger = Ledger(world.clock, self._tell)
        self.api = [
            Route("/tabs", _guarded(self._open), methods=["POST"]),
            Route("/tabs/{tab}", _guarded(self._show), methods=["GET"]),
            Route("/tabs/{tab}/withdraw", _guarded(self._withdraw), methods=["POST"]),
            Route("/charges", _guarded(self._search), methods=["GET"]),
            Route("/charges/{charge}", _guarded(self._show_charge), methods=["GET"]),
            *HostedPage(self._ledger, world.clock).routes(),
        ]
        self.controls = {"pay": self._pay}
        self.readings = {"links": self._links, "deliveries": self._sender.reading}

    def env(self) -> dict[str, str]:
        """The settings of a service that uses this account."""
        return {
            "PAYLINK_ACME_API_URL": self._base,
            "PAYLINK_ACME_SECRET_KEY": KEY,
            "PAYLINK_ACME_WEBHOOK_SECRET": HOOK_SECRET,
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """An error of that status."""
        return JSONResponse({}, status, {"Retry-After": str(retry_after)} if retry_after else None)

    async def run(self) -> None:
        """Deliver webhooks until cancelled."""
        await self._sender.run()

    async def _open(self, request: Request) -> Response:
        try:
            asked = await request.json()
        except ValueError:
            asked = None
        if wrong := wrong_in(asked, self._world.clock.outside(self._world.clock.now())):
            return JSONResponse({"wrong": wrong}, 422)
        return JSONResponse(self._as_json(self._ledger.open(asked)), 201)

    async def _show(self, request: Request) -> Response:
        tab = self._by_id(request)
        return JSONResponse(self._as_json(tab)) if tab else self.refusal(404, None)

    async def _withdraw(self, request: Request) -> Response:
        tab = self._by_id(request)
        if tab is None or tab.paid:
            return self.refusal(409 if tab else 404, None)
        tab.withdrawn = True
        return JSONResponse(self._as_json(tab))

    async def _search(self, request: Request) -> Response:
        ours = request.query_params.get("ours")
        found = [_told(tab, charge) for tab, charge in self._ledger.charges() if tab.asked["ours"] == ours]
        return JSONResponse({"charges": found})

    async def _show_charge(self, request: Request) -> Response:
        wanted = request.path_params["charge"]
        found = [_told(tab, charge) for tab, charge in self._ledger.charges() if charge.id == wanted]
        return JSONResponse(found[0]) if found else self.refusal(404, None)

    async def _pay(self, body: JSON) -> JSON:
        tab, outcome, amount = self._ledger.find(body["link"]), body["outcome"], body.get("amount")
        if tab is None or outcome not in self.outcomes:
            raise ControlRefused(f"link must be one of ours, outcome one of {', '.join(self.outcomes)}")
        if set(body) - {"link", "outcome", "amount"} or (amount is not None and outcome != "refunded"):
            raise ControlRefused("only a refund can be of another amount")
        mills = amount and amount * MILLS[tab.asked["currency"]]
        try:
            if outcome == "refunded":
                return {"payment": {"id": self._ledger.give_back(tab, mills).id}}
            return {
                "payment": {"id": self._ledger.charge(tab, outcome if outcome == "declined" else None).id}
            }
        except Impossible as error:
            raise ControlRefused(str(error)) from error

    async def _links(self, _: JSON) -> JSON:
        return {"links": [self._summary(tab) for tab in self._ledger.tabs]}

    def _by_id(self, request: Request) -> Tab | None:
        return next((tab for tab in self._ledger.tabs if tab.id == request.path_params["tab"]), None)

    def _as_json(self, tab: Tab) -> JSON:
        state, charges = (
            tab.state(self._world.clock.now()),
            [charge.id for charge in tab.charges if charge is tab.paid],
        )
        return {**tab.asked, "tab": tab.id, "page": self._page(tab), "state": state, "charges": charges}

    def _page(self, tab: Tab) -> str:
        return f"{self._base}/t/{tab.id}"

    def _summary(self, tab: Tab) -> JSON:
        """As every stand-in tells of its links: in minor units."""
        currency, state = tab.asked["currency"], tab.state(self._world.clock.now())
        minor = tab.asked["mills"] // MILLS[currency]
        known = {"id": tab.id, "reference": tab.asked["ours"], "url": self._page(tab), "status": state}
        return {**known, "amount": minor, "currency": currency}

    def _tell(self, what: str, tab: Tab, charge: Charge) -> None:
        event = f"evt_{len(self._sender.deliveries) + 1:08}"
        body = json.dumps({"event": event, "what": what, "charge": _told(tab, charge)}).encode()
        proof = hmac.new(HOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Acme-Proof": proof}
        self._sender.send(Webhook(event, what, f"/webhooks/{self.name}", body, headers))


def _told(tab: Tab, charge: Charge) -> JSON:
    """A charge as the API has it."""
    return {
        "charge": charge.id,
        "tab": tab.id,
        "ours": tab.asked["ours"],
        "state": charge.state,
        "mills": charge.mills,
        "given_back": charge.given_back,
        "currency": tab.asked["currency"],
        "at": int(charge.at.timestamp()),
        "by": "card",
        "why": charge.why,
    }


def _guarded(endpoint: Endpoint) -> Endpoint:
    """401 for any other key."""

    async def guarded(request: Request) -> Response:
        if request.headers.get("Acme-Key") != KEY:
            return JSONResponse({}, 401)
        return await endpoint(request)

    return guarded
