"""What the account of the YabetooPay stand-in sells: products, prices, and what of them links may hold."""

from typing import Any

import pytest

from tests.standins.yabetoo_rig import COFFEE, COFFEE_EUR, COFFEE_MONTHLY, LINKS, Rig, body, items

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLUB_TRIAL, CLUB_FORMER = "price_sandboxTeaClubTrial0001", "price_sandboxTeaClubFormer001"


async def test_a_price_is_read_as_it_is_listed(rig: Rig) -> None:
    price = await rig.get(f"/v1/prices/{COFFEE_EUR}")
    assert (price["amount"], price["currency"], price["type"]) == ("4.50", "eur", "one_time")
    listed = await rig.get("/v1/prices", limit=100)
    assert price in listed["data"]
    assert listed["meta"]["total"] == len(listed["data"])
    assert (await rig.get("/v1/prices", limit=1))["data"] == listed["data"][:1]
    assert (await rig.api.get("/v1/prices/price_none")).status_code == 404


async def test_a_product_is_read_as_it_is_listed(rig: Rig) -> None:
    product = await rig.get(f"/v1/products/{COFFEE}")
    assert (product["name"], product["status"]) == ("Coffee", "active")
    assert product in (await rig.get("/v1/products"))["data"]
    assert (await rig.api.get("/v1/products/prod_none")).status_code == 404


async def test_the_dashboard_shows_every_price_with_its_terms(rig: Rig) -> None:
    shown = (await rig.browser.get("/catalog")).text.replace("\N{NO-BREAK SPACE}", " ")
    for price in (await rig.get("/v1/prices", limit=100))["data"]:
        assert price["id"] in shown
    assert "49.90 EUR / month, after 14 days free" in shown
    assert "45.00 EUR, not active" in shown


WRONG: list[tuple[dict[str, Any], str]] = [
    (items({"priceId": CLUB_FORMER}, currency="EUR"), "items.0.priceId"),
    (items({"priceId": COFFEE_MONTHLY}), "items.0.priceId"),
    (
        {"amount": None, "minAmount": 100, "maxAmount": 200, "suggestedAmounts": [100, 201]},
        "suggestedAmounts",
    ),
    ({"amount": None, "minAmount": 100, "maxAmount": 200, "suggestedAmounts": [99]}, "suggestedAmounts"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
async def test_what_cannot_be_sold_or_chosen_is_refused(
    rig: Rig, changes: dict[str, Any], field: str
) -> None:
    answer = await rig.api.post(LINKS, json=body(**changes))
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


async def test_a_subscription_with_a_trial_begins_without_a_payment(rig: Rig) -> None:
    link = await rig.link(**items({"priceId": CLUB_TRIAL}, type="subscription", currency="EUR"))
    assert "Start free trial" in (await rig.browser.get(link["url"])).text
    session = (await rig.pay(link["id"]))["session"]
    assert (session["status"], session["payment_status"]) == ("complete", "no_payment_required")
    assert session["amount_total"] == 0
    assert (await rig.get(f"{LINKS}/{link['id']}"))["redemptionCount"] == 1
