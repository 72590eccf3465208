"""What the PaymentKit stand-in tells: webhooks, their signatures and attempts, and the Events API."""

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.standins.paymentkit_rig import ACCOUNT, MONTHLY, SECRET, Rig, lines

pytestmark = pytest.mark.asyncio(loop_scope="module")


WAITS_S = (60, 300, 1800, 7200)


def digest(raw: bytes, secret: str = SECRET) -> bytes:
    return hmac.new(secret.encode(), raw, hashlib.sha256).digest()


async def test_a_webhook_has_the_four_headers_and_a_signature_of_its_raw_body(rig: Rig) -> None:
    await rig.link(metadata={"ref": "\N{COPYRIGHT SIGN}"})
    await rig.pay("PL7F3K9Q")
    for path, headers, raw in await rig.arrived(2):
        event = json.loads(raw)
        assert path == "/webhooks/paymentkit"
        assert headers["x-webhook-signature"] == digest(raw).hex()
        assert headers["x-webhook-event-id"] == event["id"]
        assert headers["x-webhook-event-type"] == event["type"]
        assert headers["x-webhook-delivery-id"].startswith("whd_stg_")
        assert headers["content-type"] == "application/json"
        assert "\N{COPYRIGHT SIGN}".encode() in raw


@pytest.mark.parametrize(
    ("form", "write"),
    [
        ("base64", lambda raw: base64.b64encode(digest(raw)).decode()),
        ("prefixed", lambda raw: f"sha256={digest(raw).hex()}"),
    ],
)
async def test_the_signature_has_other_forms(rig: Rig, form: str, write: Any) -> None:
    await rig.control("options", signature=form)
    await rig.link()
    await rig.pay("PL7F3K9Q", "declined")
    [(_, headers, raw)] = await rig.arrived(1)
    assert headers["x-webhook-signature"] == write(raw)


async def test_a_payment_is_told_by_its_intent_and_its_session(rig: Rig) -> None:
    link = await rig.link()
    paid = await rig.pay(link["id"])
    events = await rig.events(2)
    session = events["checkout.session.completed"]
    assert set(session) == {"id", "object", "type", "created", "livemode", "data"}
    assert re.fullmatch(r"evt_stg_[a-z0-9]{12}", session["id"])
    assert (session["object"], session["livemode"], type(session["created"])) == ("event", False, int)
    assert session["data"]["previous_attributes"] == {"status": "open"}
    told = session["data"]["object"]
    assert told == paid["session"] | {"currency": "eur"}
    assert (told["status"], told["total_amount_atom"], told["metadata"]) == (
        "complete",
        4250,
        {"ref": "PL7F3K9Q-2"},
    )
    intent = events["payment_intent.succeeded"]["data"]
    assert intent["object"] == paid["payment"] | {"currency": "eur"}
    assert intent["object"]["id"] == told["payment_intent_id"]
    assert intent["previous_attributes"] == {"status": "requires_payment_method"}


async def test_failures_expiries_and_refunds_are_told(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "declined")
    failed = (await rig.events(1))["payment_intent.payment_failed"]["data"]["object"]
    assert (failed["status"], failed["last_payment_error"]["code"]) == (
        "requires_payment_method",
        "card_declined",
    )
    await rig.control("expire", link=link["id"])
    assert (await rig.events(2))["checkout.session.expired"]["data"]["object"]["status"] == "expired"
    paid = await rig.pay(link["id"])
    await rig.pay(link["id"], "refunded", amount=1000)
    refund = (await rig.events(5))["refund.created"]["data"]["object"]
    assert (refund["amount_atom"], refund["currency"], refund["status"]) == (1000, "eur", "succeeded")
    assert refund["payment_intent_id"] == paid["payment"]["id"]
    assert "metadata" not in refund


async def test_an_expired_session_is_told_once(rig: Rig) -> None:
    link = await rig.link(expires_in_hours=1)
    await rig.open(link)
    await rig.control("expire", link=link["id"])
    await rig.open(link)
    rig.world.clock.advance(3600)
    await rig.events(2)
    assert len(await rig.read("deliveries")) == 2
    assert (await rig.get("/events", type="checkout.session.expired"))["total"] == 2


async def test_a_paid_session_does_not_expire(rig: Rig) -> None:
    link = await rig.link(expires_in_hours=1)
    await rig.pay(link["id"])
    other = await rig.link(expires_in_hours=2)
    await rig.open(other)
    rig.world.clock.advance(7200)
    assert "checkout.session.expired" in await rig.events(3)
    assert (await rig.get("/events"))["total"] == 3


