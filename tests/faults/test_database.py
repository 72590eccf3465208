"""The database is gone, slow, locked or full while money comes: senders come again, nothing is lost."""

import asyncio
import contextlib
import random
import sqlite3
from collections import deque
from collections.abc import Iterator
from itertools import chain, count, repeat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text

from bot.roles import Role
from storage import tables
from tests.cable import cable
from tests.faults.full_disk import full_disk
from tests.faults.people import Sale, ask_for, pay, sales, webhooks_arrive
from tests.faults.right import all_is_right, eventually, nothing_outstanding
from tests.faults.roads import Letter
from tests.faults.scale import SCALE
from tests.faults.shop import Shop, fleet_in, shop_in
from tests.faults.test_webhooks import others_event
from tests.postgresql import Server

HEALTH = ("/healthz", "/readyz")
_A_PAGE = "INSERT INTO filling VALUES (zeroblob(4000))"
SMALL = {"web": (Role.WEB,), "work": (Role.WORK,)}
_SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_sleep({delay_s});
    RETURN NULL;
END $$
"""
_SLOW_TABLE = """
CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION slow()
"""


async def links_at_rest(shop: Shop, count: int) -> dict[Sale, str]:
    """Links that wait for their payment, and nothing is under way."""
    references = await ask_for(shop, sales(count))
    await nothing_outstanding(shop)
    return references


async def answers(shop: Shop, count: int) -> list[int]:
    """How webhooks are answered while the trouble lasts."""

    async def tried() -> list[int]:
        deliveries = (await shop.stage.reading("checkout/deliveries"))["deliveries"]
        first = [attempt["status"] for delivery in deliveries for attempt in delivery["attempts"]]
        return first if len(first) >= count else []

    return await shop.stage.until(tried, 40)


async def until_health_is(shop: Shop, ready: int) -> None:
    """Return when /readyz says so; /healthz says all the while that the process lives."""

    async def look() -> bool:
        lives, said = [await shop.gate.hand_on(Letter(path, {}, b""), "GET") for path in HEALTH]
        assert lives is not None
        assert lives.status_code == 200
        return said is not None and said.status_code == ready

    await eventually(look, shop.patience_s)


@pytest.mark.slow
async def test_a_server_that_is_gone_for_a_while(mortal: Server, own_database: str, tmp_path: Path) -> None:
    async with fleet_in(tmp_path, own_database, SMALL) as shop:
        references = await ask_for(shop, sales(SCALE.sales))
        await until_health_is(shop, 200)
        for reference in references.values():
            await shop.stage.control("checkout/pay", link=reference, outcome="authorised")
        mortal.stop()  # in the middle of whatever follows
        try:
            for reference in references.values():
                await shop.stage.control("checkout/pay", link=reference, outcome="captured")
            answer = await shop.gate.hand_on(Letter("/webhooks/checkout", {}, b"{}"))
            assert answer is not None
            assert answer.status_code == 401, "what has no proof needs no database to be refused"
            assert 503 in await answers(shop, 2 * len(references))
            await until_health_is(shop, 503)
            await asyncio.sleep(SCALE.database_gone_s)
        finally:
            mortal.start()
        await until_health_is(shop, 200)
        await webhooks_arrive(shop)
        await all_is_right(shop, references, cut_off=True)


@pytest.mark.slow
async def test_a_server_that_is_slow(database: str, tmp_path: Path) -> None:
    async with fleet_in(tmp_path, database, SMALL) as shop:
        references = await links_at_rest(shop, 4)
        await asyncio.to_thread(slow_down, database)
        await pay(shop, references.values())
        await webhooks_arrive(shop)
        await all_is_right(shop, references)


def slow_down(database: str) -> None:
    """Every statement that writes takes its time from now on."""
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(_SLOW.format(delay_s=SCALE.statement_delay_s)))
        for table in tables.metadata.sorted_tables:
            connection.execute(text(_SLOW_TABLE.format(table=table.name)))
    engine.dispose()


@pytest.mark.slow
async def test_a_server_whose_connections_are_cut_again_and_again(database: str, tmp_path: Path) -> None:
    server, chosen = make_url(database), random.Random(7)  # noqa: S311 - the same moments every time
    async with cable(str(server.host), int(server.port or 0)) as (way, port):
        by_the_way = server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        async with shop_in(tmp_path, DATABASE_URL=by_the_way) as shop:
            way.cut_after((chosen.randrange(60, 600), chosen.random() < 1 / 2) for _ in count())
            references = await ask_for(shop, sales(SCALE.sales))
            await pay(shop, references.values())
            await webhooks_arrive(shop)
            way.cut_after([])
            assert way.cuts
            await all_is_right(shop, references, cut_off=True)


async def test_a_file_that_somebody_else_has_locked(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        references = await links_at_rest(shop, SCALE.few)
        with contextlib.closing(sqlite3.connect(tmp_path / "paylink.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pay(shop, references.values())
            told = await answers(shop, 2 * len(references))
            assert 503 in told
            assert 200 not in told
            other.execute("ROLLBACK")
        await webhooks_arrive(shop)
        await all_is_right(shop, references)


async def test_a_disk_that_is_full(tmp_path: Path) -> None:
    file = tmp_path / "paylink.db"
    with disk(file) as may_grow_by:
        async with shop_in(tmp_path) as shop:
            references = await links_at_rest(shop, SCALE.sales)
            may_grow_by(0)
            fill_up(file)
            large = Letter("/webhooks/checkout", {"Cko-Signature": "0" * 64}, b"x" * 60_000)
            answer = await shop.gate.hand_on(large)
            assert answer is not None
            assert answer.status_code == 503, "it cannot even be kept apart"
            await pay(shop, references.values())
            assert 503 in await answers(shop, 2 * len(references))
            may_grow_by(1_000_000)
            await webhooks_arrive(shop)
            await all_is_right(shop, references, cut_off=True)


@pytest.mark.slow
async def test_a_servers_disk_that_is_full(database: str, tmp_path: Path) -> None:
    async with fleet_in(tmp_path, database, SMALL) as shop:
        references = await links_at_rest(shop, SCALE.sales)
        with full_disk(database):
            await fill(shop)
            await pay(shop, references.values())
            assert 503 in await answers(shop, 2 * len(references))
        await webhooks_arrive(shop)
        await all_is_right(shop, references, cut_off=True)


async def fill(shop: Shop) -> None:
    """Send events of others until there is no room for one."""
    for number in count():
        answer = await shop.gate.hand_on(others_event(shop, number))
        if answer is not None and answer.status_code == 503:
            return


def fill_up(file: Path) -> None:
    """Take whatever lies free within the file."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")
        filling = map(connection.execute, chain(["CREATE TABLE filling (it)"], repeat(_A_PAGE)))
        with pytest.raises(sqlite3.OperationalError, match="full"):
            deque(filling, maxlen=0)


@contextlib.contextmanager
def disk(file: Path) -> Iterator[Any]:
    """Gives what says how many more pages may be written, by any connection, while the block runs."""
    connections: list[sqlite3.Connection] = []
    most: list[int] = []  # pages in all, as said last

    def hold_to_it(connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA max_page_count={most[-1]}")

    def connected(connection: Any, _: Any) -> None:
        connections.append(connection)
        if most:
            hold_to_it(connection)

    def limit(more: int) -> None:
        with contextlib.closing(sqlite3.connect(file)) as looking:
            (pages,) = looking.execute("PRAGMA page_count").fetchone()
        most.append(pages + more)
        for connection in connections:
            with contextlib.suppress(sqlite3.ProgrammingError):  # closed meanwhile
                hold_to_it(connection)

    event.listen(Engine, "connect", connected)
    try:
        yield limit
    finally:
        event.remove(Engine, "connect", connected)
