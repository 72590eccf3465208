"""The hosted checkout of the PaymentKit stand-in, as a customer meets it."""

import re
from typing import Any

import pytest

from tests import loopback
from tests.standins.paymentkit_rig import GOOD_CARD, LINKS, MONTHLY, NO_FUNDS, TEN_PERCENT, Rig, body, lines

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def opened(rig: Rig, **changes: Any) -> str:
    """The address of a checkout that a browser was sent to."""
    link = await rig.link(**changes)
    return (await rig.browser.get(link["url"])).headers["location"]


async def status_of(rig: Rig) -> str:
    [session] = await rig.read("sessions")
    return session["status"]


@pytest.mark.parametrize(
    ("currency", "figures"),
    [("EUR", "1,234.56"), ("USD", "1,234.56"), ("JPY", "123,456"), ("KWD", "123.456")],
)
async def test_the_page_shows_what_is_to_be_paid(rig: Rig, currency: str, figures: str) -> None:
    price = f"price_stg_unit0000{currency.lower()}"
    items = [{"price_id": price, "quantity": 123_456, "description": "Chairs <b>& tables"}]
    page = await rig.browser.get(await opened(rig, line_items=items))
    assert page.status_code == 200
    for shown in (
        f"{figures}\N{NO-BREAK SPACE}{currency}",
        "Chairs &lt;b&gt;&amp; tables",
        "123,456 \N{MULTIPLICATION SIGN} ",
        "4242 4242 4242 4242",
        "Pay with",
    ):
        assert shown in page.text.replace(f"Pay {figures}\N{NO-BREAK SPACE}{currency} with", "Pay with")
    assert "PL7F3K9Q" not in page.text
    assert page.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert not re.search(r'(src|href)="', page.text)


async def test_a_line_without_a_description_is_called_after_its_product(rig: Rig) -> None:
    page = await rig.browser.get(await opened(rig, line_items=lines(MONTHLY), mode="subscription"))
    assert ">Coffee</dt><dd>1 \N{MULTIPLICATION SIGN} 19.90\N{NO-BREAK SPACE}EUR / month</dd>" in page.text
    assert "<dt>Discount</dt>" not in page.text


async def test_looking_at_a_checkout_changes_nothing(rig: Rig) -> None:
    url = await opened(rig)
    before = await rig.read("sessions")
    for _ in range(2):
        await rig.browser.get(url)
    assert await rig.read("sessions") == before
    assert await rig.read("deliveries") == []


async def test_a_good_card_pays_and_leads_to_a_receipt(rig: Rig) -> None:
    url = await opened(rig)
    answer = await rig.browser.post(url, data=GOOD_CARD)
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    receipt = await rig.browser.get(url)
    told = await rig.events(2)
    intent = told["payment_intent.succeeded"]["data"]["object"]
    for shown in ("Payment successful", "42.50\N{NO-BREAK SPACE}EUR", intent["id"]):
        assert shown in receipt.text
    assert intent["payment_method"] == "credit_card"
    twice = await rig.browser.post(url, data=GOOD_CARD)
    assert twice.status_code == 409
    assert (await rig.get("/events"))["total"] == 2


async def test_after_paying_the_customer_is_sent_where_the_merchant_wants(rig: Rig) -> None:
    success = "https://shop.example.com:8443/ok?a=1&session_id={CHECKOUT_SESSION_ID}"
    url = await opened(rig, success_url=success, return_url="https://shop.example.com/back?a=1&b=2")
    page = await rig.browser.get(url)
    assert "form-action 'self' https://shop.example.com:8443;" in page.headers["content-security-policy"]
    assert 'href="https://shop.example.com/back?a=1&amp;b=2"' in page.text
    answer = await rig.browser.post(url, data=GOOD_CARD)
    [session] = await rig.read("sessions")
    sent_to = f"https://shop.example.com:8443/ok?a=1&session_id={session['id']}"
    assert (answer.status_code, answer.headers["location"]) == (303, sent_to)


