"""The hosted page of the EximPe stand-in, as a payer sees it."""

import re

import httpx
import pytest

from tests.standins.eximpe_rig import BANK, CARD, UPI, Rig

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEEDS_OTP = [(UPI, ""), (CARD, "123456"), (BANK, "123456")]


async def begin(rig: Rig, url: str, method: dict[str, str]) -> tuple[httpx.Response, str]:
    """The page of the second step, and the payment that waits for it."""
    answer = await rig.browser.post(url, data=method)
    assert answer.status_code == 303, answer.text
    page = await rig.browser.get(str(httpx.URL(url).join(answer.headers["location"])))
    assert page.status_code == 200
    found = re.search(r'name="payment" value="(PR\d+)"', page.text)
    assert found
    return page, found[1]


async def approve(rig: Rig, url: str, method: dict[str, str], **fields: str) -> httpx.Response:
    _, payment = await begin(rig, url, method)
    return await rig.browser.post(url, data={"payment": payment, "answer": "approve", **fields})


def unfolded(page: httpx.Response) -> str:
    """The one method whose form is to be seen at once."""
    (name,) = re.findall(r'<details class="method" name="method" open>\s*<summary>([^<]+)', page.text)
    return str(name)


AMOUNTS = [
    ("1500.00", "1,500.00"),
    ("0.05", "0.05"),
    ("99999.90", "99,999.90"),
    ("1234567.89", "12,34,567.89"),
]


@pytest.mark.parametrize(("amount", "figures"), AMOUNTS)
async def test_the_page_shows_what_is_to_be_paid(rig: Rig, amount: str, figures: str) -> None:
    link = await rig.link(amount=amount, product__name="Design <b>& work", product__description="Two days")
    page = await rig.browser.get(link["payment_link"])
    assert page.status_code == 200
    for shown in (f"\u20b9{figures}<", "Design &lt;b&gt;&amp; work", "Two days", "PL7F3K9Q"):
        assert shown in page.text
    for method in ("UPI ID", "Card number", "User name at the test bank"):
        assert method in page.text
    for test_data in ("anything@payu", "5123 4567 8901 2346", "412", "05/30", "payu", "123456"):
        assert test_data in page.text


async def test_the_page_loads_nothing_from_elsewhere_and_refuses_frames(rig: Rig) -> None:
    page = await rig.browser.get((await rig.link())["payment_link"])
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    assert not re.search(r'(src|href)="', page.text)
    assert 'name="viewport"' in page.text


async def test_looking_changes_nothing(rig: Rig) -> None:
    link = await rig.link()
    for query in ("", "?approve=x", f"?paid={link['payment_id']}", f"?approve={link['payment_id']}"):
        page = await rig.browser.get(link["payment_link"] + query)
        assert "Pay \u20b91,500.00 by UPI" in page.text
    assert await rig.status(link) == "pending"
    assert await rig.get(f"/pg/payment-links/{link['payment_id']}/history/") == []
    assert await rig.read("deliveries") == []


@pytest.mark.parametrize(("method", "otp"), NEEDS_OTP)
async def test_each_method_pays_in_two_steps_and_leads_to_a_receipt(
    rig: Rig, method: dict[str, str], otp: str
) -> None:
    link = await rig.link()
    page, payment = await begin(rig, link["payment_link"], method)
    assert "\u20b91,500.00" in page.text
    begun = await rig.get(f"/pg/payments/{payment}/")
    assert (begun["status"], begun["mop_type"]) == ("pending", method["method"])
    fields = {"payment": payment, "answer": "approve", "otp": otp}
    answer = await rig.browser.post(link["payment_link"], data=fields)
    assert answer.status_code == 303
    receipt = await rig.browser.get(str(httpx.URL(link["payment_link"]).join(answer.headers["location"])))
    for shown in ("Payment successful", "\u20b91,500.00", "PL7F3K9Q", "INV-88", payment):
        assert shown in receipt.text
    assert await rig.status(link) == "captured"
    (event,) = await rig.events(1)
    assert (event["event_type"], event["data"]["mop_type"]) == ("PAYMENT_SUCCESSFUL", method["method"])


async def test_a_paid_link_is_paid_once_and_its_receipt_is_the_payer_s(rig: Rig) -> None:
    link = await rig.link()
    await approve(rig, link["payment_link"], UPI)
    again = await rig.browser.get(link["payment_link"])
    assert (again.status_code, "This link has been paid" in again.text) == (200, True)
    assert link["payment_id"] not in again.text
    for form in (UPI, {"payment": link["payment_id"], "answer": "approve"}):
        twice = await rig.browser.post(link["payment_link"], data=form)
        assert (twice.status_code, "This link has been paid" in twice.text) == (409, True)
    assert len(await rig.read("deliveries")) == 1


