"""What the `pay` control lets happen to a link of the Checkout.com stand-in."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.standins.checkout_rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("by", ["id", "url", "reference"])
async def test_paid_is_authorised_then_captured(rig: Rig, by: str) -> None:
    link = await rig.link()
    name = {"id": link["id"], "url": link["_links"]["redirect"]["href"], "reference": "PL7F3K9Q"}[by]
    payment = await rig.pay(name, "paid")
    assert (payment["status"], payment["approved"], payment["amount"]) == ("Captured", True, 4990)
    approved, captured = await rig.events(2)
    assert (approved["type"], captured["type"]) == ("payment_approved", "payment_captured")
    assert approved["data"]["id"] == captured["data"]["id"] == payment["id"]
    assert approved["data"]["action_id"] != captured["data"]["action_id"]
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert (shown["status"], shown["payment_id"]) == ("Payment Received", payment["id"])
    assert set(shown["_links"]) == {"self", "redirect", "payment", "payment_actions"}


async def test_a_reference_names_the_newest_of_its_links(rig: Rig) -> None:
    await rig.link()
    newest = await rig.link()
    await rig.pay("PL7F3K9Q", "paid")
    assert (await rig.get(f"/payment-links/{newest['id']}"))["status"] == "Payment Received"


async def test_authorised_then_captured_in_parts_is_one_payment(rig: Rig) -> None:
    link = await rig.link()
    first = await rig.pay(link["id"], "authorised")
    assert (first["status"], first["balances"]["available_to_capture"]) == ("Authorized", 4990)
    part = await rig.pay(link["id"], "captured", amount=1000)
    assert (part["id"], part["status"]) == (first["id"], "Partially Captured")
    whole = await rig.pay(link["id"], "captured")
    assert (whole["status"], whole["balances"]["total_captured"]) == ("Captured", 4990)
    amounts = [event["data"]["amount"] for event in await rig.events(3)]
    assert amounts == [4990, 1000, 3990]


@pytest.mark.parametrize(("amount", "status"), [(4000, "Partially Captured"), (6000, "Captured")])
async def test_another_amount_than_asked_can_be_captured(rig: Rig, amount: int, status: str) -> None:
    payment = await rig.pay((await rig.link())["id"], "paid", amount=amount)
    assert (payment["status"], payment["amount"]) == (status, 4990)
    assert payment["balances"]["total_captured"] == amount
    captured = await rig.event("payment_captured", 2)
    assert captured["data"]["amount"] == amount


async def test_a_decline_leaves_the_link_active_and_the_next_attempt_is_another_payment(rig: Rig) -> None:
    link = await rig.link()
    declined = await rig.pay(link["id"], "declined")
    assert (declined["status"], declined["approved"]) == ("Declined", False)
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert (shown["status"], shown["payment_id"]) == ("Active", declined["id"])
    assert "payment_actions" not in shown["_links"]
    paid = await rig.pay(link["id"], "paid")
    assert paid["id"] != declined["id"]
    listed = await rig.get("/payments?reference=PL7F3K9Q")
    assert [payment["id"] for payment in listed["data"]] == [paid["id"], declined["id"]]
    assert (await rig.get(f"/payment-links/{link['id']}"))["payment_id"] == paid["id"]


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        (["pending"], "Pending"),
        (["pending", "capture_pending"], "Pending"),
        (["pending", "paid"], "Captured"),
        (["pending", "capture_pending", "captured"], "Captured"),
        (["pending", "authentication_expired"], "Declined"),
        (["pending", "declined"], "Declined"),
        (["pending", "expired"], "Expired"),
        (["pending", "canceled"], "Canceled"),
        (["authorised", "voided"], "Voided"),
        (["authorised", "capture_declined"], "Authorized"),
        (["authorised", "void_declined", "captured"], "Captured"),
        (["paid", "refund_pending"], "Captured"),
        (["paid", "refund_pending", "refund_declined"], "Captured"),
        (["paid", "refund_pending", "refunded"], "Refunded"),
        (["paid", "refunded"], "Refunded"),
        (["paid", "returned"], "Returned"),
        (["paid", "disputed"], "Captured"),
        (
            ["paid", "disputed", "dispute_evidence_required", "dispute_won", "disputed", "dispute_lost"],
            "Captured",
        ),
    ],
)
async def test_what_follows_befalls_the_same_payment(rig: Rig, outcomes: list[str], status: str) -> None:
    link = await rig.link()
    payments = [await rig.pay(link["id"], outcome) for outcome in outcomes]
    assert {payment["id"] for payment in payments} == {payments[0]["id"]}
    assert payments[-1]["status"] == status
    assert (await rig.get(f"/payments/{payments[0]['id']}"))["status"] == status


async def test_a_refund_may_be_partial_but_never_more_than_is_left(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    part = await rig.pay(link["id"], "refunded", amount=990)
    assert (part["status"], part["balances"]["available_to_refund"]) == ("Partially Refunded", 4000)
    assert "4000" in await rig.refused("pay", link=link["id"], outcome="refunded", amount=4001)
    assert (await rig.pay(link["id"], "refunded"))["status"] == "Refunded"
    assert "refunded" in await rig.refused("pay", link=link["id"], outcome="refunded")
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


async def test_money_that_was_returned_cannot_be_refunded_as_well(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    returned = await rig.pay(link["id"], "returned")
    assert returned["balances"]["available_to_refund"] == 0
    assert "refunded" in await rig.refused("pay", link=link["id"], outcome="refunded")
    assert (await rig.event("payment_returned", 3))["data"]["amount"] == 4990


async def test_a_link_speaks_of_the_payment_that_succeeded(rig: Rig) -> None:
    link = await rig.link()
    slow = await rig.pay(link["id"], "pending")
    await rig.pay(link["id"], "pending")
    declined = await rig.pay(link["id"], "declined")
    paid = await rig.pay(link["id"], "paid")
    assert paid["id"] == slow["id"] != declined["id"]
    assert (await rig.get(f"/payment-links/{link['id']}"))["payment_id"] == paid["id"]


async def test_two_attempts_under_way_can_both_succeed(rig: Rig) -> None:
    link = await rig.link()
    for _ in range(2):
        await rig.pay(link["id"], "pending")
    payments = {(await rig.pay(link["id"], "paid"))["id"] for _ in range(2)}
    assert len(payments) == 2


@pytest.mark.parametrize(
    "outcome",
    [
        "captured",
        "capture_declined",
        "voided",
        "void_declined",
        "refunded",
        "refund_pending",
        "refund_declined",
        "returned",
        "disputed",
        "dispute_evidence_required",
        "dispute_won",
        "dispute_lost",
        "dispute_accepted",
        "dispute_resolved",
        "dispute_arbitration_sent_to_scheme",
    ],
)
async def test_what_needs_a_payment_is_refused_without_one(rig: Rig, outcome: str) -> None:
    link = await rig.link()
    refused = await rig.refused("pay", link=link["id"], outcome=outcome)
    assert "on this link" in refused
    assert ("; paid authorises, too" in refused) == (outcome == "captured")


async def test_a_link_is_paid_once(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "authorised")
    for outcome in ("paid", "authorised", "declined", "pending"):
        assert "Payment Received" in await rig.refused("pay", link=link["id"], outcome=outcome)


async def test_captured_money_cannot_be_voided(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid", amount=1000)
    assert "voided" in await rig.refused("pay", link=link["id"], outcome="voided")


async def test_a_link_expires_by_the_clock(rig: Rig) -> None:
    link = await rig.link(expires_in=600)
    await rig.control("clock", advance_s=599)
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Active"
    await rig.control("clock", advance_s=2)
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Expired"
    for outcome in ("paid", "authorised", "declined"):
        assert "Expired" in await rig.refused("pay", link=link["id"], outcome=outcome)


async def test_a_paid_link_stays_paid_when_its_time_is_over(rig: Rig) -> None:
    link = await rig.link(expires_in=600)
    await rig.pay(link["id"], "paid")
    await rig.control("clock", advance_s=601)
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


async def test_an_attempt_begun_in_time_may_end_after_the_expiry(rig: Rig) -> None:
    link = await rig.link(expires_in=600)
    pending = await rig.pay(link["id"], "pending")
    await rig.control("clock", advance_s=601)
    assert (await rig.pay(link["id"], "paid"))["id"] == pending["id"]
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"link": "pl_none"}, "no link"),
        ({"link": 7}, "no link"),
        ({"outcome": "payed"}, "outcome must be one of"),
        ({"outcome": ["paid"]}, "outcome must be one of"),
        ({"link": "http://[x"}, "no link"),
        ({"amount": 0}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"outcome": "declined", "amount": 1}, "takes no amount"),
        ({"sum": 1}, "unknown keys: sum"),
        ({"currency": "USD"}, "needs force"),
        ({"currency": "XXX", "force": True}, "needs force"),
        ({"currency": "KWD", "amount": 1001, "force": True}, "amount"),
        ({"payment": "pay_none"}, "no payment pay_none"),
    ],
)
async def test_a_control_that_makes_no_sense_is_refused(rig: Rig, wrong: dict[str, Any], says: str) -> None:
    link = await rig.link()
    assert says in await rig.refused("pay", **({"link": link["id"], "outcome": "paid"} | wrong))


async def test_a_pending_refund_is_of_its_own_amount_unless_told_otherwise(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    pending = await rig.pay(link["id"], "refund_pending", amount=990)
    assert pending["balances"]["total_refunded"] == 0
    assert (await rig.pay(link["id"], "refunded"))["balances"]["total_refunded"] == 990


async def test_captures_may_together_be_more_than_was_authorised(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "authorised")
    await rig.pay(link["id"], "captured", amount=4000)
    over = await rig.pay(link["id"], "captured", amount=4000)
    assert (over["status"], over["balances"]["total_captured"]) == ("Captured", 8000)
    assert over["balances"]["available_to_capture"] == 0


async def test_a_paid_link_is_paid_again_by_force(rig: Rig) -> None:
    link = await rig.link()
    first = await rig.pay(link["id"], "paid")
    second = await rig.pay(link["id"], "paid", force=True)
    assert second["id"] != first["id"]
    assert (second["reference"], second["status"]) == ("PL7F3K9Q", "Captured")
    assert len(await rig.events(4)) == 4


async def test_an_expired_link_is_paid_late_by_force(rig: Rig) -> None:
    link = await rig.link(expires_in=600)
    await rig.control("clock", advance_s=601)
    assert (await rig.pay(link["id"], "paid", force=True))["status"] == "Captured"
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


async def test_another_currency_is_paid_by_force_also_beside_a_pending_payment(rig: Rig) -> None:
    link = await rig.link()
    pending = await rig.pay(link["id"], "pending")
    payment = await rig.pay(link["id"], "paid", force=True, currency="USD")
    assert (payment["currency"], payment["amount"]) == ("USD", 4990)
    assert payment["id"] != pending["id"]
    assert (await rig.get(f"/payment-links/{link['id']}"))["currency"] == "EUR"


async def test_of_several_payments_one_can_be_named(rig: Rig) -> None:
    link = await rig.link()
    first = await rig.pay(link["id"], "paid")
    second = await rig.pay(link["id"], "paid", force=True)
    assert (await rig.pay(link["id"], "refunded", payment=first["id"]))["id"] == first["id"]
    assert (await rig.pay(link["id"], "refunded"))["id"] == second["id"]
    assert first["id"] in await rig.refused("pay", link=link["id"], outcome="refunded", payment=first["id"])


@pytest.mark.parametrize("word", ["Card Verified", "Paid", "Authentication Requested", "Word Of Tomorrow"])
async def test_the_api_says_another_status_as_long_as_it_is_told_to(rig: Rig, word: str) -> None:
    payment = await rig.pay((await rig.link())["id"], "paid")
    said = await rig.control("status", payment=payment["id"], status=word)
    assert said["payment"]["status"] == word
    assert (await rig.get(f"/payments/{payment['id']}"))["status"] == word
    await rig.control("status", payment=payment["id"], status=None)
    assert (await rig.get(f"/payments/{payment['id']}"))["status"] == "Captured"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"payment": [], "status": "Paid"}, "no payment []"),
        ({"payment": {}, "status": "Paid"}, "no payment {}"),
        ({"status": ["Paid"]}, "status must be a text or null, not ['Paid']"),
    ],
)
async def test_a_status_of_something_else_is_refused(rig: Rig, body: dict[str, Any], says: str) -> None:
    payment = await rig.pay((await rig.link())["id"], "paid")
    answer = await rig.browser.post("/_control/status", json={"payment": payment["id"], **body})
    assert (answer.status_code, answer.json()) == (400, {"ok": False, "error": says})


async def test_the_links_control_lists_them(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    listed = (await rig.browser.get("/_control/links")).json()
    made = datetime.fromisoformat(listed["links"][0].pop("at"))
    assert rig.world.clock.now() - made < timedelta(minutes=1)
    assert listed == {
        "ok": True,
        "links": [
            {
                "id": link["id"],
                "reference": "PL7F3K9Q",
                "url": link["_links"]["redirect"]["href"],
                "status": "Payment Received",
                "amount": 4990,
                "currency": "EUR",
            }
        ],
    }
