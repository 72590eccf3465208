"""Sales over several processes whose connections are lent by a PgBouncer, to them and to others, in turns."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from bot.commands._child import ServiceProcess
from sandbox.clock import Clock
from sandbox.registry import env_of, make_standins
from sandbox.standin import World
from tests.databases import empty_database
from tests.pgbouncer import lent
from tests.scenario.test_many_processes import fleet, sell_in_slack

pytestmark = pytest.mark.slow


@pytest.fixture
def direct(postgresql: str) -> str:
    """The URL of an empty database at the server itself."""
    return empty_database(postgresql)


@pytest.fixture
def bounced(direct: str, pgbouncer: URL) -> str:
    """The same database by way of the PgBouncer."""
    return pgbouncer.set(database=direct.rpartition("/")[2]).render_as_string(hide_password=False)


async def upgraded(folder: Path, bounced: str, direct: str) -> None:
    """`paylink db upgrade` with the settings of the service."""
    world = World(Clock(), "http://127.0.0.1:9", "http://127.0.0.1:9")
    settings = env_of(make_standins(world, ["checkout", "slack"]))
    settings |= {"PAYLINK_DATABASE_URL": bounced, "PAYLINK_WORK_DATABASE_URL": direct}
    await ServiceProcess("", settings, folder / "upgrade.log").command("db", "upgrade")


@contextlib.asynccontextmanager
async def neighbours(url: str) -> AsyncIterator[None]:
    """Others whose short transactions take the same connections, in turns with ours, while the block runs."""
    over = asyncio.Event()

    def come_and_go() -> None:
        engine = create_engine(url, connect_args={"prepare_threshold": None})
        while not over.is_set():
            with engine.begin() as connection:
                connection.execute(text("SET LOCAL statement_timeout = 1000"))
                connection.execute(text("SELECT pg_sleep(0.005)"))
        engine.dispose()

    coming = [asyncio.create_task(asyncio.to_thread(come_and_go)) for _ in range(2)]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*coming)


async def test_a_sale_in_both_chats_is_told_once_whoever_has_the_connections_in_between(
    tmp_path: Path, bounced: str, direct: str
) -> None:
    await upgraded(tmp_path, bounced, direct)
    async with neighbours(bounced), fleet(tmp_path, bounced, WORK_DATABASE_URL=direct) as running:
        stage = running.stage
        await sell_in_slack(stage, "49.90")
        await stage.telegram("/paylink 12.50 EUR")
        await stage.press_telegram("Create link")
        await stage.telegram_card("Waiting for payment", "12.50")
        for link in await stage.provider_links():
            await stage.pay(link["reference"], "paid")
        in_slack = await stage.slack_replies("Paid 49.90 EUR")
        in_telegram = await stage.telegram_replies("Paid 12.50 EUR")
        assert sum("Paid" in line for line in in_slack) == sum("Paid" in line for line in in_telegram) == 1
        await stage.nothing_owed()
        clients, connections = lent(bounced)
        assert clients > connections > 1, "else nobody has shared anything"
