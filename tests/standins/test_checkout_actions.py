"""Refunds, voids and captures over the API of the Checkout.com stand-in."""

import re
from typing import Any

import pytest

from tests.standins.checkout_rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def paid(rig: Rig, outcome: str = "paid", **changes: Any) -> str:
    """Where a new payment is."""
    payment = await rig.pay((await rig.link(**changes))["id"], outcome)
    return f"/payments/{payment['id']}"


async def test_a_refund_is_accepted_and_told(rig: Rig) -> None:
    path = await paid(rig)
    answer = await rig.api.post(f"{path}/refunds", json={"amount": 990, "reference": "RETURN-1"})
    assert answer.status_code == 202
    accepted = answer.json()
    assert re.fullmatch(r"act_[a-z2-7]{26}", accepted["action_id"])
    assert accepted["reference"] == "RETURN-1"
    assert accepted["_links"]["payment"]["href"] == rig.base + path
    refunded = await rig.event("payment_refunded", 3)
    assert (refunded["data"]["action_id"], refunded["data"]["amount"]) == (accepted["action_id"], 990)
    assert refunded["data"]["balances"]["available_to_refund"] == 4000
    assert (await rig.get(path))["status"] == "Partially Refunded"


async def test_no_more_is_refunded_than_is_left(rig: Rig) -> None:
    path = f"{await paid(rig)}/refunds"
    assert (await rig.api.post(path, json={"amount": 4000})).status_code == 202
    too_much = await rig.api.post(path, json={"amount": 991})
    assert (too_much.status_code, too_much.json()["error_type"]) == (422, "processing_error")
    assert too_much.json()["error_codes"] == ["amount_exceeds_balance"]
    assert (await rig.api.post(path)).status_code == 202
    assert (await rig.api.post(path)).status_code == 403
    assert (await rig.events(4))[-1]["data"]["balances"]["total_refunded"] == 4990


@pytest.mark.parametrize(
    ("outcome", "impossible"),
    [
        ("pending", ["captures", "refunds", "voids"]),
        ("declined", ["captures", "refunds", "voids"]),
        ("authorised", ["refunds"]),
        ("paid", ["captures", "voids"]),
    ],
)
async def test_what_the_state_does_not_allow_is_forbidden_without_a_word(
    rig: Rig, outcome: str, impossible: list[str]
) -> None:
    path = await paid(rig, outcome)
    before = await rig.get(path)
    for kind in impossible:
        answer = await rig.api.post(f"{path}/{kind}")
        assert (answer.status_code, answer.content) == (403, b"")
    assert await rig.get(path) == before


async def test_a_void_takes_all_that_was_authorised(rig: Rig) -> None:
    path = await paid(rig, "authorised")
    assert (await rig.api.post(f"{path}/voids", json={"amount": 1})).json()["error_codes"] == [
        "amount_invalid"
    ]
    assert (await rig.api.post(f"{path}/voids", json={"metadata": {"why": "sold out"}})).status_code == 202
    voided = await rig.get(path)
    assert (voided["status"], voided["balances"]["total_voided"]) == ("Voided", 4990)
    assert (await rig.event("payment_voided", 2))["data"]["amount"] == 4990


async def test_the_last_capture_releases_the_rest_and_others_do_not(rig: Rig) -> None:
    path = await paid(rig, "authorised")
    over = await rig.api.post(f"{path}/captures", json={"amount": 4991})
    assert over.json()["error_codes"] == ["capture_value_greater_than_remaining_authorized"]
    part = {"amount": 1000, "capture_type": "NonFinal"}
    assert (await rig.api.post(f"{path}/captures", json=part)).status_code == 202
    assert (await rig.get(path))["balances"]["available_to_capture"] == 3990
    assert (await rig.api.post(f"{path}/captures", json={"amount": 2000})).status_code == 202
    payment = await rig.get(path)
    assert payment["status"] == "Partially Captured"
    assert (payment["balances"]["total_captured"], payment["balances"]["total_voided"]) == (3000, 1990)
    assert payment["balances"]["available_to_capture"] == 0
    assert (await rig.api.post(f"{path}/captures")).status_code == 403


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("refunds", {"amount": "1"}, "amount_invalid"),
        ("refunds", {"amount": 0}, "amount_invalid"),
        ("refunds", {"amount": 1001}, "amount_invalid"),
        ("refunds", {"reference": "x" * 81}, "reference_invalid"),
        ("refunds", {"metadata": {"a": {}}}, "metadata_invalid"),
        ("refunds", {"amount_allocations": []}, "amount_allocations_invalid"),
        ("captures", {"capture_type": "Last"}, "capture_type_invalid"),
        ("captures", {"description": "x" * 101}, "description_invalid"),
        ("voids", {"reference": 7}, "reference_invalid"),
    ],
)
async def test_a_wrong_body_is_refused_before_the_state_is_asked(
    rig: Rig, kind: str, body: dict[str, Any], code: str
) -> None:
    path = await paid(rig, amount=2000, currency="KWD")
    answer = await rig.api.post(f"{path}/{kind}", json=body)
    assert (answer.status_code, answer.json()["error_codes"]) == (422, [code])


