"""Chats that take nothing, hear too late and tell twice: every line comes, once, and in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sandbox.telegram.people import BOT
from tests.faults.people import PLACES, ask_for, offered, pay, said, sales
from tests.faults.right import all_is_right, eventually, nothing_outstanding
from tests.faults.roads import Letter
from tests.faults.scale import SCALE
from tests.faults.shop import Shop, shop_in
from tests.faults.test_webhooks import CHANCE, deliver, held_letters

SLACK, TELEGRAM = PLACES[:4], PLACES[4:]
UPDATES = "/telegram/webhook"
REVOKED = [
    *(("slack", word) for word in ("invalid_auth", "token_revoked", "account_inactive")),
    ("telegram", "the token is refused"),
]
LOST = 0.2  # of all answers
HOMES = {"C0SALES": "D0ALICE", "-1001": "1001"}  # where whoever asked in a channel is written to


@contextlib.asynccontextmanager
async def revoked(shop: Shop, chat: str, word: str) -> AsyncIterator[None]:
    """While the block runs, the chat refuses every call: Slack with that word, Telegram with its 401."""
    if chat == "slack":
        shop.board.barred.word = word
        yield
        shop.board.barred.word = ""
    else:
        await shop.stage.fault(chat, "POST /", "status", status=401)
        yield
        await shop.stage.mend(chat)


@pytest.mark.parametrize(("chat", "word"), REVOKED)
async def test_a_token_that_is_revoked_and_good_again(chat: str, word: str, tmp_path: Path) -> None:
    places = [place for place in PLACES if place[0] == chat]
    with capture_logs() as lines:
        async with shop_in(tmp_path) as shop:
            references = await ask_for(shop, sales(2, places[:1]))
            await nothing_outstanding(shop)
            async with revoked(shop, chat, word):
                asking = asyncio.create_task(ask_for(shop, sales(1, places[1:2], first=2)))
                await pay(shop, references.values())
                await shop.stage.delivered()

                async def told() -> bool:
                    failed = [line for line in lines if line["event"] == "delivery.failed"]
                    return any(line["reason"] == word for line in failed)

                await eventually(told, shop.patience_s)
                ready = await shop.gate.hand_on(Letter("/readyz", {}, b""), "GET")
                assert ready is not None
                assert (ready.status_code, ready.json()) == (200, {"ok": True, "troubled": [chat]})
                assert await shop.stage.owed() > 0
            further = await asking
            await pay(shop, further.values())
            await all_is_right(shop, references | further)


async def test_a_right_that_was_withdrawn_and_is_granted_again(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        references = await ask_for(shop, sales(SCALE.few, SLACK))
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
        references = await ask_for(shop, sales(SCALE.few, TELEGRAM))
        assert [len(shop.board.made[sale.amount]) for sale in references] == [1] * SCALE.few
        await pay(shop, references.values())
        await all_is_right(shop, references)


async def test_updates_of_telegrams_that_come_out_of_order_and_again(tmp_path: Path) -> None:
    settings = {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": "obviously-fake"}
    async with shop_in(tmp_path, **settings) as shop:
        wanted, shop.gate.held = sales(4, TELEGRAM), UPDATES
        for sale in wanted:
            person = {"chat": int(sale.place), "user": int(sale.user)}
            await shop.stage.telegram(f"/paylink {sale.amount}", **person)
            await shop.stage.telegram("/help", **person)
        commands = await held_letters(shop, 2 * len(wanted))
        assert await deliver(shop, commands + CHANCE.sample(commands, len(commands))) == {200}
        shop.gate.letters.clear()
        shown = [said(shop, sale, f"New payment link: {sale.amount}") for sale in wanted]
        await asyncio.gather(*shown)
        presses = [
            asyncio.create_task(shop.stage.press_telegram("Create link", int(sale.user), int(sale.place)))
            for sale in wanted
        ]
        pressed = await held_letters(shop, len(wanted))
        assert await deliver(shop, [*pressed, *commands, *pressed]) == {200}
        await asyncio.gather(*presses)
        references = {sale: await offered(shop, sale) for sale in wanted}
        assert [len(shop.board.made[sale.amount]) for sale in references] == [1, 1, 1, 1]
        await pay(shop, references.values())
        await all_is_right(shop, references)
        for sale in wanted:
            assert await answers_to_commands(shop, sale.place) == 2, "the card and the help"


async def answers_to_commands(shop: Shop, place: str) -> int:
    """What was said there by the bot, the lines below a card left out."""
    messages = [each for each in await shop.stage.telegram_messages(int(place)) if each["from"] == BOT.id]
    cards = {each["message_id"] for each in messages if each["keyboard"]}
    return sum(each["reply_to"] not in cards for each in messages)


async def test_chats_that_refuse_every_call_for_a_while(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        for chat in ("slack", "telegram"):
            await shop.stage.fault(chat, "POST /", "status", status=429, retry_after=1, times=2 * SCALE.few)
        references = await ask_for(shop, sales(2 * SCALE.few))
        await pay(shop, references.values())
        await all_is_right(shop, references)


async def test_answers_that_are_lost_again_and_again(tmp_path: Path) -> None:
    """What may have been seen is said no second time, but a card and "paid": the shop's check says so."""
    async with shop_in(tmp_path) as shop:
        for chat in ("slack", "telegram"):
            await shop.stage.fault(chat, "POST /", "lost_answer", share=LOST)
        references = await ask_for(shop, sales(2 * SCALE.few))
        await pay(shop, references.values())
        await all_is_right(shop, references, cut_off=True)


async def test_a_channel_and_a_group_that_are_gone_before_the_money_comes(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        asked = await ask_for(shop, sales(SCALE.few, [SLACK[0], TELEGRAM[2]]))
        await nothing_outstanding(shop)
        await shop.stage.control("slack/archive", channel="C0SALES")
        await shop.stage.control("telegram/kick", chat=-1001)
        await pay(shop, asked.values())
        told = {replace(sale, place=HOMES[sale.place]): reference for sale, reference in asked.items()}
        await all_is_right(shop, told)
