"""Workflows of the Checkout.com stand-in: which events go where, tested, read again and sent again."""

import hashlib
import hmac
import json
import re
from typing import Any

import pytest

from tests.standins.checkout_rig import CHANNEL, SECRET, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "another-key-\N{COPYRIGHT SIGN}"
GATEWAY = {"type": "event", "events": {"gateway": ["payment_captured", "payment_declined"]}}
ALL_TYPES = """payment_pending payment_approved payment_capture_pending payment_captured
    payment_capture_declined payment_declined payment_canceled payment_expired authentication_failed
    authentication_expired payment_voided payment_void_declined payment_refund_pending payment_refunded
    payment_refund_declined payment_returned payment_paid payment_authentication_failed
    dispute_received dispute_evidence_required
    dispute_won dispute_lost dispute_accepted dispute_expired dispute_canceled dispute_resolved
    dispute_evidence_submitted dispute_evidence_acknowledged_by_scheme
    dispute_arbitration_evidence_submitted
    dispute_arbitration_sent_to_scheme dispute_arbitration_won dispute_arbitration_lost""".split()


def workflow(rig: Rig, *conditions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    action = {
        "type": "webhook",
        "url": f"{rig.world.service_url}/webhooks/checkout",
        "headers": {"Authorization": "let-me-in"},
        "signature": {"method": "HMACSHA256", "key": KEY},
    }
    return {"name": "bot", "conditions": list(conditions or [GATEWAY]), "actions": [action], **changes}


async def made(rig: Rig, *conditions: dict[str, Any], **changes: Any) -> str:
    answer = await rig.api.post("/workflows", json=workflow(rig, *conditions, **changes))
    assert answer.status_code == 201, answer.text
    assert re.fullmatch(r"wf_[a-z0-9]{26}", answer.json()["id"])
    assert answer.json()["_links"]["self"]["href"] == f"{rig.base}/workflows/{answer.json()['id']}"
    return answer.json()["id"]


def signature(key: str, raw: bytes) -> str:
    return hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()


async def test_the_dashboards_workflow_is_there_until_the_first_is_made(rig: Rig) -> None:
    [default] = (await rig.get("/workflows"))["data"]
    await rig.pay((await rig.link())["id"], "declined")
    _, headers, raw = (await rig.arrived(1))[0]
    assert headers["cko-signature"] == signature(SECRET, raw)
    assert "authorization" not in headers
    made_id = await made(rig)
    assert [one["id"] for one in (await rig.get("/workflows"))["data"]] == [made_id]
    assert (await rig.api.get(f"/workflows/{default['id']}")).status_code == 404


async def test_a_workflow_sends_what_it_wants_with_its_own_headers_and_key(rig: Rig) -> None:
    await made(rig)
    await rig.pay((await rig.link())["id"], "paid")
    await rig.pay((await rig.link())["id"], "declined")
    assert sorted(event["type"] for event in await rig.bodies(2)) == ["payment_captured", "payment_declined"]
    for _, headers, raw in rig.received:
        assert headers["authorization"] == "let-me-in"
        assert headers["cko-signature"] == signature(KEY, raw)


async def test_two_workflows_get_one_event_each(rig: Rig) -> None:
    await made(rig)
    unsigned = workflow(rig)["actions"][0]
    del unsigned["signature"]
    await made(rig, actions=[unsigned])
    await rig.pay((await rig.link())["id"], "declined")
    arrived = await rig.arrived(2)
    assert len({json.loads(raw)["id"] for _, _, raw in arrived}) == 1
    assert sorted("cko-signature" in headers for _, headers, _ in arrived) == [False, True]


async def test_a_webhook_goes_wherever_its_action_says(rig: Rig) -> None:
    url = f"{rig.world.service_url}/webhooks/checkout".replace("127.0.0.1", "localhost")
    await made(rig, actions=[{"type": "webhook", "url": url}])
    await rig.pay((await rig.link())["id"], "declined")
    _, headers, _ = (await rig.arrived(1))[0]
    assert headers["host"].startswith("localhost:")
    [delivery] = await rig.read("deliveries")
    assert delivery["path"] == url


@pytest.mark.parametrize(
    ("condition", "wants"),
    [
        ({"type": "event", "events": {"card_payout": ["payment_declined"]}}, False),
        ({"type": "processing_channel", "processing_channels": [CHANNEL]}, True),
        ({"type": "processing_channel", "processing_channels": ["pc_" + "a" * 26]}, False),
        ({"type": "entity", "entities": ["ent_" + "a" * 26]}, False),
    ],
)
async def test_every_condition_must_hold(rig: Rig, condition: dict[str, Any], wants: bool) -> None:  # noqa: FBT001 - a table's column
    await made(rig, *(() if condition["type"] == "event" else (GATEWAY,)), condition)
    await rig.pay((await rig.link())["id"], "declined")
    listed = await rig.read("deliveries")
    assert [one["type"] for one in listed] == (["payment_declined"] if wants else [])


async def test_a_workflow_is_shown_with_ids_for_its_parts(rig: Rig) -> None:
    path = f"/workflows/{await made(rig)}"
    shown = await rig.get(path)
    [condition], [action] = shown["conditions"], shown["actions"]
    assert (shown["name"], shown["active"]) == ("bot", True)
    assert condition["events"] == GATEWAY["events"]
    assert re.fullmatch(r"wfc_[a-z0-9]{26}", condition["id"])
    assert re.fullmatch(r"wfa_[a-z0-9]{26}", action["id"])
    assert action["signature"] == {"method": "HMACSHA256", "key": KEY}
    assert action["_links"]["self"]["href"] == f"{rig.base}{path}/actions/{action['id']}"


async def test_a_workflow_can_be_renamed_put_to_sleep_and_removed(rig: Rig) -> None:
    path = f"/workflows/{await made(rig)}"
    changed = await rig.api.patch(path, json={"name": "old bot", "active": False})
    assert (changed.status_code, changed.json()) == (200, {"name": "old bot", "active": False})
    assert (await rig.api.patch(path, json={"active": "no"})).json()["error_codes"] == ["active_invalid"]
    await rig.pay((await rig.link())["id"], "declined")
    assert await rig.read("deliveries") == []
    removed = await rig.api.delete(path)
    assert (removed.status_code, removed.content) == (204, b"")
    for method in ("GET", "PATCH", "DELETE"):
        assert (await rig.api.request(method, path)).status_code == 404


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"conditions": None}, ["conditions_required"]),
    ({"conditions": []}, ["conditions_invalid"]),
    ({"conditions": [GATEWAY, GATEWAY]}, ["conditions_invalid"]),
    ({"conditions": [{"type": "weather"}]}, ["condition_type_invalid"]),
    ({"conditions": [{"type": "event"}]}, ["events_required"]),
    ({"conditions": [{"type": "event", "events": {"gateway": []}}]}, ["events_invalid"]),
    ({"conditions": [{"type": "event", "events": ["payment_captured"]}]}, ["events_invalid"]),
    ({"conditions": [{"type": "event", "events": {"gateway": ["dispute_won"]}}]}, ["events_invalid"]),
    ({"conditions": [{"type": "event", "events": {"disputes": ["dispute_won"]}}]}, ["events_invalid"]),
    ({"conditions": [{"type": "entity", "entities": [7]}]}, ["entities_invalid"]),
    ({"actions": None}, ["actions_required"]),
    ({"actions": [{"type": "pigeon", "url": "https://x.example"}]}, ["action_type_invalid"]),
    ({"actions": [{"type": "webhook"}]}, ["url_required"]),
    ({"actions": [{"type": "webhook", "url": "x.example"}]}, ["url_invalid"]),
    (
        {"actions": [{"type": "webhook", "url": "https://x.example", "headers": {"A": 1}}]},
        ["headers_invalid"],
    ),
    (
        {"actions": [{"type": "webhook", "url": "https://x.example", "signature": {"method": "MD5"}}]},
        ["signature_method_invalid", "signature_key_required"],
    ),
    ({"actions": [{"type": "webhook", "url": "http://x.example:99999/"}]}, ["url_invalid"]),
    (
        {"actions": [{"type": "webhook", "url": "https://x.example", "headers": {"A": "\n"}}]},
        ["headers_invalid"],
    ),
    ({"name": 7, "active": 1}, ["name_invalid", "active_invalid"]),
]


