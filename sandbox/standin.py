"""What every stand-in has: a log of calls, faults on demand, and the controls for both.

A stand-in is a small web application below `/{name}`: its `api` routes are what the real service
has, its `controls` what only a sandbox has (`/_control/...`, loopback only like the sandbox itself).
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol, runtime_checkable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.clock import Clock
from sandbox.faults import Fault, FaultRefused, Faults
from sandbox.hosted.chips import Chip
from sandbox.server import cut

Control = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
_API_FAULTS = ("status", "lost_answer", "delay", "reset", "html")
_CALLS_KEPT = 10_000
_CENTURY_S = 100 * 366 * 86_400
_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


class ControlRefused(ValueError):
    """A control's body is wrong; the text says what to send instead (answered as 400)."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a stand-in and how it was answered (`status` 0: it was not)."""

    method: str
    path: str
    body: Any
    status: int
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "path": self.path,
            "body": self.body,
            "status": self.status,
            "at": self.at.isoformat(),
        }


@dataclass
class World:
    """What the stand-ins share: the clock, where they are served, and where the service is."""

    clock: Clock
    url: str  # of the sandbox itself, without a slash at the end
    service_url: str  # where webhooks, commands and updates are sent
    changed: Callable[[], None] = field(default=lambda: None)  # called after anything visible changed


class StandIn(Protocol):
    """One stand-in. `run` lives as long as the sandbox and does what is not an answer to a call."""

    name: str
    faults: Faults
    calls: deque[Call]

    @property
    def api(self) -> Sequence[BaseRoute]:
        """What the real service has."""

    @property
    def controls(self) -> Mapping[str, Control]:
        """Name below /_control/ -> what it does; POST with a JSON body."""

    @property
    def readings(self) -> Mapping[str, Control]:
        """The same for GET, with the query as the body."""

    def env(self) -> dict[str, str]:
        """The service's settings that point it at this stand-in."""

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """How this service words an answer of that status."""

    async def run(self) -> None:
        """Background work (deliveries, retries); cancelled when the sandbox stops."""


@runtime_checkable
class PayingStandIn(StandIn, Protocol):
    """One that takes payments, on a hosted page."""

    @property
    def chips(self) -> Sequence[Chip]:
        """The test data for it."""

    @property
    def outcomes(self) -> Sequence[str]:
        """What its control `pay` can make happen."""

    @property
    def unplayable(self) -> Sequence[str]:
        """The demo's scenarios that its service has nothing for."""


def new_call_log() -> deque[Call]:
    return deque(maxlen=_CALLS_KEPT)


def mount(standin: StandIn, world: World) -> Mount:
    """The stand-in as a sub-application with the common controls beside its own."""
    api: ASGIApp = Starlette(routes=list(standin.api))
    routes: list[BaseRoute] = [Mount("/_control", routes=_controls(standin, world))]
    return Mount(f"/{standin.name}", routes=[*routes, Mount("/", app=_Witness(api, standin, world))])


def _controls(standin: StandIn, world: World) -> list[BaseRoute]:
    async def clock(body: dict[str, Any]) -> dict[str, Any]:
        world.clock.advance(_seconds(body["advance_s"]))
        return {"now": world.clock.now().isoformat()}

    async def add_fault(body: dict[str, Any]) -> dict[str, Any]:
        try:
            standin.faults.add(Fault.from_body(body))
        except (FaultRefused, TypeError) as error:
            raise ControlRefused(str(error)) from error
        return {}

    async def clear_faults(_: dict[str, Any]) -> dict[str, Any]:
        standin.faults.clear()
        return {}

    async def calls(query: dict[str, Any]) -> dict[str, Any]:
        newest = _count(query.get("newest", _CALLS_KEPT))
        first = max(len(standin.calls) - newest, 0)
        return {"calls": [call.as_json() for call in islice(standin.calls, first, None)]}

    routes: list[BaseRoute] = [
        _control("/clock", "POST", clock, world),
        _control("/faults", "POST", add_fault, world),
        _control("/faults", "DELETE", clear_faults, world),
        _control("/calls", "GET", calls, world),
    ]
    routes += [_control(f"/{name}", "POST", run, world) for name, run in standin.controls.items()]
    routes += [_control(f"/{name}", "GET", run, world) for name, run in standin.readings.items()]
    return routes


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
        raise ControlRefused(str(error)) from error
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


class _Witness:
    """Around a stand-in's api: writes down every call and lets faults befall it."""

    def __init__(self, app: ASGIApp, standin: StandIn, world: World) -> None:
        self._app, self._standin, self._world = app, standin, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        status = await self._answer(scope, body, receive, send)
        call = Call(scope["method"], scope["path"], _readable(scope, body), status, self._world.clock.now())
        self._standin.calls.append(call)
        self._world.changed()

    async def _answer(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> int:
        fault = self._standin.faults.take(_names(scope, self._standin.name), _API_FAULTS)
        kind = fault.kind if fault else None
        if fault and kind == "delay":
            await asyncio.sleep(fault.delay_s)
        if kind == "reset":
            await cut(scope)
            return 0
        if fault and kind in {"status", "html"}:
            refusal = (
                self._standin.refusal(fault.status, fault.retry_after)
                if kind == "status"
                else HTMLResponse(_BAD_GATEWAY, 502)
            )
            await refusal(scope, receive, send)
            return refusal.status_code
        recorder = _Recorder(None if kind == "lost_answer" else send)
        await self._app(scope, _replay(body, receive), recorder)
        if kind == "lost_answer":
            await cut(scope)
        return recorder.status


class _Recorder:
    """Passes an answer on, or swallows it, and remembers its status."""

    def __init__(self, send: Send | None) -> None:
        self._send, self.status = send, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        if self._send is not None:
            await self._send(message)


def _names(scope: Scope, name: str) -> list[str]:
    path: str = scope["path"]
    below = path.removeprefix(f"/{name}")
    return [f"{scope['method']} {path}", f"{scope['method']} {below}", path.rsplit("/", 1)[-1]]


async def _read(receive: Receive) -> bytes:
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once more for the application; after it, the real connection (its end included)."""
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return unread.pop() if unread else await receive()

    return replay


def _readable(scope: Scope, body: bytes) -> Any:
    text = body.decode(errors="replace") or scope["query_string"].decode()
    try:
        return json.loads(text)
    except ValueError:
        return text
