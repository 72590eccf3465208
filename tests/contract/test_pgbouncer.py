"""The contract of a storage behind a PgBouncer, which gives each transaction whatever connection is free."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from time import monotonic, sleep

import pytest
import pytest_asyncio
from sqlalchemy import create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from tests.contract.storage_contract import StorageContract
from tests.contract.storage_rig import counting
from tests.contract.test_postgresql import Postgresql, limits
from tests.databases import new_database
from tests.rigs import PATIENCE_S

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Bounced(Postgresql):
    """The database by way of the PgBouncer, which after an outage lets nobody in until it has tried again."""

    direct = False

    @contextlib.contextmanager
    def unavailable(self) -> Iterator[None]:
        with super().unavailable():
            yield
        engine, ends = create_engine(self.url), monotonic() + PATIENCE_S
        while True:
            try:
                engine.connect().close()
            except OperationalError:
                assert monotonic() < ends
                sleep(0.05)  # between two looks: it tells nobody
            else:
                break
        engine.dispose()


@pytest.fixture(scope="module")
def database(pgbouncer: URL, postgresql: str) -> URL:
    """A database of this module's own, with a current schema."""
    direct = new_database(postgresql)
    return pgbouncer.set(database=direct.rpartition("/")[2])


@pytest_asyncio.fixture(loop_scope="module")
async def db(database: URL) -> AsyncIterator[Bounced]:
    async with counting(Bounced(database)) as rig:
        yield rig
    rig.empty()


class TestPgbouncer(StorageContract): ...


async def test_no_statement_waits_for_ever(db: Bounced) -> None:
    assert await db.storage.write(limits) == ["5s", "1min"]
