"""`grep PL…` over the logs of all processes tells the story of a sale, and nothing of its customer."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests import loopback
from tests.scenario.stage import Stage
from tests.scenario.test_many_processes import fleet

pytestmark = pytest.mark.slow

CUSTOMER = ("jane", "example.com", "Secret order")
STEPS = ["draft.begun", "link.confirmed", "link.created", "event.applied", "delivery.said paid"]


async def sold(stage: Stage) -> str:
    """The id of a link that was asked for, made, paid and told."""
    await stage.slack("49.90 EUR jane@example.com Secret order")

    async def offered() -> dict[str, object] | None:
        return next((message for message in await stage.ephemerals() if "49.90" in str(message)), None)

    await stage.press_slack(await stage.until(offered), "paylink_create_0_0")
    await stage.slack_card("Waiting for payment", "49.90")
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await stage.slack_replies("Paid 49.90 EUR")
    return str(link["reference"])


def story(folder: Path, link_id: str) -> list[dict[str, Any]]:
    """The lines of every process that name the link, by time."""
    found = [line for log in folder.glob("*.log") for line in log.read_text().splitlines() if link_id in line]
    return sorted(map(json.loads, found), key=lambda line: line["timestamp"])


def deadlocks(database: str) -> int:
    engine = create_engine(database)
    try:
        with engine.connect() as connection:
            counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            return int(connection.execute(text(counted)).scalar_one())
    finally:
        engine.dispose()


async def metrics(url: str) -> str:
    async with loopback.client() as client:
        return (await client.get(f"{url}/metrics")).text


async def test_a_sale_is_told_from_the_command_to_paid_over_several_processes(
    tmp_path: Path, database: str
) -> None:
    async with fleet(tmp_path, database) as running:
        link_id = await sold(running.stage)
        processes = (running.web, *running.work)
        seen = [await metrics(each.url) for each in processes]
        for each in processes:  # what is running is finished, and told
            await each.stop()
    assert deadlocks(database) == 0  # each would have cost its sale a second
    lines = story(tmp_path, link_id)
    steps = [f"{line['event']} {line.get('key') or ''}".strip() for line in lines]
    assert list(dict.fromkeys(step for step in steps if step in STEPS)) == STEPS
    assert steps.count("delivery.said paid") == 1
    assert all(line["link"] == link_id for line in lines)
    assert "create" in {line.get("call") for line in lines if line["event"] == "backend.asked"}
    told = "\n".join(map(json.dumps, lines))
    assert [word for word in CUSTOMER if word in told] == []
    assert link_id not in "".join(seen)
    web, *work = seen
    assert 'paylink_requests_seconds_count{source="/slack/events",status="200"}' in web
    assert 'paylink_accepted_total{kind="webhook"}' in web
    for name in ("paylink_backend_calls_seconds_count", "paylink_posts_seconds_count", "paylink_applied"):
        assert any(f"{name}{{" in each or f"{name}_seconds_count{{" in each for each in work)
