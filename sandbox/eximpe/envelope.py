"""How EximPe answers: `success`, `message` and `data`, or `error` with a code and details.

Which codes the routes of payment links use is not documented: those of orders are assumed.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from sandbox.bodies import json_in

JSON = dict[str, Any]

# status -> code and message; the meanings of the refund codes are assumed, as is what 405, 415 and 429 carry.
MISSING_CREDENTIALS = (401, "ERR_AUTH_000", "Missing credentials")
INVALID_CREDENTIALS = (401, "ERR_AUTH_001", "Invalid credentials")
PSP_ONLY = (403, "ERR_AUTH_003", "Only payment service providers may name a merchant")
NOT_FOUND = (404, "ERR_ORDER_001", "Not found")
INVALID = (400, "ERR_ORDER_002", "Validation error")
NOT_REFUNDABLE = (400, "ERR_REFUND_002", "Refund not possible")
NO_REFUND = (404, "ERR_REFUND_003", "Refund not found")
NO_METHOD = (405, "ERR_ORDER_002", "Method not allowed")
NO_JSON = (415, "ERR_ORDER_002", "Unsupported media type")
FAILED = (500, "ERR_SERVICE_ERROR_000", "Internal server error")

_OF_STATUS = {
    refusal[0]: refusal for refusal in (INVALID_CREDENTIALS, PSP_ONLY, NOT_FOUND, INVALID, NO_METHOD, NO_JSON)
}
Refusal = tuple[int, str, str]


class Refused(Exception):
    """The request is answered with this instead."""

    def __init__(self, refusal: Refusal, details: JSON | None = None) -> None:
        self.answer = error(refusal, details)


def success(message: str, data: Any = None, status: int = 200) -> JSONResponse:
    """Without `data` where there is none, as deactivate, extend and share answer."""
    body = {"success": True, "message": message}
    return JSONResponse(body if data is None else {**body, "data": data}, status)


def error(refusal: Refusal, details: JSON | None = None) -> JSONResponse:
    status, code, message = refusal
    body = {"code": code, "message": message, "details": details or {}}
    return JSONResponse({"success": False, "error": body}, status)


def of_status(status: int, retry_after: int | None) -> Response:
    """A refusal of that status on demand; `ERR_SERVICE_ERROR_000` where none is known."""
    _, code, message = _OF_STATUS.get(status, FAILED)
    answer = error((status, code, message))
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def no_page() -> Response:
    """For an address that is none, one without its last slash included: the framework's own page."""
    return HTMLResponse("<!doctype html><title>Not Found</title><h1>Not Found</h1>", 404)


async def json_of(request: Request) -> JSON:
    """The body as an object; raises Refused."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise Refused(NO_JSON)
    try:
        body = json_in(await request.body())
    except ValueError as wrong:
        raise Refused(INVALID, {"non_field_errors": f"JSON parse error - {wrong}"}) from wrong
    if not isinstance(body, dict):
        raise Refused(INVALID, {"non_field_errors": "Invalid data. Expected a dictionary."})
    return body
