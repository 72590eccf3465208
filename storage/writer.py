"""One thread that commits for all waiting callers.

It collects what is waiting, runs all of it in one transaction and commits once; the callers resume after the
commit. If one of them fails, all are run again, each in a savepoint. Nobody waits for a batch to fill: with
one caller it is one transaction, and what takes long is committed in several. Inbound facts, which can be
very many, alternate with everything else, and are stored by one statement.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
_TOO_MUCH = "54"  # PostgreSQL's class of what goes beyond its limits, however often it is tried
_SLICE = timedelta(milliseconds=10)  # a transaction ends with the function that is running then


@dataclass(slots=True)  # thousands a second: a frozen one takes three times as long to make
class Received:
    """An inbound fact to be stored once."""

    fact: InboundFact
    at: datetime


@dataclass(slots=True, eq=False)
class _Job:
    """A caller's function, and where its outcome goes."""

    work: Work | Received
    outcome: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


@dataclass(slots=True)
class _Outcome:
    """A result or an error, and what to fire and log if it was committed."""

    job: _Job
    result: Any = None
    error: BaseException | None = None
    wakes: tuple[Wake, ...] = ()
    notes: tuple[Note, ...] = ()


class Writer:
    """Commits jobs; with a single thread, in the order of the calls."""

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

        `together`: how many jobs share a transaction at most.
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
        """Finish the jobs that were handed in."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            await asyncio.get_running_loop().run_in_executor(None, thread.join)

    def _write_for_ever(self) -> None:
        kept, waiting, closing = Kept(self._engine), list[_Job](), False
        while waiting or not closing:
            closing = closing or self._add_waiting(waiting)
            facts = [job for job in waiting if isinstance(job.work, Received)]
            functions = [job for job in waiting if not isinstance(job.work, Received)]
            waiting = self._work_off(kept, facts) + self._work_off(kept, functions)
        kept.give_back()

    def _add_waiting(self, waiting: list[_Job]) -> bool:
        """Collect the waiting jobs; block for one if there are none. Gives whether the writer is closing."""
        while len(waiting) < self._together:
            try:
                job = self._jobs.get(block=not waiting)
            except queue.Empty:
                return False
            if job is None:
                return True
            waiting.append(job)
        return False

    def _work_off(self, kept: Kept, batch: list[_Job]) -> list[_Job]:
        """Commit as many as there is time for, and deliver their outcomes. Gives the rest."""
        outcomes = self._commit(kept, batch) if batch else []
        for loop in {outcome.job.loop for outcome in outcomes}:
            with contextlib.suppress(RuntimeError):  # the caller's loop has ended: nobody waits any more
                loop.call_soon_threadsafe(self._deliver_all, loop, outcomes)
        return batch[len(outcomes) :]

    def _commit(self, kept: Kept, batch: Sequence[_Job], tries: int = _TRIES) -> list[_Outcome]:
        """Run facts, or as many functions as there is time for, in one transaction; all fail if it does.

        After a conflict with another process each is tried again by itself: one link's lock at a time.
        """
        try:
            with kept as connection:
                return self._store_alone(connection, batch) or self._transact(connection, batch)
        except DBAPIError as error:
            if self._dialect.is_conflict(error) and tries:
                return [outcome for job in batch for outcome in self._commit(kept, [job], tries - 1)]
            trouble: Exception = unavailable(error)
        except Exception as error:  # noqa: BLE001 - the writer's outermost loop: it serves everybody after these
            trouble = error
        return [_Outcome(job, error=trouble) for job in batch]

    def _transact(self, connection: Connection, batch: Sequence[_Job]) -> list[_Outcome]:
        """An exception gives the connection back, which ends the transaction."""
        begin(connection, self._dialect.begin_write)
        outcomes = self._run_all(connection, batch)
        if any(outcome.error is None for outcome in outcomes):
            say(connection, "COMMIT")
        else:
            roll_back(connection)
        return outcomes

    def _run_all(self, connection: Connection, batch: Sequence[_Job]) -> list[_Outcome]:
        """Run one, and more while there is time, in order. If one fails, all run again, each by itself."""
        outcomes = []
        for outcome in self._while_time(partial(self._run, connection), batch):
            outcomes.append(outcome)
            if outcome.error is not None and len(batch) > 1:
                say(connection, "ROLLBACK")
                begin(connection, self._dialect.begin_write)
                return list(self._while_time(partial(self._run_apart, connection), batch))
        return outcomes

    def _while_time(self, run: Callable[[_Job], _Outcome], jobs: Sequence[_Job]) -> Iterator[_Outcome]:
        until = self._clock.now() + _SLICE
        for job in jobs:
            yield run(job)
            if self._clock.now() > until:
                return

    def _store_alone(self, connection: Connection, jobs: Sequence[_Job]) -> list[_Outcome]:
        """Store facts all at once: one statement is a transaction by itself.

        Gives nothing if there are none, if one cannot be stored, or if the connection was lost while idle.
        """
        facts = [job.work for job in jobs if isinstance(job.work, Received)]
        if not facts:
            return []
        try:
            add_all(connection, [(each.fact, each.at) for each in facts])
        except Exception as error:
            if isinstance(error, DBAPIError) and not (error.connection_invalidated or _is_ours(error)):
                raise
            return []  # each is stored by itself, and told what is wrong with it
        stripes = {each.fact.stripe_key: job for job, each in zip(jobs, facts, strict=True)}
        wakes = {job: Wake("inbox", key) for key, job in stripes.items()}
        return [_Outcome(job, wakes=(wakes[job],) if job in wakes else ()) for job in jobs]

    def _run_apart(self, connection: Connection, job: _Job) -> _Outcome:
        """Run it in a savepoint: if it fails, only its own changes are undone."""
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
            return _Outcome(job, error=error if _is_ours(error) else unavailable(error))
        except Exception as error:  # noqa: BLE001 - it is the caller's, and goes back to the caller
            return _Outcome(job, error=error)
        return _Outcome(job, result, wakes=tuple(tx.wakes.values()), notes=tuple(tx.notes))

    def _ends_all(self, error: DBAPIError) -> bool:
        """Is the whole transaction over, and not only what was done since the savepoint?"""
        return error.connection_invalidated or self._dialect.is_conflict(error)

    def _deliver_all(self, loop: asyncio.AbstractEventLoop, outcomes: Sequence[_Outcome]) -> None:
        """Wakes and notes keep nobody waiting: the callers go on first."""
        mine = [outcome for outcome in outcomes if outcome.job.loop is loop]
        for outcome in mine:
            _resume(outcome)
        for outcome in mine:
            for wake in outcome.wakes:
                self._on_wake(wake)
        notes = [note for outcome in mine for note in outcome.notes]
        if notes:
            loop.call_soon(self._note_all, notes)

    def _note_all(self, notes: Sequence[Note]) -> None:
        for note in notes:
            self._on_note(note)


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


def _is_ours(error: DBAPIError) -> bool:
    """A broken rule of the schema, or what no index can hold; the rest is the database's trouble."""
    too_much = str(getattr(error.orig, "sqlstate", "")).startswith(_TOO_MUCH)
    return too_much or isinstance(error, IntegrityError | DataError | ProgrammingError)