async def test_a_subscription_is_told_by_the_names_that_are_documented(rig: Rig) -> None:
    await rig.control("options", event_names="underscored")
    await rig.link(mode="subscription", line_items=lines(MONTHLY))
    await rig.pay("PL7F3K9Q")
    events = await rig.events(4)
    assert set(events) == {
        "payment_intent.succeeded",
        "customer.subscription.created",
        "invoice.paid",
        "checkout_session.completed",
    }
    invoice = events["invoice.paid"]["data"]["object"]
    assert (invoice["status"], invoice["total_amount_atom"]) == ("paid", 1990)
    assert invoice["subscription_id"] == events["customer.subscription.created"]["data"]["object"]["id"]


async def test_a_trial_has_no_invoice_yet(rig: Rig) -> None:
    await rig.link(mode="subscription", line_items=lines(MONTHLY), free_trial_days=7)
    await rig.pay("PL7F3K9Q")
    events = await rig.events(2)
    assert events["customer.subscription.created"]["data"]["object"]["status"] == "trialing"
    told = {event["type"] for event in (await rig.get("/events"))["items"]}
    assert told == {"customer.subscription.created", "checkout.session.completed"}


async def test_events_may_be_named_with_dots_alone_and_be_live(rig: Rig) -> None:
    await rig.control("options", event_names="dotted", environment="prod", session_link="payment_link")
    link = await rig.link()
    await rig.pay(link["id"], "declined")
    [(name, event)] = (await rig.events(1)).items()
    assert name == "payment.intent.payment.failed"
    assert (event["livemode"], event["id"][:9]) == (True, "evt_prod_")
    assert event["data"]["object"]["payment_link"] == link["id"]


async def test_what_a_session_lacks_by_option_its_event_lacks(rig: Rig) -> None:
    await rig.control("options", session_metadata=False)
    link = await rig.link()
    await rig.pay(link["id"])
    for event in (await rig.events(2)).values():
        assert "metadata" not in event["data"]["object"]
        assert link["id"] not in json.dumps(event)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_error_is_tried_five_times_in_all(rig: Rig, status: int) -> None:
    rig.statuses = [status] * 6
    await rig.link()
    await rig.pay("PL7F3K9Q", "declined")
    for wait in WAITS_S:
        waiting = await rig.delivery(lambda one: one["next_at"] and one["attempts"])
        last = datetime.fromisoformat(waiting["attempts"][-1]["at"])
        assert datetime.fromisoformat(waiting["next_at"]) - last == timedelta(seconds=wait)
        count = len(waiting["attempts"])
        rig.world.clock.advance(wait)
        assert (await rig.attempts(count + 1))[-1]["status"] == status
    delivery = await rig.delivery(lambda one: one["next_at"] is None)
    assert (len(delivery["attempts"]), delivery["delivered"]) == (5, False)
    ids = [headers["x-webhook-delivery-id"] for _, headers, _ in rig.received]
    assert len(set(ids)) == 5
    assert len({raw for _, _, raw in rig.received}) == 1
    assert len({headers["x-webhook-event-id"] for _, headers, _ in rig.received}) == 1


async def test_no_connection_is_tried_again_as_well(rig: Rig) -> None:
    nowhere = {"url": "http://127.0.0.1:9/hooks", "events": ["customer.created"]}
    await rig.post("/webhook-endpoints", nowhere)
    await rig.post("/customers", {"email": "jane@example.com"})
    await rig.attempts(1)
    rig.world.clock.advance(60)
    assert [attempt["status"] for attempt in await rig.attempts(2)] == [0, 0]


async def test_nothing_is_tried_again_after_a_success(rig: Rig) -> None:
    rig.statuses = [502]
    await rig.link()
    await rig.pay("PL7F3K9Q", "declined")
    await rig.attempts(1)
    rig.world.clock.advance(60)
    assert [attempt["status"] for attempt in await rig.attempts(2)] == [502, 200]
    [delivery] = await rig.read("deliveries")
    assert (delivery["delivered"], delivery["next_at"]) == (True, None)


@pytest.mark.parametrize("status", [400, 404, 410, 429, 302])
async def test_any_other_answer_is_final(rig: Rig, status: int) -> None:
    rig.statuses = [status]
    await rig.link()
    await rig.pay("PL7F3K9Q", "declined")
    await rig.attempts(1)
    rig.world.clock.advance(86_400)
    await rig.pay("PL7F3K9Q", "declined", new=True)
    await rig.arrived(2)
    first = (await rig.read("deliveries"))[0]
    assert ([one["status"] for one in first["attempts"]], first["next_at"]) == ([status], None)


