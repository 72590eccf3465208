"""Wakes run by procrastinate keep the contract of work; and what is particular to many processes."""

import asyncio
import contextlib
import gc
import itertools
import secrets
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import create_engine, make_url, text
from structlog.testing import capture_logs

from adapters.work import distributed
from adapters.work.distributed import DistributedWork
from adapters.work.jobs import Hearts, Jobs, NewJob
from bot.ports.storage import Wake
from tests.contract.work_contract import WorkContract
from tests.contract.work_rig import PATIENCE_S, Bench

ACCOUNTS = ("checkout", "yabetoo")
_SHARED_QUEUES = 4
_QUEUES = _SHARED_QUEUES + len(ACCOUNTS)
_MANY_ACCOUNTS = [f"account{number}" for number in range(30)]
_OUTAGE_S = 9
_NEVER_S = 3600.0  # within a test
_NOBODY_IS_TOLD = "DROP TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 ON procrastinate_jobs"
_ADDED = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status)
VALUES ('paylink', 'link', 'link:{key}', 'link:{key}', jsonb_build_object('key', '{key}'), '{status}')
"""
_STEPS = 8  # of the loop, in which somebody who listens has ended
_LONG_S = 0.006  # for one of them: psycopg then lets others go first, wherever it is
_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_LISTENERS = "FROM pg_stat_activity WHERE datname = '{name}' AND query ILIKE 'LISTEN%'"
_BEATEN = "UPDATE procrastinate_workers SET last_heartbeat = clock_timestamp() - interval '{ago}'"
_WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_FULL_ONCE = """
CREATE SEQUENCE times;
CREATE FUNCTION full_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('times') = 1 THEN RAISE disk_full; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER full_once BEFORE DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION full_once()
"""

_ANSWERS_LATE = """
ALTER FUNCTION procrastinate_fetch_job_v2(varchar[], bigint) RENAME TO looked;
CREATE FUNCTION procrastinate_fetch_job_v2(queues varchar[], worker bigint)
RETURNS procrastinate_jobs LANGUAGE plpgsql AS $$ DECLARE found procrastinate_jobs; BEGIN
    found := looked(queues, worker);
    PERFORM pg_advisory_xact_lock_shared(1);
    RETURN found;
END $$
"""
_ENDS_LATE = """
CREATE SEQUENCE looks;
ALTER FUNCTION procrastinate_fetch_job_v2(varchar[], bigint) RENAME TO looked;
CREATE FUNCTION procrastinate_fetch_job_v2(queues varchar[], worker bigint)
RETURNS procrastinate_jobs LANGUAGE plpgsql AS $$ DECLARE found procrastinate_jobs; BEGIN
    found := looked(queues, worker);
    PERFORM nextval('looks');
    RETURN found;
END $$;
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_xact_lock_shared(1);
    RETURN OLD;
END $$;
CREATE TRIGGER late BEFORE DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION late()
"""


@pytest.fixture
def url(postgresql: str) -> str:
    """A database with the engine's tables, of this test alone: what another left to do is not done here."""
    server = make_url(postgresql)
    name = f"work_{secrets.token_hex(4)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    own = server.set(database=name).render_as_string(hide_password=False)
    asyncio.run(distributed.upgrade(own))
    return own


@pytest.fixture
async def bench(url: str) -> AsyncIterator[Bench]:
    made = Bench(lambda clock: DistributedWork(url, clock, ACCOUNTS))
    assert isinstance(made.work, DistributedWork)
    async with made.work.open():
        yield made
        for held in made.held.values():
            held.set()
        await made.stop()


class TestDistributed(WorkContract): ...


async def test_the_tables_are_made_once(url: str) -> None:
    await distributed.upgrade(url)


async def test_what_is_woken_before_anybody_works_is_done_once_somebody_does(bench: Bench) -> None:
    for _ in range(3):
        bench.wake("PL1")
    bench.wake("PL2")
    await bench.start()
    await bench.until(bench.ended, "PL1", "PL2")


async def test_processes_share_the_keys_and_none_is_run_by_two(bench: Bench, url: str) -> None:
    other = bench.beside(lambda clock: DistributedWork(url, clock, ACCOUNTS))
    assert isinstance(other.work, DistributedWork)
    held, many = bench.hold("PL1"), [f"LL{number}" for number in range(20)]
    async with other.work.open():
        await bench.start()
        await other.start()
        bench.wake("PL1")
        await bench.until(bench.began, "PL1")
        other.wake("PL1")
        for key in many:
            other.wake(key)
        await bench.until(bench.ended, *many)
        assert sorted(bench.began) == sorted(["PL1", *many])
        held.set()
        await bench.until(bench.ended, "PL1", "PL1", *many)
        await other.stop()


