"""Chats that take nothing, hear too late and tell twice: every line comes, once, and in order."""

from pathlib import Path

from tests.faults.people import PLACES, ask_for, pay, sales
from tests.faults.right import all_is_right, nothing_outstanding
from tests.faults.shop import shop_in

SLACK, TELEGRAM = PLACES[:4], PLACES[4:]


async def test_a_right_that_was_withdrawn_and_is_granted_again(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        references = await ask_for(shop, sales(4, SLACK))
        await nothing_outstanding(shop)
        granted = (await shop.stage.reading("slack/installation"))["scopes"]
        await shop.stage.control("slack/scopes", scopes=[name for name in granted if name != "chat:write"])
        posts = shop.board.posts
        await pay(shop, references.values())
        await shop.stage.delivered()

        async def refused() -> bool:
            return shop.board.posts > posts

        await shop.stage.until(refused)
        assert "Paid" not in str(await shop.stage.slack_messages())
        await shop.stage.control("slack/scopes", scopes=granted)
        await all_is_right(shop, references)


async def test_a_person_in_slack_who_is_answered_too_late_and_tries_again_gets_one_link(
    tmp_path: Path,
) -> None:
    async with shop_in(tmp_path) as shop:
        shop.gate.late = 2
        references = await ask_for(shop, sales(1, SLACK))
        assert shop.gate.late == 0
        assert [len(shop.board.made[sale.amount]) for sale in references] == [1]
        await pay(shop, references.values())
        await all_is_right(shop, references)


async def test_telegram_tells_every_update_twice(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        await shop.stage.fault("telegram", "update", "duplicate")
        references = await ask_for(shop, sales(4, TELEGRAM))
        assert [len(shop.board.made[sale.amount]) for sale in references] == [1, 1, 1, 1]
        await pay(shop, references.values())
        await all_is_right(shop, references)


async def test_chats_that_refuse_every_call_for_a_while(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        for chat in ("slack", "telegram"):
            await shop.stage.fault(chat, "POST /", "status", status=429, retry_after=1, times=8)
        references = await ask_for(shop, sales(8))
        await pay(shop, references.values())
        await all_is_right(shop, references)
