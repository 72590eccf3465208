"""Socket Mode: what people do reaches the app through WebSockets that the app has opened.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode. At most ten connections; each envelope
goes to one of them, in turn.
"""

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack.identity import APP_ID
from sandbox.standin import ControlRefused, World

MOST_CONNECTIONS = 10
REASONS = ("refresh_requested", "warning")
_DEBUG = {"host": "applink-sandbox"}
_LIFE_S = 18_060
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes through a socket; `retry`: which retry of an event it is, 0 for none."""

    kind: str
    payload: Payload
    accepts_payload: bool
    retry: int = 0

    def as_json(self) -> Payload:
        again = {"retry_attempt": self.retry, "retry_reason": "timeout" if self.retry else ""}
        return {
            "envelope_id": secrets.token_hex(16),
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_payload,
        } | (again if self.kind == "events_api" else {})


class ConnectionLost(Exception):
    """The connection has ended before its envelope was acknowledged."""


@dataclass(eq=False)
class _Connection:
    """One WebSocket; a `leaving` one has been told to reconnect and gets nothing more."""

    websocket: WebSocket
    leaving: bool = False
    waiting: dict[str, "asyncio.Future[Payload]"] = field(default_factory=dict)

    async def deliver(self, envelope: Payload) -> Payload:
        acknowledged = self.waiting[envelope["envelope_id"]] = asyncio.get_running_loop().create_future()
        try:
            await self.websocket.send_json(envelope)
            answer: Payload = await acknowledged
        except WebSocketDisconnect as error:
            raise ConnectionLost from error
        finally:
            del self.waiting[envelope["envelope_id"]]
        return answer

    def hear(self, text: str) -> None:
        """Take an acknowledgement; whatever else an app sends is ignored."""
        with suppress(ValueError):
            said = json.loads(text)
            acknowledged = self.waiting.get(said["envelope_id"]) if isinstance(said, dict) else None
            if acknowledged and not acknowledged.done():
                acknowledged.set_result(said.get("payload") or {})

    def end(self) -> None:
        for acknowledged in self.waiting.values():
            if not acknowledged.done():
                acknowledged.set_exception(ConnectionLost())


class Sockets:
    """The app's connections. Once it has asked for one, requests go this way and no other (`in_use`)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: set[str] = set()
        self._open: list[_Connection] = []
        self._came = asyncio.Event()
        self.in_use = False

    def new_url(self) -> str:
        """An address for one connection: the `url` of apps.connections.open."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        self.in_use = True
        base = self._world.url.replace("http", "ws", 1)
        return f"{base}/slack/link/?ticket={ticket}&app_id={APP_ID}"

    async def serve(self, websocket: WebSocket) -> None:
        """One connection, from its opening to its end."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close()
            return
        self._tickets.remove(ticket)
        await websocket.accept()
        if len(self._open) >= MOST_CONNECTIONS:
            await websocket.send_json(_disconnect("too_many_websockets"))
            await websocket.close()
            return
        connection = _Connection(websocket)
        self._open.append(connection)
        try:
            await websocket.send_json(self._hello())
            self._came.set()
            self._world.changed()
            while True:
                connection.hear(await websocket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._open.remove(connection)
            connection.end()
            self._world.changed()

    async def deliver(self, envelope: Envelope) -> Payload:
        """Send an envelope and give what acknowledges it; raises ConnectionLost.

        Waits for a connection where there is none at present.
        """
        answer = await (await self._next()).deliver(envelope.as_json())
        return answer if envelope.accepts_payload else {}

    async def disconnect(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"reason"?} -> {"connections"}: each connection is told to open another in its place."""
        reason = body.get("reason", REASONS[0])
        if reason not in REASONS:
            raise ControlRefused(f"reason must be one of {', '.join(REASONS)}")
        staying = [connection for connection in self._open if not connection.leaving]
        for connection in staying:
            connection.leaving = True
            await connection.websocket.send_json(_disconnect(reason))
        return {"connections": len(staying)}

    async def count(self, _: dict[str, Any]) -> dict[str, Any]:
        """-> {"connections": how many there are that were not told to leave}."""
        return {"connections": sum(not connection.leaving for connection in self._open)}

    async def leaving(self, _: dict[str, Any]) -> dict[str, Any]:
        """-> {"connections": how many there still are that were told to}."""
        return {"connections": sum(connection.leaving for connection in self._open)}

    async def _next(self) -> _Connection:
        """The connection whose turn it is."""
        while True:
            for connection in self._open:
                if not connection.leaving:
                    self._open.remove(connection)
                    self._open.append(connection)
                    return connection
            self._came.clear()
            await self._came.wait()

    def _hello(self) -> Payload:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": _DEBUG | {"approximate_connection_time": _LIFE_S},
            "connection_info": {"app_id": APP_ID},
        }


def _disconnect(reason: str) -> Payload:
    return {"type": "disconnect", "reason": reason, "debug_info": _DEBUG}
