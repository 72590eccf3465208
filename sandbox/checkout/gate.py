"""What every call to the API passes first: the right host, the exact key, the rate.

Hosts: https://www.checkout.com/docs/developer-resources/api/api-endpoints; rates:
https://www.checkout.com/docs/developer-resources/api/api-rate-limits.
"""

import re

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.checkout.account import PREFIX, SECRET_KEY
from sandbox.checkout.ids import new_id
from sandbox.checkout.options import Options
from sandbox.checkout.refusals import Refused, empty
from sandbox.clock import Clock

_OWN_HOST = re.compile(rf"(?:pl-)?{PREFIX}\.")
_READS = {"GET", "HEAD"}
_BURST_S = 5  # of the documented rate: it is called adaptive, how is not documented


def application(routes: list[Route]) -> Starlette:
    """The API behind the gate; what it does not have, it has without a body."""

    async def refused(_: Request, refusal: Exception) -> Response:
        return refusal.answer if isinstance(refusal, Refused) else empty(500)

    async def nothing(_: Request, error: Exception) -> Response:
        return empty(error.status_code if isinstance(error, HTTPException) else 500)

    app = Starlette(routes=routes, exception_handlers={Refused: refused, HTTPException: nothing})
    app.router.redirect_slashes = False
    return app


class _Allowance:
    """So many calls a second, by the sandbox's clock; what was not used lately may come at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._used, self._at = clock, 0.0, clock.now()

    def takes(self, per_second: int) -> bool:
        now = self._clock.now()
        self._used = max(self._used - (now - self._at).total_seconds() * per_second, 0)
        self._at = now
        if self._used + 1 > per_second * _BURST_S:
            return False
        self._used += 1
        return True


class Gate:
    """Around the API, also where it has nothing: a stranger learns nothing, not even what exists."""

    def __init__(self, app: ASGIApp, options: Options, clock: Clock) -> None:
        self._app, self._options = app, options
        self._reads, self._writes = _Allowance(clock), _Allowance(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(Request(scope))
        await (refusal or self._app)(scope, receive, _identified(send))

    def _refusal(self, request: Request) -> Response | None:
        if self._options.strict_host and not _OWN_HOST.match(request.headers.get("host", "")):
            return empty(401)
        if request.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            return empty(401)
        if request.method in _READS:
            may = self._reads.takes(self._options.reads_per_s)
        else:
            may = self._writes.takes(self._options.writes_per_s)
        return None if may else empty(429)


def _identified(send: Send) -> Send:
    """Every answer names its request, whoever gave it."""

    async def identified(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("Cko-Request-Id", new_id("req"))
        await send(message)

    return identified
