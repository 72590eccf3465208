"""The API: https://docs.paymentkit.com. What is not here does not exist (404, 405)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.paymentkit import answers, validation
from sandbox.paymentkit.catalog import Catalog, Customer, Price, Product
from sandbox.paymentkit.events import Event
from sandbox.paymentkit.ids import moment, new_id
from sandbox.paymentkit.journal import Journal
from sandbox.paymentkit.ledger import Ledger
from sandbox.paymentkit.outgoing import Outgoing
from sandbox.paymentkit.problems import Refused, problem, unprocessable
from sandbox.paymentkit.records import Link
from sandbox.paymentkit.requests import body_of, listed, resource
from sandbox.paymentkit.validation import Problem

_EVENT_FILTERS = ("type", "aggregate_type", "aggregate_id", "correlation_id")  # assumed
_BOOLEANS = {"true": True, "false": False}


class Api:
    """Answers the service's calls. `base` is the stand-in's own address."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        catalog: Catalog,
        journal: Journal,
        outgoing: Outgoing,
        options: Options,
        clock: Clock,
        base: str,
    ) -> None:
        self._ledger, self._catalog, self._journal = ledger, catalog, journal
        self._outgoing, self._options = outgoing, options
        self._clock, self._base = clock, base

    def routes(self) -> list[Route]:
        options = self._options
        return [
            resource("/payment-links", options, POST=self._create_link, GET=self._list_links),
            resource(
                "/payment-links/{id}",
                options,
                GET=self._get_link,
                PATCH=self._change_link,
                DELETE=self._deactivate_link,
            ),
            resource("/checkout-sessions", options, POST=self._create_session),
            resource("/checkout-sessions/{id}", options, GET=self._get_session),
            resource("/customers", options, POST=self._create_customer),
            resource("/products", options, POST=self._create_product),
            resource("/prices", options, POST=self._create_price),
            resource("/webhook-endpoints", options, POST=self._create_endpoint),
            resource("/events", options, GET=self._list_events),
            resource("/events/{id}", options, GET=self._get_event),
            resource("/events/{id}/deliveries", options, GET=self._list_deliveries),
            resource("/events/{id}/full", options, GET=self._get_full_event),
        ]

    async def _create_link(self, request: Request) -> Response:
        body = await body_of(request)
        self._accept(validation.link_problems(body, self._catalog))
        return self._created(self._shown(self._ledger.add(body)))

    async def _list_links(self, request: Request) -> Response:
        """Newest first; the filters `is_active` and `mode` are assumed, any other is ignored."""
        query = request.query_params
        active = query.get("is_active")
        if active is not None and active not in _BOOLEANS:
            self._accept([("is_active", "must be true or false")])
        found = [
            self._shown(link)
            for link in reversed(self._ledger.links)
            if (active is None or link.is_active is _BOOLEANS[active])
            and query.get("mode") in (None, link.mode)
        ]
        return listed(found, request, self._options)

    async def _get_link(self, request: Request) -> Response:
        return JSONResponse(self._shown(self._link(request)))

    async def _change_link(self, request: Request) -> Response:
        link = self._link(request)
        body = await body_of(request)
        self._accept(validation.change_problems(body, self._catalog))
        if body.get("is_active") and not link.is_active and not self._options["reactivation"]:
            self._accept([("is_active", "an inactive link cannot be activated again")])
        if link.mode == "setup" and body.get("coupon_id"):
            self._accept([("coupon_id", "not allowed in setup mode")])
        self._ledger.change(link, body)
        return JSONResponse(self._shown(link))

    async def _deactivate_link(self, request: Request) -> Response:
        link = self._link(request)
        self._ledger.change(link, {"is_active": False})
        if self._options["delete_answer"] == 204:  # noqa: PLR2004 - HTTP
            return Response(status_code=204)
        return JSONResponse(self._shown(link))

    async def _create_session(self, request: Request) -> Response:
        body = await body_of(request)
        self._accept(validation.session_problems(body, self._catalog))
        session = self._ledger.start(body)
        now = self._clock.now()
        return self._created(answers.session_json(session, self._options, now, self._base))

    async def _get_session(self, request: Request) -> Response:
        session = self._ledger.session(request.path_params["id"])
        if session is None:
            raise Refused(problem(404, "There is no such checkout session."))
        now = self._clock.now()
        return JSONResponse(answers.session_json(session, self._options, now, self._base))

    async def _create_customer(self, request: Request) -> Response:
        body = await body_of(request)
        self._accept(validation.problems(body, validation.CUSTOMER, ("email",)))
        customer = Customer(self._new_id("cus"), body["email"], body.get("name"))
        self._catalog.customers[customer.id] = customer
        shown = answers.customer_json(customer)
        self._journal.note("customer.created", shown, by="api_key")
        return self._created(shown)

    async def _create_product(self, request: Request) -> Response:
        self._require_price_api()
        body = await body_of(request)
        self._accept(validation.problems(body, validation.PRODUCT, ("name",)))
        product = Product(
            self._new_id("prod"),
            body["name"],
            body.get("description"),
            body.get("unit_label"),
            body.get("metadata") or {},
        )
        self._catalog.products[product.id] = product
        shown = answers.product_json(product)
        self._journal.note("product.created", shown, by="api_key")
        return self._created(shown)

    async def _create_price(self, request: Request) -> Response:
        self._require_price_api()
        body = await body_of(request)
        self._accept(validation.price_problems(body, self._catalog))
        price = Price(
            self._new_id("price"),
            body["product_id"],
            body["currency"],
            body["unit_amount_atom"],
            body.get("usage_type") or "licensed",
            body.get("billing_interval"),
            body.get("billing_interval_count") or (1 if body.get("billing_interval") else None),
            body.get("metadata") or {},
        )
        self._catalog.prices[price.id] = price
        self._journal.note("price.created", answers.price_json(price, in_event=True), by="api_key")
        return self._created(answers.price_json(price))

    async def _create_endpoint(self, request: Request) -> Response:
        body = await body_of(request)
        self._accept(validation.endpoint_problems(body))
        endpoint = self._outgoing.register(body["url"], body["events"])
        return self._created(
            {
                "id": endpoint.id,
                "url": endpoint.url,
                "events": list(endpoint.events),
                "is_active": True,
                self._options["secret_field"]: endpoint.secret,
                "created_at": moment(self._clock.now()),
            }
        )

    async def _list_events(self, request: Request) -> Response:
        wanted = {name: request.query_params[name] for name in _EVENT_FILTERS if name in request.query_params}
        found = [event.as_json() for event in self._journal.newest_first(wanted)]
        return listed(found, request, self._options)

    async def _get_event(self, request: Request) -> Response:
        return JSONResponse(self._event(request).as_json())

    async def _list_deliveries(self, request: Request) -> Response:
        return listed(self._outgoing.tried(self._event(request).id), request, self._options)

    async def _get_full_event(self, request: Request) -> Response:
        """What is full about it is not documented; here it has its deliveries."""
        event = self._event(request)
        return JSONResponse({**event.as_json(), "deliveries": self._outgoing.tried(event.id)})

    def _shown(self, link: Link) -> answers.JSON:
        return answers.link_json(link, self._options, self._base)

    def _created(self, shown: answers.JSON) -> Response:
        return JSONResponse(shown, self._options["create_status"])

    def _accept(self, found: list[Problem]) -> None:
        if found:
            raise Refused(unprocessable(found, listed=self._options["error_list"]))

    def _link(self, request: Request) -> Link:
        link = self._ledger.link(request.path_params["id"])
        if link is None:
            raise Refused(problem(404, "There is no such payment link."))
        return link

    def _event(self, request: Request) -> Event:
        event = self._journal.event(request.path_params["id"])
        if event is None:
            raise Refused(problem(404, "There is no such event."))
        return event

    def _require_price_api(self) -> None:
        if not self._options["price_api"]:
            raise Refused(problem(404))

    def _new_id(self, prefix: str) -> str:
        return new_id(prefix, self._options["environment"])
