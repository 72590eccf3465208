"""What the YabetooPay stand-in tells: webhooks, their names, envelopes, signatures and repetitions."""

import hashlib
import hmac
import json
import re
import time
from datetime import datetime
from typing import Any

import pytest

from sandbox.yabetoo.options import OLDER_TEXT
from tests.standins.yabetoo_rig import ACCOUNT, COFFEE_MONTHLY, HOOKS, SECRET, Rig, items

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPLETED, FAILED = "payment_link.checkout.completed", "payment_link.checkout.failed"
SIGNATURE, TIMESTAMP = "x-yabetoo-webhook-signature", "x-yabetoo-webhook-timestamp"


def digest(sent: str, raw: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), f"{sent}.".encode() + raw, hashlib.sha256).hexdigest()


async def test_a_payment_is_told_as_in_the_newest_text(rig: Rig) -> None:
    link = await rig.link()
    paid = await rig.pay("PL7F3K9Q")
    event = (await rig.events(2))[COMPLETED]
    assert set(event) == {"id", "type", "created_at", "data"}
    assert re.fullmatch(r"evt_[A-Za-z0-9]+", event["id"])
    assert re.fullmatch(r"ord_[A-Za-z0-9]{24}", event["data"]["orderId"])
    assert event["data"] == {
        "paymentLinkId": link["id"],
        "checkoutSessionId": paid["session"]["id"],
        "orderId": event["data"]["orderId"],
        "amount": 45000,
        "currency": "xaf",
        "customerEmail": "payer@example.com",
        "completedAt": event["created_at"],
    }
    assert (paid["payment"]["status"], paid["payment"]["failureCode"]) == ("succeeded", None)


async def test_a_failure_is_told_without_an_amount_or_a_reason(rig: Rig) -> None:
    link = await rig.link()
    declined = await rig.pay(link["id"], "declined")
    event = (await rig.events(2))[FAILED]
    assert event["data"] == {
        "paymentLinkId": link["id"],
        "checkoutSessionId": declined["session"]["id"],
        "error": "Payment status: failed",
        "currency": "xaf",
        "customerEmail": "payer@example.com",
        "failedAt": event["created_at"],
    }
    assert declined["payment"]["failureCode"] == "APPROVAL_REJECTED"


async def test_a_new_link_is_told(rig: Rig) -> None:
    link = await rig.link()
    event = (await rig.events(1))["payment_link.created"]
    assert event["data"]["paymentLinkId"] == link["id"]


async def test_a_changed_ended_or_deleted_link_is_not_told(rig: Rig) -> None:
    link = await rig.link()
    await rig.change(link, isActive=False)
    await rig.control("expire", link=link["id"])
    await rig.api.delete(f"/v1/payment-links/{link['id']}")
    assert [one["type"] for one in await rig.read("deliveries")] == ["payment_link.created"]


async def test_the_older_text_has_other_names_and_an_object(rig: Rig) -> None:
    await rig.control("options", **OLDER_TEXT)
    link = await rig.link()
    await rig.pay(link["id"], "declined")
    await rig.pay(link["id"])
    events = await rig.events(3)
    told = events["payment_link.payment.completed"]["data"]["object"]
    assert (told["paymentLinkId"], told["amount"], told["currency"]) == (link["id"], 45000, "xaf")
    assert re.fullmatch(r"plsession_[A-Za-z0-9]{24}", told["sessionId"])
    assert (told["status"], "checkoutSessionId" in told) == ("completed", False)
    assert (set(events["payment_link.payment.completed"]), "completedAt" in told) == (
        {"id", "type", "data"},
        False,
    )
    assert events["payment_link.payment.failed"]["data"]["object"]["status"] == "failed"


async def test_connect_wraps_the_whole_event(rig: Rig) -> None:
    await rig.control("options", envelope="connect")
    link = await rig.link()
    [(_, _, raw)] = await rig.arrived(1)
    assert set(json.loads(raw)) == {"event"}
    event = json.loads(raw)["event"]
    assert set(event) == {"id", "type", "accountId", "sandboxId", "data", "createdAt"}
    assert (event["accountId"], event["data"]["paymentLinkId"]) == (ACCOUNT, link["id"])


