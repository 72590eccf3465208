"""A storage and what a test does with it: count commits, hold the writer, take the database away."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

import pytest

from bot.ports.storage import Storage, Transaction, Wake
from tests.fakes import Clock
from tests.rigs import PATIENCE_S

T = TypeVar("T")


class StorageRig(Protocol):
    """One database with a current schema, and the storage that is open on it."""

    storage: Storage
    clock: Clock  # stands still
    wakes: list[Wake]  # fired so far
    commits_at_wake: list[int]  # how many commits there had been when each was fired

    @property
    def commits(self) -> int:
        """How many transactions have been committed so far."""

    async def close(self) -> None:
        """Close the storage."""

    async def reopen(self) -> None:
        """Close it, and open another on the same database, as a restart does."""

    def unavailable(self) -> AbstractContextManager[None]:
        """While the block runs the database takes no transaction."""

    def nearly_full(self) -> AbstractContextManager[None]:
        """While the block runs there is room for a little, and not for a megabyte."""


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
