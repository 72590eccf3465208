"""What the `webhooks` control lets befall the events of the Checkout.com stand-in."""

import hashlib
import hmac
import json

import pytest

from tests.standins.checkout_rig import SECRET, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


def is_signed(headers: dict[str, str], raw: bytes) -> bool:
    return headers["cko-signature"] == hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()


async def test_broken_json_is_well_signed_and_still_shows_its_payment(rig: Rig) -> None:
    await rig.control("webhooks", next="broken_json", type="authentication_failed")
    payment = await rig.pay((await rig.link())["id"], "authentication_failed")
    _, headers, raw = (await rig.arrived(1))[0]
    with pytest.raises(json.JSONDecodeError):
        json.loads(raw)
    assert is_signed(headers, raw)
    text = raw.decode()
    assert "\N{REPLACEMENT CHARACTER}{" in text
    assert '"data":' not in text
    assert payment["id"] in text


async def test_a_wrong_signature_stands_beside_a_good_body(rig: Rig) -> None:
    await rig.control("webhooks", next="wrong_signature")
    await rig.pay((await rig.link())["id"], "declined")
    _, headers, raw = (await rig.arrived(1))[0]
    assert json.loads(raw)["type"] == "payment_declined"
    assert not is_signed(headers, raw)


@pytest.mark.parametrize(
    ("trick", "outcomes", "kind", "missing"),
    [
        ("without_balances", ["paid"], "payment_captured", {"balances"}),
        ("without_reference", ["paid"], "payment_captured", {"reference", "metadata"}),
        ("without_reference", ["paid", "disputed"], "dispute_received", {"payment_reference"}),
    ],
)
async def test_what_an_event_is_to_lack_it_lacks(
    rig: Rig, trick: str, outcomes: list[str], kind: str, missing: set[str]
) -> None:
    link = await rig.link()
    for outcome in outcomes:
        await rig.pay(link["id"], outcome)
    whole = await rig.event(kind, len(outcomes) + 1)
    assert missing <= set(whole["data"])
    await rig.control("webhooks", next=trick, type=kind)
    for outcome in outcomes:
        await rig.pay(link["id"], outcome, force=outcome == "paid")
    events = [json.loads(raw) for _, headers, raw in await rig.arrived(2 * len(outcomes) + 2)]
    lacking = [set(event["data"]) for event in events if event["type"] == kind][1]
    assert lacking == set(whole["data"]) - missing


async def test_a_dropped_event_is_never_sent_and_the_next_one_is(rig: Rig) -> None:
    await rig.control("webhooks", next="dropped", type="payment_captured")
    await rig.pay((await rig.link())["id"], "paid")
    await rig.pay((await rig.link())["id"], "paid")
    assert [event["type"] for event in await rig.events(3)].count("payment_captured") == 1
    deliveries = await rig.read("deliveries")
    assert len(deliveries) == 3


@pytest.mark.parametrize(
    ("order", "kinds"),
    [
        ("in_order", ["payment_approved", "payment_captured", "payment_refunded"]),
        ("reversed", ["payment_refunded", "payment_captured", "payment_approved"]),
    ],
)
async def test_held_events_arrive_in_the_order_of_their_release(
    rig: Rig, order: str, kinds: list[str]
) -> None:
    await rig.control("webhooks", next="held", times=100)
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    await rig.pay(link["id"], "refunded")
    assert await rig.read("deliveries") == []
    assert (await rig.control("webhooks", release=order))["released"] == kinds
    assert [json.loads(raw)["type"] for _, _, raw in await rig.arrived(3)] == kinds
    await rig.pay(link["id"], "paid", force=True)
    assert len(await rig.events(5)) == 5


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"next": "lost"}, "next must be one of"),
        ({"next": "held", "times": 0}, "times"),
        ({"release": "backwards"}, "release must be one of"),
        ({"next": "held", "kind": "x"}, "unknown keys: kind"),
        ({}, "missing key: 'next'"),
    ],
)
async def test_a_trick_that_there_is_not_is_refused(rig: Rig, wrong: dict[str, object], says: str) -> None:
    answer = await rig.browser.post("/_control/webhooks", json=wrong)
    assert answer.status_code == 400
    assert says in answer.json()["error"]
