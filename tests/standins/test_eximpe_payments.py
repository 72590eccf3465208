"""Payments, orders and refunds of the EximPe stand-in, and its controls."""

import re
from typing import Any

import pytest

from tests.standins.eximpe_rig import Rig, data_of, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def refund(rig: Rig, status: int, **sent: Any) -> dict[str, Any]:
    answer = await rig.api.post("/pg/refunds/", json=sent)
    return data_of(answer, status) if status == 201 else error_of(answer, status)


# --- payments and orders ------------------------------------------------------------------------------


async def test_a_link_s_id_is_that_of_its_payment_before_anybody_pays(rig: Rig) -> None:
    link = await rig.link()
    payment = await rig.get(f"/pg/payments/{link['payment_id']}/")
    assert (payment["status"], payment["mop_type"], payment["bank_ref_num"]) == ("pending", None, None)
    assert payment["order"]["reference_id"] == "PL7F3K9Q"
    assert payment["order"]["status"] == "payment_pending"
    assert (payment["refund"], payment["payment_completed_at"]) == ([], None)


@pytest.mark.parametrize(
    ("outcome", "status", "order"),
    [
        ("pending", "pending", "payment_pending"),
        ("declined", "failed", "failed"),
        ("paid", "captured", "payment_successful"),
        ("captured", "captured", "payment_successful"),
    ],
)
async def test_payment_and_order_say_what_became_of_it(
    rig: Rig, outcome: str, status: str, order: str
) -> None:
    link = await rig.link()
    await rig.pay(link["payment_id"], outcome)
    payment = await rig.get(f"/pg/payments/{link['payment_id']}/")
    order_id = payment["order"]["order_id"]
    assert (payment["status"], payment["mop_type"], payment["amount"]) == (status, "UPI", "1500.00")
    whole = await rig.get(f"/pg/orders/{order_id}/")
    assert (whole["status"], whole["reference_id"], whole["amount"]) == (order, "PL7F3K9Q", "1500.00")
    assert [(one["payment_id"], one["status"]) for one in whole["payments"]] == [(link["payment_id"], status)]
    assert await rig.get(f"/pg/orders/{order_id}/status/") == {
        "order_id": order_id,
        "reference_id": "PL7F3K9Q",
        "status": order,
    }
    captured = status == "captured"
    assert payment["bank_ref_num"] == (f"{order_id}-{link['payment_id']}" if captured else None)
    assert bool(payment["payment_completed_at"]) == captured


async def test_payments_are_found_by_each_filter(rig: Rig) -> None:
    await rig.link(reference_id="PL1")
    await rig.link(reference_id="PL2")
    paid = await rig.pay("PL2", "paid")
    filters = {
        "reference_id": "PL2",
        "order_id": paid["order"]["order_id"],
        "payment_id": paid["payment_id"],
        "status": "captured",
    }
    for name, value in filters.items():
        page = await rig.get("/pg/payments/", **{name: value})
        assert (page["count"], [{"id": paid["id"], **one} for one in page["results"]]) == (1, [paid])
    assert (await rig.get("/pg/payments/"))["count"] == 2
    assert (await rig.get("/pg/payments/", reference_id="PL3"))["count"] == 0


async def test_payments_are_found_by_the_time_they_began(rig: Rig) -> None:
    await rig.link()
    span = {"from_created_at": "2020-01-01T00:00:00Z", "to_created_at": "2099-01-01T00:00:00Z"}
    assert (await rig.get("/pg/payments/", **span))["count"] == 1
    assert (await rig.get("/pg/payments/", from_created_at="2099-01-01T00:00:00Z"))["count"] == 0
    assert (await rig.get("/pg/payments/", to_created_at="2020-01-01T00:00:00Z"))["count"] == 0


@pytest.mark.parametrize("wrong", [{"status": "paid"}, {"from_created_at": "today"}, {"reference": "PL1"}])
async def test_a_filter_that_there_is_not_is_refused(rig: Rig, wrong: dict[str, str]) -> None:
    assert set(error_of(await rig.api.get("/pg/payments/", params=wrong), 400)["details"]) == set(wrong)


