"""The API: https://docs.costplus.io/api-reference. What is not here does not exist (404, 405).

Links can be created and read; there is no list, no change and no end of them but their own.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.costplus import answers, validation
from sandbox.costplus.ledger import Impossible, Ledger
from sandbox.costplus.records import Order, PaymentLink, Transaction
from sandbox.costplus.refusals import Refused
from sandbox.costplus.requests import body_of, resource
from sandbox.options import Options

JSON = answers.JSON
_PERIOD = ("created_since", "created_until")
_REASSESSED = ("amount", "currency")


class Api:
    """Answers the service's calls. `base` is the stand-in's own address."""

    def __init__(self, ledger: Ledger, options: Options, clock: Clock, base: str) -> None:
        self._ledger, self._options, self._clock, self._base = ledger, options, clock, base
        self.mails: list[JSON] = []  # what an older guide says Cost+ sends to customers

    def routes(self) -> list[Route]:
        order, options = "/orders/{id}", self._options
        transaction = f"{order}/transactions/{{transaction_id}}"
        return [
            *resource("/paymentlinks", options, POST=self._create_link),
            *resource("/paymentlinks/{id}", options, GET=self._get_link),
            *resource("/orders", options, GET=self._list_orders),
            *resource(order, options, GET=self._get_order, PUT=self._change_order, DELETE=self._cancel_order),
            *resource(f"{order}/refunds", options, POST=self._refund),
            *resource(f"{transaction}/captures", options, POST=self._capture),
            *resource(f"{transaction}/voids", options, POST=self._void),
            *resource("/search/orders", options, POST=self._search_orders),
        ]

    async def _create_link(self, request: Request) -> Response:
        body = validation.accept_link(await body_of(request), self._options)
        reference = body["merchant_order_id"]
        if self._options["references"] == "unique" and any(
            link.reference == reference for link in self._ledger.links
        ):
            text = f"merchant_order_id {reference} is used already"
            raise Refused(400, text, "merchant_order_id", "Your own reference")
        link, now = self._ledger.add(body), self._clock.now()
        if mail := body.get("customer", {}).get("email_address"):
            url = answers.page_url(link, self._base)
            self.mails.append({"to": mail, "link": link.id, "url": url, "at": now.isoformat()})
        return JSONResponse(answers.created_json(link, self._options, now, self._base), 201)

    async def _get_link(self, request: Request) -> Response:
        link: PaymentLink | None = self._ledger.link(request.path_params["id"])
        if link is None:
            raise Refused(404)
        return JSONResponse(answers.link_json(link, self._options, self._clock.now(), self._base))

    async def _list_orders(self, request: Request) -> Response:
        """A bare array of the orders of a period, both ends of which must be given."""
        since, until = (_moment(request, name) for name in _PERIOD)
        found = [order for order in self._ledger.orders if since <= order.created <= until]
        return JSONResponse([self._shown(order) for order in found])

    async def _search_orders(self, request: Request) -> Response:
        """By equality of what is named; the body of a search is assumed."""
        wanted = validation.accept(await body_of(request), validation.SEARCH, self._options)
        shown = [self._shown(order) for order in self._ledger.orders]
        found = [one for one in shown if all(one.get(name) == value for name, value in wanted.items())]
        return JSONResponse({"hits": len(found), "orders": found})

    async def _get_order(self, request: Request) -> Response:
        order = self._order(request)
        extras = tuple(request.query_params.getlist("fields[]"))
        if unknown := set(extras) - set(answers.EXTRAS):
            raise Refused(400, f"fields[] must be of {', '.join(answers.EXTRAS)}, not {min(unknown)}")
        return JSONResponse(answers.order_json(order, self._options, self._base, extras))

    async def _change_order(self, request: Request) -> Response:
        """Which fields can change, and when, is assumed: of a running attempt, and never what it costs."""
        order = self._order(request)
        changes = validation.accept(await body_of(request), validation.ORDER, self._options)
        if not order.is_running:
            raise Refused(400, f"an order that is {order.status} cannot be changed")
        for name in _REASSESSED:
            if name in changes and changes[name] != order.data[name]:
                raise Refused(400, f"{name} cannot be changed while the order is processed", name, name)
        self._ledger.change(order, changes)
        return JSONResponse(self._shown(order))

    async def _cancel_order(self, request: Request) -> Response:
        order = self._order(request)
        with _possible():
            self._ledger.cancel(order)
        return JSONResponse(self._shown(order))

    async def _refund(self, request: Request) -> Response:
        order = self._order(request)
        part = validation.accept(await body_of(request), validation.PART, self._options, ("amount",))
        with _possible():
            refund = self._ledger.refund(order, part["amount"])
        if "description" in part:
            refund.data["description"] = part["description"]
        return JSONResponse(self._shown(refund), 201)

    async def _capture(self, request: Request) -> Response:
        return await self._part(request, self._ledger.capture)

    async def _void(self, request: Request) -> Response:
        return await self._part(request, self._ledger.void)

    async def _part(self, request: Request, act: Callable[[Order, int | None], Transaction]) -> Response:
        """Without an amount, all that is left; that the order is answered is assumed."""
        order = self._order(request)
        transaction = order.transactions[0]
        if request.path_params["transaction_id"] != transaction.id:
            raise Refused(404)
        part = validation.accept(await body_of(request), validation.PART, self._options)
        with _possible():
            act(order, part.get("amount"))
        return JSONResponse(self._shown(order), 201)

    def _order(self, request: Request) -> Order:
        order = self._ledger.order(request.path_params["id"])
        if order is None:
            raise Refused(404)
        return order

    def _shown(self, order: Order) -> JSON:
        return answers.order_json(order, self._options, self._base)


@contextlib.contextmanager
def _possible() -> Iterator[None]:
    try:
        yield
    except Impossible as error:
        raise Refused(400, str(error)) from error


def _moment(request: Request, name: str) -> datetime:
    given = request.query_params.get(name)
    if given is None:
        raise Refused(400, f"{name} is required", name, "ISO 8601 date and time")
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise Refused(400, f"{name} must be ISO 8601", name, "ISO 8601 date and time") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
