"""What procrastinate's own job manager does not do, or not fast enough, for wakes.

A job says "look at this key now", no more. Its lock is its kind and key, so one runs at a time; its queueing
lock is the same, so one at most waits.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from procrastinate.connector import BaseConnector
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Notification, Status
from procrastinate.manager import JobManager, NotificationCallback

# procrastinate's own call refuses a whole batch if one of it waits already. What is to begin at once passes
# the queue: it is never waiting, so nobody is notified, and it is nobody else's to fetch. All have their turn
# in the same order: whoever hands over the same keys waits, and does not hold what the other waits for.
_HAND_OVER = """
WITH wanted AS MATERIALIZED (
    SELECT
        job ->> 'queue' AS queue, job ->> 'kind' AS kind, job ->> 'key' AS key,
        (job ->> 'kind') || ':' || (job ->> 'key') AS slot
    FROM unnest(%(jobs)s::jsonb[]) AS job
), begun AS (
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id)
    SELECT queue, kind, slot, slot, jsonb_build_object('key', key), 'doing', %(worker_id)s
    FROM wanted
    WHERE %(worker_id)s::bigint IS NOT NULL AND NOT EXISTS (
        SELECT FROM procrastinate_jobs WHERE queueing_lock = slot AND status = 'todo'
    )
    ORDER BY slot
    ON CONFLICT DO NOTHING
    RETURNING id, lock, task_name AS kind, args ->> 'key' AS key
), waiting AS (
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
    SELECT queue, kind, slot, slot, jsonb_build_object('key', key)
    FROM wanted
    WHERE slot NOT IN (SELECT lock FROM begun)
    ORDER BY slot
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
)
SELECT id, kind, key FROM begun
"""

# Whoever looked for jobs when the next one of the same key came did not see it behind this one.
_TELL_OF_NEXT = """
SELECT pg_notify('procrastinate_queue_v1#' || next.queue_name, '{"type": "job_inserted"}')
FROM procrastinate_jobs AS next WHERE next.queueing_lock = %(lock)s AND next.status = 'todo'
"""
_END = f"""
WITH ended AS (
    DELETE FROM procrastinate_jobs WHERE id = %(id)s RETURNING lock
)
SELECT lock, ({_TELL_OF_NEXT.replace("%(lock)s", "ended.lock")}) FROM ended
"""  # noqa: S608 - our own words

# Those of workers that are gone, and in queues of earlier settings, where they keep their key from others.
# In one statement: of several that look after them, each job is given to one.
_TAKE_WHAT_NOBODY_DOES = """
DELETE FROM procrastinate_jobs AS job
WHERE status = 'doing' AND NOT EXISTS (
    SELECT FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id
) OR status = 'todo' AND queue_name <> ALL(%(queues)s::text[])
RETURNING task_name AS kind, args ->> 'key' AS key
"""

_BEAT = "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = ANY(%(ids)s::bigint[])"
_HEARTS = "SELECT id, last_heartbeat FROM procrastinate_workers"
_BURY = """
DELETE FROM procrastinate_workers AS worker
USING unnest(%(ids)s::bigint[], %(beats)s::timestamptz[]) AS dead (id, beat)
WHERE worker.id = dead.id AND worker.last_heartbeat = dead.beat
"""
_BURY_OWN = "DELETE FROM procrastinate_workers WHERE id = ANY(%(ids)s::bigint[])"

# A history of each job, which nobody reads.
_KEEP_NO_HISTORY = """
ALTER TABLE procrastinate_jobs
    DISABLE TRIGGER procrastinate_trigger_status_events_insert_v1,
    DISABLE TRIGGER procrastinate_trigger_status_events_update_v1
"""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A wake that is to become a job."""

    queue: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class StartedJob:
    """A job that this process has started itself, so no other can fetch it."""

    id: int
    kind: str
    key: str


class Hearts:
    """Tells which workers are dead: those whose hearts have stood still at LOOKS looks in a row.

    By how long ago a heart has beaten, all would be dead after a database has stood still for a while, or
    its clock was set; and after it was set back, none for as long.
    """

    LOOKS = 3

    def __init__(self) -> None:
        self._seen: dict[int, tuple[datetime, int]] = {}  # the last beat, and how often it was the last

    def stopped(self, beats: Mapping[int, datetime]) -> dict[int, datetime]:
        """The dead, of those that are there, with their last beats."""
        before = {worker_id: self._seen.get(worker_id, (beat, 0)) for worker_id, beat in beats.items()}
        self._seen = {
            worker_id: (beat, before[worker_id][1] + 1 if before[worker_id][0] == beat else 1)
            for worker_id, beat in beats.items()
        }
        return {worker_id: beat for worker_id, (beat, times) in self._seen.items() if times >= self.LOOKS}

    def forget(self) -> None:
        """A look that has failed tells nothing, nor do those before it."""
        self._seen.clear()


