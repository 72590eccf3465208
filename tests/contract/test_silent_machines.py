"""A machine that is gone without a word, the server's or ours: nobody waits for it longer than seconds."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from adapters.work.connector import Connector
from adapters.work.distributed import DistributedWork
from bot.errors import StorageUnavailable
from bot.ports.storage import Transaction
from bot.ports.traffic import Lease
from storage.engine import SqlStorage
from tests.cable import Cable, cable
from tests.contract.records import LINK_ID, NOW, with_links
from tests.contract.test_distributed import ACCOUNTS, until_listening
from tests.contract.work_rig import PATIENCE_S, Bench
from tests.fakes import Clock
from tests.faults.right import eventually

_ESTABLISHED, _KEEPALIVE = "01", "02"  # https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
_TICKS = 100  # a second, in what the kernel tells
_SOON_S = 15


def sockets() -> set[str]:
    """Those of this process, by the numbers that the kernel knows them by."""
    found = set()
    for opened in Path("/proc/self/fd").iterdir():
        try:
            name = str(opened.readlink())
        except FileNotFoundError:  # closed meanwhile
            continue
        if name.startswith("socket:"):
            found.add(name.removeprefix("socket:[").removesuffix("]"))
    return found


def asked_again_in(url: str, among: set[str]) -> Iterator[float]:
    """In how many seconds the kernel asks, on each connection to this server, whether it is still there."""
    server = f"{make_url(url).port or 0:04X}"
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, _, to, state, _, timer, _, _, _, inode, *_ = row.split()
        if to.endswith(f":{server}") and state == _ESTABLISHED and inode in among:
            kind, _, ticks = timer.partition(":")
            yield int(ticks, 16) / _TICKS if kind == _KEEPALIVE else float("inf")


async def test_who_waits_for_the_servers_answer_asks_whether_it_is_there(database: str) -> None:
    before = sockets()
    storage = SqlStorage(database, Clock(), lambda _: None, direct=True)
    await storage.write(lambda tx: tx.outbox.count())
    await storage.read(lambda tx: tx.outbox.count())
    waits = list(asked_again_in(database, sockets() - before))
    await storage.close()
    assert waits
    assert max(waits) <= _SOON_S


async def test_so_do_those_who_work(database: str) -> None:
    before = sockets()
    bench = Bench(lambda clock: DistributedWork(database, clock, ACCOUNTS))
    assert isinstance(bench.work, DistributedWork)
    async with bench.work.open():
        await bench.start()
        await until_listening(database)
        waits = list(asked_again_in(database, sockets() - before))
        await bench.stop()
    assert waits
    assert max(waits) <= _SOON_S


@contextlib.asynccontextmanager
async def by_cable(database: str) -> AsyncIterator[tuple[Cable, str]]:
    """The way to the server, and the database's address by it."""
    server = make_url(database)
    async with cable(str(server.host), int(server.port or 0)) as (way, port):
        yield way, server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)


async def hung_up(way: Cable) -> None:
    """Returns when a client has. A server that is told to stop waits a minute for those that do not."""

    async def look() -> bool:
        return way.hung_up > 0

    await eventually(look, _SOON_S)


async def test_who_is_stopped_while_calling_hangs_up_whoever_keeps_the_error(database: str) -> None:
    async with by_cable(database) as (way, url):
        connector = Connector(url, asyncio.Event(), 1.0)
        await connector.open_async()
        way.answers.clear()
        before = way.said

        async def is_called() -> bool:
            return way.said > before

        calling = asyncio.create_task(connector.listen_notify(None, ["any"]))
        await eventually(is_called, _SOON_S)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError) as kept:
            await calling
        await hung_up(way)
        del kept
        way.answers.set()
        await connector.close_async()


@pytest.mark.slow
async def test_who_has_called_for_long_enough_hangs_up_whoever_keeps_the_error(database: str) -> None:
    async with by_cable(database) as (way, url):
        way.answers.clear()
        storage = SqlStorage(url, Clock(), lambda _: None, direct=True)
        with pytest.raises(StorageUnavailable) as kept:
            await storage.read(lambda tx: tx.outbox.count())
        await hung_up(way)
        del kept
        await storage.close()


@pytest.mark.slow
async def test_a_link_that_a_process_held_whose_machine_is_gone_is_free_within_seconds(database: str) -> None:
    gone, alive = (SqlStorage(database, Clock(), lambda _: None, direct=True) for _ in range(2))
    held, free = threading.Event(), threading.Event()
    await alive.write(with_links)

    def say_nothing(tx: Transaction) -> None:
        tx.links.get(LINK_ID)
        held.set()
        assert free.wait(PATIENCE_S)
        tx.leases.take("one", Lease("the dead", NOW))

    holding = asyncio.create_task(gone.write(say_nothing))
    assert await asyncio.to_thread(held.wait, PATIENCE_S)
    try:
        assert await alive.write(lambda tx: tx.links.get(LINK_ID))
    finally:
        free.set()
    with pytest.raises(StorageUnavailable):
        await holding
    await asyncio.gather(gone.close(), alive.close())
