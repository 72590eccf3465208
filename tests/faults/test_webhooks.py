"""Webhooks late, doubled, shuffled, senseless, huge and by the hundred: each is taken once, or not at all."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import aiohttp

from tests.databases import new_file
from tests.faults.people import ask_for, pay, sales
from tests.faults.right import all_is_right, eventually
from tests.faults.roads import Letter
from tests.faults.scale import SCALE
from tests.faults.shop import ONE, Shop, fleet_in, shop_in

PATH = "/webhooks/checkout"
_AT_ONCE = 20
CHANCE = random.Random(SCALE.seed)  # noqa: S311 - the same disorder every time


def signed(shop: Shop, body: bytes) -> Letter:
    secret = shop.stage.settings.accounts["checkout"]["WEBHOOK_SECRET"]
    proof = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Letter(PATH, {"Cko-Signature": proof}, body)


async def deliver(shop: Shop, letters: Iterable[Letter]) -> set[int]:
    """The statuses that they were answered with. By a lean client: there may be very many."""
    left, answered = iter(letters), set[int]()

    async def hand_on(client: aiohttp.ClientSession) -> None:
        for letter in left:
            async with client.post(letter.path, data=letter.body, headers=letter.headers) as answer:
                answered.add(answer.status)

    service = str(shop.gate.services[0].base_url)
    async with aiohttp.ClientSession(service) as client, asyncio.TaskGroup() as hands:
        for _ in range(_AT_ONCE):
            hands.create_task(hand_on(client))
    return answered


async def held_letters(shop: Shop, count: int) -> list[Letter]:
    """All that was sent and the service has not seen, shuffled."""

    async def all_sent() -> bool:
        return len(shop.gate.letters) == count

    await eventually(all_sent, shop.patience_s)
    return CHANCE.sample(shop.gate.letters, count)


async def test_every_webhook_five_times_at_once(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        shop.gate.copies = 5
        references = await ask_for(shop, sales(SCALE.sales))
        await pay(shop, references.values())
        await all_is_right(shop, references)


async def test_webhooks_a_day_late_and_shuffled(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        references = await ask_for(shop, sales(SCALE.sales))
        shop.gate.held = PATH
        await pay(shop, references.values())
        letters = await held_letters(shop, 2 * len(references))
        shop.clock.by += timedelta(days=1)
        assert await deliver(shop, letters) == {200}
        await all_is_right(shop, references)


async def test_webhooks_that_come_again_after_a_restart(tmp_path: Path) -> None:
    async with fleet_in(tmp_path, new_file(tmp_path / "paylink.db"), ONE) as shop:
        references = await ask_for(shop, sales(SCALE.few))
        shop.gate.held = PATH
        await pay(shop, references.values())
        letters = await held_letters(shop, 2 * len(references))
        assert await deliver(shop, letters) == {200}
        await all_is_right(shop, references)
        [keeper] = shop.keepers
        await keeper.kill()
        await keeper.up.wait()
        assert await deliver(shop, letters) == {200}
        await all_is_right(shop, references)


async def test_garbage_with_and_without_a_proof_changes_nothing(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        references = await ask_for(shop, sales(2))
        bodies = [b"\xff" + CHANCE.randbytes(CHANCE.randrange(4, 400)) for _ in range(SCALE.garbage)]
        proven, unproven = bodies[::3], bodies[1::3] + bodies[2::3]
        forged = {"Cko-Signature": "0" * 64}
        strangers = [Letter(PATH, forged, body) for body in unproven]
        assert await deliver(shop, strangers) == {401}
        assert await deliver(shop, [signed(shop, body) for body in proven]) == {200}
        await pay(shop, references.values())
        await all_is_right(shop, references, unreadable=len(proven))


async def test_bodies_of_a_megabyte_while_a_sale_goes_on(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        references = await ask_for(shop, sales(2))
        largest = [signed(shop, b"\xff" * (1_000_000 - number)) for number in range(10)]
        assert await deliver(shop, largest) == {200}
        assert await deliver(shop, [signed(shop, b"\xff" * 1_000_001)]) == {413}
        await pay(shop, references.values())
        await all_is_right(shop, references, unreadable=len(largest))


async def test_a_storm_of_others_events_while_sales_go_on(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        storm = asyncio.create_task(
            deliver(shop, (others_event(shop, number) for number in range(SCALE.storm_events)))
        )
        references = await ask_for(shop, sales(SCALE.sales))
        await pay(shop, references.values())
        assert await storm == {200}
        await all_is_right(shop, references)
        with contextlib.closing(sqlite3.connect(tmp_path / "paylink.db")) as database:
            [(events,)] = database.execute("SELECT count(*) FROM events WHERE inbox_id IS NOT NULL")
        assert events == SCALE.storm_events + 2 * len(references)


def others_event(shop: Shop, number: int) -> Letter:
    """Money of the same account that came by no link of ours."""
    event = {
        "id": f"evt_others{number:016}",
        "type": "payment_captured",
        "timestamp": "2026-11-21T10:00:00Z",
        "data": {
            "id": f"pay_others{number:016}",
            "reference": f"ORDER-{number}",
            "amount": 1000,
            "currency": "EUR",
        },
    }
    return signed(shop, json.dumps(event).encode())
