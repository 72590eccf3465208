"""The list of disputes of the Checkout.com stand-in."""

import pytest

from tests.standins.checkout_rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_disputes_are_listed_as_they_stand_the_last_that_changed_first(rig: Rig) -> None:
    link = await rig.link()
    payment = await rig.pay(link["id"], "paid")
    for outcome in ("disputed", "dispute_won", "disputed", "dispute_evidence_submitted"):
        await rig.pay(link["id"], outcome)
        await rig.control("clock", advance_s=60)
    listed = await rig.get(f"/disputes?payment_id={payment['id']}")
    assert listed["total_count"] == 2
    newest, oldest = listed["data"]
    assert [newest["status"], oldest["status"]] == ["evidence_under_review", "won"]
    assert newest["last_update"] > newest["received_on"] > oldest["last_update"]
    assert {one["payment_id"] for one in listed["data"]} == {payment["id"]}
    assert (newest["amount"], newest["currency"]) == (payment["amount"], payment["currency"])
    page = await rig.get("/disputes?limit=1&skip=1&statuses=won,lost,evidence_under_review")
    assert [one["id"] for one in page["data"]] == [oldest["id"]]


async def test_only_what_waits_for_evidence_says_until_when(rig: Rig) -> None:
    link = await rig.link()
    payment = await rig.pay(link["id"], "paid")
    path = f"/disputes?payment_id={payment['id']}"
    assert (await rig.get(path))["data"] == []
    await rig.pay(link["id"], "disputed")
    assert "evidence_required_by" in (await rig.get(path))["data"][0]
    await rig.pay(link["id"], "dispute_resolved")
    (resolved,) = (await rig.get(path))["data"]
    assert (resolved["status"], resolved["resolved_reason"]) == ("resolved", "already_refunded")
    assert "evidence_required_by" not in resolved


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=251", "limit=x", "skip=-1", "from=2026-11-21", "payment=1"]
)
async def test_a_filter_that_is_not_served_is_refused(rig: Rig, query: str) -> None:
    answer = await rig.api.get(f"/disputes?{query}")
    assert answer.status_code == 422
    assert answer.json()["error_codes"] == [f"{query.partition('=')[0]}_invalid"]
