"""What people wrote is deleted once it is applied and old, however much it is; webhooks are kept."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import StorageUnavailable
from bot.inbox.process import Processor
from bot.ports.model import DraftState
from bot.ports.storage import Transaction
from bot.ports.traffic import InboundFact
from bot.retention import Retention
from tests.unit.records import ACCOUNT
from tests.unit.world import World

MANY = 450


async def written(world: World, count: int = MANY) -> None:
    """So many updates, and a webhook: all applied."""
    facts = [InboundFact("telegram", "", str(number), 0, b"{}") for number in range(count)]
    facts.append(InboundFact("webhook", ACCOUNT, "evt_1", 0, b"{}"))
    now = world.clock.now()
    await asyncio.gather(*(world.storage.accept(fact, now) for fact in facts))
    handlers: dict[str, Any] = dict.fromkeys(("telegram", "webhook"), lambda tx, row: None)
    for kind in handlers:
        await Processor(world.storage, handlers, world.clock).run(f"{kind}:0")


async def kept(world: World, count: int = MANY) -> int:
    def look(tx: Transaction) -> int:
        return sum(tx.inbox.get(number) is not None for number in range(1, count + 2))

    return await world.read(look)


async def test_what_people_wrote_is_deleted_a_week_later_and_webhooks_stay(world: World) -> None:
    await written(world)
    retention = Retention(world.storage, world.clock)
    world.clock.advance(days=7)
    await retention.apply()
    assert await kept(world) == MANY + 1
    world.clock.advance(seconds=1)
    await retention.apply()
    assert await kept(world) == 1


async def test_drafts_that_came_to_nothing_are_deleted_a_month_later_and_others_stay(world: World) -> None:
    link = await world.add_link()

    def prepare(tx: Transaction) -> None:
        known = tx.drafts.get(link.id)
        assert known is not None
        for state in DraftState:
            changes = {"id": f"PL{state}", "state": state, "expires_at": world.clock.now()}
            tx.drafts.add(replace(known, **changes))

    await world.write(prepare)

    async def left() -> list[DraftState]:
        await Retention(world.storage, world.clock).apply()

        def look(tx: Transaction) -> list[DraftState]:
            return [state for state in DraftState if tx.drafts.get(f"PL{state}")]

        return await world.read(look)

    world.clock.advance(days=30)
    assert await left() == [*DraftState]
    world.clock.advance(seconds=1)
    assert await left() == [DraftState.OPEN, DraftState.CONFIRMED]


async def test_a_number_that_comes_again_after_silence_is_another_update(world: World) -> None:
    """After a week without any, Telegram chooses the next number at random."""
    await written(world, 1)
    world.clock.advance(seconds=timedelta(days=8).total_seconds())
    await Retention(world.storage, world.clock).apply()
    await world.storage.accept(InboundFact("telegram", "", "0", 0, b"new"), world.clock.now())
    [row] = await world.read(lambda tx: tx.inbox.waiting("telegram", 0, 10))
    assert row.fact.body == b"new"


@pytest.mark.parametrize(
    ("trouble", "level"), [(StorageUnavailable("disk full"), "warning"), (ZeroDivisionError(), "error")]
)
async def test_trouble_with_the_database_ends_nothing(world: World, trouble: Exception, level: str) -> None:
    class Away:
        def __init__(self) -> None:
            self.asked = asyncio.Event()

        async def write(self, fn: Callable[[Transaction], Any]) -> Any:
            self.asked.set()
            raise trouble

    away: Any = Away()
    with capture_logs() as lines:
        running = asyncio.create_task(Retention(away, world.clock).run())
        await away.asked.wait()
        await asyncio.sleep(0)
        assert not running.done()
        running.cancel()
    assert [(line["event"], line["log_level"]) for line in lines] == [("retention.failed", level)]
