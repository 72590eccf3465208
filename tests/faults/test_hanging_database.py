"""The database takes calls and answers none, as when its disk hangs: nobody waits for it without an end."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.commands._child import ServiceProcess
from sandbox.clock import Clock
from sandbox.registry import env_of, make_standins
from sandbox.server import reserve, url_of
from sandbox.standin import World
from tests import loopback
from tests.cable import Cable, cable
from tests.faults.right import eventually

PATIENCE_S = 30  # what systemd and containers wait for after SIGTERM


@pytest.mark.slow
async def test_processes_say_so_go_on_once_it_answers_and_end_when_they_are_told_to(
    database: str, tmp_path: Path
) -> None:
    server = make_url(database)
    async with cable(str(server.host), int(server.port or 0)) as (way, port):
        by_the_way = server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        with reserve() as one, reserve() as other:
            web, work = (
                ServiceProcess(url, written_for(url, by_the_way), tmp_path / f"{role}.log", only=role)
                for role, url in {"web": url_of(one), "work": url_of(other)}.items()
            )
            await asyncio.gather(web.start(), work.start())
            try:
                await hangs(way, web, work)
                way.answers.set()
                await told_by([web, work], 200)
                await hangs(way, web, work)
                async with asyncio.timeout(PATIENCE_S):
                    assert await asyncio.gather(web.stop(), work.stop()) == [1, 1]
            finally:
                await asyncio.gather(web.kill(), work.kill())
    assert all("service.cut_off" in service.log_text() for service in (web, work))


def written_for(url: str, database: str) -> Mapping[str, str]:
    """The settings of a service at this address, in a world where nobody else answers."""
    standins = make_standins(World(Clock(), "http://127.0.0.1:9", url), ["checkout", "slack"])
    own = {"PAYLINK_PORT": url.rsplit(":", 1)[1], "PAYLINK_DATABASE_URL": database}
    return env_of(standins) | own


async def hangs(way: Cable, *services: ServiceProcess) -> None:
    way.answers.clear()
    await told_by(services, 503)


async def told_by(services: Sequence[ServiceProcess], status: int) -> None:
    """Returns when everybody's /readyz says so."""
    async with loopback.client(timeout=PATIENCE_S) as client:

        async def told() -> bool:
            answers = [await client.get(f"{service.url}/readyz") for service in services]
            return {answer.status_code for answer in answers} == {status}

        await eventually(told, PATIENCE_S)
