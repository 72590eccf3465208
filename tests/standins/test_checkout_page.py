"""The hosted page of the Checkout.com stand-in, as a payer sees it."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.standins.checkout_rig import NO_FUNDS, VISA, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")

AMEX = "345678901234564"
CODES = [
    ("4242424242424242", "10000"),
    ("4543474002249996", "10000"),
    ("5436031030606378", "10000"),
    (AMEX, "10000"),
    ("4544249167673670", "20051"),
    ("4724117215951699", "20054"),
    ("4897453568485113", "20059"),
    ("4024007103573027", "20012"),
    ("4818924250131070", "20062"),
    ("4095254802642505", "20068"),
    ("4734868958733862", "200N7"),
    ("4111111111111129", "20001"),
    ("4485381577182090", "20014"),
]
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
    assert await rig.read("deliveries") == []


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
    assert NO_FUNDS["card_number"] not in declined.text.partition("Test cards")[0]
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
        ({"card_number": "4111111111111111"}, {"card_number": "not one of the test cards"}),
        ({"card_number": ""}, {"card_number": "Enter the number"}),
        ({"expiry": "13/39"}, {"expiry": "month and year"}),
        ({"expiry": "soon"}, {"expiry": "month and year"}),
        ({"expiry": "12/20"}, {"expiry": "has passed"}),
        ({"cvv": "12"}, {"cvv": "has 3 digits"}),
        ({"cvv": "\N{ARABIC-INDIC DIGIT ONE}" * 3}, {"cvv": "has 3 digits"}),
        ({"card_number": AMEX}, {"cvv": "has 4 digits"}),
        (
            {"card_number": "", "expiry": "", "cvv": ""},
            {"card_number": "Enter", "expiry": "Write", "cvv": "Enter"},
        ),
        ({"method": "knet"}, {"method": "Choose how"}),
    ],
)
async def test_a_form_that_cannot_be_tried_is_no_attempt_and_says_why_at_each_field(
    rig: Rig, wrong: dict[str, str], says: dict[str, str]
) -> None:
    link = await rig.link()
    answer = await rig.browser.post(f"/pay/{link['id']}", data=VISA | wrong)
    assert answer.status_code == 422
    told = dict(re.findall(r'<p class="error" id="(\w+)-error">([^<]+)</p>', answer.text))
    assert set(told) == set(says)
    assert all(says[name] in told[name] for name in says)
    assert answer.text.count('aria-invalid="true"') == len(set(says) - {"method"})
    assert "payment_id" not in await rig.get(f"/payment-links/{link['id']}")


async def test_amex_does_not_take_a_long_reference(rig: Rig) -> None:
    card = VISA | {"card_number": AMEX, "cvv": "1234"}
    link = await rig.link(reference="x" * 31)
    refused = await rig.browser.post(f"/pay/{link['id']}", data=card)
    assert (refused.status_code, "cannot be used for this payment" in refused.text) == (422, True)
    link = await rig.link(reference="x" * 30)
    assert (await rig.browser.post(f"/pay/{link['id']}", data=card)).status_code == 303


@pytest.mark.parametrize(("number", "code"), CODES)
async def test_each_test_card_has_its_answer(rig: Rig, number: str, code: str) -> None:
    link = await rig.link()
    cvv = "1234" if number == AMEX else "123"
    answer = await rig.browser.post(f"/pay/{link['id']}", data=VISA | {"card_number": number, "cvv": cvv})
    assert answer.status_code == (303 if code == "10000" else 402)
    [payment] = (await rig.get("/payments?reference=PL7F3K9Q"))["data"]
    assert payment["actions"][0]["response_code"] == code
    assert payment["source"]["last_4"] == number[-4:]
    assert number not in str(payment)


async def test_each_try_is_a_payment_of_its_own_and_after_so_many_it_is_over(rig: Rig) -> None:
    link = await rig.link(customer_retry={"max_attempts": 2})
    answers = [await rig.browser.post(f"/pay/{link['id']}", data=NO_FUNDS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [402, 402, 402]
    assert ["tried as often" in answer.text for answer in answers] == [False, False, True]
    for answer in (
        await rig.browser.get(f"/pay/{link['id']}"),
        await rig.browser.post(f"/pay/{link['id']}", data=VISA),
    ):
        assert answer.status_code == 403
        assert "This payment did not succeed" in answer.text
    payments = (await rig.get("/payments?reference=PL7F3K9Q"))["data"]
    assert len({payment["id"] for payment in payments}) == 3
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Active"


METHODS: list[tuple[dict[str, object], list[str]]] = [
    ({}, ["card", "giropay", "sofort", "paypal"]),
    ({"reference": None}, ["card", "giropay", "sofort"]),
    ({"allow_payment_methods": ["paypal", "card", "applepay"]}, ["card", "applepay", "paypal"]),
    ({"disabled_payment_methods": ["giropay", "paypal"]}, ["card", "sofort"]),
    ({"billing": {"address": {"country": "NL"}}}, ["card", "ideal", "sofort", "paypal"]),
    ({"billing": {"address": {"country": "NL"}}, "reference": "PL-1"}, ["card", "sofort", "paypal"]),
    (
        {"billing": {"address": {"country": "KW"}}, "currency": "KWD", "amount": 10},
        ["card", "knet", "paypal"],
    ),
    ({"currency": "USD"}, ["card", "paypal"]),
    (
        {"customer": {"name": "Jane"}, "products": [{"name": "Chair", "quantity": 1, "price": 4990}]},
        ["card", "giropay", "sofort", "klarna", "paypal"],
    ),
]


@pytest.mark.parametrize(("changes", "methods"), METHODS)
async def test_the_methods_that_fit_are_offered(
    rig: Rig, changes: dict[str, object], methods: list[str]
) -> None:
    link = await rig.link(**changes)
    page = await rig.browser.get(f"/pay/{link['id']}")
    assert re.findall(r'name="method" value="(\w+)"', page.text) == methods


async def test_where_nothing_fits_nothing_can_be_paid(rig: Rig) -> None:
    link = await rig.link(allow_payment_methods=["knet"])
    page = await rig.browser.get(f"/pay/{link['id']}")
    assert "This link cannot be paid" in page.text
    assert "<form" not in page.text
    assert (await rig.browser.post(f"/pay/{link['id']}", data=VISA)).status_code == 422


async def test_a_wallet_is_a_card_that_needs_no_form(rig: Rig) -> None:
    link = await rig.link(allow_payment_methods=["googlepay"])
    assert (await rig.browser.post(f"/pay/{link['id']}", data={"method": "googlepay"})).status_code == 303
    [payment] = (await rig.get("/payments?reference=PL7F3K9Q"))["data"]
    assert (payment["status"], payment["source"]["type"]) == ("Captured", "card")


async def test_the_page_takes_its_direction_from_the_locale_and_its_words_from_nowhere(rig: Rig) -> None:
    for locale, direction in (("ar", "rtl"), ("de-DE", "ltr")):
        page = await rig.browser.get(f"/pay/{(await rig.link(locale=locale))['id']}")
        assert f'<html lang="en" dir="{direction}">' in page.text
        assert "Security code" in page.text


async def test_a_capture_that_is_to_come_later_comes_by_the_clock(rig: Rig) -> None:
    moment = rig.world.clock.now() + timedelta(days=2)
    link = await rig.link(capture=False, capture_on=moment.isoformat())
    await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    assert [event["type"] for event in await rig.events(1)] == ["payment_approved"]
    await rig.control("clock", advance_s=2 * 86_400)
    assert (await rig.events(2))[1]["type"] == "payment_captured"
    past = await rig.link(capture_on="2020-01-01T00:00:00Z", reference="PAST")
    await rig.browser.post(f"/pay/{past['id']}", data=VISA)
    assert (await rig.get("/payments?reference=PAST"))["data"][0]["status"] == "Captured"


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
