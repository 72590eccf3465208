"""Attempts to pay a link of the Cost+ stand-in, and the orders that they make."""

from datetime import timedelta

import pytest

from sandbox.costplus.ids import MERCHANT, PROJECT
from tests.standins.costplus_rig import DAY_S, LINKS, ORDERS, REFERENCE, Rig, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
ORDER_S = 30 * 60
FAILED = ["declined", "cancelled", "expired"]
ORDER_STATUS = {"declined": "error", "cancelled": "cancelled", "expired": "expired"}


async def told(rig: Rig, count: int) -> list[tuple[str, str]]:
    """What the service was told of, in no order: a transaction's status, or an order's id."""
    return sorted(
        (one["event"], one.get("transaction_status", one["order_id"])) for one in await rig.bodies(count)
    )


async def test_an_attempt_is_an_order_of_its_own(rig: Rig) -> None:
    link = await rig.link()
    paying = await rig.pay(link["id"], "pending")
    running = await rig.fetched(link)
    assert (running["status"], running["orders"]) == ("processing", {"processing": [paying["id"]]})
    order = await rig.order(paying["id"])
    assert order["related_payment_link_id"] == link["id"]
    assert (order["status"], order["amount"], order["currency"]) == ("processing", 4250, "EUR")
    assert (order["merchant_order_id"], order["flags"]) == (REFERENCE, ["is-test"])
    assert (order["project_id"], order["merchant_id"]) == (PROJECT, MERCHANT)
    [transaction] = order["transactions"]
    assert (transaction["status"], transaction["payment_method"]) == ("pending", "credit-card")
    assert "completed" not in order
    assert await rig.pay(link["id"], "pending") == paying


async def test_a_paid_link_is_completed_for_good(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "declined")
    order = await rig.pay(link["id"])
    done = await rig.fetched(link)
    assert (done["status"], done["reason"]) == ("completed", "Completed")
    assert done["completed_order_id"] == order["id"]
    assert done["completed"].endswith("+00:00")
    assert done["created"].endswith("Z")
    assert done["orders"]["completed"] == [order["id"]]
    assert len(done["orders"]["error"]) == 1
    assert (order["status"], order["transactions"][0]["status"]) == ("completed", "completed")
    assert "the link is completed" in await rig.refused("pay", link=link["id"], outcome="paid")
    rig.world.clock.advance(31 * DAY_S)
    assert (await rig.fetched(link))["status"] == "completed"


@pytest.mark.parametrize("outcome", FAILED)
async def test_a_failed_attempt_leaves_the_link_payable(rig: Rig, outcome: str) -> None:
    link = await rig.link()
    order = await rig.pay(link["id"], outcome)
    failed = await rig.fetched(link)
    assert failed["status"] == "all_unsuccessful"
    assert failed["orders"] == {ORDER_STATUS[outcome]: [order["id"]]}
    assert order["transactions"][0]["status"] == order["status"] == ORDER_STATUS[outcome]
    assert ("reason" in order["transactions"][0]) == (outcome == "declined")
    await rig.pay(link["id"])
    assert (await rig.fetched(link))["status"] == "completed"


async def test_there_are_25_attempts_and_no_more(rig: Rig) -> None:
    link = await rig.link()
    for _ in range(25):
        assert (await rig.read("links"))[0]["status"] == "Active"
        await rig.pay(link["id"], "declined")
    used_up = await rig.fetched(link)
    assert (used_up["status"], len(used_up["orders"]["error"])) == ("all_unsuccessful", 25)
    assert (await rig.read("links"))[0]["status"] == "All unsuccessful"
    assert "all 25 attempts" in await rig.refused("pay", link=link["id"], outcome="paid")


async def test_an_order_in_error_may_still_complete(rig: Rig) -> None:
    link = await rig.link()
    failed = await rig.pay(link["id"], "declined")
    assert (await rig.pay(link["id"], "paid", order=failed["id"]))["status"] == "completed"
    assert (await rig.fetched(link))["completed_order_id"] == failed["id"]
    assert "is completed" in await rig.refused("pay", link=link["id"], outcome="declined", order=failed["id"])


async def test_two_attempts_at_once_can_both_take_money(rig: Rig) -> None:
    link = await rig.link()
    first = await rig.pay(link["id"], "pending")
    second = await rig.pay(link["id"], "pending", new=True)
    for order in (second, first):
        await rig.pay(link["id"], "paid", order=order["id"])
    done = await rig.fetched(link)
    assert done["completed_order_id"] == second["id"]
    assert done["orders"] == {"completed": [first["id"], second["id"]]}


async def test_an_order_may_differ_from_its_link(rig: Rig) -> None:
    link = await rig.link()
    assert (await rig.pay(link["id"], amount=4000))["amount"] == 4000
    assert (await rig.fetched(link))["amount"] == 4250
    other = await rig.link()
    await rig.pay(other["id"], "pending")
    assert "attempt to pay 4250" in await rig.refused("pay", link=other["id"], outcome="paid", amount=4000)