class Jobs(JobManager):
    """procrastinate's job manager with the statements above; no notification is lost on its workers."""

    def __init__(self, connector: BaseConnector) -> None:
        super().__init__(connector)
        self._told = Counter[tuple[str, ...]]()  # how often, by queues
        self._own = set[int]()  # workers of this process
        self._hearts = Hearts()

    async def hand_over(self, wanted: Sequence[NewJob], worker_id: int | None) -> list[StartedJob]:
        """Insert the jobs that are not waiting yet; returns those that were started for `worker_id` at once.

        A job is started if no other of its key runs or waits; with `worker_id` None, none is.
        """
        jobs = [asdict(each) for each in wanted]
        asked = {"jobs": jobs, "worker_id": worker_id}
        return [
            StartedJob(**row) for row in await self.connector.execute_query_all_async(_HAND_OVER, **asked)
        ]

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        async def count(*, channel: str, notification: Notification) -> None:
            self._told[tuple(queues or ())] += 1
            await on_notification(channel=channel, notification=notification)

        await super().listen_for_jobs(on_notification=count, queues=queues)

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Look again if a notification came meanwhile: the worker forgets it once it has its answer."""
        own = tuple(queues or ())
        while True:
            told = self._told[own]
            job = await self._fetch_job(queues, worker_id)
            if job is not None or told == self._told[own]:
                return job

    async def _fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Retry once if another worker has started the same key at the same moment: the job waits on."""
        try:
            return await super().fetch_job(queues, worker_id)
        except UniqueViolation:
            return await super().fetch_job(queues, worker_id)

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:  # noqa: ARG002, FBT001 - theirs
        """Delete the job, whatever its outcome, and notify the worker that waits for its key.

        What came meanwhile was not there yet for the statement, and behind this job for who looked.
        """
        told = self._told.total()
        ended = await self.connector.execute_query_all_async(_END, id=job_id)
        for row in ended if told != self._told.total() else ():
            await self.connector.execute_query_all_async(_TELL_OF_NEXT, lock=row["lock"])

    async def register_worker(self) -> int:
        worker_id = await super().register_worker()
        self._own.add(worker_id)
        return worker_id

    async def unregister_worker(self, worker_id: int) -> None:
        await super().unregister_worker(worker_id)
        self._own.discard(worker_id)

    async def beat(self) -> None:
        """Keep the hearts of this process's workers beating."""
        await self.connector.execute_query_async(_BEAT, ids=list(self._own))

    async def prune_stalled_workers(self, seconds_since_heartbeat: float) -> list[int]:  # noqa: ARG002 - theirs
        """Whoever looks after the dead does so: see Hearts."""
        return []

    async def bury_own(self) -> None:
        """All workers of this process have ended, also those that could not say so."""
        ended, self._own = self._own, set()
        await self.connector.execute_query_async(_BURY_OWN, ids=list(ended))

    async def bury_dead(self) -> None:
        """Delete dead workers; what they were at is nobody's then. To be called every few seconds."""
        try:
            found = await self.connector.execute_query_all_async(_HEARTS)
            dead = self._hearts.stopped({row["id"]: row["last_heartbeat"] for row in found})
            if dead:
                ids, beats = list(dead), list(dead.values())
                await self.connector.execute_query_async(_BURY, ids=ids, beats=beats)
        except BaseException:
            self._hearts.forget()
            raise

    async def take_what_nobody_does(self, queues: Collection[str]) -> list[tuple[str, str]]:
        """Delete jobs of workers that are gone and of other queues than these; returns kinds and keys."""
        asked = {"queues": list(queues)}
        found = await self.connector.execute_query_all_async(_TAKE_WHAT_NOBODY_DOES, **asked)
        return [(row["kind"], row["key"]) for row in found]

    async def keep_no_history(self) -> None:
        await self.connector.execute_query_async(_KEEP_NO_HISTORY)
