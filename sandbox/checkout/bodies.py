"""Reads the bodies of calls to the API."""

from typing import Any

from starlette.requests import Request

from sandbox.bodies import json_in
from sandbox.checkout.refusals import Refused, empty, unprocessable


async def json_of(request: Request) -> dict[str, Any]:
    """The body as an object; an empty one counts as `{}`. Raises Refused.

    What is answered to malformed JSON is not documented: 422 follows the general list of codes.
    """
    raw = await request.body()
    if raw and request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refused(empty(415))
    try:
        body = json_in(raw or b"{}")
    except ValueError as error:
        raise Refused(unprocessable(["request_json_invalid"])) from error
    if not isinstance(body, dict):
        raise Refused(unprocessable(["request_invalid"]))
    return body
