"""How the API is entered: the key, the rate, the idempotency key, the method, the body."""

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.bodies import json_in
from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.yabetoo.ids import pick
from sandbox.yabetoo.refusals import Problem, Refused, invalid, no_route, worded

JSON = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]

SECRET_KEY = "sk_test_sandboxOnlyNotARealKey000000"  # noqa: S105 - of the real shape, opens nothing real
ACCOUNT = "acct_sandbox0000000000000001"

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_WINDOW, _REPLAYS = timedelta(minutes=1), timedelta(hours=24)
_LONGEST_KEY = 255


class Gate:
    """Lets the account's key in. Without an endpoint for its method an address does not exist."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self.key = SECRET_KEY
        self._options, self._clock = options, clock
        self._entered: deque[datetime] = deque()
        self._answered: dict[str, tuple[datetime, bytes, Response]] = {}

    def regenerate(self) -> str:
        """A new key; the old one is dead at once."""
        self.key = f"sk_test_{pick(28)}"
        return self.key

    def route(self, path: str, **endpoints: Endpoint) -> Route:
        """An endpoint by method; `UPDATE` is PUT or PATCH, as the option has it."""
        return Route(path, self._entering(endpoints), methods=_METHODS)

    def elsewhere(self) -> Route:
        return Route("/{path:path}", self._entering({}), methods=_METHODS)

    def refused(self, refused: Refused, path: str, retry_after: int | None = None) -> Response:
        return worded(refused, self._options["errors"], path, self._clock.now(), retry_after)

    def _entering(self, endpoints: dict[str, Endpoint]) -> Endpoint:
        async def enter(request: Request) -> Response:
            path = path_of(request)
            try:
                self._check_key(request)
                self._check_rate()
                update = self._options["update_method"]
                by_method = {update if name == "UPDATE" else name: one for name, one in endpoints.items()}
                endpoint = by_method.get("GET" if request.method == "HEAD" else request.method)
                if endpoint is None:
                    raise no_route(request.method, path)
                return await self._once(request, endpoint)
            except Refused as refused:
                return self.refused(refused, path)

        return enter

    def _check_key(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            raise Refused(401)

    def _check_rate(self) -> None:
        now, limit = self._clock.now(), self._options["rate_limit"]
        while self._entered and self._entered[0] <= now - _WINDOW:
            self._entered.popleft()
        if limit and len(self._entered) >= limit:
            raise Refused(429)
        self._entered.append(now)

    async def _once(self, request: Request, endpoint: Endpoint) -> Response:
        """The endpoint's answer, or what a spent Idempotency-Key is told for 24 hours."""
        key, mode = request.headers.get("idempotency-key"), self._options["idempotency"]
        if key is None or mode == "ignored" or request.method != "POST":
            return await endpoint(request)
        if not key or len(key) > _LONGEST_KEY:
            text = f"The Idempotency-Key header must have 1 to {_LONGEST_KEY} characters"
            raise invalid([Problem("Idempotency-Key", "maxLength", text)])
        body, now = await request.body(), self._clock.now()
        if key in self._answered and now - self._answered[key][0] < _REPLAYS:
            _, first, answer = self._answered[key]
            if mode == "spent":
                raise Refused(409, "This operation was already performed", "E_DUPLICATE_OPERATION")
            if first != body:
                raise Refused(409, "This key was used for another request", "E_IDEMPOTENCY_CONFLICT")
            return answer
        answer = await endpoint(request)
        self._answered[key] = (now, body, answer)
        return answer


def path_of(request: Request) -> str:
    """The path below the stand-in's own: `/v1/payment-links`."""
    return "/" + request.url.path.lstrip("/").partition("/")[2]


async def body_of(request: Request) -> JSON:
    """The body as an object; raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(400, "Content-Type must be application/json")
    try:
        body = json_in(await request.body())
    except ValueError as error:
        raise Refused(400, "The body is not valid JSON") from error
    if not isinstance(body, dict):
        raise Refused(400, "The body must be a JSON object")
    return body
