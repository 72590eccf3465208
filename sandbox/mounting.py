"""Mounts a stand-in below its name, with the controls that all of them share."""

import contextlib
import json
from itertools import islice
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from sandbox.faults import Fault, FaultRefused
from sandbox.recording import Recording
from sandbox.standin import CALLS_KEPT, Control, ControlRefused, PayingStandIn, StandIn, World

_CENTURY_S = 100 * 366 * 86_400
_LED_WITHIN_S = 5.0


def mount(standin: StandIn, world: World) -> Mount:
    """The stand-in as a sub-application with the common controls beside its own."""
    api: ASGIApp = Starlette(routes=list(standin.api))
    routes: list[BaseRoute] = [Mount("/_control", routes=_controls(standin, world))]
    return Mount(f"/{standin.name}", routes=[*routes, Mount("/", app=Recording(api, standin, world))])


def _controls(standin: StandIn, world: World) -> list[BaseRoute]:
    async def clock(body: dict[str, Any]) -> dict[str, Any]:
        world.clock.advance(_seconds(body["advance_s"]))
        return {"now": world.clock.now().isoformat()}

    async def add_fault(body: dict[str, Any]) -> dict[str, Any]:
        try:
            standin.faults.add(Fault.from_body(body))
        except FaultRefused as error:
            raise ControlRefused(str(error)) from error
        return {}

    async def clear_faults(_: dict[str, Any]) -> dict[str, Any]:
        standin.faults.clear()
        return {}

    async def calls(query: dict[str, Any]) -> dict[str, Any]:
        newest = _count(query.get("newest", CALLS_KEPT))
        first = max(len(standin.calls) - newest, 0)
        return {"calls": [call.as_json() for call in islice(standin.calls, first, None)]}

    routes: list[BaseRoute] = [
        _control("/clock", "POST", clock, world),
        _control("/faults", "POST", add_fault, world),
        _control("/faults", "DELETE", clear_faults, world),
        _control("/calls", "GET", calls, world),
    ]
    acts = standin.controls
    if isinstance(standin, PayingStandIn):
        acts = {name: _by_any_address(run, world) for name, run in acts.items()}
    routes += [_control(f"/{name}", "POST", run, world) for name, run in acts.items()]
    routes += [_control(f"/{name}", "GET", run, world) for name, run in standin.readings.items()]
    return [*routes, _no_control(standin)]


def _no_control(standin: StandIn) -> Route:
    posted, read = ["clock", "faults", *standin.controls], ["calls", *standin.readings]
    there_are = f"POST {', '.join(posted)}; GET {', '.join(read)}; DELETE faults"

    async def endpoint(request: Request) -> JSONResponse:
        asked = f"{request.method} {request.path_params['name']}"
        return JSONResponse({"ok": False, "error": f"no control {asked}; there are {there_are}"}, 404)

    return Route("/{name:path}", endpoint, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])


def _by_any_address(run: Control, world: World) -> Control:
    """Takes the service's own address of a link, too: it leads whoever opens it to the backend's page."""

    async def act(body: dict[str, Any]) -> dict[str, Any]:
        named = body.get("link")
        if isinstance(named, str) and named.startswith(f"{world.service_url}/"):
            body = body | {"link": await _led_to(named)}
        return await run(body)

    return act


async def _led_to(address: str) -> str:
    with contextlib.suppress(httpx.HTTPError, httpx.InvalidURL):
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=_LED_WITHIN_S) as customer:  # noqa: S501 - plain HTTP on loopback
            return str((await customer.get(address)).headers.get("location", address))
    return address


def _seconds(given: Any) -> float:
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        if abs(seconds := float(given)) <= _CENTURY_S:
            return seconds
    raise ControlRefused(f"seconds are meant, a century of them at most, not {given!r}")


def _count(given: Any) -> int:
    if not str(given).isdecimal():
        raise ControlRefused(f"a whole number is meant, not {given!r}")
    return int(given)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text that can be sent on
    except (ValueError, RecursionError) as error:
        raise ControlRefused(f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise ControlRefused(f"a JSON object is meant, not {body!r}")
    return body


def _control(path: str, method: str, run: Control, world: World) -> Route:
    async def endpoint(request: Request) -> JSONResponse:
        try:
            raw = await request.body()
            answer = await run(_object(raw) if raw else dict(request.query_params))
        except KeyError as missing:
            return JSONResponse({"ok": False, "error": f"missing key: {missing}"}, 400)
        except ControlRefused as error:
            return JSONResponse({"ok": False, "error": str(error)}, 400)
        if method != "GET":
            world.changed()
        return JSONResponse({"ok": True, **answer})

    return Route(path, endpoint, methods=[method])