@pytest.mark.parametrize(("changes", "codes"), WRONG)
async def test_a_wrong_workflow_is_refused(rig: Rig, changes: dict[str, Any], codes: list[str]) -> None:
    answer = await rig.api.post("/workflows", json=workflow(rig, **changes))
    assert (answer.status_code, answer.json()["error_codes"]) == (422, codes)
    assert len((await rig.get("/workflows"))["data"]) == 1


# --- tests, and events again --------------------------------------------------------------------------


async def test_every_event_type_can_be_tried(rig: Rig) -> None:
    path = f"/workflows/{await made(rig)}/test"
    answer = await rig.api.post(path, json={"event_types": ALL_TYPES})
    assert (answer.status_code, answer.content) == (204, b"")
    events = [json.loads(raw) for _, _, raw in await rig.arrived(len(ALL_TYPES))]
    assert sorted(event["type"] for event in events) == sorted(ALL_TYPES)
    assert all("created_on" in event or "timestamp" in event for event in events)
    listed = (await rig.api.get("/workflows/event-types")).json()
    by_source = {source["id"]: [one["id"] for one in source["events"]] for source in listed}
    assert sorted({kind for kinds in by_source.values() for kind in kinds}) == sorted(ALL_TYPES)
    assert set(by_source.pop("card_payout")) < set(by_source["gateway"])
    assert sum(map(len, by_source.values())) == len(ALL_TYPES)


