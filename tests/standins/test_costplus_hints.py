"""The hints that the Cost+ stand-in sends of orders: what they tell, retries, and how they can go wrong."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from sandbox.costplus.ids import MERCHANT, PROJECT
from sandbox.costplus.outgoing import FIRST_TIMEOUT_S, TIMEOUT_S
from tests.standins.costplus_rig import DAY_S, REFERENCE, Rig
from tests.standins.paying_rig import Stage, playing

pytestmark = pytest.mark.asyncio(loop_scope="module")
RETRY_S = 120


@pytest_asyncio.fixture(loop_scope="module")
async def hasty(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    """Waits 50 ms for the answer to a first attempt, where the real service waits 4 s."""
    async with playing(Rig, stages, first_timeout_s=0.05) as rig:
        yield rig


async def test_a_payment_is_hinted_at_by_both_events_and_signed_by_none(rig: Rig) -> None:
    await rig.link()
    order = await rig.pay(REFERENCE)
    hints = await rig.bodies(4)
    transaction = order["transactions"][0]["id"]
    plain = {"event": "status_changed", "order_id": order["id"], "project_id": PROJECT}
    steps = [
        {
            "event": "transaction_status_changed",
            "merchant_id": MERCHANT,
            "project_id": PROJECT,
            "order_id": order["id"],
            "transaction_id": transaction,
            "transaction_status": status,
        }
        for status in ("pending", "completed")
    ]
    assert sorted(hints, key=json.dumps) == sorted([plain, plain, *steps], key=json.dumps)
    for path, headers, _ in rig.received:
        assert path == "/webhooks/costplus"
        assert headers["content-type"] == "application/json"
        assert not [name for name in headers if "sign" in name or name.startswith("x-")]


async def test_a_link_can_have_an_address_of_its_own(rig: Rig) -> None:
    await rig.link(webhook_url=f"{rig.world.service_url}/webhooks/costplus/t0ken")
    await rig.pay(REFERENCE)
    await rig.pay(REFERENCE, "refunded", amount=1)
    assert {path for path, _, _ in await rig.arrived(6)} == {"/webhooks/costplus/t0ken"}
    assert {one["path"] for one in await rig.read("deliveries")} == {"/webhooks/costplus/t0ken"}


async def test_an_address_elsewhere_is_called_there(rig: Rig) -> None:
    elsewhere = f"{rig.world.service_url.replace('127.0.0.1', 'localhost')}/hook"
    await rig.link(webhook_url=elsewhere)
    await rig.pay(REFERENCE, "pending")
    assert {path for path, _, _ in await rig.arrived(2)} == {"/hook"}
    assert {one["path"] for one in await rig.read("deliveries")} == {elsewhere}


@pytest.mark.parametrize(
    ("choice", "kinds"),
    [("order", {"status_changed"}), ("transaction", {"transaction_status_changed"})],
)
async def test_one_of_the_two_events_can_be_left_out(rig: Rig, choice: str, kinds: set[str]) -> None:
    await rig.control("options", events=choice)
    await rig.link()
    await rig.pay(REFERENCE)
    assert {hint["event"] for hint in await rig.bodies(2)} == kinds
    assert len(await rig.read("deliveries")) == 2


async def test_webhooks_can_be_dropped(rig: Rig) -> None:
    await rig.control("options", webhooks="dropped")
    await rig.link()
    await rig.pay(REFERENCE)
    assert await rig.read("deliveries") == []


@pytest.mark.parametrize(("choice", "named"), [("own", "made"), ("original", "payment")])
async def test_a_refund_is_hinted_at_by_its_own_id_or_the_originals(
    rig: Rig, choice: str, named: str
) -> None:
    await rig.control("options", side_events=choice)
    await rig.link()
    await rig.pay(REFERENCE)
    await rig.arrived(4)
    happened = await rig.control("pay", link=REFERENCE, outcome="refunded")
    assert {hint["order_id"] for hint in (await rig.bodies(6))[4:]} == {happened[named]["id"]}


async def test_a_refund_may_not_be_told_at_all(rig: Rig) -> None:
    await rig.control("options", side_events="none")
    await rig.link()
    await rig.pay(REFERENCE)
    await rig.pay(REFERENCE, "refunded")
    assert len(await rig.read("deliveries")) == 4


async def test_what_is_not_taken_is_tried_ten_times_more_two_minutes_apart(rig: Rig) -> None:
    rig.statuses = [500] * 4 + [404] * 7
    await rig.control("options", events="order")
    await rig.link()
    await rig.pay(REFERENCE, "pending")
    for count in range(1, 11):
        waiting = await rig.delivery(lambda one, n=count: len(one["attempts"]) == n and bool(one["next_at"]))
        assert not waiting["delivered"]
        rig.world.clock.advance(RETRY_S - 1)
        assert len((await rig.read("deliveries"))[0]["attempts"]) == count
        rig.world.clock.advance(1)
    failed = await rig.delivery(lambda one: len(one["attempts"]) == 11)
    assert (failed["delivered"], failed["next_at"]) == (False, None)
    assert len({raw for _, _, raw in rig.received}) == 1
    rig.world.clock.advance(DAY_S)
    assert len((await rig.read("deliveries"))[0]["attempts"]) == 11


@pytest.mark.parametrize("status", [200, 204, 299])
async def test_any_2xx_takes_a_webhook(rig: Rig, status: int) -> None:
    rig.statuses = [503, status]
    await rig.control("options", events="order")
    await rig.link()
    await rig.pay(REFERENCE, "pending")
    await rig.delivery(lambda one: bool(one["attempts"] and one["next_at"]))
    rig.world.clock.advance(RETRY_S)
    taken = await rig.delivery(lambda one: one["delivered"])
    assert [one["status"] for one in taken["attempts"]] == [503, status]
    assert taken["next_at"] is None


async def test_the_first_answer_must_come_sooner_than_later_ones(hasty: Rig) -> None:
    assert (FIRST_TIMEOUT_S, TIMEOUT_S) == (4, 10)
    hasty.answers.clear()
    await hasty.control("options", events="order")
    await hasty.link()
    await hasty.pay(REFERENCE, "pending")
    late = await hasty.delivery(lambda one: bool(one["attempts"] and one["next_at"]))
    assert [one["status"] for one in late["attempts"]] == [0]
    hasty.answers.set()
    hasty.world.clock.advance(RETRY_S)
    assert [one["status"] for one in await hasty.attempts(2)] == [0, 200]


async def test_a_hint_can_be_repeated_to_the_byte(rig: Rig) -> None:
    await rig.control("options", events="order")
    await rig.link()
    order = await rig.pay(REFERENCE)
    sent = (await rig.control("hint", order=order["id"], times=2))["sent"]
    assert {raw for _, _, raw in await rig.arrived(4)} == {json.dumps(sent).encode()}
    sent = (await rig.control("hint", order=order["id"], transaction=True))["sent"]
    assert sent["transaction_status"] == "completed"
    assert sent in await rig.bodies(5)


async def test_a_hint_can_go_to_the_address_of_another_link(rig: Rig) -> None:
    await rig.control("options", events="order")
    await rig.link(webhook_url=f"{rig.world.service_url}/first")
    await rig.link(merchant_order_id="other", webhook_url=f"{rig.world.service_url}/other")
    order = await rig.pay(REFERENCE, "pending")
    await rig.arrived(1)
    await rig.control("hint", order=order["id"], to="other")
    path, _, raw = (await rig.arrived(2))[1]
    assert (path, json.loads(raw)["order_id"]) == ("/other", order["id"])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"order": "nobody"}, "there is no order"),
        ({"times": 0}, "whole number"),
        ({"to": "nobody"}, "no link has"),
        ({"colour": "red"}, "unknown keys: colour"),
    ],
)
async def test_a_wrong_hint_says_what_is_wrong(rig: Rig, asked: dict[str, Any], says: str) -> None:
    await rig.control("options", webhooks="dropped")
    await rig.link()
    order = await rig.pay(REFERENCE)
    assert says in await rig.refused("hint", **{"order": order["id"], **asked})
    assert await rig.read("deliveries") == []


async def test_a_hint_can_be_duplicated_by_a_fault(rig: Rig) -> None:
    await rig.control("options", events="order")
    await rig.control("faults", match="status_changed", fault="duplicate", times=1)
    await rig.link()
    await rig.pay(REFERENCE, "pending")
    assert len({raw for _, _, raw in await rig.arrived(2)}) == 1