async def test_intents_are_told_of_the_same_money_when_told_so(rig: Rig) -> None:
    await rig.control("options", intent_events=True)
    await rig.link()
    paid = await rig.pay("PL7F3K9Q")
    assert (await rig.events(3))["intent.completed"]["data"] == paid["payment"]


async def test_a_subscription_tells_nothing_of_its_link(rig: Rig) -> None:
    link = await rig.link(**items({"priceId": COFFEE_MONTHLY}, type="subscription"))
    await rig.pay(link["id"], "declined")
    paid = await rig.pay(link["id"])
    events = await rig.events(2)
    assert set(events) == {"payment_link.created", "subscription.created"}
    assert events["subscription.created"]["data"]["checkoutSessionId"] == paid["session"]["id"]
    assert link["id"] not in json.dumps(events["subscription.created"])
    assert (await rig.get(f"/v1/payment-links/{link['id']}"))["redemptionCount"] == 1


async def test_a_webhook_is_signed_over_its_timestamp_and_raw_body(rig: Rig) -> None:
    await rig.link(metadata={"a": "\N{COPYRIGHT SIGN}"}, name="\N{COPYRIGHT SIGN}")
    [(path, headers, raw)] = await rig.arrived(1)
    assert path == "/webhooks/yabetoo"
    assert headers[SIGNATURE] == f"v1={digest(headers[TIMESTAMP], raw)}"
    assert abs(int(headers[TIMESTAMP]) - rig.world.clock.now().timestamp()) < 60
    assert headers["x-yabetoo-webhook-event"] == "payment_link.created"
    assert headers["x-yabetoo-webhook-id"] == json.loads(raw)["id"]
    assert headers["content-type"] == "application/json"
    assert "\N{COPYRIGHT SIGN}".encode() in raw


@pytest.mark.parametrize(("form", "name"), [("combined", SIGNATURE), ("cli", "yabetoo-signature")])
async def test_time_and_signature_come_in_one_header(rig: Rig, form: str, name: str) -> None:
    await rig.control("options", signature=form)
    await rig.link()
    [(_, headers, raw)] = await rig.arrived(1)
    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers[name])
    assert found
    assert found[2] == digest(found[1], raw)
    assert TIMESTAMP not in headers
    if form == "cli":
        named = (headers["yabetoo-event-id"], headers["yabetoo-event-type"])
        assert named == (json.loads(raw)["id"], "payment_link.created")
        assert SIGNATURE not in headers


async def test_the_signature_comes_bare(rig: Rig) -> None:
    await rig.control("options", signature="bare")
    await rig.link()
    [(_, headers, raw)] = await rig.arrived(1)
    assert headers[SIGNATURE] == digest(headers[TIMESTAMP], raw)


async def test_two_forms_prove_nothing(rig: Rig) -> None:
    await rig.control("options", signature="wrong")
    await rig.link()
    await rig.arrived(1)
    await rig.control("options", signature="body_only")
    await rig.link()
    (_, wrong, raw), (_, timeless, other) = await rig.arrived(2)
    assert wrong[SIGNATURE] != f"v1={digest(wrong[TIMESTAMP], raw)}"
    assert timeless["x-yabetoo-signature"] == hmac.new(SECRET.encode(), other, hashlib.sha256).hexdigest()
    assert not {SIGNATURE, TIMESTAMP} & set(timeless)


async def test_a_failed_delivery_is_repeated_three_times_signed_anew(rig: Rig) -> None:
    rig.statuses, begun = [500, 404, 302, 500], int(time.time())
    await rig.link()
    for number, wait in enumerate((1, 3, 5), 1):
        delivery = await rig.delivery(lambda one, n=number: len(one["attempts"]) == n and one["next_at"])
        tried = datetime.fromisoformat(delivery["attempts"][-1]["at"])
        assert (datetime.fromisoformat(delivery["next_at"]) - tried).total_seconds() == wait
        rig.world.clock.advance(wait)
    delivery = await rig.delivery(lambda one: len(one["attempts"]) == 4)
    assert (delivery["delivered"], delivery["next_at"]) == (False, None)
    received = await rig.arrived(4)
    for _, headers, raw in received:
        assert headers[SIGNATURE] == f"v1={digest(headers[TIMESTAMP], raw)}"
    stamps = [int(headers[TIMESTAMP]) for _, headers, _ in received]
    assert all(begun <= stamp <= time.time() for stamp in stamps), "by the clock of who receives it"
    events = [json.loads(raw) for _, _, raw in received]
    assert len({event.pop("id") for event in events}) == 4
    assert all(event == events[0] for event in events)


