"""Where a payer of the Checkout.com stand-in approves: 3DS, and the bank of an asynchronous method."""

from typing import Any

import httpx
import pytest

from tests.standins.checkout_rig import NO_FUNDS, VISA, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")

IDEAL = {"method": "ideal"}
DUTCH = {"billing": {"address": {"country": "NL"}}}
CHALLENGED = {"3ds": {"enabled": True}}
HEADERS = {
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}


async def begun(rig: Rig, fields: dict[str, str], **changes: Any) -> tuple[dict[str, Any], str]:
    """A link and the bank's page of an attempt to pay it."""
    link = await rig.link(**changes)
    answer = await rig.browser.post(f"/pay/{link['id']}", data=fields)
    assert answer.status_code == 303
    return link, answer.headers["location"]


async def told(rig: Rig, count: int) -> list[str]:
    return [event["type"] for event in await rig.events(count)]


async def newest(rig: Rig) -> dict[str, Any]:
    return (await rig.get("/payments?reference=PL7F3K9Q"))["data"][0]


async def say(rig: Rig, at: str, answer: str) -> httpx.Response:
    """The page that follows."""
    said = await rig.browser.post(str(httpx.URL(rig.base).join(at)), data={"answer": answer})
    assert said.status_code == 303
    return await rig.browser.get(str(httpx.URL(rig.base).join(said.headers["location"])))


async def look(rig: Rig, at: str) -> httpx.Response:
    return await rig.browser.get(str(httpx.URL(rig.base).join(at)))


