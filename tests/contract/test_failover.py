"""What whoever runs a server does to its callers: ends sessions that are idle, fails over to a replica."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from adapters.work.connector import Connector
from bot.errors import StorageUnavailable
from bot.ports.storage import Transaction
from bot.ports.traffic import Lease
from storage.engine import SqlStorage
from tests.cable import Cable, cable
from tests.conftest import missing
from tests.contract.records import NOW
from tests.databases import new_database
from tests.fakes import Clock
from tests.faults.right import eventually
from tests.postgresql import QUICK, mortal_server, programs
from tests.rigs import PATIENCE_S

_ENDS_THE_IDLE = "ALTER DATABASE \"{name}\" SET idle_session_timeout = '5min'"


@pytest.fixture
def replica(database: str) -> Iterator[str]:
    """The URL of a database of the same name, at a server that is up for readers only."""
    if (found := programs()) is None:
        missing("PostgreSQL", "postgresql")
    with mortal_server(found, **QUICK) as running:
        own = make_url(new_database(running.url))
        named = f'ALTER DATABASE "{own.database}" RENAME TO "{make_url(database).database}"'
        folder = said(running.url, named, "SHOW data_directory")
        running.stop()
        Path(folder, "standby.signal").touch()
        running.start()
        yield own.set(database=make_url(database).database).render_as_string(hide_password=False)


def said(url: str, *statements: str) -> str:
    """What the last of them gives."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        *_, last = [connection.execute(text(statement)) for statement in statements]
        told = str(last.scalar_one()) if last.returns_rows else ""
    engine.dispose()
    return told


def lead_to(way: Cable, url: str) -> None:
    """Whoever calls from now on is led there."""
    way.lead_to(str(make_url(url).host), int(make_url(url).port or 0))


def take(tx: Transaction) -> Lease:
    return tx.leases.take("one", Lease("us", NOW))


async def has_failed(connector: Connector) -> bool:
    """To be connected."""
    return connector.pool.get_stats().get("connections_errors", 0) > 0


@pytest.mark.slow
async def test_who_meets_a_replica_does_not_stay_with_it(database: str, replica: str) -> None:
    """A name leads to the old primary for a while after a failover, which then lets people read."""
    there = make_url(database)
    async with cable(str(there.host), int(there.port or 0)) as (way, port):
        url = there.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        storage = SqlStorage(url, Clock(), lambda _: None, direct=True)
        connector = Connector(url, asyncio.Event(), 1.0)
        await connector.open_async()
        assert await storage.write(take)
        lead_to(way, replica)
        way.cut()
        for ask in (storage.write(take), storage.read(lambda tx: tx.outbox.count())):
            with pytest.raises(StorageUnavailable):
                await ask
        await connector.pool.check()  # which has it call again
        await eventually(partial(has_failed, connector), PATIENCE_S)
        lead_to(way, database)
        assert await storage.write(take)
        reads_only = await connector.execute_query_one_async("SELECT pg_is_in_recovery() AS it")
        assert reads_only == {"it": False}
        await storage.close()
        await connector.close_async()


async def test_who_works_is_not_ended_for_being_idle(database: str) -> None:
    """A session that listens is idle for days; each time it was ended all work began anew."""
    said(database, _ENDS_THE_IDLE.format(name=make_url(database).database))
    connector = Connector(database, asyncio.Event(), 1.0)
    await connector.open_async()
    asked = "SELECT current_setting('idle_session_timeout') AS ends_after"
    assert await connector.execute_query_one_async(asked) == {"ends_after": "0"}
    await connector.close_async()