async def test_a_repetition_may_keep_its_id_and_its_time(rig: Rig) -> None:
    await rig.control("options", repeated_id="same", timestamp="event", webhook_id="delivery")
    rig.statuses = [500]
    await rig.link()
    await rig.delivery(lambda one: one["next_at"] and one["attempts"])
    rig.world.clock.advance(60)
    (_, first, raw), (_, again, same) = await rig.arrived(2)
    assert raw == same
    assert (first[SIGNATURE], first[TIMESTAMP]) == (again[SIGNATURE], again[TIMESTAMP])
    assert len({first["x-yabetoo-webhook-id"], again["x-yabetoo-webhook-id"], json.loads(raw)["id"]}) == 3


async def test_a_4xx_may_be_final(rig: Rig) -> None:
    await rig.control("options", retried="server_errors")
    rig.statuses = [400]
    await rig.link()
    delivery = await rig.delivery(lambda one: one["attempts"])
    assert (delivery["delivered"], delivery["next_at"]) == (False, None)


async def test_a_doubled_delivery_has_an_id_of_its_own(rig: Rig) -> None:
    await rig.link()
    await rig.control("faults", match=COMPLETED, fault="duplicate", times=1)
    await rig.pay("PL7F3K9Q")
    events = [json.loads(raw) for _, _, raw in await rig.arrived(3)][1:]
    assert events[0]["id"] != events[1]["id"]
    assert events[0]["data"] == events[1]["data"]


async def test_an_endpoint_that_loses_too_much_is_switched_off_when_told_so(rig: Rig) -> None:
    await rig.control("options", auto_disable=20, retried="server_errors")
    rig.statuses = [400] * 20
    for _ in range(20):
        await rig.link()
        await rig.delivery(lambda one: one["attempts"])
    [endpoint] = await rig.read("endpoints")
    assert endpoint["status"] == "failed"
    await rig.link()
    assert len(await rig.read("deliveries")) == 20
    await rig.control("endpoint", id=endpoint["id"], status="active")
    await rig.link()
    assert len(await rig.arrived(21)) == 21
    assert "status one of active, disabled, failed" in await rig.refused("endpoint", id="whk_x", status="on")


async def test_an_endpoint_is_registered_with_a_secret_of_its_own(rig: Rig) -> None:
    url = f"{rig.world.service_url}/elsewhere"
    wanted = {"url": url, "enabled_events": [COMPLETED], "description": "Shop", "metadata": {"a": 1}}
    endpoint = await rig.post(HOOKS, wanted)
    assert re.fullmatch(r"whk_[A-Za-z0-9]{24}", endpoint["id"])
    assert re.fullmatch(r"whsec_[A-Za-z0-9]{24}", endpoint["secret"])
    assert {name: endpoint[name] for name in wanted} == wanted
    shown = await rig.get(f"{HOOKS}/{endpoint['id']}")
    assert shown == {name: value for name, value in endpoint.items() if name != "secret"}
    listed = await rig.get(HOOKS)
    assert (listed["data"][0], listed["meta"]["total"], listed["meta"]["pages"]) == (shown, 2, 1)
    await rig.link()
    await rig.pay("PL7F3K9Q")
    [(headers, raw)] = [one[1:] for one in await rig.arrived(3) if one[0] == "/elsewhere"]
    assert headers[SIGNATURE] == f"v1={digest(headers[TIMESTAMP], raw, endpoint['secret'])}"
    assert json.loads(raw)["type"] == COMPLETED


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"enabled_events": [COMPLETED]}, "url"),
        ({"url": "http://shop.example.com", "enabled_events": [COMPLETED]}, "url"),
        ({"url": "https://shop.example.com"}, "enabled_events"),
        ({"url": "https://shop.example.com", "enabled_events": []}, "enabled_events"),
        ({"url": "https://shop.example.com", "enabled_events": ["payment.done"]}, "enabled_events"),
    ],
)
async def test_a_wrong_endpoint_is_refused(rig: Rig, sent: dict[str, Any], field: str) -> None:
    answer = await rig.api.post(HOOKS, json=sent)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_another_account_looks_like_a_missing_one(rig: Rig) -> None:
    answer = await rig.api.get("/v1/account/acct_other/webhooks")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "E_ACCOUNT_NOT_FOUND")
    assert (await rig.api.get(f"{HOOKS}/whk_none")).status_code == 404