@pytest.mark.parametrize(
    ("kind", "outcome", "total"),
    [
        ("refunds", "paid", "total_refunded"),
        ("captures", "authorised", "total_captured"),
        ("voids", "authorised", "total_voided"),
    ],
)
async def test_one_key_is_one_action_and_gets_one_answer(
    rig: Rig, kind: str, outcome: str, total: str
) -> None:
    path = await paid(rig, outcome)
    headers = {"Cko-Idempotency-Key": "one"}
    answers = [await rig.api.post(f"{path}/{kind}", json={}, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len({answer.text for answer in answers}) == 1
    payment = await rig.get(path)
    assert payment["balances"][total] == 4990
    other = await rig.api.post(f"{path}/{kind}", json={}, headers={"Cko-Idempotency-Key": "two"})
    assert other.status_code == 403


async def test_a_key_is_of_one_payment_and_remembered_for_three_days(rig: Rig) -> None:
    first, second = await paid(rig), await paid(rig)
    headers = {"Cko-Idempotency-Key": "one"}

    async def refund(path: str) -> str:
        answer = await rig.api.post(f"{path}/refunds", json={"amount": 1}, headers=headers)
        return answer.json()["action_id"]

    action = await refund(first)
    assert await refund(second) != action
    await rig.control("clock", advance_s=72 * 3600 - 60)
    assert await refund(first) == action
    await rig.control("clock", advance_s=120)
    assert await refund(first) != action


async def test_a_refusal_is_not_remembered_under_its_key(rig: Rig) -> None:
    path = f"{await paid(rig)}/refunds"
    headers = {"Cko-Idempotency-Key": "one"}
    assert (await rig.api.post(path, json={"amount": 5000}, headers=headers)).status_code == 422
    assert (await rig.api.post(path, json={"amount": 4990}, headers=headers)).status_code == 202


async def test_actions_are_listed_latest_first(rig: Rig) -> None:
    path = await paid(rig)
    note = {"amount": 90, "reference": "RETURN-1", "metadata": {"why": "scratched"}}
    await rig.api.post(f"{path}/refunds", json=note)
    refund, capture, authorisation = (await rig.api.get(f"{path}/actions")).json()
    assert [one["type"] for one in (refund, capture, authorisation)] == ["Refund", "Capture", "Authorization"]
    assert (refund["amount"], refund["reference"], refund["metadata"]) == (90, "RETURN-1", note["metadata"])
    assert (capture["amount"], capture["approved"], capture["response_code"]) == (4990, True, "10000")
    assert re.fullmatch(r"\d{6}", authorisation["auth_code"])
    assert "auth_code" not in capture
    told = {event["data"]["action_id"] for event in await rig.events(3)}
    assert {one["id"] for one in (refund, capture, authorisation)} == told


async def test_a_declined_attempt_is_an_action_that_was_not_approved(rig: Rig) -> None:
    path = await paid(rig, "declined")
    [action] = (await rig.api.get(f"{path}/actions")).json()
    assert (action["type"], action["approved"], action["response_code"]) == ("Authorization", False, "20005")
    assert "auth_code" not in action
    assert (await rig.api.get(f"{await paid(rig, 'pending')}/actions")).json() == []
