"""Jobs that this process starts at once when it wakes them, without the round trip through the queue.

They are jobs like all others: one at a time per key, owned by a worker with a heartbeat, and recovered if it
stops.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Status

from adapters.work.handling import drained
from adapters.work.jobs import Jobs, StartedJob

log = structlog.get_logger(__name__)

_AT_ONCE = 8  # further jobs go through the queue, for any process


class DirectWorker:
    """A worker beside procrastinate's own, for jobs that this process has inserted as started."""

    def __init__(self, jobs: Jobs, run: Callable[[str, str], Awaitable[None]]) -> None:
        """`run`: the handler, called with a kind and a key."""
        self._jobs, self._run = jobs, run
        self._worker_id: int | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Take jobs until cancelled; then let what is running finish."""
        worker_id = self._worker_id = await self._jobs.register_worker()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._worker_id = None
            await drained(self._running)
            await self._jobs.unregister_worker(worker_id)

    def worker_id(self, jobs: int) -> int | None:
        """The id to start so many further jobs under; None if they have to go through the queue."""
        return self._worker_id if len(self._running) + jobs <= _AT_ONCE else None

    def begin(self, worker_id: int | None, begun: Sequence[StartedJob]) -> None:
        """Run jobs; if this worker has restarted meanwhile, leave them to recovery."""
        for job in begun if worker_id == self._worker_id else ():
            task = asyncio.create_task(self._do(job), name=f"{job.kind}:{job.key}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _do(self, job: StartedJob) -> None:
        await self._run(job.kind, job.key)
        try:
            await self._jobs.finish_job_by_id_async(job.id, Status.SUCCEEDED, delete_job=True)
        except ProcrastinateException:  # the engine begins anew, and finds it
            log.exception("work.end_not_told", kind=job.kind, key=job.key)
