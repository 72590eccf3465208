"""One thread that commits for everybody who waits.

It collects what is waiting, runs all of it in one transaction and commits once; the callers resume after the
commit. If one of them fails, all are run again, each in a savepoint. Nobody is made to wait for a batch: with
one caller it is one transaction, and what takes long is committed in several. Inbound facts, of which there
can be very many, are stored by one statement for all of a batch, before anything else.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from bot.ports.clock import Clock
from bot.ports.storage import Note, Transaction, Wake
from bot.ports.traffic import InboundFact
from storage.connections import Dialect, Kept, begin, roll_back, unavailable
from storage.inbox import add_all
from storage.prepared import say
from storage.transaction import SqlTransaction

Work = Callable[[Transaction], Any]

_TRIES = 5
_SLICE_S = 0.01  # a transaction ends with the function that is running then


@dataclass(slots=True)  # thousands a second: a frozen one takes three times as long to make
class Received:
    """An inbound fact that is to be stored once."""

    fact: InboundFact
    at: datetime


@dataclass(slots=True, eq=False)
class _Job:
    """What one caller wants, and where its outcome goes."""

    work: Work | Received
    outcome: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


@dataclass(slots=True)
class _Outcome:
    """What came of one job: a result or an error, and what to fire and tell if it was committed."""

    job: _Job
    result: Any = None
    error: BaseException | None = None
    wakes: tuple[Wake, ...] = ()
    notes: tuple[Note, ...] = ()


class Writer:
    """Commits what is handed in. One that has one thread does so in the order of the calls."""

    def __init__(
        self,
        engine: Engine,
        dialect: Dialect,
        clock: Clock,
        on_wake: Callable[[Wake], None],
        *,
        on_note: Callable[[Note], None],
        name: str,
        threads: int = 1,
        together: int = 128,
    ) -> None:
        """`on_wake` and `on_note` are called on the caller's event loop, after the commit.

        `together`: how many share a transaction at most.
        """
        self._engine, self._dialect, self._clock = engine, dialect, clock
        self._on_wake, self._on_note, self._together = on_wake, on_note, together
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._write_for_ever, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def write(self, work: Work | Received) -> Any:
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Any] = loop.create_future()
        self._jobs.put(_Job(work, outcome, loop))
        return await outcome

    async def close(self) -> None:
        """Finish what was handed in."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            await asyncio.get_running_loop().run_in_executor(None, thread.join)

    def _write_for_ever(self) -> None:
        kept, batch, closing = Kept(self._engine), list[_Job](), False
        while batch or not closing:
            batch, closed = self._waiting(batch)
            closing = closing or closed
            outcomes = self._commit(kept, batch) if batch else []
            for loop in {outcome.job.loop for outcome in outcomes}:
                with contextlib.suppress(RuntimeError):  # the caller's loop has ended: nobody waits any more
                    loop.call_soon_threadsafe(self._deliver_all, loop, outcomes)
            batch = batch[len(outcomes) :]
        kept.give_back()

    def _waiting(self, left: Sequence[_Job]) -> tuple[list[_Job], bool]:
        """What is to be done next, facts first, and whether the rest of it was the last."""
        batch, closed = list(left), False
        while len(batch) < self._together:
            try:
                job = self._jobs.get(block=not batch)
            except queue.Empty:
                break
            if job is None:
                closed = True
                break
            batch.append(job)
        return sorted(batch, key=lambda job: not isinstance(job.work, Received)), closed

    def _commit(self, kept: Kept, batch: Sequence[_Job], tries: int = _TRIES) -> list[_Outcome]:
        """Run a batch in one transaction. If the database itself fails, nobody's changes are kept.

        Whoever got in another process's way is tried again, each by itself: one link's lock at a time.
        """
        try:
            with kept as connection:
                if all(isinstance(job.work, Received) for job in batch) and (
                    stored := self._store_alone(connection, batch)
                ):
                    return stored
                begin(connection, self._dialect.begin_write)
                try:
                    outcomes = self._run_all(connection, batch)
                    if any(outcome.error is None for outcome in outcomes):
                        say(connection, "COMMIT")
                    else:
                        roll_back(connection)
                except BaseException:
                    roll_back(connection)
                    raise
        except DBAPIError as error:
            if self._dialect.is_conflict(error) and tries:
                return [outcome for job in batch for outcome in self._commit(kept, [job], tries - 1)]
            trouble: Exception = unavailable(error)
        except Exception as error:  # noqa: BLE001 - the writer's outermost loop: it serves everybody after these
            trouble = error
        else:
            return outcomes
        return [_Outcome(job, error=trouble) for job in batch]

    def _run_all(self, connection: Connection, batch: Sequence[_Job]) -> list[_Outcome]:
        """The first of them, or more while there is time, in their order."""
        outcomes = self._run_together(connection, batch)
        if len(batch) == 1 or outcomes[-1].error is None:
            return outcomes
        say(connection, "ROLLBACK")
        begin(connection, self._dialect.begin_write)
        return list(_while_time(partial(self._run_apart, connection), batch))

    def _run_together(self, connection: Connection, batch: Sequence[_Job]) -> list[_Outcome]:
        """Up to the first that fails."""
        facts = [job for job in batch if isinstance(job.work, Received)]
        outcomes = self._store(connection, facts) if facts else []
        if not outcomes or outcomes[-1].error is None:
            for outcome in _while_time(partial(self._run, connection), batch[len(facts) :]):
                outcomes.append(outcome)
                if outcome.error is not None:
                    break
        return outcomes

    def _store(self, connection: Connection, jobs: Sequence[_Job]) -> list[_Outcome]:
        """All at once; one outcome if they cannot be."""
        facts = [job.work for job in jobs if isinstance(job.work, Received)]
        try:
            add_all(connection, [(each.fact, each.at) for each in facts])
        except Exception as error:  # one caller's, and goes back to that one alone
            if isinstance(error, DBAPIError) and self._ends_all(error):
                raise
            return [_Outcome(jobs[0], error=error)]
        stripes = {each.fact.stripe_key: job for job, each in zip(jobs, facts, strict=True)}
        wakes = {job: Wake("inbox", key) for key, job in stripes.items()}
        return [_Outcome(job, wakes=(wakes[job],) if job in wakes else ()) for job in jobs]

    def _store_alone(self, connection: Connection, jobs: Sequence[_Job]) -> list[_Outcome]:
        """One statement is a transaction by itself. Nothing if it fails, or the connection was lost idle."""
        try:
            outcomes = self._store(connection, jobs)
        except DBAPIError as error:
            if error.connection_invalidated:
                return []
            raise
        return outcomes if outcomes[-1].error is None else []

    def _run_apart(self, connection: Connection, job: _Job) -> _Outcome:
        """What fails of it is undone, and nothing of the others."""
        say(connection, "SAVEPOINT one")
        outcome = self._run(connection, job)
        failed = outcome.error is not None
        say(connection, "ROLLBACK TO SAVEPOINT one" if failed else "RELEASE SAVEPOINT one")
        return outcome

    def _run(self, connection: Connection, job: _Job) -> _Outcome:
        work = partial(_add, job.work) if isinstance(job.work, Received) else job.work
        tx = SqlTransaction(connection, self._clock.now())
        try:
            result = work(tx)
        except DBAPIError as error:
            if self._ends_all(error):
                raise
            return _Outcome(job, error=_translated(error))
        except Exception as error:  # noqa: BLE001 - it is the caller's, and goes back to the caller
            return _Outcome(job, error=error)
        return _Outcome(job, result, wakes=tuple(tx.wakes.values()), notes=tuple(tx.notes))

    def _ends_all(self, error: DBAPIError) -> bool:
        """Is the whole transaction over, and not only what was done since the savepoint?"""
        return error.connection_invalidated or self._dialect.is_conflict(error)

    def _deliver_all(self, loop: asyncio.AbstractEventLoop, outcomes: Sequence[_Outcome]) -> None:
        """Nobody's wake or note comes between another caller and its outcome."""
        mine = [outcome for outcome in outcomes if outcome.job.loop is loop]
        for outcome in mine:
            _resume(outcome)
        for outcome in mine:
            for wake in outcome.wakes:
                self._on_wake(wake)
            for note in outcome.notes:
                self._on_note(note)


def _while_time(run: Callable[[_Job], _Outcome], jobs: Sequence[_Job]) -> Iterator[_Outcome]:
    until = time.monotonic() + _SLICE_S
    for job in jobs:
        yield run(job)
        if time.monotonic() > until:
            return


def _resume(outcome: _Outcome) -> None:
    future = outcome.job.outcome
    if future.cancelled():
        return
    if outcome.error is not None:
        future.set_exception(outcome.error)
    else:
        future.set_result(outcome.result)


def _add(received: Received, tx: Transaction) -> None:
    if tx.inbox.add(received.fact, received.at):
        tx.wake("inbox", received.fact.stripe_key)


def _translated(error: DBAPIError) -> Exception:
    """A broken rule of the schema is our mistake and stays what it is; the rest is the database's trouble."""
    return error if isinstance(error, IntegrityError | DataError | ProgrammingError) else unavailable(error)
