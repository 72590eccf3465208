"""The API of the PaymentKit stand-in: links, their rules, lists, and who may call."""

import re
from typing import Any

import pytest

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
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
