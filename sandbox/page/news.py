"""Tells pages when something has changed: server-sent events, one line for whatever came together."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse

from sandbox.server import ending

_TOGETHER_S = 0.05


class News:
    """Wakes everybody who listens."""

    def __init__(self) -> None:
        self._listening: set[asyncio.Event] = set()

    def announce(self) -> None:
        """Something that a page may show has changed."""
        for heard in self._listening:
            heard.set()

    async def stream(self, request: Request) -> StreamingResponse:
        """`GET /events`: `data: changed` after each change, until the client goes or the server stops."""
        headers = {"Cache-Control": "no-store"}
        lines = self._lines(ending(request.scope))
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)

    async def _lines(self, ended: asyncio.Future[None]) -> AsyncIterator[str]:
        heard = asyncio.Event()
        ended.add_done_callback(lambda _: heard.set())
        self._listening.add(heard)
        try:
            yield ": listening\n\n"
            while True:
                await heard.wait()
                if ended.done():
                    return
                await asyncio.sleep(_TOGETHER_S)
                heard.clear()
                yield "data: changed\n\n"
        finally:
            self._listening.discard(heard)
