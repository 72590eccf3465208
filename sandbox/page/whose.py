"""In whose name something happens: the page reads again only the stand-ins in which something has changed."""

from collections.abc import Awaitable, Collection
from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

_STANDIN: ContextVar[str | None] = ContextVar("stand-in at work", default=None)


def whose() -> str | None:
    """The name of the stand-in at whose request or in whose work this runs; None: nobody's in particular."""
    return _STANDIN.get()


async def in_the_name_of(name: str, work: Awaitable[None]) -> None:
    """Do a stand-in's work; meant to be a task of its own."""
    _STANDIN.set(name)
    await work


class InTheirNames:
    """Around the sandbox: what a request below `/{name}` brings about happens in that stand-in's name."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app, self._names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope.get("path", "/").split("/")[1]
        before = _STANDIN.set(name if name in self._names else None)
        try:
            await self._app(scope, receive, send)
        finally:
            _STANDIN.reset(before)
