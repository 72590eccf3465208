"""Served from the first moment: holds requests until the application has started."""

import asyncio
from collections.abc import Mapping

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_AT_ONCE: Mapping[str, ASGIApp] = {
    "/healthz": JSONResponse({"ok": True}),
    "/readyz": JSONResponse({"ok": False, "not_ready": ["start"]}, 503),
}


class Front:
    """Forwards requests to the application; early ones wait until there is one."""

    def __init__(self) -> None:
        self._opened = asyncio.Event()
        self._app: ASGIApp = self._hold

    def open(self, app: ASGIApp) -> None:
        """Forward waiting requests, and all that follow."""
        self._app = app
        self._opened.set()

    def give_up(self) -> None:
        """Answer waiting requests with 503: the application could not be started."""
        self.open(PlainTextResponse("not started, please send it again", 503))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _hold(self, scope: Scope, receive: Receive, send: Send) -> None:
        if answer := _AT_ONCE.get(scope["path"]):
            await answer(scope, receive, send)
        else:
            await self._opened.wait()
            await self._app(scope, receive, send)
