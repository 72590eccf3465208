"""Options, other objects, settings and faults of the PaymentKit stand-in."""

from typing import Any

import httpx
import pytest

from tests.standins.paymentkit_rig import ACCOUNT, BAG, KEY, LINKS, TEN_PERCENT, UNIT, Rig, body, lines

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_smallest_link_has_the_documented_defaults(rig: Rig) -> None:
    link = (await rig.api.post(LINKS, json={"package_ids": ["pkg_stg_taster000000"]})).json()
    assert (link["mode"], link["expires_in_hours"], link["total_amount_atom"]) == ("payment", 24, 2450)
    assert link["line_items"] == [{"price_id": BAG, "quantity": 1, "description": None}]


async def test_every_setting_that_points_a_service_here_is_named(rig: Rig) -> None:
    env = rig.standin.env()
    assert env["PAYLINK_PAYMENTKIT_API_URL"] == f"{rig.world.url}/paymentkit"
    assert f"/api/{env['PAYLINK_PAYMENTKIT_ACCOUNT_ID']}" == ACCOUNT
    assert env["PAYLINK_PAYMENTKIT_SECRET_KEY"] == KEY
    prices = dict(pair.split(":") for pair in env["PAYLINK_PAYMENTKIT_UNIT_PRICES"].split(","))
    for currency, price in prices.items():
        link = await rig.link(line_items=[{"price_id": price, "quantity": 4250}])
        assert (link["total_amount_atom"], link["currency"]) == (4250, currency)


OPTIONS: list[tuple[dict[str, Any], str, Any]] = [
    ({"line_items": "nested"}, "line_items", UNIT),
    ({"link_fields": "all"}, "metadata", {"ref": "PL7F3K9Q-2"}),
    ({"environment": "live"}, "id", "pl_live_"),
]


@pytest.mark.parametrize(("wanted", "field", "shows"), OPTIONS)
async def test_an_option_changes_how_a_link_looks(
    rig: Rig, wanted: dict[str, Any], field: str, shows: Any
) -> None:
    await rig.control("options", **wanted)
    shown = (await rig.link())[field]
    found = shown[0]["price"]["id"] if field == "line_items" else shown
    assert found.startswith(shows) if field == "id" else found == shows


async def test_options_decide_the_statuses_and_the_lists(rig: Rig) -> None:
    await rig.control(
        "options", create_status=201, delete_answer=204, page="data", error_list=False, reactivation=True
    )
    created = await rig.api.post(LINKS, json=body())
    path = f"{LINKS}/{created.json()['id']}"
    deleted = await rig.api.delete(path)
    assert (created.status_code, deleted.status_code, deleted.content) == (201, 204, b"")
    assert len((await rig.get("/payment-links"))["data"]) == 1
    assert "errors" not in (await rig.api.post(LINKS, json={})).json()
    assert (await rig.api.patch(path, json={"is_active": True})).json()["is_active"] is True


@pytest.mark.parametrize("wrong", [{"signature": "rot13"}, {"share_limit": False}, {"colour": "red"}])
async def test_an_option_that_there_is_not_changes_nothing(rig: Rig, wrong: dict[str, Any]) -> None:
    before = await rig.read("options")
    assert next(iter(wrong)) in await rig.refused("options", page="data", **wrong)
    assert await rig.read("options") == before


async def test_customers_products_and_prices_can_be_made_and_sold(rig: Rig) -> None:
    customer = await rig.post("/customers", {"email": "jane@example.com", "name": "Jane"})
    product = await rig.post("/products", {"name": "Table", "description": "Oak", "metadata": {"a": 1}})
    price = await rig.post(
        "/prices",
        {
            "product_id": product["id"],
            "currency": "EUR",
            "unit_amount_atom": 4250,
            "usage_type": "licensed",
            "billing_interval": None,
            "metadata": {"ref": "x"},
        },
    )
    assert (price["unit_amount_atom"], price["is_active"], price["billing_interval"]) == (4250, True, None)
    link = await rig.link(customer_id=customer["id"], line_items=lines(price["id"]))
    assert link["total_amount_atom"] == 4250


