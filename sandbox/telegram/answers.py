"""Telegram's answers: `{"ok": true, "result"}` or `{"ok": false, "error_code", "description"}`.

https://core.telegram.org/bots/api#making-requests
"""

from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

_PHRASES = {409: "Conflict", 429: "Too Many Requests"}
_DEFAULT_WAIT_S = 5


class Refused(Exception):
    """The call is refused with this HTTP status; `reason` follows the status' own words, if they are said."""

    def __init__(
        self,
        status: int,
        reason: str = "",
        parameters: dict[str, Any] | None = None,
        *,
        description: str = "",
    ) -> None:
        self.status, self.parameters = status, parameters
        worded = f"{_phrase(status)}: {reason}" if reason else _phrase(status)
        self.description = description or worded
        super().__init__(self.description)


def bad_request(reason: str) -> Refused:
    return Refused(400, reason)


def success(result: Any, description: str = "") -> JSONResponse:
    said = {"description": description} if description else {}
    return JSONResponse({"ok": True, "result": result, **said})


def failure(refused: Refused) -> JSONResponse:
    body = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters is None:
        return JSONResponse(body, refused.status)
    wait = refused.parameters.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else None
    return JSONResponse({**body, "parameters": refused.parameters}, refused.status, headers)


def refusal(status: int, retry_after: int | None) -> JSONResponse:
    """How Telegram words an answer of that status; a flood always says how long to wait (seconds)."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = retry_after or _DEFAULT_WAIT_S
        return failure(Refused(status, f"retry after {wait}", {"retry_after": wait}))
    return failure(Refused(status))


def _phrase(status: int) -> str:
    return _PHRASES.get(status) or HTTPStatus(status).phrase
