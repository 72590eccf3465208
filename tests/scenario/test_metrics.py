"""Every metric that the operator's page explains exists and moves: a sale, and each kind of trouble once."""

import asyncio
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.commands._child import ServiceProcess
from sandbox.server import reserve, url_of
from tests import loopback
from tests.deploy.page import METRICS
from tests.scenario.outside import outside
from tests.scenario.stage import Stage
from tests.scenario.test_many_processes import as_it_is
from tests.scenario.test_story_in_the_log import sold
from tests.scenario.test_trust import deliver, event, secret_of, signature

UNMOVED = {
    "paylink_work_failures_total",  # our own mistakes
    "paylink_outbox_oldest_seconds",  # 0 while nothing is owed
}


async def all_goes_wrong_once(stage: Stage) -> None:
    """Then a link is made all the same, and the line to forward is lost."""
    assert await deliver(stage, event(), "0" * 64) == 401
    for body in (b"no JSON", event(reference="ORDER-1")):
        assert await deliver(stage, body, signature(body, secret_of(stage))) == 200
    await stage.fault("checkout", "POST /payment-links", "status", status=500, times=1)
    await stage.fault("telegram", "sendMessage", "status", status=429, retry_after=1, times=1)
    await stage.telegram("/paylink 12.50 EUR")
    await stage.press_telegram("Create link")
    await stage.telegram_card("Waiting for payment", "12.50")
    await stage.nothing_owed()
    await stage.fault("telegram", "sendMessage", "lost_answer", times=2)
    reference = (await stage.provider_links())[-1]["reference"]
    await stage.pay(reference, "declined")

    async def lost() -> bool:
        rows = await stage.rows(lambda tx: tx.counts.outbox())
        return rows.get("lost", 0) > 0

    await stage.until(lost)


@pytest.mark.slow
async def test_each_moves_and_says_of_what(tmp_path: Path) -> None:
    with reserve() as place:
        url = url_of(place)
        async with outside(tmp_path, url, as_it_is) as around:
            written = around.written | {"PAYLINK_PORT": url.rsplit(":", 1)[1]}
            service = ServiceProcess(url, written, tmp_path / "service.log")
            await service.start()
            try:
                await sold(around.stage)
                await all_goes_wrong_once(around.stage)
                async with loopback.client() as client:
                    told = (await client.get(f"{url}/metrics")).text
            finally:
                await asyncio.gather(service.stop())
    samples = [
        sample
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name.startswith("paylink_")
    ]
    assert not [sample for sample in samples if "None" in sample.labels.values()]
    moved = {sample.name.removesuffix("_count") for sample in samples if sample.value}
    assert moved & METRICS.keys() == METRICS.keys() - UNMOVED
