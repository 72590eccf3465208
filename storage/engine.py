"""The storage port: SQLite with one writer, PostgreSQL with a pool."""

import asyncio
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar, cast

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageUnavailable
from bot.ports.clock import Clock
from bot.ports.storage import Note, Transaction, Wake
from bot.ports.traffic import InboundFact
from storage.columns import from_json, to_json
from storage.connections import FILE, Dialect, begin, check_file, identity, roll_back, unavailable
from storage.transaction import SqlTransaction
from storage.writer import Received, Writer

T = TypeVar("T")

_READERS = 4
_WRITERS, _TOGETHER = 4, 4  # on PostgreSQL: threads that write, and callers that share a transaction
_BUSY_S = 5
_OFTEN = 5  # runs, after which psycopg prepares a statement by default
_GONE_S = 10  # of silence: then a machine counts as gone, and its locks are released
_CONNECTING = {
    "connect_timeout": _BUSY_S,
    "tcp_user_timeout": _GONE_S * 1000,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "target_session_attrs": "primary",  # who meets a replica, as in a failover, calls again
}
_LOCKED_S = 2  # to wait for a file that another process has locked; senders of webhooks wait 10 s
_CONFLICTS = {"40001", "40P01", "55P03"}  # serialisation failure, deadlock, lock not available

_LIMITS = {
    "lock_timeout": f"{_BUSY_S}s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": f"{_GONE_S}s",
}

_SQLITE = Dialect("BEGIN IMMEDIATE", "BEGIN", is_conflict=lambda _: False)
_POSTGRESQL = Dialect(
    "BEGIN",
    "BEGIN ISOLATION LEVEL REPEATABLE READ",
    is_conflict=lambda error: getattr(error.orig, "sqlstate", None) in _CONFLICTS,
)
# PgBouncer lends the connection to others: limits are for one transaction, in the round trip of its BEGIN.
_BEHIND_PGBOUNCER = replace(
    _POSTGRESQL,
    begin_write="; ".join(["BEGIN", *(f"SET LOCAL {name} = '{limit}'" for name, limit in _LIMITS.items())]),
)


class SqlStorage:
    """The storage port on a SQLite file or a PostgreSQL database.

    Readers have connections of their own; they neither wait for writers nor hold them up. On SQLite all
    writers are one. On PostgreSQL there are several, as there are in other processes, and inbound facts have
    one to themselves, since no lock of a link shall keep a webhook waiting.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        on_wake: Callable[[Wake], None],
        on_note: Callable[[Note], None] = lambda _: None,
        *,
        direct: bool = False,
    ) -> None:
        """`on_wake` and `on_note` are called on the caller's event loop, after the commit.

        `direct`: connections are to the database itself, and not to a PgBouncer.
        """
        self._clock, self._closed = clock, False
        self._engine = make_engine(url, direct=direct)
        self._dialect = _dialect_of(self._engine, direct=direct)
        self._readers = ThreadPoolExecutor(_READERS, "storage-read")
        make = partial(Writer, self._engine, self._dialect, clock, on_wake, on_note=on_note)
        if self._engine.dialect.name == "sqlite":
            self._writer = self._acceptor = make(name="storage-write")
        else:
            self._writer = make(name="storage-write", threads=_WRITERS, together=_TOGETHER)
            self._acceptor = make(name="storage-accept")

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        self._check_open()
        return cast("T", await self._writer.write(fn))

    async def accept(self, fact: InboundFact, at: datetime) -> None:
        self._check_open()
        await self._acceptor.write(Received(fact, at))

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, fn)

    async def close(self) -> None:
        """Finish what was handed in, then let go of the database; closing again is no error."""
        if self._closed:
            return
        self._closed = True
        for writer in {self._writer, self._acceptor}:
            await writer.close()
        await asyncio.get_running_loop().run_in_executor(None, self._readers.shutdown)
        self._engine.dispose()

    def _check_open(self) -> None:
        if self._closed:
            raise StorageUnavailable("closed")

    def _read(self, fn: Callable[[Transaction], T]) -> T:
        try:
            with self._engine.connect() as connection:
                check_file(connection)
                begin(connection, self._dialect.begin_read)
                try:
                    return fn(SqlTransaction(connection, self._clock.now(), locks=False))
                finally:
                    roll_back(connection)
        except DBAPIError as error:
            raise unavailable(error) from error


def _dialect_of(engine: Engine, *, direct: bool) -> Dialect:
    if engine.dialect.name == "sqlite":
        return _SQLITE
    return _POSTGRESQL if direct else _BEHIND_PGBOUNCER


def make_engine(url: str, *, direct: bool = False) -> Engine:
    """An engine whose transactions are begun by hand (`direct`: see SqlStorage).

    Parameters are kept out of its error texts: they hold what customers told us.
    """
    if make_url(url).get_backend_name() == "postgresql":
        return _postgresql(url, direct=direct)
    return _sqlite(url)


def _sqlite(url: str) -> Engine:
    """SQLite's driver would begin a transaction too late."""
    path = make_url(url).database or ""
    first_seen = cache(partial(identity, path))
    engine = create_engine(
        url,
        pool_size=_READERS + 1,
        connect_args={"timeout": _LOCKED_S},
        hide_parameters=True,
        json_serializer=to_json,
        json_deserializer=from_json,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        entry.info[FILE] = (path, first_seen())  # the file is there by now

    return engine


def _postgresql(url: str, *, direct: bool) -> Engine:
    """What is said often is kept prepared; not behind PgBouncer, which lends each transaction any.

    Moments are in the connection's time zone, which is the server's unless told: Python adds to its clocks.
    """
    prepared = {"prepare_threshold": _OFTEN if direct else None}
    engine = create_engine(
        url,
        pool_size=_READERS + _WRITERS + 1,
        isolation_level="AUTOCOMMIT",
        connect_args=prepared | _CONNECTING,
        hide_parameters=True,
        json_serializer=to_json,
        json_deserializer=from_json,
    )

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _: ConnectionPoolEntry, arguments: Any, named: Any) -> Any:
        """One that is not opened is closed at once: see adapters/work/connector.py."""
        try:
            return dialect.connect(*arguments, **named)
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)
            raise

    told = {"timezone": "UTC"} | (_LIMITS if direct else {})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: ConnectionPoolEntry) -> None:
        """Once for all transactions; a PgBouncer, which lends it to others, keeps their time zones apart."""
        connection.autocommit = True
        connection.execute("; ".join(f"SET {name} = '{value}'" for name, value in told.items()))

    return engine