async def test_endpoints_may_have_no_api_or_another_word_for_events(rig: Rig) -> None:
    await rig.control("options", webhook_events="events")
    endpoint = await rig.post(HOOKS, {"url": "https://shop.example.com", "events": [COMPLETED]})
    assert endpoint["events"] == [COMPLETED]
    await rig.control("options", webhook_admin="missing")
    answer = await rig.api.get(HOOKS)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (404, f"Cannot GET:{HOOKS}")


async def test_a_triggered_event_names_no_link(rig: Rig) -> None:
    path = f"/v1/webhook-events/{ACCOUNT}/trigger"
    told = await rig.post(path, {"eventType": COMPLETED, "metadata": {"a": "b"}})
    event = (await rig.events(1))[COMPLETED]
    assert (event["id"], event["data"]) == (told["id"], {"metadata": {"a": "b"}})
    assert (await rig.api.post(path, json={"eventType": "x"})).status_code == 422


async def test_products_and_prices_can_be_made_and_sold(rig: Rig) -> None:
    price = {"amount": 25000, "currency": "xaf", "type": "one_time"}
    wanted = {"name": "Table", "description": "A table of oak", "type": "physical", "category": 3}
    product = await rig.post("/v1/products", {**wanted, "defaultPriceData": price})
    assert {name: product[name] for name in wanted} == wanted
    assert (product["status"], product["subscriptionEligible"]) == ("draft", False)
    first = product["defaultPrice"]
    assert (first["amount"], first["currency"], first["active"]) == ("25000.00", "xaf", True)
    second = await rig.post("/v1/prices", {"productId": product["id"], **price})
    prices = {
        one["id"]: one["active"] for one in (await rig.browser.get("/_control/catalog")).json()["prices"]
    }
    assert (prices[first["id"]], prices[second["id"]]) == (False, True)
    link = await rig.link(**items({"priceId": second["id"], "quantity": 2}))
    assert (await rig.read("links"))[0]["amount"] == 50000
    assert link["items"][0]["name"] == "Table"


async def test_a_price_is_only_switched(rig: Rig) -> None:
    path = f"/v1/prices/{COFFEE_MONTHLY}"
    assert (await rig.api.put(path, json={"amount": 1, "active": True})).status_code == 422
    assert (await rig.api.put(path, json={})).status_code == 422
    for request, active in (("DELETE", False), ("PUT", True)):
        sent = {"json": {"active": True}} if request == "PUT" else {}
        assert (await rig.api.request(request, path, **sent)).json()["active"] is active


PRODUCT = {"name": "Table", "description": "A table of oak", "type": "physical", "category": 3}
PRICE = {"productId": "prod_sandboxCoffee00000000001", "amount": 100, "currency": "xaf"}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/products", PRODUCT | {"name": "ab"}, "name"),
    ("/v1/products", PRODUCT | {"name": "x" * 71}, "name"),
    ("/v1/products", PRODUCT | {"description": "x" * 9}, "description"),
    ("/v1/products", PRODUCT | {"type": "idea"}, "type"),
    ("/v1/products", PRODUCT | {"category": 0}, "category"),
    ("/v1/products", PRODUCT | {"status": "new"}, "status"),
    ("/v1/products", PRODUCT | {"defaultPriceData": {"amount": 1, "currency": "usd"}}, "currency"),
    ("/v1/prices", PRICE | {"productId": "prod_none"}, "productId"),
    ("/v1/prices", PRICE | {"currency": "xof"}, "currency"),
    ("/v1/prices", PRICE | {"amount": 0}, "amount"),
    ("/v1/prices", PRICE | {"amount": 100_000_000}, "amount"),
    ("/v1/prices", PRICE | {"type": "recurring"}, "billingInterval"),
]


@pytest.mark.parametrize(("path", "sent", "field"), WRONG)
async def test_a_wrong_product_or_price_is_refused(
    rig: Rig, path: str, sent: dict[str, Any], field: str
) -> None:
    answer = await rig.api.post(path, json=sent)
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])