async def test_a_declined_card_says_why_and_another_may_be_tried(rig: Rig) -> None:
    url = await opened(rig)
    declined = await rig.browser.post(url, data=NO_FUNDS)
    assert declined.status_code == 402
    assert "There is not enough money on this card" in declined.text
    assert 'name="card_number"' in declined.text
    assert "9995" not in re.sub(r"<table>.*</table>", "", declined.text, flags=re.DOTALL)
    failed = (await rig.events(1))["payment_intent.payment_failed"]["data"]["object"]
    assert failed["last_payment_error"] == {
        "code": "insufficient_funds",
        "message": "Your card has insufficient funds.",
    }
    assert (await rig.browser.post(url, data=GOOD_CARD)).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"card_number": "4111111111111111"}, "not one of the test cards"),
        ({"card_number": ""}, "not one of the test cards"),
        ({"expiry": "13/39"}, "month and year"),
        ({"expiry": "12/20"}, "has passed"),
        ({"cvv": "12"}, "has 3 digits"),
    ],
)
async def test_a_form_that_cannot_be_tried_is_no_attempt(rig: Rig, wrong: dict[str, str], says: str) -> None:
    url = await opened(rig)
    answer = await rig.browser.post(url, data=GOOD_CARD | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert await status_of(rig) == "open"
    assert (await rig.get("/events"))["total"] == 0


async def test_only_the_methods_that_the_link_accepts_are_there(rig: Rig) -> None:
    url = await opened(rig, accepted_payment_methods=["apple_pay"])
    page = await rig.browser.get(url)
    assert "Apple Pay" in page.text
    assert 'name="card_number"' not in page.text
    refused = await rig.browser.post(url, data=GOOD_CARD)
    assert (refused.status_code, "not accepted here" in refused.text) == (422, True)
    await rig.browser.post(url, data={"act": "apple_pay"})
    intent = (await rig.events(2))["payment_intent.succeeded"]["data"]["object"]
    assert intent["payment_method"] == "apple_pay"
    other = await opened(rig, accepted_payment_methods=["credit_card"])
    assert "Apple Pay" not in (await rig.browser.get(other)).text
    assert (await rig.browser.post(other, data={"act": "apple_pay"})).status_code == 422


async def test_an_expired_checkout_says_so_and_the_link_begins_another(rig: Rig) -> None:
    link = await rig.link()
    url = (await rig.browser.get(link["url"])).headers["location"]
    rig.world.clock.advance(24 * 3600)
    for answer in (await rig.browser.get(url), await rig.browser.post(url, data=GOOD_CARD)):
        assert answer.status_code == 410
        assert "This checkout has expired" in answer.text
    assert await status_of(rig) == "expired"
    fresh = (await rig.browser.get(link["url"])).headers["location"]
    assert (await rig.browser.post(fresh, data=GOOD_CARD)).status_code == 303


async def test_an_open_checkout_can_be_paid_after_its_link_was_deactivated(rig: Rig) -> None:
    link = await rig.link()
    url = (await rig.browser.get(link["url"])).headers["location"]
    await rig.api.delete(f"{LINKS}/{link['id']}")
    assert (await rig.browser.post(url, data=GOOD_CARD)).status_code == 303


async def test_an_address_of_no_checkout_says_so(rig: Rig) -> None:
    for answer in (await rig.browser.get("/checkout/nothing"), await rig.browser.post("/checkout/nothing")):
        assert answer.status_code == 404
        assert "No such checkout" in answer.text


async def test_quantities_can_be_changed_only_where_the_link_allows_it(rig: Rig) -> None:
    url = await opened(rig, allow_cart_edit=True, coupon_id=TEN_PERCENT)
    assert 'name="quantity_0"' in (await rig.browser.get(url)).text
    changed = await rig.browser.post(url, data={"act": "update", "quantity_0": "5000"})
    assert changed.status_code == 303
    page = await rig.browser.get(url)
    assert "45.00\N{NO-BREAK SPACE}EUR" in page.text
    assert "<dt>Discount</dt><dd>\N{MINUS SIGN}5.00\N{NO-BREAK SPACE}EUR</dd>" in page.text
    for wrong in ("0", "-1", "x", "10000"):
        refused = await rig.browser.post(url, data={"act": "update", "quantity_0": wrong})
        assert (refused.status_code, "from 1 to 9999" in refused.text) == (422, True)
    await rig.browser.post(url, data=GOOD_CARD)
    told = (await rig.events(2))["checkout.session.completed"]["data"]["object"]
    assert (told["total_amount_atom"], told["line_items"][0]["quantity"]) == (4500, 5000)
    fixed = await opened(rig)
    assert 'name="quantity_0"' not in (await rig.browser.get(fixed)).text
    assert (await rig.browser.post(fixed, data={"act": "update", "quantity_0": "1"})).status_code == 422


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"mode": "setup", "line_items": None}, "Nothing to pay"),
        (
            {"mode": "subscription", "line_items": lines(MONTHLY), "free_trial_days": 7},
            "0.00\N{NO-BREAK SPACE}EUR",
        ),
    ],
)
async def test_a_card_can_be_left_without_paying(rig: Rig, changes: dict[str, Any], shown: str) -> None:
    url = await opened(rig, **changes)
    page = await rig.browser.get(url)
    assert shown in page.text
    assert "Save this card" in page.text
    assert (await rig.browser.post(url, data=NO_FUNDS)).status_code == 402
    assert (await rig.browser.post(url, data=GOOD_CARD)).status_code == 303
    assert "You are all set" in (await rig.browser.get(url)).text
    told = await rig.get("/events", aggregate_type="payment_intent")
    assert told["total"] == 0


async def test_a_browser_follows_a_link_to_its_checkout(rig: Rig) -> None:
    link = await rig.link()
    async with loopback.client(follow_redirects=True, headers={"Accept": "text/html"}) as one:
        page = await one.get(link["url"])
    assert "/paymentkit/checkout/" in str(page.url)
    assert "42.50\N{NO-BREAK SPACE}EUR" in page.text
    assert body()["line_items"][0]["description"] in page.text
