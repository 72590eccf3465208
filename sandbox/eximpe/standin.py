"""The stand-in itself: API, hosted page, webhooks and controls, with one merchant's credentials.

Its controls below `/eximpe/_control/`, beside those that every stand-in has:

| call | body | answer |
|---|---|---|
| POST pay | link, outcome; amount (paise), force (optional) | payment, as the API has it, and its id |
| POST expire | link: its last moment is now | link |
| POST status | link, status: what the API says from now on (null: the truth) | link |
| POST options | option: choice, ... | options: every choice in force |
| GET options | | options |
| GET links | | links |
| GET notices | | notices: what EximPe would have sent to buyers, by create or by share |
| GET deliveries | | deliveries |

`pay`: `outcomes.OUTCOMES` lists what can happen; `captured` and `paid` are one. `settled`, `refund_pending`
and `refund_failed` are beyond what every backend has. `force` pays a link that is closed, or a second time.

`options`: `options.OPTIONS` lists them, each for something that EximPe's sources leave open or contradict.
Assumed without a switch, and not confirmed either: a link's id is that of its first payment; a link is paid
once, and one that failed may be tried again; a reference is free again once its link is closed; to extend
means to a later moment; closed links refuse to be extended, deactivated or shared; retries count from the
attempt before; most codes and texts of refusals; the words of refunds, settlements and disputes.

A webhook is taken by 200 alone, not by any other 2xx.
"""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.eximpe import answers, envelope
from sandbox.eximpe.access import CLIENT_ID, CLIENT_SECRET, guarded
from sandbox.eximpe.amounts import MOST
from sandbox.eximpe.hosted import HostedPage
from sandbox.eximpe.ledger import Happening, Impossible, Ledger
from sandbox.eximpe.links_api import LinksApi
from sandbox.eximpe.options import OPTIONS
from sandbox.eximpe.outcomes import OUTCOMES, TAKE_AMOUNT, Stage, expire
from sandbox.eximpe.outgoing import ENCRYPTION_KEY, Outgoing
from sandbox.eximpe.payments import PaymentLink
from sandbox.eximpe.payments_api import PaymentsApi
from sandbox.faults import Faults
from sandbox.hosted.chips import Chip, card
from sandbox.options import Options
from sandbox.standin import ControlRefused, World, link_named, new_call_log
from sandbox.webhooks import WebhookSender

# https://docs.eximpe.com, Webhooks: up to five attempts, ten seconds each.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
TIMEOUT_S = 10

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class EximpeStandIn:
    """EximPe below `/eximpe`, as one merchant's sandbox account."""

    name = "eximpe"
    outcomes, unplayable = tuple(OUTCOMES), ()
    chips = (
        card("Card", "5123456789012346", expiry="05/30"),
        Chip("UPI", "anything@payu", {"vpa": "anything@payu"}),
    )

    def __init__(self, world: World) -> None:
        self._world, self._base = world, f"{world.url}/{self.name}"
        self.faults, self.calls = Faults(), new_call_log()
        self._options = Options(OPTIONS)
        self._sender = WebhookSender(world, self.faults, RETRY_AFTER, TIMEOUT_S, lambda status: status == 200)  # noqa: PLR2004 - no other one
        self._outgoing = Outgoing(self._sender, self._options, CLIENT_SECRET)
        self._ledger = Ledger(world.clock, self._options, self._tell)
        self._links_api = LinksApi(self._ledger, world.clock, self._options, self._base)
        known = [*self._links_api.routes(), *PaymentsApi(self._ledger, self._options).routes()]
        self.api = [*known, *_refusing(known), *HostedPage(self._ledger, world.clock).routes()]
        self.controls = {
            "pay": self._pay,
            "expire": self._expire,
            "status": self._status,
            "options": self._options.control,
        }
        self.readings = {
            "links": self._links,
            "notices": self._notices,
            "deliveries": self._sender.reading,
            "options": self._options.reading,
        }

    def env(self) -> dict[str, str]:
        """The settings of a service that uses this account; the webhook secret is EximPe's Encryption Key."""
        return {
            "PAYLINK_EXIMPE_API_URL": self._base,
            "PAYLINK_EXIMPE_CLIENT_ID": CLIENT_ID,
            "PAYLINK_EXIMPE_SECRET_KEY": CLIENT_SECRET,
            "PAYLINK_EXIMPE_WEBHOOK_SECRET": ENCRYPTION_KEY,
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """An error envelope of that status."""
        return envelope.of_status(status, retry_after)

    async def run(self) -> None:
        """Deliver webhooks until cancelled."""
        await self._sender.run()

    def _tell(self, happening: Happening) -> None:
        self._outgoing.tell(happening, self._world.clock.now())

    async def _pay(self, body: dict[str, Any]) -> dict[str, Any]:
        link, outcome = link_named(body["link"], self._ledger.find), body["outcome"]
        _check_pay(body)
        amount, force = body.get("amount"), body.get("force", False)
        stage = Stage(self._ledger, self._world.clock, link, amount, force=force)
        try:
            payment = OUTCOMES[outcome](stage)
        except Impossible as error:
            raise ControlRefused(f"{outcome}: {error}") from error
        return {"payment": {"id": payment.id, **answers.payment_json(link, payment)}}

    async def _expire(self, body: dict[str, Any]) -> dict[str, Any]:
        link = link_named(body["link"], self._ledger.find)
        try:
            expire(link, self._world.clock)
        except Impossible as error:
            raise ControlRefused(str(error)) from error
        return {"link": self._summary(link)}

    async def _status(self, body: dict[str, Any]) -> dict[str, Any]:
        link, status = link_named(body["link"], self._ledger.find), body["status"]
        if status is not None and not isinstance(status, str):
            raise ControlRefused("status must be a word, or null for the truth")
        link.said_status = status
        return {"link": self._summary(link)}

    def _summary(self, link: PaymentLink) -> dict[str, Any]:
        return answers.link_summary(link, self._world.clock.now(), self._base, self._options)

    async def _links(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"links": [self._summary(link) for link in self._ledger.links]}

    async def _notices(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"notices": [notice.as_json() for notice in self._links_api.notices]}


def _refusing(known: list[Route]) -> list[Route]:
    """After the known routes: other methods on their paths, and every other address below /pg."""

    async def no_method(_: Request) -> Response:
        return envelope.error(envelope.NO_METHOD)

    async def no_page(_: Request) -> Response:
        return envelope.no_page()

    paths = dict.fromkeys(route.path for route in known)
    others = [Route(path, guarded(no_method), methods=_METHODS) for path in paths]
    return [*others, Route("/pg/{path:path}", no_page, methods=_METHODS)]


def _check_pay(body: dict[str, Any]) -> None:
    if unknown := set(body) - {"link", "outcome", "amount", "force"}:
        raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}")
    outcome, amount = body["outcome"], body.get("amount")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise ControlRefused(f"outcome must be one of {', '.join(OUTCOMES)}: EximPe has no other")
    if amount is not None and outcome not in TAKE_AMOUNT:
        raise ControlRefused(f"{outcome} takes no amount")
    if amount is not None and not (type(amount) is int and 0 < amount <= MOST):
        raise ControlRefused(f"amount must be a whole number of paise, at most {MOST}")
