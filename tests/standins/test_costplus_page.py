"""The hosted payment page of the Cost+ stand-in, as a customer meets it."""

import re
from typing import Any

import pytest

from sandbox.costplus.ids import PROJECT
from tests.standins.costplus_rig import ASKS_FOR_A_CODE, DAY_S, GOOD_CARD, NO_FUNDS, REFERENCE, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIPPS = {"method": "vipps-mobilepay", "phone": "+47 400 00 000"}
SHOP = "https://shop.example.com:8443"
BACK = {"return_url": f"{SHOP}/ok?a=1", "failure_url": "https://help.example.com/no"}


async def opened(rig: Rig, **changes: Any) -> str:
    return str((await rig.link(**changes))["payment_url"])


async def status_of(rig: Rig, url: str) -> str:
    link_id = url.rstrip("/").rsplit("/", 1)[-1]
    return str((await rig.fetched({"id": link_id}))["status"])


async def orders(rig: Rig) -> list[tuple[str, str]]:
    found = await rig.read("orders")
    return [(one["status"], one["transactions"][0]["payment_method"]) for one in found]


@pytest.mark.parametrize(
    ("currency", "figures"),
    [("EUR", "1,234.56"), ("JPY", "123,456"), ("KWD", "123.456")],
)
async def test_the_page_shows_what_is_to_be_paid(rig: Rig, currency: str, figures: str) -> None:
    url = await opened(rig, amount=123_456, currency=currency, description="Chairs <b>& tables")
    page = await rig.browser.get(url)
    assert page.status_code == 200
    for shown in (
        f"Pay {figures}\N{NO-BREAK SPACE}{currency} with Card",
        "Chairs &lt;b&gt;&amp; tables",
        REFERENCE,
        "Vipps MobilePay",
        "Apple Pay",
        "Google Pay",
        "4111 1111 1111 1151",
    ):
        assert shown in page.text
    assert page.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert not re.search(r'(src|href)="', page.text)
    assert (await rig.browser.get(url.rstrip("/"))).text == page.text


async def test_looking_at_a_link_changes_nothing(rig: Rig) -> None:
    url = await opened(rig)
    for _ in range(2):
        await rig.browser.get(url)
    assert await status_of(rig, url) == "new"
    assert (await rig.read("orders"), await rig.read("deliveries")) == ([], [])


async def test_a_good_card_pays_and_leads_to_a_receipt(rig: Rig) -> None:
    url = await opened(rig)
    answer = await rig.browser.post(url, data=GOOD_CARD)
    [order] = await rig.read("orders")
    receipt_url = f"{url}?order_id={order['id']}&project_id={PROJECT}"
    assert (answer.status_code, answer.headers["location"]) == (303, receipt_url)
    receipt = await rig.browser.get(receipt_url)
    for shown in ("Payment successful", "42.50\N{NO-BREAK SPACE}EUR", REFERENCE, order["id"]):
        assert shown in receipt.text
    details = order["transactions"][0]["payment_method_details"]
    assert details == {"truncated_pan": "411111******1111", "card_expiry": "122039"}
    assert len(await rig.bodies(4)) == 4
    stranger = await rig.browser.get(url)
    assert (stranger.status_code, "This link has been paid" in stranger.text) == (200, True)
    assert order["id"] not in stranger.text
    assert (await rig.browser.post(url, data=GOOD_CARD)).status_code == 409
    assert len(await rig.read("orders")) == 1


async def test_a_declined_card_says_why_and_another_may_be_tried(rig: Rig) -> None:
    url = await opened(rig)
    declined = await rig.browser.post(url, data=NO_FUNDS)
    assert declined.status_code == 402
    assert "There is not enough money on this card. You have not paid." in declined.text
    assert "You can try 24 more times." in declined.text
    assert 'value="4111' not in declined.text
    assert await status_of(rig, url) == "all_unsuccessful"
    [order] = await rig.read("orders")
    assert order["transactions"][0]["reason"] == "ERROR_CARD_NOT_VALID"
    assert (await rig.browser.post(url, data=GOOD_CARD)).status_code == 303
    assert await status_of(rig, url) == "completed"


@pytest.mark.parametrize(
    ("form", "path"),
    [(GOOD_CARD, f"{SHOP}/ok?a=1&"), (NO_FUNDS, "https://help.example.com/no?")],
)
async def test_customers_are_sent_where_the_merchant_wants(rig: Rig, form: dict[str, str], path: str) -> None:
    url = await opened(rig, **BACK)
    policy = (await rig.browser.get(url)).headers["content-security-policy"]
    assert f"form-action 'self' {SHOP} https://help.example.com;" in policy
    answer = await rig.browser.post(url, data=form)
    [order] = await rig.read("orders")
    sent_to = f"{path}order_id={order['id']}&project_id={PROJECT}"
    assert (answer.status_code, answer.headers["location"]) == (303, sent_to)


async def test_without_a_failure_url_everybody_is_sent_to_the_return_url(rig: Rig) -> None:
    url = await opened(rig, return_url=f"{SHOP}/ok")
    answer = await rig.browser.post(url, data=NO_FUNDS)
    assert answer.headers["location"].startswith(f"{SHOP}/ok?order_id=")


