"""Payment links and checkout sessions by API (`https://buy.api.yabetoopay.com/v1`)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.yabetoo import answers
from sandbox.yabetoo.access import JSON, Gate, body_of
from sandbox.yabetoo.catalog import Catalog
from sandbox.yabetoo.ledger import Ledger
from sandbox.yabetoo.paging import listed
from sandbox.yabetoo.records import Link
from sandbox.yabetoo.refusals import Problem, invalid, not_found
from sandbox.yabetoo.validation import NEWEST, TYPES, LinkRules

_FLAGS = {"true": True, "false": False}


class LinksApi:
    """Answers the service's calls about links. `base` is the stand-in's own address."""

    def __init__(self, ledger: Ledger, catalog: Catalog, options: Options, clock: Clock, base: str) -> None:
        self._ledger, self._catalog, self._options = ledger, catalog, options
        self._clock, self._base = clock, base

    def routes(self, gate: Gate) -> list[Route]:
        return [
            gate.route("/v1/payment-links", POST=self._create, GET=self._list),
            gate.route("/v1/payment-links/{id}", GET=self._get, UPDATE=self._update, DELETE=self._delete),
            gate.route("/v1/checkout/sessions/{id}", GET=self._get_session),
        ]

    async def _create(self, request: Request) -> Response:
        body = self._readable(await body_of(request))
        self._accept([*self._rules.of_new(body), *self._slug_problems(body)])
        return JSONResponse(self._shown(self._ledger.add(body)), self._options["create_status"])

    async def _list(self, request: Request) -> Response:
        """Newest first."""
        kind, active = request.query_params.get("type"), request.query_params.get("isActive")
        if kind not in (None, *TYPES):
            raise invalid([Problem("type", "enum", f"The type field must be one of {', '.join(TYPES)}")])
        if active not in (None, *_FLAGS):
            raise invalid([Problem("isActive", "boolean", "The isActive field must be true or false")])
        found = [
            self._shown(link)
            for link in reversed(self._ledger.links)
            if kind in (None, link.type) and (active is None or link.is_active is _FLAGS[active])
        ]
        return listed(found, request, self._options["list"])

    async def _get(self, request: Request) -> Response:
        return JSONResponse(self._shown(self._link(request)))

    async def _update(self, request: Request) -> Response:
        link = self._link(request)
        body = self._readable(await body_of(request))
        self._accept([*self._rules.of_change(link, body), *self._slug_problems(body, link)])
        self._ledger.change(link, body)
        return JSONResponse(self._shown(link))

    async def _delete(self, request: Request) -> Response:
        link = self._link(request)
        self._ledger.delete(link)
        if self._options["delete_answer"] == 204:  # noqa: PLR2004 - HTTP
            return Response(status_code=204)
        return JSONResponse({"id": link.id, "object": "payment_link", "deleted": True})

    async def _get_session(self, request: Request) -> Response:
        session = self._ledger.session(request.path_params["id"])
        if session is None:
            raise not_found("Checkout session")
        return JSONResponse(answers.session_json(session, self._options, self._clock.now()))

    @property
    def _rules(self) -> LinkRules:
        return LinkRules(self._catalog, self._options["currencies"], self._clock.outside(self._clock.now()))

    def _readable(self, body: JSON) -> JSON:
        """Without what the older text does not know, and so ignores."""
        unknown = NEWEST if self._options["link_fields"] == "older" else ()
        return {name: value for name, value in body.items() if name not in unknown}

    def _slug_problems(self, body: JSON, link: Link | None = None) -> list[Problem]:
        slug = body.get("slug")
        if not isinstance(slug, str) or self._ledger.is_slug_free(slug, link):
            return []
        return [Problem("slug", "unique", "The slug has already been taken")]

    def _accept(self, found: list[Problem]) -> None:
        if found:
            raise invalid(found)

    def _link(self, request: Request) -> Link:
        link = self._ledger.link(request.path_params["id"])
        if link is None:
            raise not_found("Payment link")
        return link

    def _shown(self, link: Link) -> JSON:
        return answers.link_json(link, self._options, self._base, self._clock)
