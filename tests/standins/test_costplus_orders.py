"""Attempts to pay a link of the Cost+ stand-in, the orders they make, and the hints it sends of them."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from sandbox.costplus.ids import MERCHANT, PROJECT
from sandbox.costplus.outgoing import FIRST_TIMEOUT_S, TIMEOUT_S
from tests.standins.checkout_rig import Stage
from tests.standins.costplus_rig import DAY_S, LINKS, ORDERS, REFERENCE, Rig, error_of, playing

pytestmark = pytest.mark.asyncio(loop_scope="module")

ORDER_S = 30 * 60
RETRY_S = 120
FAILED = ["declined", "cancelled", "expired"]
ORDER_STATUS = {"declined": "error", "cancelled": "cancelled", "expired": "expired"}


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    async with playing(stages) as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="module")
async def hasty(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    """Waits 50 ms for the answer to a first attempt, where the real service waits 4 s."""
    async with playing(stages, first_timeout_s=0.05) as rig:
        yield rig


async def told(rig: Rig, count: int) -> list[tuple[str, str]]:
    """What the service was told of, in no order: a transaction's status, or an order's id."""
    return sorted(
        (one["event"], one.get("transaction_status", one["order_id"])) for one in await rig.hints(count)
    )


# --- attempts -----------------------------------------------------------------------------------------


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
    assert len(await rig.hints(4)) == 4
    rig.world.clock.advance(ORDER_S)
    assert len(await rig.read("deliveries")) == 4


async def test_the_expiry_of_an_attempt_is_told_without_anybody_asking(rig: Rig) -> None:
    await rig.link()
    order = await rig.pay(REFERENCE, "pending")
    await rig.arrived(2)
    rig.world.clock.advance(ORDER_S)
    assert ("transaction_status_changed", "expired") in await told(rig, 4)
    assert {one["order_id"] for one in await rig.hints(4)} == {order["id"]}


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


# --- the orders API -----------------------------------------------------------------------------------


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


# --- refunds, chargebacks, captures -------------------------------------------------------------------


async def test_a_refund_is_an_order_that_names_the_order_it_refunds(rig: Rig) -> None:
    link = await rig.link()
    paid = await rig.pay(link["id"])
    path = f"{ORDERS}{paid['id']}/refunds/"
    answer = await rig.api.post(path, json={"amount": 1000, "description": "One leg short"})
    assert answer.status_code == 201
    refund = answer.json()
    assert (refund["refund_of_order_id"], refund["related_order_id"]) == (paid["id"], paid["id"])
    assert (refund["amount"], refund["status"], refund["description"]) == (1000, "completed", "One leg short")
    assert "related_payment_link_id" not in refund
    order = await rig.order(paid["id"])
    assert (order["refund_orders"], order["refunded_amount"]) == ([refund["id"]], 1000)
    assert (order["status"], (await rig.fetched(link))["status"]) == ("completed", "completed")
    error_of(await rig.api.post(path, json={"amount": 3251}), 400)
    error_of(await rig.api.post(path, json={}), 400)
    error_of(await rig.api.post(path, json={"amount": 0}), 400)
    error_of(await rig.api.post(f"{ORDERS}{refund['id']}/refunds/", json={"amount": 1}), 400)
    await rig.pay(link["id"], "refunded")
    assert (await rig.order(paid["id"]))["refunded_amount"] == 4250
    assert "at most 0" in await rig.refused("pay", link=link["id"], outcome="refunded")


async def test_what_was_not_taken_cannot_be_refunded(rig: Rig) -> None:
    await rig.link()
    order = await rig.pay(REFERENCE, "declined")
    error_of(await rig.api.post(f"{ORDERS}{order['id']}/refunds/", json={"amount": 1}), 400)


async def test_a_chargeback_and_its_reversal_are_orders(rig: Rig) -> None:
    await rig.link()
    paid = await rig.pay(REFERENCE)
    assert "no chargeback" in await rig.refused("pay", link=REFERENCE, outcome="dispute_won")
    back = (await rig.control("pay", link=REFERENCE, outcome="disputed"))["made"]
    assert (back["chargeback_of_order_id"], back["amount"]) == (paid["id"], 4250)
    assert "charged back" in await rig.refused("pay", link=REFERENCE, outcome="disputed")
    won = (await rig.control("pay", link=REFERENCE, outcome="dispute_won"))["made"]
    assert (won["reversal_of_order_id"], won["related_order_id"]) == (back["id"], paid["id"])
    assert (await rig.order(back["id"]))["reversal_orders"] == [won["id"]]
    order = await rig.order(paid["id"])
    assert (order["chargeback_orders"], order["related_orders"]) == ([back["id"]], [back["id"], won["id"]])
    assert "reversal_orders" not in order
    await rig.control("options", reversal_of="original")
    assert (await rig.order(won["id"]))["reversal_of_order_id"] == paid["id"]
    assert (await rig.order(paid["id"]))["reversal_orders"] == [won["id"]]
    assert "reversal_orders" not in await rig.order(back["id"])


async def test_money_is_only_authorised_where_capture_is_manual(rig: Rig) -> None:
    await rig.control("options", capture="manual")
    await rig.link()
    order = await rig.pay(REFERENCE, "authorised")
    [first] = order["transactions"]
    assert (order["status"], order["capture_mode"]) == ("completed", "manual")
    assert (first["transaction_type"], first["status"], first["is_capturable"]) == (
        "authorization",
        "accepted",
        True,
    )
    assert (order["amount_details"]["authorized"], order["amount_details"]["captured"]) == (4250, 0)
    path = f"{ORDERS}{order['id']}/transactions/{first['id']}"
    error_of(await rig.api.post(f"{path}/captures/", json={"amount": 4251}), 400)
    error_of(await rig.api.post(f"{ORDERS}{order['id']}/transactions/x/captures/", json={}), 404)
    assert (await rig.api.post(f"{path}/captures/", json={"amount": 4000})).status_code == 201
    voided = (await rig.api.post(f"{path}/voids/", json={})).json()
    kinds = [(one["transaction_type"], one["amount"]) for one in voided["transactions"]]
    assert kinds == [("authorization", 4250), ("capture", 4000), ("void", 250)]
    assert (voided["transactions"][0]["status"], voided["transactions"][0]["is_capturable"]) == (
        "captured",
        False,
    )
    error_of(await rig.api.post(f"{path}/voids/", json={}), 400)


@pytest.mark.parametrize(
    ("outcomes", "status", "captured"),
    [
        (["authorised", "captured"], "captured", 4250),
        (["authorised", "voided"], "cancelled", 0),
        (["paid"], "captured", 4250),
    ],
)
async def test_what_was_authorised_is_captured_or_voided(
    rig: Rig, outcomes: list[str], status: str, captured: int
) -> None:
    await rig.control("options", capture="manual")
    await rig.link()
    for outcome in outcomes:
        order = await rig.pay(REFERENCE, outcome)
    assert (order["transactions"][0]["status"], order["amount_details"]["captured"]) == (status, captured)


# --- webhooks -----------------------------------------------------------------------------------------


async def test_a_payment_is_hinted_at_by_both_events_and_signed_by_none(rig: Rig) -> None:
    await rig.link()
    order = await rig.pay(REFERENCE)
    hints = await rig.hints(4)
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
    assert {hint["event"] for hint in await rig.hints(2)} == kinds
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
    assert {hint["order_id"] for hint in (await rig.hints(6))[4:]} == {happened[named]["id"]}


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
    assert sent in await rig.hints(5)


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


async def test_a_link_shows_only_what_became_of_its_own_orders(rig: Rig) -> None:
    first, second = await rig.link(), await rig.link(merchant_order_id="other")
    await rig.pay(first["id"])
    assert (await rig.get(f"{LINKS}{second['id']}/"))["orders"] == {}
