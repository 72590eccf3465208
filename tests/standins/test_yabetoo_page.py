"""The hosted pages of the YabetooPay stand-in, as a payer meets them."""

import re
from typing import Any

import httpx
import pytest

from tests.standins.yabetoo_rig import COFFEE_MONTHLY, COFFEE_XAF, LINKS, PAYER, Rig, items

pytestmark = pytest.mark.asyncio(loop_scope="module")

SPACE = "\N{NO-BREAK SPACE}"


async def told(rig: Rig) -> list[str]:
    return [one["type"].removeprefix("payment_link.") for one in await rig.read("deliveries")][1:]


async def pay(rig: Rig, link: dict[str, Any], **changes: str) -> httpx.Response:
    return await rig.browser.post(link["url"], data=PAYER | changes)


@pytest.mark.parametrize(
    ("amount", "currency", "figures"),
    [(1_234_567, "XAF", "1 234 567 XAF"), (1234.5, "EUR", "1 234.50 EUR")],
)
async def test_the_page_shows_what_is_to_be_paid(
    rig: Rig, amount: float, currency: str, figures: str
) -> None:
    link = await rig.link(
        amount=amount,
        currency=currency,
        name="Chairs <b>& tables",
        description="Oak & elm",
        submitMessage="Thank <you>",
        cancelUrl="https://x.example/?a=1&b=2",
    )
    page = await rig.browser.get(link["url"])
    assert page.status_code == 200
    for shown in (
        figures.replace(" ", SPACE),
        "Chairs &lt;b&gt;&amp; tables",
        "Oak &amp; elm",
        "Thank &lt;you&gt;",
        "+242066000001",
        'href="https://x.example/?a=1&amp;b=2"',
    ):
        assert shown in page.text
    assert "PL7F3K9Q" not in page.text
    assert page.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(("word", "verb"), [("auto", "Pay"), ("book", "Book"), ("donate", "Donate")])
async def test_the_button_says_what_it_does(rig: Rig, word: str, verb: str) -> None:
    page = await rig.browser.get((await rig.link(submitType=word))["url"])
    assert f">{verb} 45{SPACE}000{SPACE}XAF</button>" in page.text


async def test_looking_changes_nothing_and_is_possible_by_id_too(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "pending")
    [session] = await rig.read("sessions")
    for path in (link["url"], f"/p/{link['id']}?email=x", f"/checkout/{session['id']}"):
        for _ in range(2):
            assert (await rig.browser.get(path)).status_code == 200
    assert await rig.get(f"{LINKS}/{link['id']}") == link
    assert await rig.read("sessions") == [session]
    assert await told(rig) == []


async def test_a_good_number_pays_and_leads_to_a_receipt(rig: Rig) -> None:
    link = await rig.link()
    answer = await pay(rig, link)
    assert answer.status_code == 303
    receipt = await rig.browser.get(answer.headers["location"])
    event = (await rig.events(2))["payment_link.checkout.completed"]["data"]
    for shown in ("Payment successful", f"45{SPACE}000{SPACE}XAF", event["orderId"]):
        assert shown in receipt.text
    assert event["customerEmail"] == "jane@example.com"
    again = await pay(rig, link)
    assert (again.status_code, "This link has been used" in again.text) == (410, True)
    assert await told(rig) == ["checkout.completed"]


async def test_after_paying_the_payer_is_sent_where_the_merchant_wants(rig: Rig) -> None:
    link = await rig.link(successUrl="https://shop.example.com:8443/ok?l={PAYMENT_LINK_ID}")
    page = await rig.browser.get(link["url"])
    assert "form-action 'self' https://shop.example.com:8443;" in page.headers["content-security-policy"]
    answer = await pay(rig, link)
    done = f"https://shop.example.com:8443/ok?l={link['id']}"
    assert (answer.status_code, answer.headers["location"]) == (303, done)
    [session] = await rig.read("sessions")
    receipt = await rig.browser.get(f"/checkout/{session['id']}")
    assert f'href="{done}"' in receipt.text


async def test_a_refused_payment_says_why_and_can_be_tried_again(rig: Rig) -> None:
    link = await rig.link()
    declined = await pay(rig, link, msisdn="46733123451")
    assert declined.status_code == 402
    assert "You declined the payment on your phone" in declined.text
    assert 'value="jane@example.com"' in declined.text
    session = re.search(r'name="session" value="(cs_\w+)"', declined.text)
    assert session
    paid = await pay(rig, link, session=session[1])
    assert paid.headers["location"].endswith(f"/checkout/{session[1]}")
    assert await told(rig) == ["checkout.failed", "checkout.completed"]


FAILING = ["242050017890", *(f"4673312345{digit}" for digit in "0124567")]
FAILING.remove("46733123454")


@pytest.mark.parametrize("msisdn", FAILING)
async def test_every_failing_test_number_fails(rig: Rig, msisdn: str) -> None:
    link = await rig.link()
    assert (await pay(rig, link, msisdn=msisdn)).status_code == 402
    assert await told(rig) == ["checkout.failed"]


async def test_a_slow_payer_is_waited_for(rig: Rig) -> None:
    link = await rig.link()
    answer = await pay(rig, link, msisdn="+46 733 123 454")
    path = answer.headers["location"]
    assert "Confirm on your phone" in (await rig.browser.get(path)).text
    session = path.rsplit("/", 1)[1]
    twice = await pay(rig, link, session=session)
    assert twice.headers["location"] == path
    rig.world.clock.advance(16)
    await rig.events(2)
    assert "Payment successful" in (await rig.browser.get(path)).text
    assert await told(rig) == ["checkout.completed"]


