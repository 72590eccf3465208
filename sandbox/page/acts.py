"""What the page can have done: POSTs of JSON, which no other site can send from somebody's browser."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Act = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class ActRefusedError(ValueError):
    """It is not done; the text says why."""


def act_route(path: str, act: Act) -> Route:
    """`POST {path}` with a JSON object, answered `{"ok": true, ...}` or `{"ok": false, "error"}`.

    400: not an object, or refused; 415: not JSON; 502: a RuntimeError, of which only the first line is told.
    """

    async def endpoint(request: Request) -> JSONResponse:
        if not is_json(request):
            return refusal("send JSON", 415)
        try:
            body = await request.json()
            if not isinstance(body, dict):
                return refusal("send a JSON object", 400)
            return JSONResponse({"ok": True, **await act(body)})
        except ValueError as error:
            return refusal(str(error), 400)
        except RuntimeError as error:
            return refusal(str(error).partition("\n")[0].rstrip(":"), 502)

    return Route(path, endpoint, methods=["POST"])


def is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0] == "application/json"


def refusal(error: str, status: int) -> JSONResponse:
    return JSONResponse({"ok": False, "error": error}, status)
