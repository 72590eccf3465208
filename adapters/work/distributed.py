"""Wakes run by procrastinate on PostgreSQL, by any of many processes.

A job says "look at this key now", no more: our own rows are the truth. Its lock is its key, so one runs at
a time; its queueing lock is the same, so one at most waits. What is for later is a timer here, and a row for
the sweep, which one process at a time is given every few seconds.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector, jobs
from procrastinate.exceptions import ProcrastinateException
from psycopg_pool import AsyncConnectionPool

from adapters.work.in_process import AT_ONCE, DRAIN_S, Handler, Limits, Sweep
from adapters.work.timers import Timers
from bot.ports.clock import Clock
from bot.ports.storage import Wake

log = structlog.get_logger(__name__)

_QUEUE = "paylink"
_QUEUES: Mapping[str, str] = {  # each has places of its own: whoever is asked there may hang, by the thousand
    "inbox": _QUEUE,
    "drafts": _QUEUE,
    "link": "paylink_backends",
    "lookup": "paylink_backends",
    "delivery": "paylink_chats",
    "watch": "paylink_patient",
}
_SOURCES = 3  # of inbound facts: webhooks, hints and updates are worked on beside each other
_HEARTBEAT_S, _DEAD_AFTER_S = 2.0, 8.0
_SWEEP_CRON, _RECOVER_CRON = "* * * * * */2", "* * * * * */4"  # the last field is seconds
_ALWAYS = 2  # the sweep, and taking over from the dead
_FIRST = 100  # priority: what keeps everything going does not queue behind it
_AGAIN_S = 1.0

# procrastinate's own call refuses a whole batch if one of it waits already.
_DEFER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
SELECT
    job ->> 'queue', job ->> 'kind', job ->> 'slot', job ->> 'slot', jsonb_build_object('key', job ->> 'key')
FROM unnest(%(jobs)s::jsonb[]) AS job
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


class DistributedWork:
    """Hands wakes to the engine; a process that also works runs the handlers of any."""

    def __init__(self, url: str, clock: Clock) -> None:
        """`url`: the database itself, since listening does not work through a PgBouncer."""
        conninfo = url.replace("postgresql+psycopg://", "postgresql://", 1)
        connector = PsycopgConnector(
            conninfo=conninfo, min_size=1, max_size=8, configure=_configure, pool_factory=_pool
        )
        self._app = App(connector=connector)
        self._timers = Timers(clock, self.wake)
        self._waiting: dict[tuple[str, str], None] = {}
        self._flush: asyncio.Task[None] | None = None
        self._limits = Limits()

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
        self._every(_SWEEP_CRON, "sweep", self._sweeper(sweep))
        self._every(_RECOVER_CRON, "recover", self._recover)
        await asyncio.gather(*(self._serve(queue, _places(queue)) for queue in set(_QUEUES.values())))

    async def _serve(self, queue: str, at_once: int) -> None:
        while True:
            try:
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
            except Exception:  # the database was gone, say: what is due is found again
                log.exception("work.engine_stopped")
            await asyncio.sleep(_AGAIN_S)

    async def _hand_over(self) -> None:
        while self._waiting:
            slots, self._waiting = list(self._waiting), {}
            jobs_ = [
                {"queue": _QUEUES[kind], "kind": kind, "key": key, "slot": f"{kind}:{key}"}
                for kind, key in slots
            ]
            try:
                await self._app.connector.execute_query_async(_DEFER, jobs=jobs_)
            except Exception:  # the rows are there: the sweep finds them
                log.exception("work.not_handed_over", wakes=len(slots))

    def _task(self, kind: str, handler: Handler) -> Callable[[str], Awaitable[None]]:
        async def run(key: str) -> None:
            async with self._limits.of(kind, key):
                try:
                    await handler(key)
                except Exception:  # the outermost loop of every handler: its rows are found again
                    log.exception("work.failed", kind=kind, key=key)

        return run

    def _every(self, cron: str, name: str, work: Callable[[], Awaitable[None]]) -> None:
        async def run(timestamp: int) -> None:
            try:
                await work()
            except Exception:  # the next one looks again
                log.exception("work.periodic_failed", name=name, timestamp=timestamp)

        task = self._app.task(name=name, queue=_QUEUE, queueing_lock=name, priority=_FIRST)(run)
        self._app.periodic(cron=cron, periodic_id=name)(task)

    def _sweeper(self, sweep: Sweep) -> Callable[[], Awaitable[None]]:
        async def look() -> None:
            for wake in await sweep():
                self.wake(wake)

        return look

    async def _recover(self) -> None:
        """What dead processes were at is looked at again by others."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_DEAD_AFTER_S):
            await manager.finish_job(job, jobs.Status.FAILED, delete_job=True)
            if "key" in job.task_kwargs:
                self.wake(Wake(job.task_name, str(job.task_kwargs["key"])))


async def _configure(connection: Any) -> None:
    """For statements that stand alone (BEGIN and COMMIT around each would double them) and may be lost.

    A job is no more than a wake: nobody waits for the disk until one is stored or gone.
    """
    await connection.set_autocommit(True)
    await connection.execute("SET synchronous_commit = off")


def _pool(check: object, **settings: Any) -> AsyncConnectionPool[Any]:  # noqa: ARG001 - left out
    """The engine would ask before each statement whether its connection still works; the statement tells."""
    return AsyncConnectionPool(**settings)


def _places(queue: str) -> int:
    """How many jobs of a queue run at once: those that keep everything going have their place, too."""
    places = sum(AT_ONCE[kind] for kind, name in _QUEUES.items() if name == queue)
    return places + (_SOURCES - 1) * AT_ONCE["inbox"] + _ALWAYS if queue == _QUEUE else places


async def upgrade(url: str) -> None:
    """Make the engine's own tables, once."""
    app = App(connector=PsycopgConnector(conninfo=url.replace("+psycopg", "", 1)))
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