@pytest.mark.parametrize(
    ("method", "answer", "says"),
    [
        (UPI, {"answer": "decline"}, "You declined the payment."),
        (CARD, {"otp": "000000"}, "the one-time password is wrong"),
        (CARD, {"answer": "decline"}, "You declined the payment."),
        (BANK, {"otp": "111000"}, "the one-time password is wrong"),
    ],
)
async def test_a_declined_payment_says_why_and_another_may_be_tried(
    rig: Rig, method: dict[str, str], answer: dict[str, str], says: str
) -> None:
    link = await rig.link()
    declined = await approve(rig, link["payment_link"], method, **answer)
    assert declined.status_code == 402
    assert says in declined.text
    assert "You have not paid" in declined.text
    assert (
        unfolded(declined) == {"UPI": "UPI", "CARD": "Card", "NET_BANKING": "Net banking"}[method["method"]]
    )
    assert await rig.status(link) == "failed"
    assert (await rig.events(1))[0]["event_type"] == "PAYMENT_FAILED"
    assert (await approve(rig, link["payment_link"], UPI)).status_code == 303
    assert await rig.status(link) == "captured"


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "Choose how you would like to pay"),
        ({"method": "CASH"}, "Choose how you would like to pay"),
        (UPI | {"vpa": "ravi@okaxis"}, "UPI ID of the test bank"),
        (UPI | {"vpa": ""}, "UPI ID of the test bank"),
        (CARD | {"card_number": "4111111111111111"}, "not one of the test cards"),
        (CARD | {"expiry": "13/39"}, "month and year"),
        (CARD | {"expiry": "12/20"}, "has passed"),
        (CARD | {"cvv": "12"}, "has 3 digits"),
        (CARD | {"cvv": "124"}, "security code is not right"),
        (CARD | {"card_number": "5497774415170603"}, "security code is not right"),
        (BANK | {"password": "x"}, "User name or password is not right"),
    ],
)
async def test_a_form_that_cannot_be_tried_is_no_attempt(rig: Rig, form: dict[str, str], says: str) -> None:
    link = await rig.link()
    answer = await rig.browser.post(link["payment_link"], data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert await rig.get(f"/pg/payment-links/{link['payment_id']}/history/") == []


async def test_the_method_that_was_tried_stays_unfolded_and_nothing_typed_is_repeated(rig: Rig) -> None:
    link = await rig.link()
    answer = await rig.browser.post(link["payment_link"], data=CARD | {"cvv": "124"})
    assert unfolded(answer) == "Card"
    assert "5123 4567 8901 2346</td>" in answer.text
    assert "124" not in answer.text


async def test_a_test_card_with_its_own_security_code_pays(rig: Rig) -> None:
    link = await rig.link()
    card = CARD | {"card_number": "5497774415170603", "cvv": "412"}
    assert (await approve(rig, link["payment_link"], card, otp="123456")).status_code == 303


async def test_a_second_step_counts_only_for_the_payment_that_waits(rig: Rig) -> None:
    link = await rig.link()
    for payment in ("PR1", link["payment_id"]):
        early = await rig.browser.post(link["payment_link"], data={"payment": payment, "answer": "approve"})
        assert early.status_code == 409
    await begin(rig, link["payment_link"], UPI)
    other = await rig.browser.post(link["payment_link"], data={"payment": "PR1", "answer": "approve"})
    assert (other.status_code, "This payment is over" in other.text) == (409, True)
    assert await rig.status(link) == "pending"
    assert await rig.read("deliveries") == []


@pytest.mark.parametrize("outcome", ["expired", "deactivated"])
async def test_a_closed_link_says_so_and_takes_nothing(rig: Rig, outcome: str) -> None:
    link = await rig.link()
    _, payment = await begin(rig, link["payment_link"], UPI)
    if outcome == "expired":
        await rig.control("expire", link="PL7F3K9Q")
    else:
        await rig.act(link, "deactivate")
    heading = {"expired": "<h2>Expired</h2>", "deactivated": "<h2>Inactive</h2>"}[outcome]
    for answer in (
        await rig.browser.get(link["payment_link"]),
        await rig.browser.post(link["payment_link"], data=UPI),
        await rig.browser.post(link["payment_link"], data={"payment": payment, "answer": "approve"}),
    ):
        assert (answer.status_code, heading in answer.text) == (410, True)
    assert await rig.status(link) == outcome
    assert await rig.read("deliveries") == []


async def test_an_address_of_no_link_is_not_found(rig: Rig) -> None:
    link = await rig.link()
    for answer in (
        await rig.browser.get("/pay/pl_0000000000"),
        await rig.browser.post("/pay/pl_0000000000", data=UPI),
        await rig.browser.get(f"/pay/{link['payment_id']}"),
    ):
        assert (answer.status_code, "No such link" in answer.text) == (404, True)
