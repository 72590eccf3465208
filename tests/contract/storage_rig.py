"""A storage and what a test does with it: count commits, hold the writer, take the database away."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports.storage import Storage, Transaction, Wake
from storage.engine import SqlStorage
from tests.fakes import Clock
from tests.rigs import PATIENCE_S

T = TypeVar("T")
RigT = TypeVar("RigT", bound="StorageRig")


class StorageRig:
    """One database with a current schema, and the storage that is open on it."""

    direct = False  # True: no PgBouncer is between

    def __init__(self, url: str) -> None:
        self.url, self.clock = url, Clock()  # which stands still
        self.wakes: list[Wake] = []  # fired so far
        self.commits = 0  # how many transactions have been committed so far
        self.commits_at_wake: list[int] = []  # how many there had been when each was fired
        self.open()

    def open(self) -> None:
        self.storage = SqlStorage(self.url, self.clock, self._wake, direct=self.direct)

    async def close(self) -> None:
        """Close the storage; once more is none the worse."""
        await self.storage.close()

    async def reopen(self) -> None:
        """Close it, and open another on the same database, as a restart does."""
        await self.close()
        self.open()

    def unavailable(self) -> AbstractContextManager[None]:
        """While the block runs the database takes no transaction."""
        raise NotImplementedError

    def nearly_full(self) -> AbstractContextManager[None]:
        """While the block runs there is room for a little, and not for a megabyte."""
        raise NotImplementedError

    def connected(self, connection: Any, _: ConnectionPoolEntry) -> None:
        """Called with each connection of the driver's; from then on its commits are counted."""
        raise NotImplementedError

    def _wake(self, wake: Wake) -> None:
        self.wakes.append(wake)
        self.commits_at_wake.append(self.commits)


@contextlib.asynccontextmanager
async def counting(rig: RigT) -> AsyncIterator[RigT]:
    """The rig is told of every connection while the block runs; then it is closed."""
    event.listen(Engine, "connect", rig.connected)
    try:
        yield rig
    finally:
        await rig.close()
        event.remove(Engine, "connect", rig.connected)


@contextlib.asynccontextmanager
async def writer_held(storage: Storage) -> AsyncIterator[None]:
    """The writer is in the middle of a transaction while the block runs."""
    entered, released = threading.Event(), threading.Event()

    def hold(_: Transaction) -> None:
        entered.set()
        assert released.wait(PATIENCE_S)

    holding = asyncio.create_task(storage.write(hold))
    assert await asyncio.to_thread(entered.wait, PATIENCE_S)
    try:
        yield
    finally:
        released.set()
        await holding


async def handed_in(storage: Storage, fns: Sequence[Callable[[Transaction], T]]) -> "list[asyncio.Task[T]]":
    """Everybody calls `write` at once and now waits."""
    tasks = [asyncio.create_task(storage.write(fn)) for fn in fns]
    await asyncio.sleep(0)  # each runs as far as it can: into the queue
    return tasks


async def outcomes(tasks: Sequence["asyncio.Task[Any]"]) -> list[Any]:
    """What came of each: a result, or the error."""
    async with asyncio.timeout(PATIENCE_S):
        return await asyncio.gather(*tasks, return_exceptions=True)


class Undo(Exception):
    """Ends a transaction of which nothing shall stay."""


async def trying(db: StorageRig, work: Callable[[Transaction], T]) -> T:
    """What `work` gives in a transaction that is then undone."""
    results: list[T] = []

    def tried(tx: Transaction) -> None:
        results.append(work(tx))
        raise Undo

    with pytest.raises(Undo):
        await db.storage.write(tried)
    return results[0]