async def test_an_endpoint_of_ones_own_gets_what_it_asked_for_under_its_own_secret(rig: Rig) -> None:
    url = f"{rig.world.service_url}/hooks/mine"
    wanted = {"url": url, "events": ["checkout_session.completed", "price.created"]}
    endpoint = await rig.post("/webhook-endpoints", wanted)
    assert endpoint["events"] == wanted["events"]
    assert endpoint["secret"].startswith("whsec_")
    await rig.link()
    await rig.pay("PL7F3K9Q")
    price = {"product_id": "prod_stg_coffee000000", "currency": "EUR", "unit_amount_atom": 100}
    await rig.post("/prices", price)
    mine = [(headers, raw) for path, headers, raw in await rig.arrived(4) if path == "/hooks/mine"]
    assert {json.loads(raw)["type"] for _, raw in mine} == {"checkout.session.completed", "price.created"}
    for headers, raw in mine:
        assert headers["x-webhook-signature"] == digest(raw, endpoint["secret"]).hex()
    await rig.control("options", secret_field="signing_secret")
    assert "signing_secret" in await rig.post("/webhook-endpoints", wanted)


async def test_an_event_may_come_twice_as_the_same_event(rig: Rig) -> None:
    await rig.control("faults", match="POST /webhooks/paymentkit", fault="duplicate", times=1)
    await rig.link()
    await rig.pay("PL7F3K9Q", "declined")
    (_, first, one), (_, second, two) = await rig.arrived(2)
    assert one == two
    assert first["x-webhook-event-id"] == second["x-webhook-event-id"]
    assert first["x-webhook-delivery-id"] != second["x-webhook-delivery-id"]


async def test_the_events_api_lists_the_same_events_newest_first_in_its_own_shape(rig: Rig) -> None:
    await rig.link()
    await rig.pay("PL7F3K9Q")
    told = await rig.events(2)
    page = await rig.get("/events")
    assert [event["type"] for event in page["items"]] == [
        "checkout.session.completed",
        "payment_intent.succeeded",
    ]
    event, cause = page["items"]
    webhook = told["checkout.session.completed"]
    assert set(event) == {
        "id",
        "type",
        "aggregate_type",
        "aggregate_id",
        "data",
        "previous_data",
        "metadata",
        "correlation_id",
        "version",
        "created",
        "actor_type",
        "actor_id",
    }
    assert (event["id"], event["data"]) == (webhook["id"], webhook["data"]["object"])
    assert (event["aggregate_type"], event["aggregate_id"]) == ("checkout_session", event["data"]["id"])
    assert event["previous_data"] == {"status": "open"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["created"])
    assert (event["actor_type"], event["version"]) == ("customer", 1)
    assert event["correlation_id"] == cause["correlation_id"]
    assert await rig.get(f"/events/{event['id']}") == event


async def test_events_are_filtered_and_paged(rig: Rig) -> None:
    await rig.link()
    await rig.post("/customers", {"email": "jane@example.com"})
    for _ in range(2):
        intent = (await rig.pay("PL7F3K9Q"))["payment"]["id"]
    assert (await rig.get("/events", type="customer.created"))["total"] == 1
    assert (await rig.get("/events", aggregate_type="payment_intent"))["total"] == 2
    assert (await rig.get("/events", aggregate_id=intent))["total"] == 1
    page = await rig.get("/events", limit=1, offset=4)
    assert ([event["actor_type"] for event in page["items"]], page["total"]) == (["api_key"], 5)


async def test_the_attempts_of_an_event_can_be_read(rig: Rig) -> None:
    rig.statuses = [500]
    await rig.link()
    await rig.pay("PL7F3K9Q", "declined")
    await rig.attempts(1)
    rig.world.clock.advance(60)
    await rig.attempts(2)
    [event] = (await rig.get("/events"))["items"]
    tried = await rig.get(f"/events/{event['id']}/deliveries")
    assert [one["response_status"] for one in tried["items"]] == [500, 200]
    assert [one["id"] for one in tried["items"]] == [
        headers["x-webhook-delivery-id"] for _, headers, _ in rig.received
    ]
    full = await rig.get(f"/events/{event['id']}/full")
    assert full == {**event, "deliveries": tried["items"]}
    assert (await rig.api.post(f"{ACCOUNT}/events", json={})).status_code == 405
