"""Who may call: the headers of every call, and which version of the API they ask for."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from sandbox.eximpe import envelope
from sandbox.eximpe.envelope import Refused

# The real shapes are not documented.
CLIENT_ID = "sandbox-eximpe-client"
CLIENT_SECRET = "sandbox-eximpe-client-secret-not-real"  # noqa: S105 - opens nothing real

VERSIONS = ("1.0.0", "2.0.0")
_WITHOUT_LINKS = "3.0.0"  # has no page on payment links; that it answers 404 is assumed

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(endpoint: Endpoint) -> Endpoint:
    """The endpoint behind the credentials; a version left out reads as credentials that are missing."""

    async def answer(request: Request) -> Response:
        try:
            _check(request)
            return await endpoint(request)
        except Refused as refused:
            return refused.answer

    return answer


def version_of(request: Request) -> str:
    return request.headers["x-api-version"]


def _check(request: Request) -> None:
    headers = request.headers
    given = [headers.get(name) for name in ("x-client-id", "x-client-secret", "x-api-version")]
    if not all(given):
        raise Refused(envelope.MISSING_CREDENTIALS)
    if given[:2] != [CLIENT_ID, CLIENT_SECRET] or given[2] not in (*VERSIONS, _WITHOUT_LINKS):
        raise Refused(envelope.INVALID_CREDENTIALS)
    if "x-merchant-id" in headers:
        raise Refused(envelope.PSP_ONLY)
    if given[2] == _WITHOUT_LINKS:
        raise Refused(envelope.NOT_FOUND)
