"""A web server for the stand-ins that can also cut a connection, as bad networks do."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_CUT = "sandbox.transport"
_TICK_S = 0.1
_KEEP_ALIVE_S = 75  # longer than clients keep one: they must not write into a connection just closed


class _CuttableProtocol(HttpToolsProtocol):
    """Lets the application reach the transport below a request, and learn that it ends."""

    _ending: "asyncio.Future[None] | None" = None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._ending = self.loop.create_future()
        self.scope["extensions"] = {_CUT: {"transport": self.transport, "ending": self._ending}}

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._end()

    def shutdown(self) -> None:
        super().shutdown()
        self._end()

    def _end(self) -> None:
        if self._ending is not None and not self._ending.done():
            self._ending.set_result(None)


class _Server(uvicorn.Server):
    """uvicorn without signal handlers: whoever started it stops it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopped = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        """As uvicorn's, but stopping is an event: uvicorn looks every 100 ms, which tests would wait for."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), _TICK_S)

    def stop(self) -> None:
        self.should_exit = True
        self._stopped.set()


async def cut(scope: Scope) -> None:
    """Drop the connection below this request at once; the client sees a reset, not an answer.

    Returns when the server knows it, too: it would complain of a request that nobody answers.
    """
    scope["extensions"][_CUT]["transport"].abort()
    await ending(scope)


def ending(scope: Scope) -> asyncio.Future[None]:
    """Done when the client of this request has gone or the server stops: for answers that wait long."""
    future: asyncio.Future[None] = scope["extensions"][_CUT]["ending"]
    return future


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve `app` while the block runs; gives the base URL. Port 0 takes a free one."""
    listener = listen(port, host)
    async with serving_on(app, listener) as url:
        yield url


def listen(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """A listening socket: connections queue in it before the server is up."""
    listener = socket.create_server((host, port), backlog=256)
    listener.setblocking(False)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio only does so where it knows
    return listener


def reserve() -> socket.socket:
    """A port that is given to nobody else while this is open, for a server that is told its number.

    Bound and not listening: what sets SO_REUSEADDR, as servers do, can listen on it all the same.
    """
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    return reserved


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


@contextlib.asynccontextmanager
async def serving_on(app: ASGIApp, listener: socket.socket) -> AsyncIterator[str]:
    """Serve `app` on a socket that listens already."""
    config = uvicorn.Config(
        app,
        http=_CuttableProtocol,
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield url_of(listener)
    finally:
        server.stop()
        await task