async def test_a_job_whose_end_could_not_be_told_does_not_keep_its_key(bench: Bench, url: str) -> None:
    in_database(url, _FULL_ONCE)
    await bench.start()
    bench.wake("PL1")
    await bench.until(bench.ended, "PL1")
    bench.wake("PL1")
    await bench.until(bench.ended, "PL1", "PL1")


async def test_what_a_worker_wakes_itself_does_not_wait_for_a_notification(url: str) -> None:
    in_database(url, _NOBODY_IS_TOLD)
    bench = Bench(lambda clock: DistributedWork(url, clock, ACCOUNTS, _NEVER_S))
    assert isinstance(bench.work, DistributedWork)
    async with bench.work.open():
        await bench.start()
        await until_beating(url)
        for number in range(20):
            bench.wake(f"PL{number}")
            await bench.until(bench.ended, *(f"PL{each}" for each in range(number + 1)))
        await bench.stop()
    assert in_database(url, "SELECT FROM procrastinate_jobs") == 0


@contextlib.asynccontextmanager
async def unprompted(url: str) -> AsyncIterator[tuple[Bench, DistributedWork]]:
    """A bench that looks for something to do only when it is told, and somebody outside who wakes."""
    bench = Bench(lambda clock: DistributedWork(url, clock, ACCOUNTS, _NEVER_S))
    outside = DistributedWork(url, bench.clock, ACCOUNTS)
    assert isinstance(bench.work, DistributedWork)
    async with bench.work.open(), outside.open():
        yield bench, outside
        await bench.stop()


@contextlib.contextmanager
def held_up(url: str) -> Iterator[None]:
    """Whoever comes late waits for the end of the block."""
    engine = create_engine(url)
    with engine.begin() as somebody:
        somebody.execute(text("SELECT pg_advisory_xact_lock(1)"))
        yield
    engine.dispose()


async def test_a_key_that_is_woken_while_it_runs_is_run_again_as_soon_as_it_ends(url: str) -> None:
    """Also if nothing else comes that the engine would look for."""
    async with unprompted(url) as (bench, outside):
        await bench.start()
        await until_listening(url)
        for wake, again in itertools.product((outside.wake, bench.work.wake), repeat=2):
            held, times = bench.hold("PL1"), len(bench.ended)
            wake(Wake("link", "PL1"))
            await bench.until(bench.began, *["PL1"] * (times + 1))
            again(Wake("link", "PL1"))
            await until_rows(url, "SELECT FROM procrastinate_jobs WHERE status = 'todo'", 1)
            held.set()
            await bench.until(bench.ended, *["PL1"] * (times + 2))


async def test_a_key_that_is_woken_while_its_end_is_stored_is_run_again(url: str) -> None:
    """Also if nothing else comes that the engine would look for, and it has looked in vain."""
    in_database(url, _ENDS_LATE)
    async with unprompted(url) as (bench, outside):
        await bench.start()
        await until_listening(url)
        with held_up(url):
            outside.wake(Wake("link", "PL1"))
            await until_rows(url, _WAITING, 1)
            in_database(url, "SELECT setval('looks', 1)")
            outside.wake(Wake("link", "PL1"))
            await until_rows(url, "SELECT FROM looks WHERE last_value > 1", 1)
        await bench.until(bench.ended, "PL1", "PL1")


async def test_what_comes_while_a_worker_looks_for_something_to_do_is_not_forgotten(url: str) -> None:
    """Also if nothing else comes that the engine would look for."""
    in_database(url, _ANSWERS_LATE)
    async with unprompted(url) as (bench, outside):
        with held_up(url):
            await bench.start()
            await until_listening(url)
            await until_rows(url, _WAITING, _QUEUES)
            outside.wake(Wake("link", "PL1"))
            await until_rows(url, "SELECT FROM procrastinate_jobs", 1)
        await bench.until(bench.ended, "PL1")


async def test_who_wakes_the_same_keys_in_another_order_is_not_in_the_way(bench: Bench, url: str) -> None:
    """As when two processes look for what is due: none holds a key that the other waits for."""
    engine = create_engine(url)
    with engine.begin() as somebody, capture_logs() as logs:
        somebody.execute(text(_ADDED.format(key="PL1", status="todo")))
        for key in ("PL2", "PL1"):
            bench.wake(key)
        await until_rows(url, f"{_WAITING} AND query LIKE '%procrastinate_jobs%'", 1)
        somebody.execute(text(_ADDED.format(key="PL2", status="todo")))
        somebody.commit()
        await until_rows(url, "SELECT FROM procrastinate_jobs", 2)
        await bench.start()
        await bench.until(bench.ended, "PL1", "PL2")
    engine.dispose()
    assert [line["event"] for line in logs] == []