@pytest.mark.parametrize(("retry", "ids"), [("same_id", 1), ("new_id", 2)])
async def test_trying_again_keeps_the_payment_or_begins_another(rig: Rig, retry: str, ids: int) -> None:
    await rig.control("options", retry=retry)
    link = await rig.link()
    await rig.pay("PL7F3K9Q", "declined")
    assert await rig.status(link) == "failed"
    paid = await rig.pay("PL7F3K9Q", "paid")
    page = await rig.get("/pg/payments/", reference_id="PL7F3K9Q")
    assert page["count"] == ids
    assert (paid["payment_id"] == link["payment_id"]) == (ids == 1)
    assert await rig.status(link) == "captured"
    assert (await rig.get(f"/pg/payments/{paid['payment_id']}/"))["order"]["reference_id"] == "PL7F3K9Q"


# --- refunds ------------------------------------------------------------------------------------------


async def test_a_refund_is_pending_until_it_is_done(rig: Rig) -> None:
    paid = await rig.pay((await rig.link())["payment_id"], "paid")
    asked = await refund(rig, 201, payment_id=paid["payment_id"], refund_amount="500.00")
    assert re.fullmatch(r"RF\d{10}", asked["refund_id"])
    assert (asked["refund_amount"], asked["refund_status"]) == ("500.00", "refund_pending")
    await rig.pay("PL7F3K9Q", "refunded")
    found = await rig.get(f"/pg/refunds/{asked['refund_id']}/")
    assert (found["refund_id"], found["refund_status"]) == (asked["refund_id"], "refunded")
    assert (await rig.get(f"/pg/payments/{paid['payment_id']}/"))["refund"] == [found]


async def test_without_an_amount_all_that_is_left_goes_back(rig: Rig) -> None:
    paid = await rig.pay((await rig.link())["payment_id"], "paid")
    await refund(rig, 201, payment_id=paid["payment_id"], refund_amount="500.00")
    rest = await refund(rig, 201, payment_id=paid["payment_id"])
    assert rest["refund_amount"] == "1000.00"


async def test_no_more_can_be_refunded_than_is_left(rig: Rig) -> None:
    paid = await rig.pay((await rig.link())["payment_id"], "paid")
    too_much = await refund(rig, 400, payment_id=paid["payment_id"], refund_amount="1500.01")
    assert too_much["code"] == "ERR_REFUND_002"
    await refund(rig, 201, payment_id=paid["payment_id"])
    assert (await refund(rig, 400, payment_id=paid["payment_id"]))["code"] == "ERR_REFUND_002"
    await rig.pay("PL7F3K9Q", "refund_failed")
    await refund(rig, 201, payment_id=paid["payment_id"])


async def test_what_was_not_paid_cannot_be_refunded(rig: Rig) -> None:
    link = await rig.link()
    assert (await refund(rig, 400, payment_id=link["payment_id"]))["code"] == "ERR_REFUND_002"
    assert (await refund(rig, 404, payment_id="PR1"))["code"] == "ERR_ORDER_001"
    for wrong in ({}, {"payment_id": "PR1", "refund_amount": "x"}, {"payment_id": "PR1", "reason": "x"}):
        assert (await refund(rig, 400, **wrong))["code"] == "ERR_ORDER_002"


# --- controls -----------------------------------------------------------------------------------------


async def test_the_links_are_listed_with_paise(rig: Rig) -> None:
    link = await rig.link(amount="1500.50")
    made = await rig.get(f"/pg/payment-links/{link['payment_id']}/")
    [listed] = await rig.read("links")
    assert [{**listed, "at": listed["at"].replace("+00:00", "Z")}] == [
        {
            "id": link["payment_id"],
            "reference": "PL7F3K9Q",
            "url": link["payment_link"],
            "status": "pending",
            "amount": 150050,
            "currency": "INR",
            "paid": False,
            "at": made["created_at"],
        }
    ]


async def test_a_control_finds_a_link_by_id_address_or_reference(rig: Rig) -> None:
    for number, key in enumerate(("payment_id", "payment_link", "reference")):
        link = await rig.link(reference_id=f"PL{number}") | {"reference": f"PL{number}"}
        assert (await rig.pay(link[key], "paid"))["payment_id"] == link["payment_id"]
    assert "no link has the id" in await rig.refused("pay", link="PL9", outcome="paid")


