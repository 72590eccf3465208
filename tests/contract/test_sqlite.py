"""SQLite keeps the contract of a storage; its schema is what the migrations make."""

import contextlib
import shutil
import sqlite3
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageUnavailable
from bot.ports.clock import SystemClock
from storage import migrate
from storage.engine import SqlStorage, make_engine
from storage.file_lock import exclusive
from storage.indices import SCHEMA
from tests.contract.outbox_contract import OutboxContract
from tests.contract.records import ALICE, NOW, a_fact
from tests.contract.repository_contract import RepositoryContract
from tests.contract.storage_contract import StorageContract, remember, remembered
from tests.contract.storage_rig import StorageRig, counting, handed_in, outcomes, writer_held
from tests.databases import new_file

pytestmark = pytest.mark.asyncio(loop_scope="module")

_FEW_PAGES, _MOST_PAGES = 8, 1 << 30


class Sqlite(StorageRig):
    """A file, the storage on it, and what SQLite tells about its transactions."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._connections: list[Any] = []
        self._full = False
        super().__init__(f"sqlite:///{file}")

    @contextlib.contextmanager
    def unavailable(self) -> Iterator[None]:
        """Another process is in the middle of a transaction that it does not end."""
        with contextlib.closing(sqlite3.connect(self.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    @contextlib.contextmanager
    def nearly_full(self) -> Iterator[None]:
        """No connection may add more than a few pages, whether it is open already or not."""
        self._full = True
        for connection in self._connections:
            limit_pages(connection)
        yield
        self._full = False
        for connection in self._connections:
            with contextlib.suppress(sqlite3.ProgrammingError):  # given up meanwhile
                connection.execute(f"PRAGMA max_page_count={_MOST_PAGES}")

    def connected(self, connection: Any, _: ConnectionPoolEntry) -> None:
        """Trouble is told soon."""
        connection.execute("PRAGMA busy_timeout=20")
        connection.set_trace_callback(self.executed)
        self._connections.append(connection)
        if self._full:
            limit_pages(connection)

    def executed(self, statement: str) -> None:
        self.commits += statement == "COMMIT"


def limit_pages(connection: Any) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages + _FEW_PAGES}")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a current schema, to be copied: migrating takes long."""
    file = tmp_path_factory.mktemp("template") / "paylink.db"
    new_file(file)
    return file


@pytest_asyncio.fixture(loop_scope="module")
async def db(template: Path, tmp_path: Path) -> AsyncIterator[Sqlite]:
    file = tmp_path / "paylink.db"
    shutil.copy(template, file)
    async with counting(Sqlite(file)) as rig:
        yield rig


class TestSqlite(StorageContract): ...


class TestSqliteRecords(RepositoryContract): ...


class TestSqliteOutbox(OutboxContract): ...


async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    rig = Sqlite(tmp_path / "nowhere" / "paylink.db")
    for call in (rig.storage.write, rig.storage.read):
        with pytest.raises(StorageUnavailable):
            await call(lambda tx: tx.outbox.count())
    await rig.close()


async def test_a_database_without_a_schema_is_unavailable_and_says_what_is_missing(tmp_path: Path) -> None:
    rig = Sqlite(tmp_path / "paylink.db")
    for call in (rig.storage.write, rig.storage.read):
        with pytest.raises(StorageUnavailable, match="no such table"):
            await call(lambda tx: tx.outbox.count())
    await rig.close()


