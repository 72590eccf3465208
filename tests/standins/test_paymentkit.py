"""The API of the PaymentKit stand-in: links, their rules, lists, and who may call."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.standins.checkout_rig import Stage
from tests.standins.paymentkit_rig import (
    ACCOUNT,
    BAG,
    KEY,
    LINKS,
    MONTHLY,
    RETIRED,
    RETIRED_COUPON,
    TEN_PERCENT,
    UNIT,
    UNIT_USD,
    Rig,
    body,
    lines,
    playing,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    async with playing(stages) as rig:
        yield rig


async def test_a_link_is_shaped_as_documented(rig: Rig) -> None:
    answer = await rig.api.post(
        LINKS, json=body(success_url="https://shop.example.com/ok", expires_in_hours=72)
    )
    assert answer.status_code == 200
    link = answer.json()
    assert re.fullmatch(r"pl_stg_[a-z0-9]{12}", link["id"])
    assert link["url"] == f"{rig.world.url}/paymentkit/api/pay/share/{link['secure_token']}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", link["created_at"])
    assert link["updated_at"] == link["created_at"]
    assert {name: link[name] for name in link if name not in {"id", "url", "secure_token"}} == {
        "name": "PL7F3K9Q",
        "mode": "payment",
        "is_active": True,
        "line_items": [{"price_id": UNIT, "quantity": 4250, "description": "Table, oak"}],
        "total_amount_atom": 4250,
        "currency": "EUR",
        "expires_in_hours": 72,
        "success_url": "https://shop.example.com/ok",
        "created_at": link["created_at"],
        "updated_at": link["created_at"],
    }
    assert await rig.get(f"/payment-links/{link['id']}") == link


async def test_the_smallest_link_has_the_documented_defaults(rig: Rig) -> None:
    link = (await rig.api.post(LINKS, json={"package_ids": ["pkg_stg_taster000000"]})).json()
    assert (link["mode"], link["expires_in_hours"], link["total_amount_atom"]) == ("payment", 24, 2450)
    assert link["line_items"] == [{"price_id": BAG, "quantity": 1, "description": None}]


ACCEPTED: list[dict[str, Any]] = [
    {"name": "x" * 255},
    {"expires_in_hours": 1},
    {"expires_in_hours": 720},
    {"mode": "subscription", "line_items": lines(MONTHLY, BAG), "free_trial_days": 730},
    {"mode": "subscription", "line_items": lines(MONTHLY)},
    {"mode": "setup", "line_items": None},
    {"accepted_payment_methods": ["credit_card", "apple_pay"]},
    {"coupon_id": TEN_PERCENT},
    {"success_url": "https://x.example/?s={CHECKOUT_SESSION_ID}", "return_url": "http://127.0.0.1/back"},
    {"line_items": [{"price_id": UNIT}]},
    {"metadata": {"deep": {"er": [1]}}},
]


@pytest.mark.parametrize("changes", ACCEPTED)
async def test_what_is_documented_is_accepted(rig: Rig, changes: dict[str, Any]) -> None:
    await rig.link(**changes)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": "x" * 256}, "name: must be a string of at most 255 characters"),
    ({"name": 7}, "name: must be a string of at most 255 characters"),
    ({"mode": "donation"}, "mode: must be one of payment, subscription, setup"),
    ({"line_items": None}, "line_items: line_items or package_ids are required in payment mode"),
    (
        {"line_items": None, "mode": "subscription"},
        "line_items: line_items or package_ids are required in subscription",
    ),
    (
        {"package_ids": ["pkg_stg_taster000000"]},
        "package_ids: line_items and package_ids are mutually exclusive",
    ),
    ({"line_items": []}, "line_items: must be a list of"),
    ({"line_items": [{"quantity": 1}]}, "line_items: must be a list of"),
    ({"line_items": [{"price_id": UNIT, "quantity": 0}]}, "line_items: must be a list of"),
    ({"line_items": [{"price_id": UNIT, "quantity": "2"}]}, "line_items: must be a list of"),
    ({"line_items": [{"price_id": UNIT, "quantity": True}]}, "line_items: must be a list of"),
    ({"line_items": [{"price_id": UNIT, "amount": 4250}]}, "line_items: must be a list of"),
    ({"line_items": [{"price_id": UNIT, "description": 4}]}, "line_items: must be a list of"),
    ({"line_items": lines("price_none")}, "line_items: no price price_none"),
    ({"line_items": lines(RETIRED)}, f"line_items: price {RETIRED} is not active"),
    ({"line_items": lines(UNIT, UNIT_USD)}, "line_items: all prices must share one currency"),
    ({"line_items": lines(MONTHLY)}, "line_items: payment mode takes one-time prices only"),
    ({"mode": "subscription"}, "line_items: subscription mode needs at least one recurring price"),
    ({"line_items": None, "package_ids": ["pkg_none"]}, "package_ids: no package pkg_none"),
    (
        {"line_items": None, "package_ids": ["pkg_stg_retired00000"]},
        "package_ids: package pkg_stg_retired00000 is",
    ),
    ({"line_items": None, "package_ids": ["pkg_stg_mixed0000000"]}, "package_ids: all prices must share one"),
    ({"mode": "setup"}, "line_items: not allowed in setup mode"),
    ({"mode": "setup", "line_items": None, "coupon_id": TEN_PERCENT}, "coupon_id: not allowed in setup mode"),
    (
        {"mode": "setup", "line_items": None, "free_trial_days": 7},
        "free_trial_days: not allowed in setup mode",
    ),
    ({"free_trial_days": 7}, "free_trial_days: only allowed in subscription mode"),
    ({"free_trial_days": 0}, "free_trial_days: must be an integer from 1 to 730"),
    ({"free_trial_days": 731}, "free_trial_days: must be an integer from 1 to 730"),
    ({"expires_in_hours": 0}, "expires_in_hours: must be an integer from 1 to 720"),
    ({"expires_in_hours": 721}, "expires_in_hours: must be an integer from 1 to 720"),
    ({"expires_in_hours": "24"}, "expires_in_hours: must be an integer from 1 to 720"),
    ({"customer_id": "cus_none"}, "customer_id: no customer cus_none"),
    ({"coupon_id": "coupon_none"}, "coupon_id: no active coupon coupon_none"),
    ({"coupon_id": RETIRED_COUPON}, f"coupon_id: no active coupon {RETIRED_COUPON}"),
    ({"success_url": "javascript:alert(1)"}, "success_url: must be a URL"),
    ({"return_url": "shop.example.com"}, "return_url: must be a URL"),
    ({"allow_cart_edit": "no"}, "allow_cart_edit: must be a boolean"),
    ({"accepted_payment_methods": []}, "accepted_payment_methods: must be a list of"),
    ({"accepted_payment_methods": ["cash"]}, "accepted_payment_methods: must be a list of"),
    ({"metadata": "x"}, "metadata: must be an object"),
    ({"amount": 4250}, "amount: unknown field"),
]


@pytest.mark.parametrize(("changes", "detail"), REFUSED)
async def test_a_wrong_link_is_a_422_that_says_why(rig: Rig, changes: dict[str, Any], detail: str) -> None:
    answer = await rig.api.post(LINKS, json=body(**changes))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    refusal = answer.json()
    assert (refusal["type"], refusal["title"], refusal["status"]) == (
        "about:blank",
        "Unprocessable Entity",
        422,
    )
    assert refusal["detail"].startswith(detail)
    assert refusal["request_id"].startswith("req_")
    assert f"{refusal['errors'][0]['field']}: {refusal['errors'][0]['message']}".startswith(detail)
    assert (await rig.get("/payment-links"))["total"] == 0


async def test_all_that_is_wrong_is_said_at_once(rig: Rig) -> None:
    answer = await rig.api.post(LINKS, json=body(mode="x", expires_in_hours=0))
    assert [error["field"] for error in answer.json()["errors"]] == ["expires_in_hours", "mode"]


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"{", {"Content-Type": "application/json"}),
        (b"[]", {"Content-Type": "application/json"}),
        (b'{"name": NaN}', {"Content-Type": "application/json"}),
        (b"", {"Content-Type": "application/json"}),
        (b"{}", {"Content-Type": "text/plain"}),
    ],
)
async def test_what_is_no_json_object_is_a_400(rig: Rig, content: bytes, headers: dict[str, str]) -> None:
    answer = await rig.api.post(LINKS, content=content, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")


@pytest.mark.parametrize(
    "header",
    [None, "", KEY, "Bearer sk_live_other", f"Basic {KEY}", "Bearer pt_stg_sandbox", f"Bearer {KEY}x"],
)
async def test_any_other_key_is_refused(rig: Rig, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for path in (LINKS, f"{ACCOUNT}/events", "/nothing"):
        answer = await rig.browser.get(path, headers=headers)
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


async def test_another_account_is_refused_in_one_of_two_ways(rig: Rig) -> None:
    foreign = "/api/acc_other/payment-links"
    assert (await rig.api.get(foreign)).status_code == 403
    await rig.control("options", foreign_account=404)
    assert (await rig.api.get(foreign)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{ACCOUNT}/payment-links/", 404),
        ("GET", f"{ACCOUNT}/invoices", 404),
        ("GET", "/v1/payment-links", 404),
        ("PUT", LINKS, 405),
        ("POST", f"{LINKS}/pl_x", 405),
        ("GET", f"{ACCOUNT}/customers", 405),
        ("GET", f"{LINKS}/pl_none", 404),
        ("PATCH", f"{LINKS}/pl_none", 404),
        ("DELETE", f"{LINKS}/pl_none", 404),
        ("GET", f"{ACCOUNT}/checkout-sessions/cs_none", 404),
        ("GET", f"{ACCOUNT}/events/evt_none", 404),
        ("GET", f"{ACCOUNT}/events/evt_none/full", 404),
        ("GET", f"{ACCOUNT}/events/evt_none/deliveries", 404),
    ],
)
async def test_what_is_not_there_is_a_problem_too(rig: Rig, method: str, path: str, status: int) -> None:
    answer = await rig.api.request(method, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


async def test_a_link_can_be_changed_in_what_is_documented(rig: Rig) -> None:
    link = await rig.link()
    rig.world.clock.advance(60)
    changes = {
        "name": "New",
        "coupon_id": TEN_PERCENT,
        "success_url": "https://x.example",
        "return_url": "https://y.example",
        "accepted_payment_methods": ["credit_card"],
    }
    changed = (await rig.api.patch(f"{LINKS}/{link['id']}", json=changes)).json()
    assert (changed["name"], changed["success_url"]) == ("New", "https://x.example")
    assert changed["updated_at"] > link["updated_at"]
    assert await rig.get(f"/payment-links/{link['id']}") == changed


@pytest.mark.parametrize(
    "changes",
    [
        {"line_items": lines(BAG)},
        {"expires_in_hours": 5},
        {"metadata": {}},
        {"is_active": "no"},
        {"is_active": None},
    ],
)
async def test_a_link_cannot_be_changed_in_anything_else(rig: Rig, changes: dict[str, Any]) -> None:
    link = await rig.link()
    assert (await rig.api.patch(f"{LINKS}/{link['id']}", json=changes)).status_code == 422
    assert await rig.get(f"/payment-links/{link['id']}") == link


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
async def test_a_link_is_deactivated_and_stays_there(rig: Rig, method: str) -> None:
    link = await rig.link()
    for _ in range(2):
        sent = {"json": {"is_active": False}} if method == "PATCH" else {}
        answer = await rig.api.request(method, f"{LINKS}/{link['id']}", **sent)
        assert (answer.status_code, answer.json()["is_active"]) == (200, False)
    assert (await rig.get(f"/payment-links/{link['id']}"))["is_active"] is False
    again = await rig.api.patch(f"{LINKS}/{link['id']}", json={"is_active": True})
    assert again.status_code == 422


async def test_lists_come_newest_first_by_limit_and_offset(rig: Rig) -> None:
    made = [(await rig.link(name=f"n{number}"))["id"] for number in range(5)]
    page = await rig.get("/payment-links", limit=2, offset=1)
    assert [link["id"] for link in page["items"]] == [made[3], made[2]]
    assert (page["total"], page["limit"], page["offset"]) == (5, 2, 1)
    await rig.api.delete(f"{LINKS}/{made[0]}")
    assert (await rig.get("/payment-links", is_active="false"))["total"] == 1
    assert (await rig.get("/payment-links", mode="setup", unknown="ignored"))["total"] == 0


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"offset": -1}, {"limit": "x"}, {"is_active": "yes"}]
)
async def test_a_page_that_cannot_be_is_refused(rig: Rig, query: dict[str, Any]) -> None:
    assert (await rig.api.get(LINKS, params=query)).status_code == 422


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
    before = (await rig.read("options"))["options"]
    assert next(iter(wrong)) in await rig.refused("options", page="data", **wrong)
    assert (await rig.read("options"))["options"] == before


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
    shown = {price["id"]: price for price in (await rig.read("catalog"))["prices"]}
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
    calls = (await rig.read("calls"))["calls"]
    assert calls[0]["path"] == f"/paymentkit{LINKS}"
