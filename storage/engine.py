"""The door on SQLite: one writer thread, whose commit takes along everybody who waits.

The writer collects the functions that are waiting, runs each in a savepoint of one BEGIN IMMEDIATE
transaction and commits once, with `synchronous=FULL`; the callers resume after the commit. Nobody is
made to wait for a batch: with one caller it is one transaction. Readers have connections of their own
and, by WAL, neither wait for the writer nor hold it up.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageUnavailable
from bot.ports.clock import Clock
from bot.ports.storage import Transaction, Wake
from storage.transaction import SqlTransaction

T = TypeVar("T")
Work = Callable[[Transaction], Any]

_BATCH = 128
_READERS = 4
_BUSY_S = 5.0


@dataclass(frozen=True, slots=True)
class _Job:
    """One caller's function, and where its outcome goes."""

    work: Work
    outcome: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one job: a result or an error, and the wakes to fire if it was committed."""

    job: _Job
    result: Any = None
    error: BaseException | None = None
    wakes: tuple[Wake, ...] = ()


class SqliteStorage:
    """The storage port on a SQLite file."""

    def __init__(self, url: str, clock: Clock, on_wake: Callable[[Wake], None]) -> None:
        """`on_wake` is called on the caller's event loop, after the commit."""
        self._clock, self._on_wake = clock, on_wake
        self._engine = make_engine(url)
        self._closed = False
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(_READERS, "storage-read")
        self._writer = threading.Thread(target=self._write_for_ever, name="storage-write", daemon=True)
        self._writer.start()

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        self._check_open()
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(fn, outcome, loop))
        return await outcome

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, fn)

    async def close(self) -> None:
        """Finish what was handed in, then let go of the file; closing again is no error."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._writer.join)
        self._readers.shutdown()
        self._engine.dispose()

    def _check_open(self) -> None:
        if self._closed:
            raise StorageUnavailable("closed")

    def _read(self, fn: Callable[[Transaction], T]) -> T:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                try:
                    return fn(SqlTransaction(connection, self._clock.now()))
                finally:
                    connection.exec_driver_sql("ROLLBACK")
        except DBAPIError as error:
            raise _unavailable(error) from error

    def _write_for_ever(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch, closing = self._waiting(first)
            for outcome in self._commit(batch):
                with contextlib.suppress(RuntimeError):  # the caller's loop has ended: nobody waits any more
                    outcome.job.loop.call_soon_threadsafe(self._deliver, outcome)
            if closing:
                return

    def _waiting(self, first: _Job) -> tuple[list[_Job], bool]:
        batch = [first]
        while len(batch) < _BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _commit(self, batch: Sequence[_Job]) -> list[_Outcome]:
        """Run a batch in one transaction. If the database itself fails, nobody's changes are kept."""
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    outcomes = [self._run(connection, job) for job in batch]
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    _roll_back(connection)
                    raise
        except DBAPIError as error:
            unavailable = _unavailable(error)
            return [_Outcome(job, error=unavailable) for job in batch]
        return outcomes

    def _run(self, connection: Connection, job: _Job) -> _Outcome:
        tx = SqlTransaction(connection, self._clock.now())
        connection.exec_driver_sql("SAVEPOINT one")
        try:
            result = job.work(tx)
        except DBAPIError as error:
            connection.exec_driver_sql("ROLLBACK TO one")
            return _Outcome(job, error=_translated(error))
        except Exception as error:  # noqa: BLE001 - it is the caller's, and goes back to the caller
            connection.exec_driver_sql("ROLLBACK TO one")
            return _Outcome(job, error=error)
        connection.exec_driver_sql("RELEASE one")
        return _Outcome(job, result, wakes=tuple(tx.wakes.values()))

    def _deliver(self, outcome: _Outcome) -> None:
        for wake in outcome.wakes:
            self._on_wake(wake)
        future = outcome.job.outcome
        if future.cancelled():
            return
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.result)


def make_engine(url: str) -> Engine:
    """An engine whose transactions are begun by hand: SQLite's driver would begin them too late.

    Parameters are kept out of its error texts: they hold what customers told us.
    """
    engine = create_engine(
        url, pool_size=_READERS + 1, connect_args={"timeout": _BUSY_S}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _roll_back(connection: Connection) -> None:
    """SQLite has rolled back by itself after some errors (a full disk), and says so."""
    try:
        connection.exec_driver_sql("ROLLBACK")
    except DBAPIError:
        connection.invalidate()


def _translated(error: DBAPIError) -> Exception:
    """A broken rule of the schema is our mistake and stays what it is; the rest is the database's trouble."""
    return error if isinstance(error, IntegrityError | DataError | ProgrammingError) else _unavailable(error)


def _unavailable(error: DBAPIError) -> StorageUnavailable:
    return StorageUnavailable(str(error.orig))
