"""What comes beside a body has limits of its own, which uvicorn leaves to whoever stands before it."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from adapters.web.limits import LARGEST_BODY, BodyLimit
from bot.commands._connection import Connection
from tests.rigs import PATIENCE_S

_PIECE = 50_000
_BEGUN = b"POST / HTTP/1.1\r\nHost: here\r\n"
_CHUNKED = _BEGUN + b"Transfer-Encoding: chunked\r\n\r\n"
_TAKEN = PlainTextResponse("taken")


class Hasty(Connection):
    patience_s = 0.05


@contextlib.asynccontextmanager
async def connected(
    kind: type[Connection] = Connection, keep_alive_s: int = 60, app: ASGIApp = _TAKEN
) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    config = Config(
        BodyLimit(app),
        lifespan="off",
        log_config=None,
        timeout_keep_alive=keep_alive_s,
    )
    config.load()

    def made() -> Connection:
        return kind(config, ServerState(), {})

    async with (
        await asyncio.get_running_loop().create_server(made, "127.0.0.1") as server,
        asyncio.timeout(PATIENCE_S),
    ):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        yield reader, writer
        writer.close()


async def hung_up(reader: StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


def many() -> Iterator[bytes]:
    yield from [b"a" * _PIECE] * (2 * LARGEST_BODY // _PIECE)


@pytest.mark.parametrize("begun", [b"POST /", _BEGUN + b"X-Long: ", _CHUNKED + b"0\r\nX-Long: "])
async def test_what_has_no_end_and_is_no_body_is_hung_up_on(begun: bytes) -> None:
    async with connected() as (reader, writer):
        with contextlib.suppress(ConnectionError):
            for piece in (begun, *many()):
                writer.write(piece)
                await writer.drain()
        assert await hung_up(reader)


async def test_a_head_that_is_begun_and_not_ended_is_hung_up_on() -> None:
    async with connected(Hasty) as (reader, writer):
        writer.write(_BEGUN)
        assert await hung_up(reader)


async def test_so_is_the_head_of_a_further_request() -> None:
    async with connected(Hasty) as (reader, writer):
        writer.write(_BEGUN + b"\r\n")
        await reader.readuntil(b"taken")
        writer.write(_BEGUN)
        assert await hung_up(reader)


async def test_who_says_nothing_at_all_is_kept_as_between_requests() -> None:
    async with connected(Hasty, keep_alive_s=1) as (reader, _):
        assert await hung_up(reader)


async def test_an_answer_may_take_longer_than_a_head() -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        asked.set()
        await may_answer.wait()
        await _TAKEN(scope, receive, send)

    async with connected(Hasty, app=slow) as (reader, writer), connected(Hasty) as (later, behind):
        writer.write(_BEGUN + b"\r\n")
        await asked.wait()
        behind.write(_BEGUN)
        assert await hung_up(later), "so long it has taken by now"
        may_answer.set()
        await reader.readuntil(b"taken")


async def test_a_body_in_very_small_pieces_is_taken_and_so_is_the_next() -> None:
    async with connected() as (reader, writer):
        for _ in range(2):
            writer.write(_CHUNKED + b"4\r\naaaa\r\n" * 190_000 + b"0\r\n\r\n")
            assert (await reader.readuntil(b"taken")).startswith(b"HTTP/1.1 200")
