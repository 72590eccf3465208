"""Tells pages when something has changed: server-sent events, one line for whatever came together."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection

from starlette.requests import Request
from starlette.responses import StreamingResponse

from sandbox.server import ending

_TOGETHER_S = 0.05
_COME_BACK_AFTER_MS = 500


class _Listener:
    """One page: what it has not been told yet."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.heard = asyncio.Event()


class News:
    """Wakes everybody who listens."""

    def __init__(self) -> None:
        self._listening: set[_Listener] = set()
        self._world = secrets.token_hex(8)

    def announce(self, names: Collection[str]) -> None:
        """Something that a page may show has changed in the stand-ins of these names."""
        for listener in self._listening:
            listener.names.update(names)
            listener.heard.set()

    async def stream(self, request: Request) -> StreamingResponse:
        """`GET /events`: `data: slack checkout` after changes there, until the client or the server goes.

        The first event, `world`, names this world: another name after a break means another sandbox.
        """
        headers = {"Cache-Control": "no-store"}
        lines = self._lines(ending(request.scope))
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)

    async def _lines(self, ended: asyncio.Future[None]) -> AsyncIterator[str]:
        listener = _Listener()
        ended.add_done_callback(lambda _: listener.heard.set())
        self._listening.add(listener)
        try:
            yield f"retry: {_COME_BACK_AFTER_MS}\nevent: world\ndata: {self._world}\n\n"
            while True:
                await listener.heard.wait()
                if ended.done():
                    return
                await asyncio.sleep(_TOGETHER_S)
                names, listener.names = sorted(listener.names), set()
                listener.heard.clear()
                yield f"data: {' '.join(names)}\n\n"
        finally:
            self._listening.discard(listener)