async def test_what_one_worker_wakes_in_numbers_is_shared(bench: Bench, url: str) -> None:
    other = bench.beside(lambda clock: DistributedWork(url, clock, ACCOUNTS))
    other.began = []
    assert isinstance(other.work, DistributedWork)
    async with other.work.open():
        await bench.start()
        await other.start()
        await until_beating(url, 2)
        for number in range(40):
            bench.hold(f"PL{number}")
            bench.wake(f"PL{number}")
            await until_rows(url, "SELECT FROM procrastinate_jobs", number + 1)
        await other.until_any(other.began)
        for held in bench.held.values():
            held.set()
        await other.stop()


async def test_a_key_that_somebody_begins_while_its_job_is_fetched_stops_no_worker(
    bench: Bench, url: str
) -> None:
    engine = create_engine(url)
    bench.wake("PL1")
    await until_rows(url, "SELECT FROM procrastinate_jobs", 1)
    with engine.begin() as somebody, capture_logs() as logs:
        somebody.execute(text(_ADDED.format(key="PL1", status="doing")))
        await bench.start()
        await until_rows(url, f"{_WAITING} AND query LIKE '%fetch_job%'", 1)
        somebody.commit()
        bench.wake("PL2")
        await bench.until(bench.ended, "PL1", "PL2")  # the other one was of no worker, and is looked after
    engine.dispose()
    assert [line["event"] for line in logs] == []


async def test_stopping_lets_finish_what_it_began_and_leaves_nothing_running(bench: Bench, url: str) -> None:
    before, held = asyncio.all_tasks(), bench.hold("PL1")
    await bench.start()
    await until_beating(url)
    bench.wake("PL1")
    await bench.until(bench.began, "PL1")
    assert bench.task is not None
    bench.task.cancel()
    await until_rows(url, "SELECT FROM procrastinate_workers", 1)  # all others have ended
    assert not bench.task.done()
    held.set()
    await asyncio.wait([bench.task])
    assert asyncio.all_tasks() <= before, "no heart, either"
    assert bench.ended == ["PL1"]
    assert in_database(url, "SELECT FROM procrastinate_jobs") == 0


@pytest.mark.parametrize("directly", [True, False])
async def test_whoever_lets_finish_what_it_began_is_not_held_to_be_dead(
    bench: Bench, url: str, *, directly: bool
) -> None:
    held, outside = bench.hold("PL1"), DistributedWork(url, bench.clock, ACCOUNTS)
    async with outside.open():
        await bench.start()
        await until_beating(url)
        (bench.work if directly else outside).wake(Wake("link", "PL1"))
        await bench.until(bench.began, "PL1")
        assert bench.task is not None
        bench.task.cancel()
        await until_rows(url, "SELECT FROM procrastinate_workers", 1)
        now = datetime.now(UTC).isoformat()
        await until_rows(url, f"SELECT FROM procrastinate_workers WHERE last_heartbeat > '{now}'", 1)
    held.set()


@pytest.fixture
async def jobs(url: str) -> AsyncIterator[Jobs]:
    """As a process has them that looks after the others."""
    connector = PsycopgConnector(conninfo=url.replace("+psycopg", "", 1))
    async with App(connector=connector).open_async():
        yield Jobs(connector)


async def looked(jobs: Jobs) -> list[tuple[str, str]]:
    await jobs.bury_dead()
    return await jobs.take_what_nobody_does(["paylink"])


@pytest.mark.parametrize("ago", ["0", "1 hour", "-1 hour"])
async def test_a_heart_stands_still_at_several_looks_in_a_row_before_its_worker_is_dead(
    jobs: Jobs, url: str, ago: str
) -> None:
    """However long ago it has beaten: the database may have stood still itself, or its clock was set."""
    worker_id = await jobs.register_worker()
    (job,) = await jobs.hand_over([NewJob("paylink", "link", "PL1")], worker_id)
    for _ in range(3):
        in_database(url, _BEATEN.format(ago=ago))
        assert [await looked(jobs) for _ in range(Hearts.LOOKS - 1)] == [[]] * (Hearts.LOOKS - 1)
    assert await looked(jobs) == [(job.kind, job.key)]
    assert in_database(url, "SELECT FROM procrastinate_workers") == 0


async def test_who_begins_the_same_keys_in_another_order_is_not_in_the_way(jobs: Jobs, url: str) -> None:
    wanted = [NewJob("paylink", "link", key) for key in ("PL2", "PL1")]
    worker_id = await jobs.register_worker()
    engine = create_engine(url)
    with engine.begin() as somebody:
        somebody.execute(text(_ADDED.format(key="PL1", status="doing")))
        beginning = asyncio.create_task(jobs.hand_over(wanted, worker_id))
        await until_rows(url, f"{_WAITING} AND query LIKE '%procrastinate_jobs%'", 1)
        somebody.execute(text(_ADDED.format(key="PL2", status="doing")))
    engine.dispose()
    assert await beginning == [], "they wait for their turn"


