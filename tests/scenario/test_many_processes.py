"""A sale over several processes on PostgreSQL: one takes in what comes, others do what follows, some die."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from bot.commands._child import ServiceProcess
from sandbox.server import reserve, url_of
from tests.scenario.outside import outside
from tests.scenario.stage import PATIENCE_S, Stage

pytestmark = pytest.mark.slow
_UNTIL_MISSED_S = 15.0  # whoever was killed may have been at this channel


@dataclass(frozen=True, slots=True)
class Fleet:
    """One process that takes in, and those that work."""

    stage: Stage
    web: ServiceProcess
    work: tuple[ServiceProcess, ...]


def as_it_is(app: ASGIApp) -> ASGIApp:
    return app


@contextlib.asynccontextmanager
async def fleet(folder: Path, database: str, **overrides: str) -> AsyncIterator[Fleet]:
    async with contextlib.AsyncExitStack() as stack:
        url, *others = (url_of(stack.enter_context(reserve())) for _ in range(3))
        world = outside(folder, url, as_it_is, DATABASE_URL=database, **overrides)
        around = await stack.enter_async_context(world)

        def process(only: str, name: str, at: str) -> ServiceProcess:
            written = around.written | {"PAYLINK_PORT": at.rsplit(":", 1)[1]}
            return ServiceProcess(at, written, folder / f"{name}.log", only)

        web = process("web", "web", url)
        work = tuple(process("work", f"work{number}", other) for number, other in enumerate(others))
        try:
            await asyncio.gather(*(each.start() for each in (web, *work)))
            yield Fleet(around.stage, web, work)
        finally:
            await asyncio.gather(*(each.kill() for each in (web, *work)))


async def sell_in_slack(stage: Stage, amount: str) -> str:
    """The reference of a link that waits for its payment."""
    await stage.slack(f"{amount} EUR")

    async def offered() -> dict[str, object] | None:
        return next((message for message in await stage.ephemerals() if amount in str(message)), None)

    await stage.press_slack(await stage.until(offered), "paylink_create_0_0")
    await stage.slack_card("Waiting for payment", amount)
    [link] = [link for link in await stage.provider_links() if link["amount"] == round(float(amount) * 100)]
    return str(link["reference"])


async def test_a_sale_goes_over_several_processes_in_both_chats(tmp_path: Path, database: str) -> None:
    async with fleet(tmp_path, database) as running:
        stage = running.stage
        reference = await sell_in_slack(stage, "49.90")
        await stage.telegram("/paylink 12.50 EUR")
        await stage.press_telegram("Create link")
        await stage.telegram_card("Waiting for payment", "12.50")
        for link in await stage.provider_links():
            await stage.pay(link["reference"], "paid")
        await stage.slack_replies("Paid 49.90 EUR")
        await stage.telegram_replies("Paid 12.50 EUR")
        assert reference in str(await stage.slack_card("Paid 49.90 EUR"))
        await stage.nothing_owed()


async def test_webhooks_are_taken_while_nobody_works_and_told_in_order_once_somebody_does(
    tmp_path: Path, database: str
) -> None:
    async with fleet(tmp_path, database) as running:
        stage = running.stage
        reference = await sell_in_slack(stage, "49.90")
        for worker in running.work:
            await worker.kill()
        for outcome in ("declined", "paid", "refunded"):
            await stage.pay(reference, outcome)
            await stage.delivered()
        assert "Paid" not in str(await stage.slack_messages())
        await running.work[1].start()
        told_in_all = ("attempt failed", "Paid 49.90", "Refunded 49.90")
        replies = await stage.slack_replies(*told_in_all, patience_s=_UNTIL_MISSED_S + PATIENCE_S)
        told = [word for reply in replies for word in ("attempt failed", "Paid", "Refunded") if word in reply]
        assert told == ["attempt failed", "Paid", "Refunded"]