async def test_a_failure_url_counts_only_beside_a_return_url(rig: Rig) -> None:
    url = await opened(rig, failure_url=f"{SHOP}/no")
    assert (await rig.browser.post(url, data=NO_FUNDS)).status_code == 402


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (GOOD_CARD | {"card_number": "4242424242424242"}, "not one of the test cards"),
        (GOOD_CARD | {"expiry": "12/20"}, "has passed"),
        (GOOD_CARD | {"cvv": "12"}, "has 3 digits"),
        (VIPPS | {"phone": "mine"}, "Write a phone number"),
        ({"method": "cash"}, "Choose one of the ways"),
        ({}, "Choose one of the ways"),
    ],
)
async def test_a_form_that_cannot_be_tried_is_no_attempt(rig: Rig, wrong: dict[str, str], says: str) -> None:
    url = await opened(rig)
    answer = await rig.browser.post(url, data=wrong)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert await status_of(rig, url) == "new"


@pytest.mark.parametrize("wallet", ["apple-pay", "google-pay"])
async def test_a_wallet_pays_at_once(rig: Rig, wallet: str) -> None:
    url = await opened(rig)
    assert (await rig.browser.post(url, data={"method": wallet})).status_code == 303
    assert await orders(rig) == [("completed", wallet)]


async def test_only_the_methods_that_the_link_names_are_there(rig: Rig) -> None:
    url = await opened(rig, payment_methods=["google-pay"])
    page = await rig.browser.get(url)
    assert ("Google Pay" in page.text, 'name="card_number"' in page.text) == (True, False)
    assert (await rig.browser.post(url, data=GOOD_CARD)).status_code == 422
    assert await orders(rig) == []


@pytest.mark.parametrize(
    ("form", "given", "status", "says"),
    [
        (ASKS_FOR_A_CODE, {"answer": "approve", "password": "0101"}, "completed", ""),
        (ASKS_FOR_A_CODE, {"answer": "approve", "password": "3333"}, "error", "could not confirm"),
        (ASKS_FOR_A_CODE, {"answer": "cancel"}, "cancelled", "You cancelled the payment."),
        (VIPPS, {"answer": "approve"}, "completed", ""),
        (VIPPS, {"answer": "decline"}, "error", "Your bank declined"),
        (VIPPS, {"answer": "cancel"}, "cancelled", "You cancelled the payment."),
    ],
)
async def test_some_ways_to_pay_ask_a_second_time(
    rig: Rig, form: dict[str, str], given: dict[str, str], status: str, says: str
) -> None:
    url = await opened(rig)
    asked = await rig.browser.post(url, data=form)
    assert (asked.status_code, asked.headers["location"]) == (303, url)
    assert await status_of(rig, url) == "processing"
    page = await rig.browser.get(url)
    [order] = re.findall(r'name="order" value="([^"]+)"', page.text)
    assert (await rig.browser.post(url, data=GOOD_CARD)).status_code == 409
    answer = await rig.browser.post(url, data={"order": order, **given})
    assert (answer.status_code, says in answer.text) == (402 if says else 303, True)
    assert await orders(rig) == [(status, form["method"])]


async def test_a_payment_under_way_is_not_paid_twice(rig: Rig) -> None:
    url = await opened(rig)
    await rig.pay(REFERENCE, "pending")
    page = await rig.browser.get(url)
    assert (page.status_code, "Payment in progress" in page.text) == (200, True)
    assert (await rig.browser.post(url, data=GOOD_CARD)).status_code == 409
    assert await orders(rig) == [("processing", "credit-card")]


async def test_an_attempt_that_is_over_is_not_confirmed(rig: Rig) -> None:
    url = await opened(rig)
    await rig.browser.post(url, data=VIPPS)
    [order] = await rig.read("orders")
    rig.world.clock.advance(1800)
    late = await rig.browser.post(url, data={"order": order["id"], "answer": "approve"})
    assert (late.status_code, "This attempt is over" in late.text) == (409, True)
    assert await orders(rig) == [("expired", "vipps-mobilepay")]


async def test_an_expired_link_says_so(rig: Rig) -> None:
    url = await opened(rig, expiration_period="P1D")
    rig.world.clock.advance(DAY_S)
    for answer in (await rig.browser.get(url), await rig.browser.post(url, data=GOOD_CARD)):
        assert (answer.status_code, "This link has expired" in answer.text) == (410, True)
    assert await orders(rig) == []


async def test_after_25_attempts_the_page_refuses(rig: Rig) -> None:
    url = await opened(rig)
    for _ in range(24):
        await rig.pay(REFERENCE, "declined")
    assert "You can try 1 more time." in (await rig.browser.get(url)).text
    last = await rig.browser.post(url, data=NO_FUNDS)
    for answer in (last, await rig.browser.get(url), await rig.browser.post(url, data=GOOD_CARD)):
        assert (answer.status_code, "Too many attempts" in answer.text) == (410, True)
    assert len(await rig.read("orders")) == 25


async def test_an_address_of_no_link_says_so(rig: Rig) -> None:
    for path in ("/paymentlinks/nothing/", "/pay/nothing/", "/elsewhere"):
        answer = await rig.browser.get(path)
        assert (answer.status_code, "No such link" in answer.text) == (404, True)
    assert (await rig.browser.post("/paymentlinks/nothing/", data=GOOD_CARD)).status_code == 404


async def test_the_address_of_an_order_leads_to_its_link(rig: Rig) -> None:
    url = await opened(rig)
    order = await rig.pay(REFERENCE, "pending")
    answer = await rig.browser.get(order["order_url"])
    assert (answer.status_code, answer.headers["location"]) == (303, url)
