"""Webhook endpoints by API (`https://pay.sandbox.yabetoopay.com/v1`), and the old trigger of a test event."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.yabetoo import checks as is_
from sandbox.yabetoo.access import ACCOUNT, JSON, Gate, body_of, path_of
from sandbox.yabetoo.events import KNOWN, event
from sandbox.yabetoo.outgoing import Endpoint, Outgoing
from sandbox.yabetoo.paging import listed
from sandbox.yabetoo.refusals import Problem, invalid, no_route, not_found
from sandbox.yabetoo.validation import problems


class WebhooksApi:
    """Answers the service's calls about where events go."""

    def __init__(self, outgoing: Outgoing, options: Options, clock: Clock) -> None:
        self._outgoing, self._options, self._clock = outgoing, options, clock

    def routes(self, gate: Gate) -> list[Route]:
        return [
            gate.route("/v1/account/{account}/webhooks", POST=self._create, GET=self._list),
            gate.route("/v1/account/{account}/webhooks/{id}", GET=self._get),
            gate.route("/v1/webhook-events/{account}/trigger", POST=self._trigger),
        ]

    async def _create(self, request: Request) -> Response:
        """The secret is shown here only."""
        self._check_account(request)
        body, named = await body_of(request), self._options["webhook_events"]
        known = {"url": is_.ENDPOINT, named: is_.TEXTS, "description": is_.text(), "metadata": is_.OBJECT}
        found = problems(body, known, ("url", named)) or _unknown(named, body[named])
        if found:
            raise invalid(found)
        endpoint = Endpoint(
            body["url"],
            body[named],
            self._clock.now(),
            body.get("description"),
            body.get("metadata") or {},
        )
        self._outgoing.register(endpoint)
        shown = {**endpoint.as_json(named), "secret": endpoint.secret}
        return JSONResponse(shown, self._options["create_status"])

    async def _list(self, request: Request) -> Response:
        self._check_account(request)
        found = [self._shown(endpoint) for endpoint in reversed(self._outgoing.endpoints.values())]
        return listed(found, request, "pages")

    async def _get(self, request: Request) -> Response:
        self._check_account(request)
        endpoint = self._outgoing.endpoints.get(request.path_params["id"])
        if endpoint is None:
            raise not_found("Webhook")
        return JSONResponse(self._shown(endpoint))

    async def _trigger(self, request: Request) -> Response:
        """An event that names no link, only the metadata that is given. Its answer is assumed."""
        self._check_account(request)
        body = await body_of(request)
        found = problems(body, {"eventType": is_.one_of(KNOWN), "metadata": is_.OBJECT}, ("eventType",))
        if found:
            raise invalid(found)
        told = event(body["eventType"], {"metadata": body.get("metadata") or {}}, self._clock.now())
        self._outgoing.tell(told)
        return JSONResponse({"id": told.id, "type": told.type})

    def _check_account(self, request: Request) -> None:
        if self._options["webhook_admin"] == "missing":
            raise no_route(request.method, path_of(request))
        if request.path_params["account"] != ACCOUNT:
            raise not_found("Account")

    def _shown(self, endpoint: Endpoint) -> JSON:
        return endpoint.as_json(self._options["webhook_events"])


def _unknown(field: str, names: list[str]) -> list[Problem]:
    return [Problem(field, "enum", f"There is no event {name}") for name in names if name not in KNOWN]
