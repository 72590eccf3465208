"""Runs wakes as jobs of procrastinate on PostgreSQL, in any of several processes.

A job says "look at this key now" and nothing else: our own rows are the truth. A wake for later is a timer of
this process, backed by the sweep, which every process does.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from functools import partial

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException, ProcrastinateException

from adapters.work.connector import Connector
from adapters.work.direct import DirectWorker
from adapters.work.handling import AT_ONCE, DRAIN_S, ConcurrencyLimits, Handler
from adapters.work.jobs import Jobs, NewJob
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
_HEARTBEAT_S = 2.0
_RECOVER_EVERY_S = 4.0  # whoever is dead is missed after 12 seconds at most (see Hearts)
_AGAIN_S = 1.0
_NEVER_S = 1e9


class DistributedWork:
    """Inserts wakes as jobs; a process with the role `work` also runs jobs, of any process."""

    def __init__(self, url: str, clock: Clock, accounts: Collection[str], look_every_s: float = 1.0) -> None:
        """`url`: the database itself, since listening does not work through a PgBouncer.

        `look_every_s`: how often the engine looks for jobs by itself, should a notification be lost.
        """
        self._queues, self._look_every_s = _queues(accounts), look_every_s
        self._failed = asyncio.Event()
        self._connector = Connector(url, self._failed, _AGAIN_S)
        self._app = App(connector=self._connector)
        self._app.job_manager = self._jobs = Jobs(self._connector)
        self._direct = DirectWorker(self._jobs, self._handle)
        self._handlers: Mapping[str, Handler] = {}
        self._timers = Timers(clock, self.wake)
        self._waiting: dict[tuple[str, str], None] = {}
        self._flush: asyncio.Task[None] | None = None
        self._limits = ConcurrencyLimits()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Accept wakes for the length of the block."""
        async with self._app.open_async():
            try:
                yield
            finally:
                self._timers.stop()
                if self._flush is not None:
                    await self._flush

    def wake(self, wake: Wake) -> None:
        """Insert a job, now or at the wake's time. Wakes of one moment are inserted together."""
        if self._timers.set(wake):
            return
        self._waiting[wake.kind, wake.key] = None
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._hand_over())

    async def answers(self) -> bool:
        """Whether jobs can be inserted."""
        try:
            return await self._app.check_connection_async()
        except ProcrastinateException:
            return False

    async def run(self, handlers: Mapping[str, Handler], sweep: Sweep) -> None:
        """Work until cancelled; then let what is running finish, for DRAIN_S seconds at most."""
        self._handlers = handlers
        for kind in handlers:
            self._app.task(name=kind)(partial(self._handle, kind))
        beating = asyncio.create_task(self._keep_beating())
        try:
            async with asyncio.TaskGroup() as working:  # unlike a gather, it waits for all who are cancelled
                working.create_task(self._serve())
                working.create_task(keep_sweeping(sweep, self.wake))
                working.create_task(self._keep_recovering())
        finally:
            beating.cancel()
            await asyncio.wait([beating])

    async def _serve(self) -> None:
        """Work on all queues. After any failure all workers are restarted, and their jobs recovered.

        A worker of procrastinate that could not store the end of a job would keep its lock for ever.
        """
        while True:
            self._failed.clear()
            working = [self._work(queue, places) for queue, places in self._queues.items()]
            tasks = [asyncio.create_task(each) for each in (*working, self._direct.serve())]
            tasks.append(asyncio.create_task(self._until_failed()))
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                ended = await asyncio.gather(*tasks, return_exceptions=True)
            trouble = next((each for each in ended if isinstance(each, Exception)), None)
            log.error("work.begins_anew", exc_info=trouble)
            await asyncio.sleep(_AGAIN_S)
            await self._recover(self._jobs.bury_own)

    async def _until_failed(self) -> None:
        await self._failed.wait()

    async def _work(self, queue: str, at_once: int) -> None:
        await self._app.run_worker_async(
            queues=[queue],
            concurrency=at_once,
            delete_jobs="always",
            install_signal_handlers=False,
            shutdown_graceful_timeout=DRAIN_S,
            fetch_job_polling_interval=self._look_every_s,
            update_heartbeat_interval=_NEVER_S,
        )

    async def _keep_beating(self) -> None:
        """Also while workers let finish what is running, which is when the engine's own stop to."""
        while True:
            await asyncio.sleep(_HEARTBEAT_S)
            try:
                await self._jobs.beat()
            except Exception as error:  # noqa: BLE001 - the outermost loop: the next one tries again
                log.warning("work.no_heartbeat", reason=str(error))

    async def _hand_over(self) -> None:
        while self._waiting:
            wanted = [NewJob(self._queue(kind, key), kind, key) for kind, key in self._waiting]
            self._waiting = {}
            worker_id = self._direct.worker_id(len(wanted))
            try:
                begun = await self._jobs.hand_over(wanted, worker_id)
            except Exception:  # the rows are there: the sweep finds them
                log.exception("work.not_handed_over", wakes=len(wanted))
            else:
                self._direct.begin(worker_id, begun)

    def _queue(self, kind: str, key: str) -> str:
        """The queue of a wake."""
        if kind == "watch":
            return _PATIENT
        own = f"{_QUEUE}_{key.partition(':')[0]}"
        return own if kind in _ASKING and own in self._queues else _QUEUE

    async def _handle(self, kind: str, key: str) -> None:
        await self._limits.run(kind, key, self._handlers[kind])

    async def _keep_recovering(self) -> None:
        while True:
            await self._recover(self._jobs.bury_dead)
            await asyncio.sleep(_RECOVER_EVERY_S)

    async def _recover(self, bury: Callable[[], Awaitable[None]]) -> None:
        """Wake again the keys of jobs whose worker is dead, or was restarted by us."""
        try:
            async with asyncio.timeout(_RECOVER_EVERY_S):
                await bury()
                found = await self._jobs.take_what_nobody_does(self._queues)
            for kind, key in found:
                self.wake(Wake(kind, key))
        except Exception:  # the next one looks again
            log.exception("work.recovery_failed")


def _queues(accounts: Collection[str]) -> dict[str, int]:
    """The queues, each with its concurrency. Each chat and each account has a queue of its own."""
    return {
        _QUEUE: _SOURCES * AT_ONCE["inbox"] + AT_ONCE["drafts"],
        _PATIENT: AT_ONCE["watch"],
        **{f"{_QUEUE}_{chat}": AT_ONCE["delivery"] for chat in _CHATS},
        **{f"{_QUEUE}_{account}": AT_ONCE["link"] + AT_ONCE["lookup"] for account in accounts},
    }


async def upgrade(url: str) -> None:
    """Create procrastinate's own tables, if they do not exist; raises StorageUnavailable."""
    app = App(connector=PsycopgConnector(conninfo=url.replace("+psycopg", "", 1)))
    try:
        async with app.open_async():
            if not await app.check_connection_async():
                await app.schema_manager.apply_schema_async()
            await Jobs(app.connector).keep_no_history()
    except ConnectorException as error:
        raise StorageUnavailable(str(error.__cause__ or error)) from error