async def test_a_test_of_nothing_or_of_no_event_is_refused(rig: Rig) -> None:
    path = f"/workflows/{await made(rig)}/test"
    for given, code in [
        ({}, "event_types_required"),
        ({"event_types": []}, "event_types_invalid"),
        ({"event_types": ["payment_captured", "payment_dreamt"]}, "event_types_invalid"),
        ({"event_types": [["payment_captured"]]}, "event_types_invalid"),
    ]:
        answer = await rig.api.post(path, json=given)
        assert (answer.status_code, answer.json()["error_codes"]) == (422, [code])
    assert (await rig.api.post(f"/workflows/wf_{'a' * 26}/test", json={})).status_code == 404


async def test_events_of_a_payment_are_read_again_also_those_that_were_lost(rig: Rig) -> None:
    await rig.control("webhooks", next="dropped", type="payment_captured")
    link = await rig.link()
    payment = await rig.pay(link["id"], "paid")
    await rig.pay(link["id"], "disputed")
    await rig.arrived(2)
    listed = (await rig.get(f"/workflows/events/subject/{payment['id']}"))["data"]
    assert [event["type"] for event in listed] == ["payment_approved", "payment_captured"]
    captured = await rig.get(f"/workflows/events/{listed[1]['id']}")
    assert (captured["id"], captured["data"]["amount"]) == (listed[1]["id"], 4990)
    assert captured["action_invocations"] == []
    approved = await rig.get(f"/workflows/events/{listed[0]['id']}")
    assert [one["status"] for one in approved["action_invocations"]] == ["successful"]
    dispute = (await rig.event("dispute_received", 2))["data"]["id"]
    assert [one["type"] for one in (await rig.get(f"/workflows/events/subject/{dispute}"))["data"]] == [
        "dispute_received"
    ]
    for unknown in (f"subject/pay_{'a' * 26}", f"evt_{'a' * 26}"):
        assert (await rig.api.get(f"/workflows/events/{unknown}")).status_code == 404


async def test_a_failed_authentication_is_an_event_of_its_payment(rig: Rig) -> None:
    payment = await rig.pay((await rig.link())["id"], "authentication_failed")
    listed = (await rig.get(f"/workflows/events/subject/{payment['id']}"))["data"]
    assert [event["type"] for event in listed] == ["authentication_failed"]


@pytest.mark.parametrize(
    "way",
    [
        "/workflows/events/{event}/reflow",
        "/workflows/events/{event}/workflow/{workflow}/reflow",
        "/workflows/events/subject/{payment}/reflow",
        "/workflows/events/subject/{payment}/workflow/{workflow}/reflow",
    ],
)
async def test_an_event_is_sent_again_byte_for_byte(rig: Rig, way: str) -> None:
    payment = await rig.pay((await rig.link())["id"], "declined")
    _, _, raw = (await rig.arrived(1))[0]
    [default] = (await rig.get("/workflows"))["data"]
    names = {"event": json.loads(raw)["id"], "payment": payment["id"], "workflow": default["id"]}
    answer = await rig.api.post(way.format(**names))
    assert (answer.status_code, answer.content) == (202, b"")
    assert [again for _, _, again in await rig.arrived(2)] == [raw, raw]


async def test_several_events_are_sent_again_by_ids_or_subjects(rig: Rig) -> None:
    payments = [await rig.pay((await rig.link())["id"], "declined") for _ in range(2)]
    events = [event["id"] for event in await rig.events(2)]
    path = "/workflows/events/reflow"
    assert (await rig.api.post(path, json={"events": events[:1]})).status_code == 202
    subjects = {"subjects": [payment["id"] for payment in payments]}
    assert (await rig.api.post(path, json=subjects)).status_code == 202
    assert len(await rig.arrived(5)) == 5
    nobody = subjects | {"workflows": [f"wf_{'a' * 26}"]}
    assert (await rig.api.post(path, json=nobody)).status_code == 202
    assert len(await rig.read("deliveries")) == 5


@pytest.mark.parametrize(
    ("given", "status", "codes"),
    [
        ({}, 422, ["request_invalid"]),
        ({"events": ["evt_x"]}, 422, ["events_invalid"]),
        ({"events": [f"evt_{'a' * 26}"], "subjects": [f"pay_{'a' * 26}"]}, 422, ["request_invalid"]),
        ({"subjects": "all", "workflows": ["mine"]}, 422, ["subjects_invalid", "workflows_invalid"]),
        ({"events": [f"evt_{'a' * 26}"]}, 404, None),
    ],
)
async def test_what_cannot_be_sent_again_is_refused(
    rig: Rig, given: dict[str, Any], status: int, codes: list[str] | None
) -> None:
    answer = await rig.api.post("/workflows/events/reflow", json=given)
    assert answer.status_code == status
    assert (answer.json()["error_codes"] if answer.content else None) == codes
