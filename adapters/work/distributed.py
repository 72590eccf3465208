"""Wakes run by procrastinate on PostgreSQL, by any of many processes.

A job says "look at this key now", no more: our own rows are the truth. Its lock is its key, so one runs at
a time; its queueing lock is the same, so one at most waits. What is for later is a timer here, and a row for
the sweep, which is every process's own.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException, ProcrastinateException
from psycopg_pool import AsyncConnectionPool

from adapters.work.handling import AT_ONCE, DRAIN_S, Handler, Places
from adapters.work.sweeping import Sweep, keep_sweeping
from adapters.work.timers import Timers
from bot.errors import StorageUnavailable
from bot.ports.clock import Clock
from bot.ports.storage import Wake

log = structlog.get_logger(__name__)

_CHATS = ("slack", "telegram")
_SOURCES = 3  # of inbound facts: webhooks, hints and updates are worked on beside each other
_QUEUE, _PATIENT = "paylink", "paylink_patient"
_ASKING = frozenset({"link", "lookup", "delivery"})  # whoever is asked may hang, by the thousand
_HEARTBEAT_S, _DEAD_AFTER_S = 2.0, 8.0
_RECOVER_EVERY_S = 4.0
_AGAIN_S = 1.0
_CONNECTING = {  # a server that says nothing any more is missed after 10 seconds, whoever waits for it
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}

# procrastinate's own call refuses a whole batch if one of it waits already.
_DEFER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
SELECT
    job ->> 'queue', job ->> 'kind', job ->> 'slot', job ->> 'slot', jsonb_build_object('key', job ->> 'key')
FROM unnest(%(jobs)s::jsonb[]) AS job
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""

# Those of dead processes, and in queues of earlier settings, where they keep their key from all others.
# In one statement: of several that look after them, each job is given to one.
_TAKE_WHAT_NOBODY_DOES = """
DELETE FROM procrastinate_jobs AS job
WHERE status = 'doing' AND NOT EXISTS (
    SELECT FROM procrastinate_workers AS worker
    WHERE worker.id = job.worker_id AND last_heartbeat > now() - make_interval(secs => %(dead_after_s)s)
) OR status = 'todo' AND queue_name <> ALL(%(queues)s::text[])
RETURNING task_name AS kind, args ->> 'key' AS key
"""


class DistributedWork:
    """Hands wakes to the engine; a process that also works runs the handlers of any."""

    def __init__(self, url: str, clock: Clock, accounts: Collection[str]) -> None:
        """`url`: the database itself, since listening does not work through a PgBouncer."""
        self._queues = _queues(accounts)
        self._failed = asyncio.Event()
        self._connector = _Connector(
            self._failed,
            conninfo=url.replace("postgresql+psycopg://", "postgresql://", 1),
            kwargs=_CONNECTING,
            min_size=1,
            max_size=8,
            reconnect_timeout=_AGAIN_S,
            configure=_configure,
        )
        self._app = App(connector=self._connector)
        self._timers = Timers(clock, self.wake)
        self._waiting: dict[tuple[str, str], None] = {}
        self._flush: asyncio.Task[None] | None = None
        self._places = Places()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Wakes can be handed over while the block runs."""
        async with self._app.open_async():
            try:
                yield
            finally:
                self._timers.stop()
                if self._flush is not None:
                    await self._flush

    def wake(self, wake: Wake) -> None:
        """Have the wake's key looked at, now or at its time. Wakes of one moment go together."""
        if self._timers.set(wake):
            return
        self._waiting[wake.kind, wake.key] = None
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._hand_over())

    async def answers(self) -> bool:
        """Can wakes be handed over?"""
        try:
            return await self._app.check_connection_async()
        except ProcrastinateException:
            return False

    async def run(self, handlers: Mapping[str, Handler], sweep: Sweep) -> None:
        """Work until cancelled; then let what is running finish, for DRAIN_S seconds at most."""
        for kind, handler in handlers.items():
            self._app.task(name=kind)(self._task(kind, handler))
        await asyncio.gather(self._serve(), keep_sweeping(sweep, self.wake), self._keep_recovering())

    async def _serve(self) -> None:
        """Work on all queues. After any trouble everybody begins anew, and what they were at is found.

        An engine that could not say what became of a job goes on, and holds its lock for ever.
        """
        while True:
            self._failed.clear()
            working = [self._work(queue, places) for queue, places in self._queues.items()]
            tasks = [asyncio.create_task(each) for each in (*working, self._failed.wait())]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                await self._connector.pool.check()  # whoever ends says so by one that works
            finally:
                for task in tasks:
                    task.cancel()
                ended = await asyncio.gather(*tasks, return_exceptions=True)
            trouble = next((each for each in ended if isinstance(each, Exception)), None)
            log.error("work.begins_anew", exc_info=trouble)
            await asyncio.sleep(_AGAIN_S)
            await self._recover()

    async def _work(self, queue: str, at_once: int) -> None:
        await self._app.run_worker_async(
            queues=[queue],
            concurrency=at_once,
            delete_jobs="always",
            install_signal_handlers=False,
            shutdown_graceful_timeout=DRAIN_S,
            fetch_job_polling_interval=_AGAIN_S,
            update_heartbeat_interval=_HEARTBEAT_S,
            stalled_worker_timeout=_DEAD_AFTER_S,
        )

    async def _hand_over(self) -> None:
        while self._waiting:
            slots, self._waiting = list(self._waiting), {}
            jobs_ = [
                {"queue": self._queue(kind, key), "kind": kind, "key": key, "slot": f"{kind}:{key}"}
                for kind, key in slots
            ]
            try:
                await self._connector.execute_query_async(_DEFER, jobs=jobs_)
            except Exception:  # the rows are there: the sweep finds them
                log.exception("work.not_handed_over", wakes=len(slots))

    def _queue(self, kind: str, key: str) -> str:
        """Where a wake waits for a place."""
        if kind == "watch":
            return _PATIENT
        own = f"{_QUEUE}_{key.partition(':')[0]}"
        return own if kind in _ASKING and own in self._queues else _QUEUE

    def _task(self, kind: str, handler: Handler) -> Handler:
        async def run(key: str) -> None:
            await self._places.run(kind, key, handler)

        return run

    async def _keep_recovering(self) -> None:
        while True:
            await self._recover()
            await asyncio.sleep(_RECOVER_EVERY_S)

    async def _recover(self) -> None:
        """What nobody does is looked at again: what dead processes, or we before we began anew, were at."""
        asked = {"dead_after_s": _DEAD_AFTER_S, "queues": list(self._queues)}
        try:
            async with asyncio.timeout(_RECOVER_EVERY_S):
                found = await self._connector.execute_query_all_async(_TAKE_WHAT_NOBODY_DOES, **asked)
            for job in found:
                self.wake(Wake(job["kind"], job["key"]))
        except Exception:  # the next one looks again
            log.exception("work.recovery_failed")