async def test_migrating_an_empty_file_makes_exactly_our_tables(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/paylink.db"
    assert not migrate.is_current(url)
    migrate.upgrade(url)
    assert migrate.is_current(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SCHEMA) == []
    engine.dispose()


async def test_an_error_of_the_database_quotes_nobody(tmp_path: Path) -> None:
    """It goes into the log, with the errors that it was raised from."""
    rig = Sqlite(tmp_path / "paylink.db")
    with pytest.raises(StorageUnavailable) as raised:
        await rig.storage.read(lambda tx: tx.links.asked_for(ALICE, None, 9))
    await rig.close()
    told = "".join(traceback.format_exception(raised.value))
    assert ("OperationalError" in told, ALICE.user in told) == (True, False)


async def test_what_is_committed_outlives_a_power_cut(tmp_path: Path) -> None:
    """With anything less than FULL a commit in WAL mode is not synced: https://sqlite.org/pragma.html"""
    engine = make_engine(f"sqlite:///{tmp_path}/paylink.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
    engine.dispose()


async def test_what_would_go_into_a_file_that_was_replaced_or_deleted_is_refused(db: Sqlite) -> None:
    """As by a restore while the service runs: it would be lost, though its sender knows that it is kept."""
    await db.storage.write(partial(remember, "one"))
    await db.storage.read(remembered)
    aside = db.file.rename(db.file.with_suffix(".aside"))
    for replace in (lambda: None, lambda: shutil.copy(aside, db.file)):
        replace()
        for ask in (
            db.storage.accept(a_fact("two"), NOW),
            db.storage.write(partial(remember, "two")),
            db.storage.read(remembered),
        ):
            with pytest.raises(StorageUnavailable, match="restart"):
                await ask
    aside.rename(db.file)
    assert await db.storage.read(remembered) == ["one"]
    await db.storage.accept(a_fact("three"), NOW)


@pytest.mark.parametrize("held", [contextlib.nullcontext, exclusive])  # by a command, and by the service
async def test_a_new_file_and_its_companions_are_for_their_owners_eyes_only(
    held: Callable[[str], contextlib.AbstractContextManager[None]], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/paylink.db"
    with held(url):
        migrate.upgrade(url)
    storage = SqlStorage(url, SystemClock(), on_wake=lambda _: None)
    await storage.write(lambda tx: tx.accounts.all())
    found = rights(tmp_path)
    await storage.close()
    assert found == dict.fromkeys(["paylink.db", "paylink.db-wal", "paylink.db-shm"], "0o600")


def rights(folder: Path) -> dict[str, str]:
    """Of every file that is there."""
    return {file.name: oct(file.stat().st_mode & 0o777) for file in folder.iterdir()}


async def test_a_file_that_is_there_keeps_the_rights_that_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "paylink.db").touch(0o640)
    migrate.upgrade(f"sqlite:///{tmp_path}/paylink.db")
    assert rights(tmp_path) == {"paylink.db": "0o640"}


async def test_migrating_twice_is_harmless(template: Path, tmp_path: Path) -> None:
    file = tmp_path / "paylink.db"
    shutil.copy(template, file)
    rig = Sqlite(file)
    await rig.storage.write(lambda tx: tx.rate_buckets.put("lane", SystemClock().now()))
    await rig.close()
    migrate.upgrade(rig.url)
    assert migrate.is_current(rig.url)
    rig.open()
    assert await rig.storage.read(lambda tx: tx.rate_buckets.get("lane"))
    await rig.close()


async def test_a_database_of_a_stranger_is_not_current(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        other.execute("INSERT INTO alembic_version VALUES ('9999_later_release')")
        other.commit()
    assert not migrate.is_current(f"sqlite:///{file}")


async def test_everybody_who_waits_is_committed_together_in_the_order_of_the_calls(db: Sqlite) -> None:
    async with writer_held(db.storage):
        before = db.commits
        keys = [f"evt_{number:02}" for number in range(60)]
        tasks = await handed_in(db.storage, [partial(remember, key) for key in keys])
        assert db.commits == before
    assert await outcomes(tasks) == keys
    assert db.commits == before + 2  # the holder's, and one for all
    assert await db.storage.read(remembered) == keys


async def test_a_function_sees_those_before_it_in_its_batch(db: Sqlite) -> None:
    async with writer_held(db.storage):
        tasks = await handed_in(db.storage, [partial(remember, "one")])
        tasks_after = await handed_in(db.storage, [remembered])
    await outcomes(tasks)
    assert await outcomes(tasks_after) == [["one"]]
