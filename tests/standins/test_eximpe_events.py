"""The webhooks of the EximPe stand-in: what is signed, what is said, and when it is said again."""

import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import Any

import pytest

from tests.standins.eximpe_rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def event(rig: Rig, *outcomes: str, **last: Any) -> dict[str, Any]:
    """The last of the events, after these outcomes of a new link."""
    await rig.link()
    for outcome in outcomes[:-1]:
        await rig.pay("PL7F3K9Q", outcome)
    await rig.pay("PL7F3K9Q", outcomes[-1], **last)
    return (await rig.events(len(outcomes)))[-1]


def signature(key: str, message: bytes) -> str:
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def canonical(raw: bytes) -> bytes:
    return json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":")).encode()


# --- the envelope of an event -------------------------------------------------------------------------


async def test_the_signature_is_the_hmac_of_the_raw_body_by_the_encryption_key(rig: Rig) -> None:
    await event(rig, "paid")
    path, headers, raw = rig.received[0]
    assert path == "/webhooks/eximpe"
    assert headers["x-webhook-signature"] == signature(rig.env["PAYLINK_EXIMPE_WEBHOOK_SECRET"], raw)
    assert headers["x-webhook-signature"] != signature(
        rig.env["PAYLINK_EXIMPE_WEBHOOK_SECRET"], canonical(raw)
    )


async def test_the_canonical_form_can_be_what_is_signed(rig: Rig) -> None:
    await rig.control("options", signed="canonical")
    await event(rig, "paid")
    _, headers, raw = rig.received[0]
    secret = rig.env["PAYLINK_EXIMPE_WEBHOOK_SECRET"]
    assert headers["x-webhook-signature"] == signature(secret, canonical(raw)) != signature(secret, raw)
    keys = list(json.loads(raw)["data"])
    assert keys == sorted(keys, key=lambda key: (len(key), key))


async def test_the_client_secret_can_be_what_signs(rig: Rig) -> None:
    await rig.control("options", signing_key="client_secret")
    await event(rig, "paid")
    _, headers, raw = rig.received[0]
    assert headers["x-webhook-signature"] == signature(rig.env["PAYLINK_EXIMPE_SECRET_KEY"], raw)


async def test_a_wrong_signature_can_stand_beside_a_good_body(rig: Rig) -> None:
    await rig.control("options", signed="wrong")
    assert (await event(rig, "paid"))["event_type"] == "PAYMENT_SUCCESSFUL"
    _, headers, raw = rig.received[0]
    secret = rig.env["PAYLINK_EXIMPE_WEBHOOK_SECRET"]
    assert headers["x-webhook-signature"] not in {signature(secret, raw), signature(secret, canonical(raw))}


async def test_the_headers_are_the_documented_ones(rig: Rig) -> None:
    await event(rig, "paid")
    _, headers, _ = rig.received[0]
    assert headers["user-agent"] == "Eximpe-Webhook/1.0"
    assert headers["content-type"] == "application/json"
    assert headers["x-webhook-event"] == "PAYMENT_SUCCESSFUL"
    assert abs(int(headers["x-webhook-timestamp"]) - rig.world.clock.now().timestamp()) < 60


