"""The events of the Checkout.com stand-in, type by type."""

import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import Any

import pytest

from tests.standins.checkout_rig import SECRET, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_signature_is_the_bare_hmac_of_the_raw_body(rig: Rig) -> None:
    await rig.link(description="\N{COPYRIGHT SIGN} chairs", metadata={"mark": "\N{COPYRIGHT SIGN}"})
    await rig.pay("PL7F3K9Q", "declined")
    await rig.events(1)
    path, headers, raw = rig.received[0]
    assert path == "/webhooks/checkout"
    assert "\N{COPYRIGHT SIGN}".encode() in raw
    assert headers["cko-signature"] == hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["content-type"].startswith("application/json")


async def test_a_captured_event_is_shaped_as_documented(rig: Rig) -> None:
    await rig.pay((await rig.link())["id"], "paid")
    event = await rig.event("payment_captured", 2)
    assert re.fullmatch(r"evt_[a-z2-7]{26}", event["id"])
    assert (event["source"], event["version"]) == ("gwc_notifier1", "1.0.29")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", event["timestamp"])
    assert re.fullmatch(r".*T\d\d:\d\d:\d\d\.\d{7}Z", event["data"]["processed_on"])
    assert "created_on" not in event
    data = event["data"]
    assert (data["reference"], data["amount"], data["currency"]) == ("PL7F3K9Q", 4990, "EUR")
    assert data["metadata"] == {"paylink_id": "01JD3X8Q"}
    assert (data["response_code"], data["response_summary"]) == ("10000", "Approved")
    assert data["balances"] == {
        "total_authorized": 4990,
        "total_voided": 0,
        "available_to_void": 0,
        "total_captured": 4990,
        "available_to_capture": 0,
        "total_refunded": 0,
        "available_to_refund": 4990,
    }


async def test_an_approved_event_still_has_everything_to_capture(rig: Rig) -> None:
    await rig.pay((await rig.link(customer={"email": "jane@example.com"}))["id"], "paid")
    event = await rig.event("payment_approved", 2)
    assert re.fullmatch(r".*T\d\d:\d\d:\d\d\.\d{7}Z", event["created_on"])
    assert "timestamp" not in event
    assert event["data"]["balances"]["available_to_capture"] == 4990
    assert event["data"]["customer"]["email"] == "jane@example.com"
    assert (event["data"]["source"]["type"], event["data"]["source"]["last_4"]) == ("card", "4242")


BOTH = {"action_id", "metadata"}
DISPUTES = """dispute_evidence_required dispute_evidence_submitted dispute_evidence_acknowledged_by_scheme
    dispute_won dispute_lost dispute_accepted dispute_expired dispute_canceled dispute_resolved
    dispute_arbitration_evidence_submitted dispute_arbitration_sent_to_scheme dispute_arbitration_won
    dispute_arbitration_lost""".split()
KINDS: list[tuple[list[str], str, str, set[str]]] = [
    # outcomes, the last event's type, what its moment is called, which of BOTH it has
    (["pending"], "payment_pending", "timestamp", {"metadata"}),
    (["pending", "capture_pending"], "payment_capture_pending", "timestamp", BOTH),
    (["pending", "expired"], "payment_expired", "timestamp", BOTH),
    (["pending", "canceled"], "payment_canceled", "timestamp", {"action_id"}),
    (["declined"], "payment_declined", "created_on", BOTH),
    (["authorised", "capture_declined"], "payment_capture_declined", "created_on", BOTH),
    (["authorised", "void_declined"], "payment_void_declined", "created_on", BOTH),
    (["authorised", "voided"], "payment_voided", "created_on", BOTH),
    (["authorised", "captured", "refunded"], "payment_refunded", "created_on", BOTH),
    (["authorised", "captured", "refund_pending"], "payment_refund_pending", "created_on", {"action_id"}),
    (["authorised", "captured", "refund_declined"], "payment_refund_declined", "created_on", BOTH),
    (["authorised", "captured", "returned"], "payment_returned", "created_on", {"action_id"}),
    (["authentication_failed"], "authentication_failed", "created_on", set()),
    (["authorised", "captured", "disputed"], "dispute_received", "created_on", set()),
    (["pending", "capture_pending", "captured"], "payment_captured", "timestamp", BOTH),
    (["authentication_expired"], "authentication_expired", "created_on", set()),
    (["paid", "refunded", "dispute_resolved"], "dispute_resolved", "created_on", set()),
    *((["paid", "disputed", kind], kind, "created_on", set()) for kind in DISPUTES),
]


@pytest.mark.parametrize(("outcomes", "kind", "moment", "parts"), KINDS)
async def test_each_event_has_what_its_type_has(
    rig: Rig, outcomes: list[str], kind: str, moment: str, parts: set[str]
) -> None:
    link = await rig.link()
    for outcome in outcomes:
        await rig.pay(link["id"], outcome)
    event = await rig.event(kind, len(outcomes) + outcomes.count("paid"))
    assert {"created_on", "timestamp"} & set(event) == {moment}
    assert datetime.fromisoformat(event[moment]).utcoffset() is not None
    assert BOTH & set(event["data"]) == parts
    assert link["id"] not in json.dumps(event)