async def test_what_waits_already_is_not_begun_beside_that(jobs: Jobs) -> None:
    """It would be done twice."""
    wanted = [NewJob("paylink", "link", "PL1")]
    assert await jobs.hand_over(wanted, None) == []
    assert await jobs.hand_over(wanted, await jobs.register_worker()) == []


async def test_what_waits_where_nobody_works_any_more_is_done_all_the_same(bench: Bench, url: str) -> None:
    """As of an account that was taken out of the settings: no other wake of its key comes past it."""
    before = DistributedWork(url, bench.clock, [*ACCOUNTS, "eximpe"])
    async with before.open():
        before.wake(Wake("link", "eximpe:PL1"))
    await bench.start()
    bench.wake("eximpe:PL1")
    await bench.until(bench.ended, "eximpe:PL1")


async def test_connections_that_are_cut_are_replaced(bench: Bench, url: str) -> None:
    held = bench.hold("PL1")
    await bench.start()
    bench.wake("PL1")
    await bench.until(bench.began, "PL1")
    in_database(url, _CUT)
    bench.swept = [Wake("link", "PL1")]
    held.set()
    await bench.until(bench.ended, "PL1", "PL1")


async def test_whoever_listens_and_is_cut_off_and_not_let_in_again_at_once_does_so_later(
    bench: Bench, url: str, postgresql: str
) -> None:
    await bench.start()
    await until_listening(url)
    name = make_url(url).database
    door = f"ALTER DATABASE {name} ALLOW_CONNECTIONS"
    in_database(postgresql, f"{door} false")
    in_database(postgresql, f"SELECT pg_terminate_backend(pid) {_LISTENERS.format(name=name)}")
    bench.wake("PL1")
    await bench.until(bench.ended, "PL1")
    in_database(postgresql, f"{door} true")
    await until_listening(url)


@pytest.mark.slow
async def test_after_an_outage_the_engine_is_back_as_soon_as_its_database_however_long_it_was(
    bench: Bench, url: str, postgresql: str
) -> None:
    assert isinstance(bench.work, DistributedWork)
    door = f"ALTER DATABASE {make_url(url).database} ALLOW_CONNECTIONS"
    in_database(postgresql, f"{door} false")
    in_database(postgresql, _CUT.replace("current_database()", f"'{make_url(url).database}'"))
    for _ in range(_OUTAGE_S):
        assert not await answers_within(1, bench.work)
    in_database(postgresql, f"{door} true")
    assert await answers_within(_OUTAGE_S / 2, bench.work)


async def answers_within(seconds: float, work: DistributedWork) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await work.answers()
    except TimeoutError:
        return False


async def test_whoever_listens_and_is_cancelled_twice_leaves_no_connection_open(url: str) -> None:
    """At whatever step of its end the second time comes."""
    bench = Bench(lambda clock: DistributedWork(url, clock, _MANY_ACCOUNTS))
    assert isinstance(bench.work, DistributedWork)
    async with bench.work.open():
        await bench.start()
        await until_listening(url, _SHARED_QUEUES + len(_MANY_ACCOUNTS))
        listening = [task for task in asyncio.all_tasks() if task.get_name() == "listener"]
        with warnings.catch_warnings(record=True) as left_open:
            warnings.simplefilter("always", ResourceWarning)
            for number, task in enumerate(listening):
                task.cancel()
                await _slow_steps(number % _STEPS)
                task.cancel()
                await asyncio.wait([task])
            del listening, task
            gc.collect()
        await bench.stop()
    assert [str(each.message) for each in left_open] == []


async def _slow_steps(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)
        until = time.monotonic() + _LONG_S
        while time.monotonic() < until:
            pass


async def until_listening(url: str, queues: int = _QUEUES) -> None:
    """Return when somebody listens for each queue."""
    looked_for = f"SELECT pid {_LISTENERS.format(name=make_url(url).database)}"
    async with asyncio.timeout(PATIENCE_S):
        while await asyncio.to_thread(in_database, url, looked_for) < queues:
            pass


async def until_beating(url: str, processes: int = 1) -> None:
    """Return when each has the workers of all queues, and the one that takes what it wakes itself.

    Each has beaten since: it knows by then what its row has told it.
    """
    workers = processes * (_QUEUES + 1)
    await until_rows(url, "SELECT FROM procrastinate_workers", workers)
    beaten = f"last_heartbeat > '{datetime.now(UTC).isoformat()}'"
    await until_rows(url, f"SELECT FROM procrastinate_workers WHERE {beaten}", workers)


async def until_rows(url: str, statement: str, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await asyncio.to_thread(in_database, url, statement) != count:
            pass


def in_database(url: str, statement: str) -> int:
    """Gives how many rows there are to it."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        rows = connection.execute(text(statement)).rowcount
    engine.dispose()
    return rows
