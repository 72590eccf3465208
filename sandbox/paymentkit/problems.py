"""Refusals: RFC 7807 with a `request_id`. What comes after `title` is cut off in the guides, and assumed."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse

from sandbox.paymentkit.ids import pick

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_DETAILS = {
    401: "The API key is missing or invalid.",
    403: "The API key has no access to this account.",
    404: "There is nothing at this address.",
    405: "This method is not allowed here.",
    429: "Too many requests. Try again later.",
}


class Refused(Exception):
    """The request is answered with this instead."""

    def __init__(self, answer: JSONResponse) -> None:
        self.answer = answer


def problem(
    status: int,
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """A refusal in the API's own form, with `more` members."""
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail or _DETAILS.get(status, "The request could not be handled."),
        "request_id": f"req_{pick(16)}",
        **(more or {}),
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def unprocessable(found: Sequence[tuple[str, str]], *, listed: bool) -> JSONResponse:
    """A 422 that says everything wrong: in `detail`, and field by field in `errors` where `listed`."""
    detail = "; ".join(f"{field}: {message}" for field, message in found)
    errors = [{"field": field, "message": message} for field, message in found]
    return problem(422, detail, more={"errors": errors} if listed else None)