async def test_a_challenge_is_a_page_of_the_bank_that_looking_at_does_not_answer(rig: Rig) -> None:
    link, at = await begun(rig, VISA, **CHALLENGED, display_name="Lindenhof & Co")
    for _ in range(2):
        page = await look(rig, at)
        assert page.status_code == 200
        assert "Confirm that it is you" in page.text
        for shown in ("Lindenhof &amp; Co", "49.90\N{NO-BREAK SPACE}EUR", "Visa ending in 4242"):
            assert shown in page.text
    assert {name: page.headers[name] for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert (await newest(rig))["status"] == "Pending"
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert (shown["status"], shown["payment_id"]) == ("Active", (await newest(rig))["id"])
    assert await rig.read("deliveries") == []


async def test_an_accepted_challenge_pays(rig: Rig) -> None:
    link, at = await begun(rig, VISA, **CHALLENGED)
    assert "Payment successful" in (await say(rig, at, "accept")).text
    assert await told(rig, 2) == ["payment_approved", "payment_captured"]
    payment = await newest(rig)
    assert (payment["status"], payment["3ds"]["challenged"]) == ("Captured", True)
    assert (await rig.events(2))[0]["data"]["3ds"]["challenged"] is True
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


async def test_an_accepted_challenge_of_a_bad_card_is_declined(rig: Rig) -> None:
    _, at = await begun(rig, NO_FUNDS, **CHALLENGED)
    assert "There is not enough money" in (await say(rig, at, "accept")).text
    assert await told(rig, 1) == ["payment_declined"]


@pytest.mark.parametrize("answer", ["fail", "cancel"])
async def test_a_failed_challenge_is_told_with_its_amount_as_text_and_may_be_tried_again(
    rig: Rig, answer: str
) -> None:
    link, at = await begun(rig, VISA, **CHALLENGED)
    page = await say(rig, at, answer)
    assert "could not confirm that it is you" in page.text
    assert 'name="card_number"' in page.text
    [event] = await rig.events(1)
    assert (event["type"], event["data"]["amount"]) == ("authentication_failed", "4990")
    first = await newest(rig)
    assert event["data"]["payment_id"] == first["id"]
    again = await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    await say(rig, again.headers["location"], "accept")
    assert (await newest(rig))["id"] != first["id"]


async def test_a_challenge_that_nobody_answers_expires_by_the_clock(rig: Rig) -> None:
    _, at = await begun(rig, VISA, **CHALLENGED)
    await rig.control("clock", advance_s=599)
    assert (await newest(rig))["status"] == "Pending"
    await rig.control("clock", advance_s=2)
    [event] = await rig.events(1)
    assert (event["type"], event["data"]["amount"]) == ("authentication_expired", "4990")
    assert event["data"]["reason"] == "ChallengeExpired"
    assert (await newest(rig))["status"] == "Declined"
    assert (await look(rig, at)).status_code == 303


@pytest.mark.parametrize(
    ("asked", "challenges", "challenged"),
    [
        (None, "requested", False),
        ({"enabled": True}, "requested", True),
        ({"enabled": False}, "requested", False),
        ({"enabled": True, "challenge_indicator": "no_challenge_requested"}, "requested", False),
        ({"enabled": True}, "never", False),
        (None, "always", True),
    ],
)
async def test_the_issuer_asks_when_the_link_does_or_when_told_to(
    rig: Rig,
    asked: dict[str, Any] | None,
    challenges: str,
    challenged: bool,  # noqa: FBT001 - a table's column
) -> None:
    await rig.control("options", challenges=challenges)
    _, at = await begun(rig, VISA, **{"3ds": asked})
    assert ("/bank/" in at) is challenged


async def test_a_payment_approved_at_the_bank_is_captured_by_the_clock(rig: Rig) -> None:
    await rig.control("options", settles_after_s=3600)
    link, at = await begun(rig, IDEAL, **DUTCH)
    assert "Approve this payment" in (await look(rig, at)).text
    assert await told(rig, 1) == ["payment_pending"]
    assert "being processed" in (await say(rig, at, "accept")).text
    assert await told(rig, 2) == ["payment_pending", "payment_capture_pending"]
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Active"
    assert (await newest(rig))["status"] == "Pending"
    again = await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    assert (again.status_code, "being processed" in again.text) == (409, True)
    await rig.control("clock", advance_s=3601)
    assert await told(rig, 3) == ["payment_pending", "payment_capture_pending", "payment_captured"]
    payment = await newest(rig)
    assert (payment["status"], payment["source"]["type"]) == ("Captured", "ideal")
    assert payment["balances"]["total_captured"] == payment["balances"]["total_authorized"] == 4990
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"
    receipt = await rig.browser.get(f"/pay/{link['id']}?payment={payment['id']}")
    assert "iDEAL" in receipt.text
    await rig.control("clock", advance_s=3600)
    assert len(await rig.events(3)) == 3


async def test_a_payment_stopped_at_the_bank_is_canceled_and_another_may_be_tried(rig: Rig) -> None:
    link, at = await begun(rig, IDEAL, **DUTCH)
    assert "You stopped the payment" in (await say(rig, at, "cancel")).text
    assert await told(rig, 2) == ["payment_pending", "payment_canceled"]
    assert (await newest(rig))["status"] == "Canceled"
    assert (await rig.browser.post(f"/pay/{link['id']}", data=VISA)).status_code == 303


async def test_a_payment_that_nobody_approves_expires_by_the_clock(rig: Rig) -> None:
    link, at = await begun(rig, IDEAL, **DUTCH)
    await rig.control("clock", advance_s=1801)
    assert await told(rig, 2) == ["payment_pending", "payment_expired"]
    payment = await newest(rig)
    assert payment["status"] == "Expired"
    page = await rig.browser.get(f"/pay/{link['id']}?payment={payment['id']}")
    assert "heard nothing from you in time" in page.text
    assert "heard nothing from you in time" in (await say(rig, at, "accept")).text
    assert (await newest(rig))["status"] == "Expired"


async def test_a_control_can_end_what_waits_at_the_bank(rig: Rig) -> None:
    link, at = await begun(rig, IDEAL, **DUTCH)
    await rig.pay(link["id"], "capture_pending")
    assert (await rig.pay(link["id"], "captured"))["status"] == "Captured"
    assert await told(rig, 3) == ["payment_pending", "payment_capture_pending", "payment_captured"]
    assert "Payment successful" in (await say(rig, at, "cancel")).text


async def test_who_comes_late_to_the_bank_does_not_pay_twice(rig: Rig) -> None:
    link, at = await begun(rig, VISA, **CHALLENGED)
    await rig.pay(link["id"], "paid", force=True, currency="EUR")
    answer = await rig.browser.post(str(httpx.URL(rig.base).join(at)), data={"answer": "accept"})
    assert (answer.status_code, "This link has been paid" in answer.text) == (409, True)
    assert len(await rig.events(2)) == 2


async def test_an_answer_that_there_is_not_changes_nothing(rig: Rig) -> None:
    _, at = await begun(rig, IDEAL, **DUTCH)
    answer = await rig.browser.post(str(httpx.URL(rig.base).join(at)), data={"answer": "perhaps"})
    assert (answer.status_code, "Approve this payment" in answer.text) == (422, True)
    assert (await newest(rig))["status"] == "Pending"
    _, at = await begun(rig, VISA, **CHALLENGED)
    await say(rig, at, "accept")
    assert "Payment successful" in (await say(rig, at, "perhaps")).text


async def test_a_bank_knows_only_its_own_payments(rig: Rig) -> None:
    _, at = await begun(rig, IDEAL, **DUTCH)
    other = await rig.link(**DUTCH)
    payment_id = at.rsplit("/", 1)[-1]
    for path in (f"/pay/{other['id']}/bank/{payment_id}", f"/pay/pl_none/bank/{payment_id}"):
        assert (await rig.browser.get(path)).status_code == 404
        assert (await rig.browser.post(path, data={"answer": "accept"})).status_code == 404
    assert (await newest(rig))["status"] == "Pending"
