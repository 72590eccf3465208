"""A Web API call's arguments: read from query, form or JSON, and checked against the method's own.

Source: https://docs.slack.dev/apis/web-api/ ("Sending request data").
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.slack.errors import SlackRefusal, invalid_arguments

Arguments = dict[str, Any]
Reader = Callable[[str, Any], Any]

_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_FLAGS = {"1": True, "true": True, "True": True, "0": False, "false": False, "False": False}


async def read(request: Request) -> tuple[str | None, Arguments]:
    """The token and the arguments as sent; raises SlackRefusal.

    A token counts in the header, in the query and in a form, never in a JSON body. A client's id and
    secret may come as HTTP Basic authentication instead of as arguments.
    """
    sent: Arguments = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    in_json = _json_object(body) if body and kind == _JSON else {}
    if body and kind == _FORM:
        sent |= dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    elif body and kind != _JSON:
        raise SlackRefusal("invalid_post_type" if kind else "missing_post_type")
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token = credentials if scheme.lower() == "bearer" else sent.get("token")
    merged = sent | in_json | (_client(credentials) if scheme.lower() == "basic" else {})
    return token, {name: value for name, value in merged.items() if name != "token"}


def _client(credentials: str) -> Arguments:
    try:
        client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _json_object(body: bytes) -> Arguments:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise SlackRefusal("invalid_json") from error
    if not isinstance(value, dict):
        raise SlackRefusal("json_not_object")
    return value


def accept(sent: Arguments, known: Mapping[str, Reader], required: tuple[str, ...]) -> Arguments:
    """The arguments in their types; absent ones are left out. Raises SlackRefusal.

    Slack overlooks most arguments it does not know. They are refused here: whoever sends one means
    something by it.
    """
    known = {"team_id": text, **known}  # the SDK adds it to every call made within Bolt
    unknown = [name for name in sent if name not in known]
    missing = [name for name in required if sent.get(name) in (None, "")]
    if unknown or missing:
        raise invalid_arguments(
            *(f"invalid additional property: {name}" for name in unknown),
            *(f"missing required field: {name}" for name in missing),
        )
    return {name: known[name](name, value) for name, value in sent.items() if value is not None}


def text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise invalid_arguments(f"must provide a string [json-pointer:/{name}]")
    return value


def flag(name: str, value: Any) -> bool:
    if str(value) not in _FLAGS:
        raise invalid_arguments(f"must provide a boolean [json-pointer:/{name}]")
    return _FLAGS[str(value)]


def whole(name: str, value: Any) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise invalid_arguments(f"must provide a number [json-pointer:/{name}]") from error


def nested(refusal: str) -> Reader:
    """JSON, as a value in a JSON body or as a string in a form; text that is no JSON is `refusal`."""

    def read_nested(_: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackRefusal(refusal) from error

    return read_nested