async def test_every_event_has_a_sequence_number_of_its_own(rig: Rig) -> None:
    await event(rig, "declined", "paid")
    numbers = {one["sequence_number"] for one in await rig.events(2)}
    assert len(numbers) == 2
    assert all(UUID.fullmatch(number) for number in numbers)


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("plain", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
        ("zulu", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("micros", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    ],
)
async def test_the_time_of_an_event_comes_in_each_form_that_has_been_seen(
    rig: Rig, form: str, pattern: str
) -> None:
    await rig.control("options", event_time=form)
    assert re.fullmatch(pattern, (await event(rig, "paid"))["event_time"])


# --- what the events say ------------------------------------------------------------------------------


async def test_a_payment_taken_is_told_as_documented(rig: Rig) -> None:
    told = await event(rig, "paid")
    payment = (await rig.get("/pg/payments/"))["results"][0]
    order_id = payment["order"]["order_id"]
    assert list(told) == ["event_type", "event_time", "version", "sequence_number", "data"]
    assert (told["event_type"], told["version"]) == ("PAYMENT_SUCCESSFUL", "1.0")
    completed = told["data"].pop("payment_completed_at")
    assert datetime.fromisoformat(completed) == datetime.fromisoformat(payment["payment_completed_at"])
    assert told["data"] == {
        "payment_id": payment["payment_id"],
        "order_id": order_id,
        "merchant_reference_id": "PL7F3K9Q",
        "amount": 1500,
        "status": "CAPTURED",
        "extended_status": "SUCCESS",
        "message": "Payment Captured",
        "payment_message": None,
        "mop_type": "UPI",
        "bank_ref_num": f"{order_id}-{payment['payment_id']}",
        "utr": None,
        "subscription_id": None,
        "virtual_account_id": None,
    }


@pytest.mark.parametrize(("paise", "told"), [(150050, b"1500.5,"), (1, b"0.01,"), (12345678, b"123456.78,")])
async def test_an_amount_is_told_as_a_number_of_rupees(rig: Rig, paise: int, told: bytes) -> None:
    await event(rig, "paid", amount=paise)
    assert b'"amount": ' + told in rig.received[0].raw


async def test_a_payment_that_failed_has_no_bank_reference(rig: Rig) -> None:
    told = await event(rig, "declined")
    assert told["event_type"] == "PAYMENT_FAILED"
    assert (told["data"]["status"], told["data"]["merchant_reference_id"]) == ("FAILED", "PL7F3K9Q")
    assert (told["data"]["bank_ref_num"], told["data"]["payment_completed_at"]) == (None, None)


async def test_the_guide_s_events_have_neither_reference_nor_amount(rig: Rig) -> None:
    await rig.control("options", payload="guide")
    data = (await event(rig, "paid"))["data"]
    assert set(data) == {
        "status",
        "message",
        "mop_type",
        "order_id",
        "payment_id",
        "bank_ref_num",
        "payment_completed_at",
    }
    assert (data["status"], data["mop_type"], data["message"]) == ("captured", "upi", "Payment successful")
    assert (await rig.get(f"/pg/payments/{data['payment_id']}/"))["order"]["reference_id"] == "PL7F3K9Q"


async def test_the_events_of_version_2_have_uuids_that_the_api_knows(rig: Rig) -> None:
    await rig.control("options", payload="v2")
    data = (await event(rig, "paid"))["data"]
    assert UUID.fullmatch(data["payment_id"])
    assert UUID.fullmatch(data["order_id"])
    assert data["merchant_reference_id"] == "PL7F3K9Q"
    assert (await rig.get(f"/pg/payments/{data['payment_id']}/"))["status"] == "captured"
    assert (await rig.get(f"/pg/orders/{data['order_id']}/"))["reference_id"] == "PL7F3K9Q"


@pytest.mark.parametrize(
    ("outcome", "kind", "status"),
    [
        ("refunded", "PAYMENT_REFUNDED", None),
        ("refund_pending", "REFUND_STATUS_UPDATE", "REFUND_PENDING"),
        ("refund_failed", "REFUND_FAILED", "REFUND_FAILED"),
    ],
)
async def test_a_refund_is_told_with_the_order_s_reference(
    rig: Rig, outcome: str, kind: str, status: str | None
) -> None:
    told = await event(rig, "paid", outcome, amount=50000)
    payment = (await rig.get("/pg/payments/"))["results"][0]
    data = told["data"]
    assert told["event_type"] == kind
    assert (data["payment_id"], data["order_reference_id"]) == (payment["payment_id"], "PL7F3K9Q")
    assert (data["refund_amount"], data.get("refund_status")) == (500, status)
    assert data["refund_id"] == payment["refund"][0]["refund_id"]


async def test_a_refund_of_version_2_names_its_fields_otherwise(rig: Rig) -> None:
    await rig.control("options", payload="v2")
    data = (await event(rig, "paid", "refunded"))["data"]
    assert UUID.fullmatch(data["payment_request_id"])
    assert data["amount"] == 1500
    assert not {"payment_id", "refund_amount"} & set(data)


async def test_a_pending_refund_and_its_end_are_one_refund(rig: Rig) -> None:
    end = await event(rig, "paid", "refund_pending", "refunded")
    begin = (await rig.events(3))[1]
    assert begin["data"]["refund_id"] == end["data"]["refund_id"]
    assert [begin["event_type"], end["event_type"]] == ["REFUND_STATUS_UPDATE", "PAYMENT_REFUNDED"]


async def test_a_refund_asked_for_by_the_api_is_told(rig: Rig) -> None:
    payment = await rig.pay((await rig.link())["payment_id"], "paid")
    await rig.api.post("/pg/refunds/", json={"payment_id": payment["payment_id"]})
    assert (await rig.events(2))[1]["event_type"] == "REFUND_STATUS_UPDATE"


async def test_a_settlement_is_told_and_shown(rig: Rig) -> None:
    told = await event(rig, "paid", "settled")
    assert told["event_type"] == "PAYMENT_SETTLED"
    payment = (await rig.get("/pg/payments/"))["results"][0]
    shown = payment["settlement"]["settlement_details"]
    assert payment["settlement"]["status"] == "settled"
    assert (told["data"]["settlement_id"], told["data"]["utr"]) == (
        shown["settlement_id"],
        shown["utr_number"],
    )


@pytest.mark.parametrize(("outcome", "status"), [("dispute_won", "WON"), ("dispute_lost", "LOST")])
async def test_a_dispute_is_told_in_a_flat_body(rig: Rig, outcome: str, status: str) -> None:
    closed = await event(rig, "paid", "disputed", outcome)
    opened = (await rig.events(3))[1]
    for told, word in ((opened, "OPEN"), (closed, status)):
        assert told["event_type"] == "DISPUTE_UPDATED"
        assert "data" not in told
        assert (told["dispute_status"], told["dispute_amount"]) == (word, 1500)
        assert told["merchant_reference_id"] == "PL7F3K9Q"
    assert opened["dispute_id"] == closed["dispute_id"]


async def test_no_event_tells_of_a_link_itself(rig: Rig) -> None:
    await rig.act(await rig.link(), "deactivate")
    await rig.link(reference_id="PL2")
    await rig.pay("PL2", "pending")
    await rig.pay("PL2", "expired")
    assert await rig.read("deliveries") == []


# --- delivery -----------------------------------------------------------------------------------------


async def test_a_webhook_is_tried_five_times_with_the_documented_waits(rig: Rig) -> None:
    rig.statuses = [500] * 9
    await rig.link()
    await rig.pay("PL7F3K9Q", "paid")
    waits = []
    for attempt in range(1, 5):
        delivery = await rig.attempted(attempt, waiting=True)
        last, following = delivery["attempts"][-1]["at"], delivery["next_at"]
        waits.append((datetime.fromisoformat(following) - datetime.fromisoformat(last)).total_seconds())
        await rig.control("clock", advance_s=waits[-1])
    assert waits == [60, 300, 900, 3600]
    delivery = await rig.attempted(5, waiting=False)
    assert delivery["delivered"] is False
    await rig.control("clock", advance_s=86_400)
    assert len({raw for _, _, raw in rig.received}) == 1
    assert len((await rig.read("deliveries"))[0]["attempts"]) == 5


async def test_a_webhook_that_is_taken_is_not_sent_again(rig: Rig) -> None:
    rig.statuses = [503]
    await rig.link()
    await rig.pay("PL7F3K9Q", "paid")
    await rig.attempted(1, waiting=True)
    await rig.control("clock", advance_s=60)
    delivery = await rig.attempted(2, waiting=False)
    assert [attempt["status"] for attempt in delivery["attempts"]] == [503, 200]
    assert (delivery["delivered"], delivery["type"], delivery["path"]) == (
        True,
        "PAYMENT_SUCCESSFUL",
        "/webhooks/eximpe",
    )


async def test_webhooks_can_be_dropped(rig: Rig) -> None:
    await rig.control("options", webhooks="dropped")
    await rig.link()
    await rig.pay("PL7F3K9Q", "paid")
    await rig.control("options", webhooks="sent")
    await rig.pay("PL7F3K9Q", "refunded")
    assert [one["event_type"] for one in await rig.events(1)] == ["PAYMENT_REFUNDED"]
    assert len(await rig.read("deliveries")) == 1
