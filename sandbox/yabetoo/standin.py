"""The stand-in itself: API, hosted pages, webhooks and controls, with one account's test key.

Its controls below `/yabetoo/_control/`, beside those that every stand-in has:

| call | body | answer |
|---|---|---|
| POST pay | link, outcome; amount, new, force (optional) | payment, session |
| POST expire | link: its expiresAt is now | link |
| POST options | option: choice, ... | options: every choice in force |
| POST regenerate_key | | key: the new one; the old one is dead at once |
| POST endpoint | id, status: as the dashboard's switch of a webhook endpoint | endpoint |
| GET options | | options |
| GET links | | links |
| GET sessions | | sessions |
| GET catalog | | products, prices |
| GET endpoints | | endpoints |
| GET deliveries | | deliveries |

`pay`: `paid`, `declined`, `expired` (nobody answered the prompt) and `pending` befall the link's newest open
checkout, or another payer's with `new`. A pending prompt runs out by itself after 90 s. `amount` is what is
paid: of a variable link the payer's choice. `force` pays a link that takes no payments any more.

`options`: `options.CHOICES` lists them, each for something that YabetooPay's sources leave open or
contradict; `OLDER_TEXT` are those that make the older text of the guides.

Assumed without a switch, and not confirmed either: the statuses' order of precedence; slugs of 3 to 64
letters, digits, hyphens, underscores; `expiresAt` must be in the future and have a zone; type and currency of
a link are fixed; XAF has no decimals; free items cost nothing; a price must be in its link's currency,
recurring for a subscription and else not; suggested amounts lie within the range; products and prices can be
read; a subscription with a trial is redeemed without a payment; a `page` or `limit` out of range is a 422, an
unknown address a 404 whatever the method; a checkout is open for 30 minutes, and a failed attempt leaves it
so; fields of `payment_link.created`, of failures and of intents; test triggers; three repetitions after 1, 3
and 5 s. A link that is gone keeps its slug. Plain HTTP is taken for endpoints on this machine. The dashboard
has made one webhook endpoint, for `/webhooks/yabetoo`, and what `catalog.py` lists, which is shown at
`/yabetoo/catalog`. One address stands for both of the provider's hosts. Not here: generations 1 and 2 of the
API (`/qr`), creating checkout sessions, disbursements, what promotion codes do, renewals of subscriptions.
"""

import asyncio
from typing import Any

from starlette.responses import Response

from sandbox.faults import Faults
from sandbox.hosted.chips import Chip
from sandbox.options import Options
from sandbox.standin import ControlRefused, World, link_named, new_call_log
from sandbox.yabetoo import answers
from sandbox.yabetoo.access import SECRET_KEY, Gate
from sandbox.yabetoo.catalog import Catalog
from sandbox.yabetoo.catalog_api import CatalogApi
from sandbox.yabetoo.hosted import HostedPages
from sandbox.yabetoo.ledger import Impossible, Ledger
from sandbox.yabetoo.links_api import LinksApi
from sandbox.yabetoo.options import CHOICES
from sandbox.yabetoo.outcomes import OUTCOMES, UNKNOWN, play
from sandbox.yabetoo.outgoing import STATES, WEBHOOK_SECRET, Outgoing, Sender
from sandbox.yabetoo.records import Link
from sandbox.yabetoo.refusals import Refused
from sandbox.yabetoo.webhooks_api import WebhooksApi

JSON = dict[str, Any]