async def test_of_several_links_of_one_reference_the_newest_is_meant(rig: Rig) -> None:
    await rig.act(await rig.link(), "deactivate")
    newest = await rig.link()
    assert (await rig.pay("PL7F3K9Q", "paid"))["payment_id"] == newest["payment_id"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"outcome": "authorised"}, "outcome must be one of"),
        ({"outcome": "voided"}, "EximPe has no other"),
        ({"outcome": "returned"}, "outcome must be one of"),
        ({"outcome": ["paid"]}, "outcome must be one of"),
        ({"outcome": "refunded"}, "nothing is captured on this link that could be refunded"),
        ({"outcome": "settled"}, "nothing is captured"),
        ({"outcome": "disputed"}, "nothing is captured"),
        ({"outcome": "dispute_won"}, "no dispute is open"),
        ({"outcome": "declined", "amount": 5}, "declined takes no amount"),
        ({"outcome": "paid", "amount": 0}, "whole number of paise"),
        ({"outcome": "paid", "amount": "5.00"}, "whole number of paise"),
        ({"outcome": "paid", "currency": "USD"}, "unknown keys: currency"),
        ({}, "missing key: 'outcome'"),
    ],
)
async def test_what_cannot_happen_is_refused_with_a_reason(
    rig: Rig, wrong: dict[str, Any], says: str
) -> None:
    await rig.link()
    assert says in await rig.refused("pay", link="PL7F3K9Q", **wrong)
    assert await rig.read("deliveries") == []


async def test_a_closed_link_is_paid_only_by_force(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay("PL7F3K9Q", "expired")
    assert "the link is expired" in await rig.refused("pay", link="PL7F3K9Q", outcome="paid")
    await rig.pay("PL7F3K9Q", "paid", force=True)
    assert await rig.status(link) == "captured"
    assert "the link is captured" in await rig.refused("pay", link="PL7F3K9Q", outcome="paid")
    second = await rig.pay("PL7F3K9Q", "paid", force=True)
    assert second["payment_id"] != link["payment_id"]


async def test_another_amount_can_be_paid_than_was_asked_for(rig: Rig) -> None:
    await rig.link()
    paid = await rig.pay("PL7F3K9Q", "paid", amount=100)
    assert (paid["amount"], paid["order"]["amount"]) == ("1.00", "1500.00")
    for outcome in ("refunded", "disputed"):
        too_much = await rig.refused("pay", link="PL7F3K9Q", outcome=outcome, amount=101)
        assert "at most 100" in too_much


async def test_a_link_can_be_expired_once(rig: Rig) -> None:
    link = await rig.link()
    assert (await rig.control("expire", link=link["payment_link"]))["link"]["status"] == "expired"
    assert await rig.status(link) == "expired"
    assert "the link is expired" in await rig.refused("expire", link="PL7F3K9Q")


async def test_any_word_can_be_said_for_a_status_and_the_truth_comes_back(rig: Rig) -> None:
    link = await rig.link()
    await rig.control("status", link="PL7F3K9Q", status="on_hold")
    assert await rig.status(link) == "on_hold"
    await rig.control("status", link="PL7F3K9Q", status=None)
    assert await rig.status(link) == "pending"
    assert "status must be" in await rig.refused("status", link="PL7F3K9Q", status=5)


async def test_options_are_named_and_chosen_all_or_none(rig: Rig) -> None:
    before = await rig.read("options")
    assert before["signed"] == "raw"
    wrong = await rig.refused("options", signed="canonical", retry="never")
    assert wrong == "retry must be one of same_id, new_id"
    assert "there is no option colour" in await rig.refused("options", colour="red")
    assert await rig.read("options") == before
    chosen = (await rig.control("options", signed="canonical"))["options"]
    assert chosen == before | {"signed": "canonical"} == await rig.read("options")


async def test_looking_at_the_options_chooses_none(rig: Rig) -> None:
    await rig.browser.get("/_control/options", params={"signed": "wrong"})
    assert (await rig.read("options"))["signed"] == "raw"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "ERR_AUTH_001"),
        (404, "ERR_ORDER_001"),
        (429, "ERR_SERVICE_ERROR_000"),
        (500, "ERR_SERVICE_ERROR_000"),
    ],
)
async def test_a_refusal_on_demand_has_the_envelope(rig: Rig, status: int, code: str) -> None:
    fault = {
        "match": "GET /pg/payment-links/",
        "fault": "status",
        "status": status,
        "retry_after": 7,
        "times": 1,
    }
    await rig.control("faults", **fault)
    answer = await rig.api.get("/pg/payment-links/")
    assert error_of(answer, status)["code"] == code
    assert answer.headers["retry-after"] == "7"
    assert (await rig.api.get("/pg/payment-links/")).status_code == 200
