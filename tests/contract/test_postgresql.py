"""PostgreSQL keeps the contract of a storage, as SQLite does; and what is particular to many processes."""

import asyncio
import contextlib
import secrets
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageUnavailable
from bot.links import tasks
from bot.links.tasks import BEGUN, Task
from bot.ports.storage import Transaction
from bot.ports.traffic import Lease
from storage import migrate
from storage.indices import SCHEMA
from tests.contract.outbox_contract import OutboxContract
from tests.contract.records import LATER, LINK_ID, NOW, SALES, a_fact, a_provider_link, with_links
from tests.contract.repository_contract import RepositoryContract
from tests.contract.storage_contract import StorageContract, remember, remembered
from tests.contract.storage_rig import StorageRig, counting, handed_in, outcomes, writer_held
from tests.rigs import PATIENCE_S

pytestmark = pytest.mark.asyncio(loop_scope="module")

_FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF length(NEW.body) > 100000 THEN RAISE EXCEPTION SQLSTATE '53100' USING MESSAGE = 'disk full'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


class Postgresql(StorageRig):
    """A database of the server, the storage on it, and what the driver is told of its transactions."""

    direct = True

    def __init__(self, url: URL) -> None:
        super().__init__(url.render_as_string(hide_password=False))

    @contextlib.contextmanager
    def unavailable(self) -> Iterator[None]:
        """The server cuts every connection to the database, and lets nobody in."""
        name = make_url(self.url).database
        self._as_operator(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        self.cut_connections()
        yield
        self._as_operator(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    def cut_connections(self) -> None:
        name = make_url(self.url).database
        cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
        self._as_operator(cut)

    @contextlib.contextmanager
    def nearly_full(self) -> Iterator[None]:
        self._in_database(_FULL)
        yield
        self._in_database("DROP TRIGGER full_disk ON inbox; DROP FUNCTION full_disk()")

    def empty(self) -> None:
        tables = ", ".join(f'"{table.name}"' for table in SCHEMA.sorted_tables)
        self._in_database(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")

    def connected(self, connection: Any, _: ConnectionPoolEntry) -> None:
        """Commits are counted."""
        rig = self

        class Cursor(psycopg.Cursor[Any]):
            def execute(self, query: Any, *values: Any, **how: Any) -> "Cursor":
                rig.commits += query == "COMMIT"
                return super().execute(query, *values, **how)

        connection.cursor_factory = Cursor

    def _in_database(self, statement: str) -> None:
        _execute(make_url(self.url), statement)

    def _as_operator(self, statement: str) -> None:
        _execute(make_url(self.url).set(database="postgres"), statement)


def _execute(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="module")
def database(postgresql: str) -> URL:
    """A database of this module's own, with a current schema."""
    url = make_url(postgresql)
    _execute(url, 'CREATE DATABASE "contract"')
    own = url.set(database="contract")
    migrate.upgrade(own.render_as_string(hide_password=False))
    return own


@pytest_asyncio.fixture(loop_scope="module")
async def db(database: URL) -> AsyncIterator[Postgresql]:
    async with counting(Postgresql(database)) as rig:
        yield rig
    rig.empty()


class TestPostgresql(StorageContract): ...


class TestPostgresqlRecords(RepositoryContract): ...


class TestPostgresqlOutbox(OutboxContract): ...


async def test_migrating_an_empty_database_makes_exactly_our_tables(database: URL) -> None:
    assert migrate.is_current(database.render_as_string(hide_password=False))
    engine = create_engine(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SCHEMA) == []
    engine.dispose()


async def test_moments_are_utc_wherever_the_server_is(database: URL, db: Postgresql) -> None:
    """Else what is added to one is wrong in the nights in which clocks are changed there."""
    there = Postgresql(database.update_query_dict({"options": "-c timezone=Europe/Berlin"}))
    changing = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    await there.storage.write(lambda tx: tx.rate_buckets.put("one", changing))
    read = await there.storage.read(lambda tx: tx.rate_buckets.get("one"))
    await there.close()
    assert read is not None
    assert read + timedelta(hours=1) == changing + timedelta(hours=1)


async def test_a_connection_that_was_cut_while_it_lay_idle_is_noticed_by_nobody(db: Postgresql) -> None:
    await db.storage.write(partial(remember, "one"))
    assert await db.storage.read(remembered) == ["one"]
    db.cut_connections()
    assert await db.storage.write(partial(remember, "two")) == "two"
    assert await db.storage.read(remembered) == ["one", "two"]


async def test_several_that_were_cut_while_they_lay_idle_are_noticed_by_nobody(db: Postgresql) -> None:
    meeting = threading.Barrier(3)
    async with asyncio.TaskGroup() as readers:
        for _ in range(3):
            readers.create_task(db.storage.read(lambda _: meeting.wait(PATIENCE_S)))
    db.cut_connections()
    assert await db.storage.read(remembered) == []


async def test_whatever_was_written_before_a_connection_was_cut_while_it_lay_idle(db: Postgresql) -> None:
    def take(name: str, tx: Transaction) -> Lease:
        return tx.leases.take(name, Lease("one", LATER))

    for _ in range(3):
        taking = (db.storage.write(partial(take, str(number))) for number in range(40))
        assert all(await asyncio.gather(*taking))
        db.cut_connections()


async def test_a_connection_that_is_cut_while_somebody_reads_is_the_databases_trouble(
    db: Postgresql,
) -> None:
    def cut(tx: Transaction) -> object:
        tx.outbox.lanes(NOW)
        db.cut_connections()
        return tx.outbox.lanes(NOW)

    with pytest.raises(StorageUnavailable):
        await db.storage.read(cut)
    assert await db.storage.read(remembered) == []


async def test_a_connection_that_is_cut_in_a_transaction_has_written_nothing(db: Postgresql) -> None:
    def cut(tx: Transaction) -> str:
        remember("one", tx)
        db.cut_connections()
        return remember("two", tx)

    with pytest.raises(StorageUnavailable):
        await db.storage.write(cut)
    assert await db.storage.read(remembered) == []
    assert await db.storage.write(partial(remember, "one")) == "one"


async def test_what_no_index_can_hold_is_no_trouble_of_the_database(db: Postgresql) -> None:
    endless = replace(a_fact("one"), key=secrets.token_hex(10_000))
    with pytest.raises(OperationalError):
        await db.storage.accept(endless, NOW)
    with pytest.raises(OperationalError):
        await db.storage.write(lambda tx: tx.inbox.add(endless, NOW))
    assert await db.storage.write(partial(remember, "two")) == "two"


async def test_two_processes_that_wait_for_each_other_both_get_through(db: Postgresql) -> None:
    other = Postgresql(make_url(db.url))
    meeting = threading.Barrier(2)

    def both(first: str, second: str, tries: list[str], tx: Transaction) -> None:
        tries.append(first)
        tx.rate_buckets.put(first, NOW)
        if len(tries) == 1:  # the first time each holds what the other wants
            meeting.wait(PATIENCE_S)
        tx.rate_buckets.put(second, NOW)

    tries: tuple[list[str], list[str]] = ([], [])
    writing = [
        asyncio.create_task(db.storage.write(partial(both, "a", "b", tries[0]))),
        asyncio.create_task(other.storage.write(partial(both, "b", "a", tries[1]))),
    ]
    assert await outcomes(writing) == [None, None]
    assert max(map(len, tries)) > 1  # both, if who tries again is quicker than who waited for it
    await other.close()


async def test_what_is_dropped_while_somebody_is_about_to_take_it_is_not_taken(db: Postgresql) -> None:
    found, dropped = threading.Event(), threading.Event()

    def owe(tx: Transaction) -> None:
        tx.outbox.owe_card(LINK_ID, with_links(tx), NOW)

    def take(tx: Transaction) -> bool:
        (head,) = tx.outbox.heads(SALES.lane)
        found.set()
        assert dropped.wait(PATIENCE_S)
        return tx.outbox.take(head.id)

    await db.storage.write(owe)
    taking = asyncio.create_task(db.storage.write(take))
    assert await asyncio.to_thread(found.wait, PATIENCE_S)
    (owed,) = await db.storage.read(lambda tx: tx.outbox.unsaid())
    assert await db.storage.write(lambda tx: tx.outbox.drop(owed.id))
    dropped.set()
    assert not await taking
    assert await db.storage.read(lambda tx: tx.outbox.unsaid()) == []


def limits(tx: Transaction) -> list[str]:
    """How long a statement of this transaction waits for a lock, and how long it may take."""
    connection = tx.links.connection  # type: ignore[attr-defined]
    names = ("lock_timeout", "statement_timeout")
    return [connection.execute(text(f"SHOW {name}")).scalar_one() for name in names]


async def test_no_statement_waits_for_ever(db: Postgresql) -> None:
    assert await db.storage.write(limits) == ["5s", "1min"]


async def test_a_webhook_is_taken_while_a_link_is_locked(db: Postgresql) -> None:
    async with writer_held(db.storage):
        await db.storage.accept(a_fact("one"), NOW)
        assert await db.storage.read(remembered) == ["one"]


async def test_a_transaction_that_takes_its_time_holds_up_no_other(db: Postgresql) -> None:
    async with writer_held(db.storage):
        keys = [f"evt_{number:02}" for number in range(60)]
        tasks = await handed_in(db.storage, [partial(remember, key) for key in keys])
        assert await outcomes(tasks) == keys
        assert sorted(await db.storage.read(remembered)) == keys


def _until_somebody_waits(tx: Transaction) -> None:
    """For a row that this transaction holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    connection = tx.links.connection  # type: ignore[attr-defined]
    deadline = time.monotonic() + PATIENCE_S
    while not connection.execute(waiting).scalar_one():
        assert time.monotonic() < deadline


async def test_a_wish_that_is_taken_back_while_it_does_not_get_through_stays_taken_back(
    db: Postgresql,
) -> None:
    wished = a_provider_link(owed={Task.SHARE: BEGUN})
    held = threading.Event()

    def wish(tx: Transaction) -> None:
        with_links(tx)
        tx.provider_links.put(wished)

    def take_back(tx: Transaction) -> None:
        assert tx.links.get(wished.link_id)
        tx.provider_links.put(replace(wished, owed={}))
        held.set()
        _until_somebody_waits(tx)

    await db.storage.write(wish)
    taking_back = asyncio.create_task(db.storage.write(take_back))
    assert await asyncio.to_thread(held.wait, PATIENCE_S)
    await db.storage.write(lambda tx: tasks.not_begun(tx, tasks.PendingTask(Task.SHARE, wished)))
    await taking_back
    assert [known.owed for known in await db.storage.read(lambda tx: tx.provider_links.of(LINK_ID))] == [{}]
