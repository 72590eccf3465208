"""A connection to `paylink serve`: limits to the head of a request, in size and time."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from adapters.web.limits import LARGEST_BODY, PATIENCE_S


class Connection(HttpToolsProtocol):
    """Hangs up on heads that have no end or take long: uvicorn waits, and each piece takes it longer.

    A web server may keep one on which it has said nothing yet, as it keeps one for its next request.
    """

    patience_s = PATIENCE_S
    _beside = 0  # bytes of this request that are not its body
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._beside += len(data)
        super().data_received(data)
        if self._beside > LARGEST_BODY:
            self.transport.close()

    def on_message_begin(self) -> None:
        self._beside = 0
        self._wait(self.patience_s)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._wait(None)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._beside -= len(body)
        super().on_body(body)

    def _wait(self, longest_s: float | None) -> None:
        """Allow a head that long from now; None: it is complete."""
        if self._late is not None:
            self._late.cancel()
        self._late = None if longest_s is None else self.loop.call_later(longest_s, self.transport.close)
