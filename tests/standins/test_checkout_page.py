"""The hosted page of the Checkout.com stand-in, as a payer sees it."""

import re

import httpx
import pytest

from tests.standins.checkout_rig import NO_FUNDS, VISA, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


AMOUNTS = [
    (4990, "EUR", "49.90"),
    (123_456_789, "USD", "1,234,567.89"),
    (500, "JPY", "500"),
    (1230, "KWD", "1.230"),
    (5, "GBP", "0.05"),
]


@pytest.mark.parametrize(("amount", "currency", "figures"), AMOUNTS)
async def test_the_page_shows_what_is_to_be_paid(rig: Rig, amount: int, currency: str, figures: str) -> None:
    link = await rig.link(
        amount=amount, currency=currency, description="Chairs <b>& tables", display_name="Lindenhof & Co"
    )
    page = await rig.browser.get(f"/pay/{link['id']}")
    assert page.status_code == 200
    for shown in (
        f"{figures}\N{NO-BREAK SPACE}{currency}",
        "Lindenhof &amp; Co",
        "Chairs &lt;b&gt;&amp; tables",
        "PL7F3K9Q",
    ):
        assert shown in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert not re.search(r'(src|href)="', page.text)


async def test_looking_changes_nothing(rig: Rig) -> None:
    link = await rig.link()
    for _ in range(2):
        await rig.browser.get(f"/pay/{link['id']}")
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert shown["status"] == "Active"
    assert "payment_id" not in shown
    assert (await rig.browser.get("/_control/deliveries")).json()["deliveries"] == []


async def test_a_good_card_pays_and_leads_to_a_receipt(rig: Rig) -> None:
    link = await rig.link(return_url="https://shop.example.com/thanks?a=1&b=2")
    answer = await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    assert answer.status_code == 303
    receipt = await rig.browser.get(str(httpx.URL(rig.base).join(answer.headers["location"])))
    payment_id = (await rig.get(f"/payment-links/{link['id']}"))["payment_id"]
    for shown in (
        "Payment successful",
        "49.90\N{NO-BREAK SPACE}EUR",
        "PL7F3K9Q",
        "ending in 4242",
        payment_id,
    ):
        assert shown in receipt.text
    assert 'href="https://shop.example.com/thanks?a=1&amp;b=2"' in receipt.text
    assert [event["type"] for event in await rig.events(2)] == ["payment_approved", "payment_captured"]
    again = await rig.browser.get(f"/pay/{link['id']}")
    assert "This link has been paid" in again.text
    assert payment_id not in again.text
    twice = await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    assert twice.status_code == 409
    assert (await rig.get("/payments?reference=PL7F3K9Q"))["total_count"] == 1


async def test_a_link_without_capture_is_only_authorised(rig: Rig) -> None:
    link = await rig.link(capture=False)
    await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    [payment] = (await rig.get("/payments?reference=PL7F3K9Q"))["data"]
    assert payment["status"] == "Authorized"
    assert [event["type"] for event in await rig.events(1)] == ["payment_approved"]


async def test_a_declined_card_says_why_and_another_may_be_tried(rig: Rig) -> None:
    link = await rig.link()
    declined = await rig.browser.post(f"/pay/{link['id']}", data=NO_FUNDS)
    assert declined.status_code == 402
    assert "There is not enough money on this card" in declined.text
    assert 'name="card_number"' in declined.text
    assert "value=" not in declined.text
    event = (await rig.events(1))[0]
    assert event["type"] == "payment_declined"
    assert (event["data"]["response_code"], event["data"]["response_summary"]) == (
        "20051",
        "Insufficient Funds",
    )
    assert (await rig.browser.post(f"/pay/{link['id']}", data=VISA)).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"card_number": "4111111111111111"}, "not one of the test cards"),
        ({"card_number": ""}, "not one of the test cards"),
        ({"expiry": "13/39"}, "month and year"),
        ({"expiry": "soon"}, "month and year"),
        ({"expiry": "12/20"}, "has passed"),
        ({"cvv": "12"}, "has 3 digits"),
        ({"card_number": "345678901234564"}, "has 4 digits"),
    ],
)
async def test_a_form_that_cannot_be_tried_is_no_attempt(rig: Rig, wrong: dict[str, str], says: str) -> None:
    link = await rig.link()
    answer = await rig.browser.post(f"/pay/{link['id']}", data=VISA | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert "payment_id" not in await rig.get(f"/payment-links/{link['id']}")


async def test_an_expired_link_says_so_and_takes_nothing(rig: Rig) -> None:
    link = await rig.link(expires_in=60)
    await rig.control("clock", advance_s=61)
    for answer in (
        await rig.browser.get(f"/pay/{link['id']}"),
        await rig.browser.post(f"/pay/{link['id']}", data=VISA),
    ):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
    assert (await rig.get("/payments?reference=PL7F3K9Q"))["total_count"] == 0


async def test_an_address_of_no_link_says_so(rig: Rig) -> None:
    assert (await rig.browser.get("/pay/pl_none")).status_code == 404
    assert (await rig.browser.post("/pay/pl_none", data=VISA)).status_code == 404
