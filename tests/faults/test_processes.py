"""Kill -9 of any process at any moment of many sales: nothing is lost, nothing is doubled."""

import asyncio
from pathlib import Path

import pytest

from bot.roles import Role
from tests.databases import new_file
from tests.faults.kills import killing
from tests.faults.people import Sale, ask, offered, pay, sales, webhooks_arrive
from tests.faults.right import all_is_right
from tests.faults.scale import SCALE
from tests.faults.shop import FLEET, ONE, Shop, fleet_in

pytestmark = pytest.mark.slow


async def sell(shop: Shop, sale: Sale, references: dict[Sale, str]) -> None:
    await ask(shop, sale)
    references[sale] = await offered(shop, sale)
    await pay(shop, [references[sale]])


async def sell_all_under_fire(shop: Shop, every_s: float) -> None:
    """One sale in each place at a time, until there were enough sales and each kind of process has died."""
    references: dict[Sale, str] = {}
    kinds = {keeper.roles for keeper in shop.keepers}
    async with killing(shop.keepers, SCALE.seed, every_s) as killer:
        while len(references) < SCALE.sales or set(killer.killed) != kinds:
            round_ = sales(8, first=len(references))
            await asyncio.gather(*(sell(shop, sale, references) for sale in round_))
    await webhooks_arrive(shop)
    await all_is_right(shop, references, cut_off=True)


async def test_the_one_process_on_a_file(tmp_path: Path) -> None:
    async with fleet_in(tmp_path, new_file(tmp_path / "paylink.db"), ONE) as shop:
        await sell_all_under_fire(shop, every_s=2.0)


async def test_two_web_and_two_work_processes_on_postgresql(tmp_path: Path, database: str) -> None:
    async with fleet_in(tmp_path, database, FLEET) as shop:
        assert {keeper.roles for keeper in shop.keepers} == {(Role.WEB,), (Role.WORK,)}
        await sell_all_under_fire(shop, every_s=2.0)