PRICE = {"product_id": "prod_stg_coffee000000", "currency": "EUR", "unit_amount_atom": 100}
REFUSED_ELSEWHERE: list[tuple[str, dict[str, Any], str]] = [
    ("/customers", {}, "email: this field is required"),
    ("/customers", {"email": "jane"}, "email: must be an e-mail address"),
    ("/products", {}, "name: this field is required"),
    ("/products", {"name": ""}, "name: must be"),
    ("/prices", {}, "product_id: this field is required"),
    ("/prices", PRICE | {"product_id": "prod_none"}, "product_id: no product prod_none"),
    ("/prices", PRICE | {"currency": "eur"}, "currency: must be one of"),
    ("/prices", PRICE | {"unit_amount_atom": 1.5}, "unit_amount_atom: must be an integer"),
    ("/prices", PRICE | {"unit_amount_atom": 0}, "unit_amount_atom: must be an integer"),
    ("/prices", PRICE | {"amount": 1}, "amount: unknown field"),
    ("/prices", PRICE | {"usage_type": "metered"}, "usage_type: a metered price needs a billing_interval"),
    ("/prices", PRICE | {"billing_interval": "hour"}, "billing_interval: must be one of"),
    ("/prices", PRICE | {"billing_interval_count": 2}, "billing_interval_count: needs"),
    ("/checkout-sessions", {}, "line_items: this field is required"),
    ("/checkout-sessions", {"line_items": lines(UNIT), "metadata": {}}, "metadata: unknown field"),
    (
        "/checkout-sessions",
        {"line_items": lines(UNIT), "coupon_id": TEN_PERCENT, "promotion_code": "X"},
        "promotion_code: cannot be combined",
    ),
    ("/webhook-endpoints", {"events": ["invoice.paid"]}, "url: this field is required"),
    (
        "/webhook-endpoints",
        {"url": "http://shop.example.com", "events": ["invoice.paid"]},
        "url: must be an https URL",
    ),
    ("/webhook-endpoints", {"url": "https://shop.example.com", "events": ["x"]}, "events: unknown event x"),
]


@pytest.mark.parametrize(("path", "sent", "detail"), REFUSED_ELSEWHERE)
async def test_other_things_are_checked_as_well(
    rig: Rig, path: str, sent: dict[str, Any], detail: str
) -> None:
    answer = await rig.api.post(f"{ACCOUNT}{path}", json=sent)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(detail)


async def test_prices_may_exist_in_the_dashboard_only(rig: Rig) -> None:
    await rig.control("options", price_api=False)
    for path in ("/products", "/prices"):
        assert (await rig.api.post(f"{ACCOUNT}{path}", json={})).status_code == 404


async def test_a_price_that_is_switched_off_is_sold_no_more(rig: Rig) -> None:
    await rig.control("price", price=BAG, active=False)
    assert (await rig.api.post(LINKS, json=body(line_items=lines(BAG)))).status_code == 422
    assert "id of one that there is" in await rig.refused("price", price="price_none", active=True)
    shown = {price["id"]: price for price in (await rig.browser.get("/_control/catalog")).json()["prices"]}
    assert shown[BAG]["is_active"] is False


async def test_faults_befall_a_call_in_the_apis_own_form(rig: Rig) -> None:
    await rig.control("faults", match=f"POST {LINKS}", fault="status", status=429, retry_after=7, times=1)
    answer = await rig.api.post(LINKS, json=body())
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["title"] == "Too Many Requests"
    await rig.control("faults", match=f"POST {LINKS}", fault="lost_answer", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await rig.api.post(LINKS, json=body())
    assert (await rig.get("/payment-links"))["total"] == 1
    calls = await rig.read("calls")
    assert calls[0]["path"] == f"/paymentkit{LINKS}"
