"""How the API is entered: the key, the method, the body. Every address also works without its last slash."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.bodies import json_in
from sandbox.costplus.ids import FOREIGN
from sandbox.costplus.refusals import Refused
from sandbox.options import Options

JSON = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]

# Of a Sandbox website. The shape of keys is not documented: 32 hexadecimal digits are assumed.
API_KEY = "c0ffee00fa4e0000fa4e0000c0ffee00"

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def resource(path: str, options: Options, **endpoints: Endpoint) -> list[Route]:
    """`/v1{path}` for who has the key, by method; `path` without its last slash."""
    entered = _entered(endpoints, options)
    return [Route(f"/v1{path}{slash}", entered, methods=_METHODS) for slash in ("/", "")]


def anywhere(options: Options) -> Route:
    """Every other address of the API: what is not documented does not exist."""

    async def nothing(_: Request) -> Response:
        raise Refused(404)

    return Route("/v1/{rest:path}", _entered(dict.fromkeys(_METHODS, nothing), options), methods=_METHODS)


def _entered(endpoints: dict[str, Endpoint], options: Options) -> Endpoint:
    async def enter(request: Request) -> Response:
        if not _has_key(request.headers.get("authorization", "")):
            return Refused(401).answer(options, {"WWW-Authenticate": 'Basic realm="Login Required"'})
        endpoint = endpoints.get(request.method)
        if endpoint is None:
            return Refused(405).answer(options, {"Allow": ", ".join(endpoints)})
        if request.path_params.get("id") == FOREIGN:
            return Refused(403).answer(options)
        try:
            return await endpoint(request)
        except Refused as refused:
            return refused.answer(options)

    return enter


async def body_of(request: Request) -> JSON:
    """The body as an object; raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(400, "Content-Type must be application/json")
    try:
        body = json_in(await request.body())
    except ValueError as error:
        raise Refused(400, "the body is not valid JSON") from error
    if not isinstance(body, dict):
        raise Refused(400, "the body must be a JSON object")
    return body


def _has_key(authorization: str) -> bool:
    """HTTP Basic: the key as the user, an empty password."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(given, f"{API_KEY}:".encode())
