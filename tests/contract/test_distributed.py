"""Wakes run by procrastinate keep the contract of work; and what is particular to many processes."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import create_engine, make_url, text

from adapters.work import distributed
from adapters.work.distributed import DistributedWork
from tests.contract.work_contract import WorkContract
from tests.contract.work_rig import Bench


@pytest.fixture
def url(postgresql: str) -> str:
    """A database with the engine's tables, of this test alone: what another left to do is not done here."""
    server = make_url(postgresql)
    name = f"work_{secrets.token_hex(4)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    own = server.set(database=name).render_as_string(hide_password=False)
    asyncio.run(distributed.upgrade(own))
    return own


@pytest.fixture
async def bench(url: str) -> AsyncIterator[Bench]:
    made = Bench(lambda clock: DistributedWork(url, clock))
    assert isinstance(made.work, DistributedWork)
    async with made.work.open():
        yield made
        for held in made.held.values():
            held.set()
        await made.stop()


class TestDistributed(WorkContract): ...


async def test_the_tables_are_made_once(url: str) -> None:
    await distributed.upgrade(url)


async def test_what_is_woken_before_anybody_works_is_done_once_somebody_does(bench: Bench) -> None:
    for _ in range(3):
        bench.wake("PL1")
    bench.wake("PL2")
    await bench.start()
    await bench.until(bench.ended, "PL1", "PL2")


async def test_processes_share_the_keys_and_none_is_run_by_two(bench: Bench, url: str) -> None:
    other = bench.beside(lambda clock: DistributedWork(url, clock))
    assert isinstance(other.work, DistributedWork)
    held, many = bench.hold("PL1"), [f"LL{number}" for number in range(20)]
    async with other.work.open():
        await bench.start()
        await other.start()
        bench.wake("PL1")
        await bench.until(bench.began, "PL1")
        other.wake("PL1")
        for key in many:
            other.wake(key)
        await bench.until(bench.ended, *many)
        assert sorted(bench.began) == sorted(["PL1", *many])
        held.set()
        await bench.until(bench.ended, "PL1", "PL1", *many)
        await other.stop()