async def test_a_pending_refund_names_nothing_but_its_payment(rig: Rig) -> None:
    link = await rig.link()
    payment = await rig.pay(link["id"], "paid")
    await rig.pay(link["id"], "refund_pending", amount=990)
    data = (await rig.event("payment_refund_pending", 3))["data"]
    assert (data["id"], data["amount"], data["currency"]) == (payment["id"], 990, "EUR")
    assert not {"reference", "metadata", "balances"} & set(data)


async def test_balances_are_cumulative_and_amounts_are_not(rig: Rig) -> None:
    link = await rig.link()
    for outcome, amount in [("authorised", None), ("captured", 1000), ("captured", 3990)]:
        await rig.pay(link["id"], outcome, **({"amount": amount} if amount else {}))
    for amount in (90, 900):
        await rig.pay(link["id"], "refunded", amount=amount)
    told = [
        (event["data"]["amount"], event["data"]["balances"]["total_captured"], refunded(event))
        for event in (await rig.events(5))[1:]
    ]
    assert told == [(1000, 1000, 0), (3990, 4990, 0), (90, 4990, 90), (900, 4990, 990)]


def refunded(event: dict[str, Any]) -> int:
    return event["data"]["balances"]["total_refunded"]


async def test_a_failed_authentication_has_its_amount_as_text_and_no_id(rig: Rig) -> None:
    payment = await rig.pay((await rig.link())["id"], "authentication_failed")
    event = await rig.event("authentication_failed", 1)
    assert "id" not in event["data"]
    assert (event["data"]["payment_id"], event["data"]["amount"]) == (payment["id"], "4990")
    assert payment["status"] == "Declined"


async def test_an_expired_authentication_says_that_nobody_answered(rig: Rig) -> None:
    payment = await rig.pay((await rig.link())["id"], "authentication_expired")
    event = await rig.event("authentication_expired", 1)
    assert (event["version"], event["data"]["reason"]) == ("1.0.1", "ChallengeExpired")
    assert (event["data"]["payment_id"], event["data"]["amount"]) == (payment["id"], "4990")
    assert re.fullmatch(r"sid_[a-z2-7]{26}", event["data"]["session_id"])
    assert set(event["_links"]) == {"self"}


async def test_a_dispute_names_the_payment_in_its_own_words(rig: Rig) -> None:
    link = await rig.link()
    payment = await rig.pay(link["id"], "paid")
    await rig.pay(link["id"], "disputed", amount=990)
    event = await rig.event("dispute_received", 3)
    data = event["data"]
    assert re.fullmatch(r"dsp_[a-z0-9]{20}", data["id"])
    assert (data["payment_id"], data["payment_reference"]) == (payment["id"], "PL7F3K9Q")
    assert (data["amount"], data["currency"]) == (990, "EUR")
    assert (data["category"], data["reason_code"]) == ("fraudulent", "10.4")
    assert data["evidence_required_by"]
    assert (event["source"], event["version"]) == ("dispute", "1.0.6")
    assert event["_links"]["subject"]["href"].endswith(data["id"])
    await rig.pay(link["id"], "dispute_lost")
    lost = (await rig.event("dispute_lost", 4))["data"]
    assert (lost["id"], lost["amount"]) == (data["id"], 990)
    assert "evidence_required_by" not in lost


async def test_a_lost_dispute_may_go_on_to_arbitration(rig: Rig) -> None:
    link = await rig.link()
    for outcome in ("paid", "disputed", "dispute_lost", "dispute_arbitration_sent_to_scheme"):
        await rig.pay(link["id"], outcome)
    await rig.pay(link["id"], "dispute_arbitration_won")
    sent, won = (await rig.events(6))[-2:]
    assert sent["data"]["id"] == won["data"]["id"]
    assert (sent["version"], won["type"]) == ("1.2.0", "dispute_arbitration_won")
    assert "no dispute is open" in await rig.refused("pay", link=link["id"], outcome="dispute_won")


async def test_a_dispute_of_refunded_money_is_resolved_at_once(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    assert "nor refunded" in await rig.refused("pay", link=link["id"], outcome="dispute_resolved")
    await rig.pay(link["id"], "refunded")
    await rig.pay(link["id"], "dispute_resolved")
    assert (await rig.event("dispute_resolved", 4))["data"]["resolved_reason"] == "already_refunded"


async def test_deliveries_can_be_read(rig: Rig) -> None:
    await rig.pay((await rig.link())["id"], "declined")
    event = (await rig.events(1))[0]
    listed = await rig.read("deliveries")
    assert [(one["event_id"], one["type"], one["path"]) for one in listed] == [
        (event["id"], "payment_declined", "/webhooks/checkout")
    ]


async def test_a_duplicated_event_keeps_its_id(rig: Rig) -> None:
    await rig.control("faults", match="payment_captured", fault="duplicate", times=1)
    await rig.pay((await rig.link())["id"], "paid")
    await rig.events(3)
    captured = [raw for _, _, raw in rig.received if json.loads(raw)["type"] == "payment_captured"]
    assert len(captured) == 2
    assert captured[0] == captured[1]


async def test_shuffled_events_arrive_captured_first(rig: Rig) -> None:
    await rig.control("faults", match="POST /webhooks/checkout", fault="shuffle", times=2)
    await rig.pay((await rig.link())["id"], "paid")
    await rig.events(2)
    assert [json.loads(raw)["type"] for _, _, raw in rig.received] == ["payment_captured", "payment_approved"]