class YabetooStandIn:
    """YabetooPay below `/yabetoo`, as one account in test mode."""

    name = "yabetoo"
    outcomes = tuple(OUTCOMES)
    unplayable = ("expired", "refunded")  # its answers do not tell of an end, nor its webhooks of refunds
    chips = (
        Chip("Paid", "+242 06…", {"email": "jane@example.com", "msisdn": "242066000001"}),
        Chip("Declined", "+46 73…", {"email": "jane@example.com", "msisdn": "46733123451"}),
    )

    def __init__(self, world: World) -> None:
        clock = world.clock
        self._clock, self._base = clock, f"{world.url}/{self.name}"
        self.faults, self.calls = Faults(), new_call_log()
        self._options, self._catalog = Options(CHOICES), Catalog(clock.now())
        self._gate = Gate(self._options, clock)
        self._sender = Sender(world, self.faults, self._options)
        self._outgoing = Outgoing(self._sender, clock.now())
        self._ledger = Ledger(clock, self._catalog, self._options, self._outgoing.tell)
        links = LinksApi(self._ledger, self._catalog, self._options, clock, self._base)
        catalog = CatalogApi(self._catalog, self._options, clock)
        webhooks = WebhooksApi(self._outgoing, self._options, clock)
        self.api = [
            *HostedPages(self._ledger, self._catalog, clock, self._base).routes(),
            *(route for api in (links, catalog, webhooks) for route in api.routes(self._gate)),
            self._gate.elsewhere(),
        ]
        self.controls = {
            "pay": self._pay,
            "expire": self._expire,
            "options": self._options.control,
            "regenerate_key": self._regenerate_key,
            "endpoint": self._switch_endpoint,
        }
        self.readings = {
            "options": self._options.reading,
            "links": self._links,
            "sessions": self._sessions,
            "catalog": self._read_catalog,
            "endpoints": self._endpoints,
            "deliveries": self._sender.reading,
        }

    def env(self) -> dict[str, str]:
        """The settings of a service that uses this account."""
        return {
            "PAYLINK_YABETOO_API_URL": self._base,
            "PAYLINK_YABETOO_SECRET_KEY": SECRET_KEY,
            "PAYLINK_YABETOO_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """As every refusal of the API."""
        return self._gate.refused(Refused(status), "/v1", retry_after)

    async def run(self) -> None:
        """Deliver webhooks and let prompts run out, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sender.run())
            tasks.create_task(self._ledger.run())

    async def _pay(self, body: JSON) -> JSON:
        link = link_named(body["link"], self._ledger.find)
        _check_pay(body)
        try:
            session, attempt = play(self._ledger, link, body)
        except Impossible as error:
            raise ControlRefused(f"{body['outcome']}: {error}") from error
        shown = answers.session_json(session, self._options, self._clock.now())
        return {"payment": answers.payment_json(session, attempt), "session": shown}

    async def _expire(self, body: JSON) -> JSON:
        link = link_named(body["link"], self._ledger.find)
        self._ledger.end(link)
        return {"link": self._summary(link)}

    async def _regenerate_key(self, _: JSON) -> JSON:
        return {"key": self._gate.regenerate()}

    async def _switch_endpoint(self, body: JSON) -> JSON:
        endpoint = self._outgoing.endpoints.get(body["id"])
        if endpoint is None or body["status"] not in STATES:
            raise ControlRefused(f"id must be that of an endpoint, status one of {', '.join(STATES)}")
        endpoint.status, endpoint.lost_in_a_row = body["status"], 0
        return {"endpoint": endpoint.as_json(self._options["webhook_events"])}

    async def _links(self, _: JSON) -> JSON:
        return {"links": [self._summary(link) for link in self._ledger.links]}

    async def _sessions(self, _: JSON) -> JSON:
        now, found = self._clock.now(), [one for link in self._ledger.links for one in link.sessions]
        return {"sessions": [answers.session_json(session, self._options, now) for session in found]}

    async def _read_catalog(self, _: JSON) -> JSON:
        products = [answers.product_json(product, None) for product in self._catalog.products.values()]
        return {"products": products, "prices": [*map(answers.price_json, self._catalog.prices.values())]}

    async def _endpoints(self, _: JSON) -> JSON:
        named = self._options["webhook_events"]
        return {"endpoints": [one.as_json(named) for one in self._outgoing.endpoints.values()]}

    def _summary(self, link: Link) -> JSON:
        return answers.link_summary(link, self._options, self._base, self._clock.now())


def _check_pay(body: JSON) -> None:
    if unknown := set(body) - {"link", "outcome", "amount", "new", "force"}:
        raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}")
    outcome, amount = body["outcome"], body.get("amount")
    if isinstance(outcome, str) and outcome in UNKNOWN:
        raise ControlRefused(f"{outcome}: {UNKNOWN[outcome]}")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise ControlRefused(f"outcome must be one of {', '.join(OUTCOMES)}")
    if amount is not None and (type(amount) is not int or amount < 1):
        raise ControlRefused("amount must be a whole number of minor units, 1 or more")
    for name in ("new", "force"):
        if not isinstance(body.get(name, False), bool):
            raise ControlRefused(f"{name} must be true or false")
