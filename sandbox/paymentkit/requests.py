"""How the API is entered: the key, the account, the method, the body, the page of a list."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.bodies import json_in
from sandbox.options import Options
from sandbox.paymentkit.problems import Refused, problem, unprocessable

JSON = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]

SECRET_KEY = "st_stg_sandbox0only0not0a0real0key0"  # noqa: S105 - of the real shape, opens nothing real
ACCOUNT = "acc_sandbox123"

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_MOST_LISTED, _LISTED = 100, 20  # assumed


def anywhere(options: Options) -> Route:
    """Every other address: what is not documented does not exist."""

    async def nothing(_: Request) -> Response:
        return problem(404)

    return Route("/{rest:path}", entered(dict.fromkeys(_METHODS, nothing), options), methods=_METHODS)


def resource(path: str, options: Options, **endpoints: Endpoint) -> Route:
    """`/api/{account_id}{path}` for the account's key, by method."""
    return Route(f"/api/{{account_id}}{path}", entered(endpoints, options), methods=_METHODS, name=path)


def entered(endpoints: dict[str, Endpoint], options: Options) -> Endpoint:
    async def enter(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            return problem(401, headers={"WWW-Authenticate": "Bearer"})
        if request.path_params.get("account_id", ACCOUNT) != ACCOUNT:
            return problem(options["foreign_account"])
        endpoint = endpoints.get(request.method)
        if endpoint is None:
            return problem(405, headers={"Allow": ", ".join(endpoints)})
        try:
            return await endpoint(request)
        except Refused as refused:
            return refused.answer

    return enter


async def body_of(request: Request) -> JSON:
    """The body as an object; raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(problem(400, "Content-Type must be application/json."))
    try:
        body = json_in(await request.body())
    except ValueError as error:
        raise Refused(problem(400, "The body is not valid JSON.")) from error
    if not isinstance(body, dict):
        raise Refused(problem(400, "The body must be a JSON object."))
    return body


def listed(found: list[JSON], request: Request, options: Options) -> JSONResponse:
    """A page of what was found, by `limit` and `offset`; the names beside the things are assumed."""
    query = request.query_params
    limit, offset = query.get("limit", str(_LISTED)), query.get("offset", "0")
    wrong = []
    if not (limit.isdecimal() and 1 <= int(limit) <= _MOST_LISTED):
        wrong.append(("limit", f"must be an integer from 1 to {_MOST_LISTED}"))
    if not offset.isdecimal():
        wrong.append(("offset", "must be an integer, 0 or more"))
    if wrong:
        raise Refused(unprocessable(wrong, listed=options["error_list"]))
    first, count = int(offset), int(limit)
    shown = {options["page"]: found[first : first + count]}
    return JSONResponse({**shown, "total": len(found), "limit": count, "offset": first})