def _queues(accounts: Collection[str]) -> dict[str, int]:
    """How many jobs of each queue run at once. Each chat and each account has a queue to itself."""
    return {
        _QUEUE: _SOURCES * AT_ONCE["inbox"] + AT_ONCE["drafts"],
        _PATIENT: AT_ONCE["watch"],
        **{f"{_QUEUE}_{chat}": AT_ONCE["delivery"] for chat in _CHATS},
        **{f"{_QUEUE}_{account}": AT_ONCE["link"] + AT_ONCE["lookup"] for account in accounts},
    }


async def _configure(connection: Any) -> None:
    """For statements that stand alone (BEGIN and COMMIT around each would double them) and may be lost.

    A job is no more than a wake: nobody waits for the disk until one is stored or gone.
    """
    try:
        await connection.set_autocommit(True)
        await connection.execute("SET synchronous_commit = off")
    except BaseException:
        await connection.close()
        raise


class _Connector(PsycopgConnector):
    """Lets it be known that the database did not do as it was told."""

    def __init__(self, failed: asyncio.Event, **settings: Any) -> None:
        super().__init__(pool_factory=partial(_Pool, failed), **settings)
        self._failed = failed

    @contextlib.asynccontextmanager
    async def _get_standalone_connection(self) -> AsyncGenerator[Any]:
        """Closed at once: who is cancelled twice would leave it open after asking it to roll back."""
        async with super()._get_standalone_connection() as connection:
            try:
                yield connection
            finally:
                await connection.close()

    async def listen_notify(self, on_notification: Any, channels: Iterable[str]) -> None:
        with _noticed(self._failed):
            await super().listen_notify(on_notification, channels)


class _Pool(AsyncConnectionPool[Any]):
    """Connections that are not asked beforehand whether they still work: the statement tells."""

    def __init__(self, failed: asyncio.Event, *, check: object, **settings: Any) -> None:  # noqa: ARG002 - left out
        super().__init__(**settings)
        self._failed = failed

    @contextlib.asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[Any]:  # noqa: ASYNC109 - the pool's
        with _noticed(self._failed):
            async with super().connection(timeout) as connection:
                yield connection


@contextlib.contextmanager
def _noticed(failed: asyncio.Event) -> Iterator[None]:
    try:
        yield
    except Exception:
        failed.set()
        raise


async def upgrade(url: str) -> None:
    """Make the engine's own tables, once; raises StorageUnavailable."""
    app = App(connector=PsycopgConnector(conninfo=url.replace("+psycopg", "", 1)))
    try:
        async with app.open_async():
            if not await app.check_connection_async():
                await app.schema_manager.apply_schema_async()
    except ConnectorException as error:
        raise StorageUnavailable(str(error.__cause__ or error)) from error
