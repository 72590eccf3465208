"""An answer of a backend's that has no end takes neither all memory nor for ever."""

import zlib
from asyncio import sleep
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from httpx import AsyncClient
from starlette.responses import StreamingResponse

from adapters.backends._http import BackendHttp
from bot.errors import BackendProtocolError, BackendUnavailable
from tests import loopback
from tests.rigs import Oracle, Stage, consulting

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def oracle(stage: Stage) -> Oracle:
    return consulting(stage)


@pytest_asyncio.fixture(loop_scope="module")
async def connection(oracle: Oracle) -> AsyncIterator[AsyncClient]:
    async with loopback.client(oracle.url) as connection:
        yield connection


def in_large_pieces() -> Iterator[bytes]:
    while True:
        yield b"x" * 2_000_000


def packed() -> Iterator[bytes]:
    packing = zlib.compressobj()
    while True:
        yield packing.compress(b"x" * 2_000_000) + packing.flush(zlib.Z_SYNC_FLUSH)


async def drop_by_drop() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await sleep(0)


@pytest.mark.parametrize("status", [200, 201, 404, 500])
async def test_one_that_is_larger_than_any_is_not_read_on(
    oracle: Oracle, connection: AsyncClient, status: int
) -> None:
    oracle.answer = StreamingResponse(in_large_pieces(), status)
    with pytest.raises(BackendProtocolError, match="more than 10000000 bytes"):
        await BackendHttp(connection, "Request-Id").call("GET", "/anything")


async def test_a_small_one_that_is_large_when_unpacked_is_not_unpacked_on(
    oracle: Oracle, connection: AsyncClient
) -> None:
    oracle.answer = StreamingResponse(packed(), headers={"Content-Encoding": "deflate"})
    with pytest.raises(BackendProtocolError, match="more than 10000000 bytes"):
        await BackendHttp(connection, "Request-Id").call("GET", "/anything")


async def test_one_that_comes_drop_by_drop_is_hung_up_on(oracle: Oracle, connection: AsyncClient) -> None:
    oracle.answer = StreamingResponse(drop_by_drop())
    with pytest.raises(BackendUnavailable) as raised:
        await BackendHttp(connection, "Request-Id", patience_s=0.1).call("POST", "/anything", {})
    assert raised.value.sent == "unknown"