async def test_a_payer_who_never_answers_is_told_and_can_begin_again(rig: Rig) -> None:
    link = await rig.link()
    path = (await pay(rig, link, msisdn="46733123453")).headers["location"]
    rig.world.clock.advance(91)
    await rig.events(2)
    page = await rig.browser.get(path)
    assert (page.status_code, "You did not confirm in time" in page.text) == (402, True)
    assert f'href="{link["url"]}"' in page.text
    assert (await pay(rig, link)).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "jane"}, "Write an e-mail address"),
        ({"msisdn": ""}, "with its country code"),
        ({"msisdn": "06 600 00 01"}, "with its country code"),
        ({"msisdn": "24206600000"}, "with its country code"),
        ({"msisdn": "46733123458"}, "with its country code"),
        ({"msisdn": "4242424242424242"}, "with its country code"),
    ],
)
async def test_a_form_that_cannot_be_tried_is_no_attempt(rig: Rig, wrong: dict[str, str], says: str) -> None:
    link = await rig.link()
    answer = await pay(rig, link, **wrong)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert (await rig.read("sessions"), await told(rig)) == ([], [])


async def test_any_other_congolese_number_pays(rig: Rig) -> None:
    assert (await pay(rig, await rig.link(), msisdn="242 05 555 55 55")).status_code == 303


async def test_the_payer_chooses_within_the_range(rig: Rig) -> None:
    link = await rig.link(
        amount=None, minAmount=10, maxAmount=100.5, suggestedAmounts=[20, 50], currency="EUR"
    )
    page = await rig.browser.get(link["url"])
    for shown in (
        f"From 10.00{SPACE}EUR up to 100.50{SPACE}EUR",
        f"20.00{SPACE}EUR, 50.00{SPACE}EUR, or another",
    ):
        assert shown in page.text
    for typed, says in (
        ("9.99", "at least"),
        ("100.51", "at most"),
        ("", "in figures only"),
        ("1e2", "figures"),
    ):
        refused = await pay(rig, link, amount=typed)
        assert (refused.status_code, says in refused.text) == (422, True)
    await pay(rig, link, amount="49,90")
    assert (await rig.events(2))["payment_link.checkout.completed"]["data"]["amount"] == 49.9


async def test_quantities_can_be_chosen_where_the_link_allows_it(rig: Rig) -> None:
    link = await rig.link(
        **items(
            {"priceId": COFFEE_XAF, "quantity": 2},
            {"priceId": COFFEE_XAF, "adjustableQuantity": True, "minQuantity": 1, "maxQuantity": 5},
            {"priceId": COFFEE_XAF, "isOptional": True, "name": "Gift"},
        )
    )
    page = await rig.browser.get(link["url"])
    assert f"2 \N{MULTIPLICATION SIGN} 2{SPACE}500{SPACE}XAF" in page.text
    assert f"optional, 2{SPACE}500{SPACE}XAF" in page.text
    assert 'name="quantity_0"' not in page.text
    for wrong in ("0", "6", "x"):
        refused = await pay(rig, link, quantity_1=wrong, quantity_2="0")
        assert (refused.status_code, "from 1 to 5" in refused.text) == (422, True)
    await pay(rig, link, quantity_1="3", quantity_2="1")
    assert (await rig.events(2))["payment_link.checkout.completed"]["data"]["amount"] == 6 * 2500


async def test_a_subscription_shows_its_interval(rig: Rig) -> None:
    link = await rig.link(**items({"priceId": COFFEE_MONTHLY}, type="subscription"))
    assert f"9{SPACE}000{SPACE}XAF / month" in (await rig.browser.get(link["url"])).text


async def test_addresses_are_asked_for_where_the_link_wants_them(rig: Rig) -> None:
    link = await rig.link(collectBillingAddress=True)
    assert 'name="collectBillingAddress"' in (await rig.browser.get(link["url"])).text
    refused = await pay(rig, link)
    assert (refused.status_code, "Billing address is missing" in refused.text) == (422, True)
    assert (await pay(rig, link, collectBillingAddress="1 Rue du Port")).status_code == 303


@pytest.mark.parametrize("state", ["inactive", "expired", "used"])
async def test_a_closed_link_says_so_and_takes_nothing(rig: Rig, state: str) -> None:
    link = await rig.link()
    if state == "inactive":
        await rig.change(link, isActive=False)
    elif state == "expired":
        await rig.control("expire", link=link["id"])
    else:
        await rig.pay(link["id"])
    before = await told(rig)
    heading = {"inactive": "not active", "expired": "has expired", "used": "has been used"}[state]
    for answer in (await rig.browser.get(link["url"]), await pay(rig, link)):
        assert (answer.status_code, heading in answer.text) == (410, True)
        assert answer.headers["x-frame-options"] == "DENY"
    assert await told(rig) == before


async def test_an_address_of_no_link_says_so(rig: Rig) -> None:
    link = await rig.link(slug="old-slug")
    moved = await rig.change(link, slug="new-slug")
    assert (await rig.browser.get(moved["url"])).status_code == 200
    await rig.api.delete(f"{LINKS}/{(await rig.link(slug='gone'))['id']}")
    for path in (link["url"], "/p/gone", "/p/nothing", "/checkout/cs_nothing"):
        page = await rig.browser.get(path)
        assert (page.status_code, "Page not found" in page.text) == (404, True)
    assert (await rig.browser.post("/p/nothing", data=PAYER)).status_code == 404
