"""Reads the bodies of calls to the API."""

import json
from typing import Any

from starlette.requests import Request

from sandbox.checkout.refusals import Refused, empty, unprocessable


async def json_of(request: Request) -> dict[str, Any]:
    """The body as an object; an empty one counts as `{}`. Raises Refused.

    What is answered to malformed JSON is not documented: 422 follows the general list of codes.
    """
    raw = await request.body()
    if raw and request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refused(empty(415))
    try:
        body = json.loads(raw or b"{}", parse_constant=_no_constant)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise Refused(unprocessable(["request_json_invalid"])) from error
    if not isinstance(body, dict):
        raise Refused(unprocessable(["request_invalid"]))
    return body


def _no_constant(name: str) -> None:
    """JSON has no NaN and no Infinity, though Python reads them."""
    raise ValueError(name)
