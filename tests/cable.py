"""The way to a server, which can be cut at any message: before the server hears it, or before its answer."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterable

_CHUNK = 65_536


class Cable:
    """Hands on what clients and the server say. A cut ends all connections there are; others can be made."""

    def __init__(self, host: str, port: int) -> None:
        self.lead_to(host, port)
        self._writers: set[StreamWriter] = set()
        self.said = 0  # messages of clients so far
        self.cuts = 0
        self.hung_up = 0  # clients
        self._silenced: StreamWriter | None = None
        self.answers = asyncio.Event()  # while it is not set the server hangs: it is called and says nothing
        self.answers.set()
        self.cut_after([])

    def lead_to(self, host: str, port: int) -> None:
        """The server of connections that are made from now on."""
        self._server = host, port

    def cut_after(self, moments: Iterable[tuple[int, bool]]) -> None:
        """Each after so many more messages, and whether the server has heard the last of them."""
        self._moments = iter(moments)
        self._set_next()

    def _set_next(self) -> None:
        messages, self._heard = next(self._moments, (0, False))
        self._cut_at = self.said + messages

    def cut(self) -> None:
        self.cuts += 1
        for writer in self._writers:
            writer.transport.abort()

    async def carry(self, client: StreamReader, to_client: StreamWriter) -> None:
        """One connection, until either side ends it."""
        server, to_server = await asyncio.open_connection(*self._server)
        self._writers |= {to_client, to_server}
        asking = asyncio.create_task(self._ask(client, to_server, to_client))
        with contextlib.suppress(ConnectionError):
            while said := await server.read(_CHUNK):
                await self.answers.wait()
                if self._silenced is to_client:
                    self.cut()
                to_client.write(said)
        to_client.close()
        await asking
        self._writers -= {to_client, to_server}

    async def _ask(self, client: StreamReader, to_server: StreamWriter, to_client: StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while said := await client.read(_CHUNK):
                self.said += 1
                if self.said == self._cut_at:
                    if self._heard:
                        self._silenced = to_client
                    else:
                        self.cut()
                    self._set_next()
                to_server.write(said)
        self.hung_up += 1
        to_server.close()


@contextlib.asynccontextmanager
async def cable(host: str, port: int) -> AsyncIterator[tuple[Cable, int]]:
    """A new one, whole, and the port at its other end."""
    laid = Cable(host, port)
    async with await asyncio.start_server(laid.carry, "127.0.0.1") as listening:
        yield laid, listening.sockets[0].getsockname()[1]
        laid.answers.set()
        laid.cut()  # what is still open
