"""Records every call to a stand-in, and injects the faults that were asked for."""

import asyncio
import json
from typing import Any

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.bodies import body_in, replayed
from sandbox.server import cut
from sandbox.standin import Call, StandIn, World

_API_FAULTS = ("status", "lost_answer", "delay", "reset", "html")
_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


class Recording:
    """Wraps a stand-in's api: records every call, and applies faults to it."""

    def __init__(self, app: ASGIApp, standin: StandIn, world: World) -> None:
        self._app, self._standin, self._world = app, standin, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await body_in(receive)
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
        await self._app(scope, replayed(body, receive), recorder)
        if kind == "lost_answer":
            await cut(scope)
        return recorder.status


class _Recorder:
    """Forwards an answer, or drops it, and remembers its status."""

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


def _readable(scope: Scope, body: bytes) -> Any:
    text = body.decode(errors="replace") or scope["query_string"].decode()
    try:
        return json.loads(text)
    except ValueError:
        return text
