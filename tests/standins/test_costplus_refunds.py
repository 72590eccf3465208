"""Refunds, chargebacks and manual capture at the Cost+ stand-in: each an order of its own."""

import pytest

from tests.standins.costplus_rig import ORDERS, REFERENCE, Rig, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