async def test_an_attempt_that_nobody_finishes_expires_after_half_an_hour(rig: Rig) -> None:
    link = await rig.link()
    order = await rig.pay(link["id"], "pending")
    rig.world.clock.advance(ORDER_S - 5)
    assert (await rig.order(order["id"]))["status"] == "processing"
    rig.world.clock.advance(5)
    assert (await rig.fetched(link))["orders"] == {"expired": [order["id"]]}
    assert len(await rig.bodies(4)) == 4
    rig.world.clock.advance(ORDER_S)
    assert len(await rig.read("deliveries")) == 4


async def test_the_expiry_of_an_attempt_is_told_without_anybody_asking(rig: Rig) -> None:
    await rig.link()
    order = await rig.pay(REFERENCE, "pending")
    await rig.arrived(2)
    rig.world.clock.advance(ORDER_S)
    assert ("transaction_status_changed", "expired") in await told(rig, 4)
    assert {one["order_id"] for one in await rig.bodies(4)} == {order["id"]}


@pytest.mark.parametrize(("choice", "status"), [("expired", "expired"), ("completed", "completed")])
async def test_money_may_come_after_a_link_has_expired(rig: Rig, choice: str, status: str) -> None:
    await rig.control("options", late_payment=choice)
    link = await rig.link()
    order = await rig.pay(link["id"], "pending")
    await rig.control("expire", link=link["id"])
    assert (await rig.fetched(link))["status"] == "expired"
    await rig.pay(link["id"])
    late = await rig.fetched(link)
    assert (late["status"], late["orders"]) == (status, {"completed": [order["id"]]})
    assert ("completed_order_id" in late) == (status == "completed")


async def test_an_order_need_not_repeat_the_reference(rig: Rig) -> None:
    await rig.control("options", order_reference="missing")
    await rig.link()
    assert "merchant_order_id" not in await rig.pay(REFERENCE)


async def test_orders_of_a_period_are_a_bare_array(rig: Rig) -> None:
    await rig.link()
    order = await rig.pay(REFERENCE, "declined")
    now = rig.world.clock.now()
    ends = [(now + timedelta(hours=hours)).isoformat() for hours in (-1, 1, 2)]
    assert [one["id"] for one in await rig.get(ORDERS, created_since=ends[0], created_until=ends[1])] == [
        order["id"]
    ]
    assert await rig.get(ORDERS, created_since=ends[1], created_until=ends[2]) == []
    for query in ({}, {"created_since": ends[0]}, {"created_since": "yesterday", "created_until": ends[1]}):
        error_of(await rig.api.get(ORDERS, params=query), 400)


async def test_orders_are_searched_by_what_they_have(rig: Rig) -> None:
    link, _ = await rig.link(), await rig.link(merchant_order_id="other")
    await rig.pay(link["id"], "declined")
    paid = await rig.pay(link["id"])
    await rig.pay("other")
    asked = {"merchant_order_id": REFERENCE, "status": "completed"}
    found = (await rig.api.post("/v1/search/orders/", json=asked)).json()
    assert (found["hits"], [one["id"] for one in found["orders"]]) == (1, [paid["id"]])
    every = (await rig.api.post("/v1/search/orders/", json={})).json()
    assert every["hits"] == 3
    error_of(await rig.api.post("/v1/search/orders/", json={"colour": "red"}), 400)


async def test_an_order_tells_more_when_asked(rig: Rig) -> None:
    await rig.link()
    order = await rig.pay(REFERENCE)
    assert "amount_details" not in await rig.order(order["id"])
    more = await rig.order(order["id"], **{"fields[]": ["amount_details", "order_line_details"]})
    assert (more["amount_details"]["captured"], more["order_line_details"]) == (4250, [])
    error_of(await rig.api.get(f"{ORDERS}{order['id']}/", params={"fields[]": "secrets"}), 400)


async def test_an_order_that_is_not_completed_can_be_cancelled(rig: Rig) -> None:
    link = await rig.link()
    for outcome in ("pending", "declined"):
        order = await rig.pay(link["id"], outcome)
        cancelled = await rig.api.delete(f"{ORDERS}{order['id']}/")
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        error_of(await rig.api.delete(f"{ORDERS}{order['id']}/"), 400)
    paid = await rig.pay(link["id"])
    error_of(await rig.api.delete(f"{ORDERS}{paid['id']}/"), 400)
    assert (await rig.fetched(link))["status"] == "completed"


async def test_a_running_order_can_be_changed_but_not_what_it_costs(rig: Rig) -> None:
    await rig.link()
    path = f"{ORDERS}{(await rig.pay(REFERENCE, 'pending'))['id']}/"
    changed = await rig.api.put(path, json={"description": "Table, ash", "amount": 4250})
    assert (changed.status_code, changed.json()["description"]) == (200, "Table, ash")
    assert error_of(await rig.api.put(path, json={"amount": 4000}), 400)["property_path"] == "amount"
    assert error_of(await rig.api.put(path, json={"status": "completed"}), 400)["property_path"] == "status"
    await rig.pay(REFERENCE)
    error_of(await rig.api.put(path, json={"description": "Table, oak"}), 400)


async def test_a_link_shows_only_what_became_of_its_own_orders(rig: Rig) -> None:
    first, second = await rig.link(), await rig.link(merchant_order_id="other")
    await rig.pay(first["id"])
    assert (await rig.get(f"{LINKS}{second['id']}/"))["orders"] == {}
