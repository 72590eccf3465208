"""Refusals: the documents show seven shapes; `documented` takes the likeliest for each status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse

from sandbox.yabetoo.ids import moment

JSON = dict[str, Any]

_CODES = {  # 400, 403, 409 and 503: assumed
    400: ("E_BAD_REQUEST", "Bad request"),
    401: ("E_UNAUTHORIZED", "Unauthorized"),
    403: ("E_FORBIDDEN", "Forbidden"),
    404: ("E_NOT_FOUND", "Not found"),
    409: ("E_CONFLICT", "Conflict"),
    422: ("E_VALIDATION_ERROR", "Validation failure"),
    429: ("E_TOO_MANY_REQUESTS", "Too many requests"),
    500: ("E_INTERNAL_SERVER_ERROR", "Internal server error"),
    503: ("E_SERVICE_UNAVAILABLE", "Service unavailable"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field."""

    field: str
    rule: str
    message: str


class Refused(Exception):
    """The request is answered with this instead; a code and a text that are not given are the status's."""

    def __init__(
        self, status: int, message: str = "", code: str = "", problems: Sequence[Problem] = ()
    ) -> None:
        usual_code, usual_message = _CODES.get(status, (f"E_{status}", "Error"))
        self.status, self.problems = status, list(problems)
        self.code, self.message = code or usual_code, message or usual_message


def invalid(problems: Sequence[Problem]) -> Refused:
    """A 422 that says everything wrong."""
    return Refused(422, "; ".join(problem.message for problem in problems), problems=problems)


def not_found(what: str) -> Refused:
    """`Payment link`: its code is E_PAYMENT_LINK_NOT_FOUND. A foreign object looks like a missing one."""
    return Refused(404, f"{what} not found", f"E_{what.upper().replace(' ', '_')}_NOT_FOUND")


def no_route(method: str, path: str) -> Refused:
    return Refused(404, f"Cannot {method}:{path}", "E_ROUTE_NOT_FOUND")  # assumed


def worded(
    refused: Refused, shape: str, path: str, now: datetime, retry_after: int | None = None
) -> JSONResponse:
    """The answer in one of the shapes of the option `errors`."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse(_body(refused, shape, path, now), refused.status, headers)


def _body(refused: Refused, shape: str, path: str, now: datetime) -> JSON:
    code, message = refused.code, refused.message
    shapes: dict[str, JSON] = {
        "documented": _documented(refused),
        "coded": _coded(refused),
        "object": {"error": {"message": message, "code": code}},
        "text": {"error": message},
        "coded_text": {"error": message, "code": code},
        "message": {"message": message},
        "detailed": {
            "status": refused.status,
            "path": path,
            "timestamp": moment(now).replace("Z", "+00:00"),
            "code": code,
            "message": message,
            "detail": message,
        },
    }
    return shapes[shape]


def _documented(refused: Refused) -> JSON:
    if refused.problems:
        fields = ("message", "rule", "field")
        return {"errors": [{name: getattr(one, name) for name in fields} for one in refused.problems]}
    if refused.status == 401:  # noqa: PLR2004 - HTTP
        return {"error": {"message": refused.message, "code": "Unauthorized"}}
    return {"message": refused.message} if refused.status == 403 else _coded(refused)  # noqa: PLR2004 - HTTP


def _coded(refused: Refused) -> JSON:
    return {"errors": [{"message": refused.message, "code": refused.code, "status": refused.status}]}
