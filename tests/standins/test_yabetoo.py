"""The API of the YabetooPay stand-in: links, their rules, lists, and who may call."""

import re
from typing import Any

import pytest

from tests.standins.yabetoo_rig import (
    COFFEE,
    COFFEE_EUR,
    COFFEE_MONTHLY,
    COFFEE_XAF,
    KEY,
    LINKS,
    Rig,
    body,
    items,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_link_is_shaped_as_documented(rig: Rig) -> None:
    answer = await rig.api.post(LINKS, json=body(expiresAt="2099-12-15T19:00:00+01:00"))
    assert answer.status_code == 201
    link = answer.json()
    assert re.fullmatch(r"plink_[A-Za-z0-9]{24}", link["id"])
    assert re.fullmatch(r"[A-Za-z0-9]{12}", link["slug"])
    assert link["url"] == f"{rig.base}/p/{link['slug']}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", link["createdAt"])
    assert link == {
        "id": link["id"],
        "object": "payment_link",
        "type": "amount",
        "name": "Quote Q-881",
        "description": None,
        "slug": link["slug"],
        "url": link["url"],
        "currency": "XAF",
        "amount": 45000,
        "minAmount": None,
        "maxAmount": None,
        "isActive": True,
        "expiresAt": "2099-12-15T18:00:00.000Z",
        "maxRedemptions": 1,
        "redemptionCount": 0,
        "collectBillingAddress": False,
        "collectShippingAddress": False,
        "allowPromotionCodes": False,
        "submitType": "auto",
        "submitMessage": None,
        "successUrl": None,
        "cancelUrl": None,
        "items": [],
        "metadata": {"reference": "PL7F3K9Q", "thread": "C07:1733.1"},
        "createdAt": link["createdAt"],
        "updatedAt": link["createdAt"],
    }
    assert await rig.get(f"{LINKS}/{link['id']}") == link


ACCEPTED: list[dict[str, Any]] = [
    {"amount": 99_999_999},
    {"amount": 49.9, "currency": "EUR"},
    {"amount": 99_999_999.99, "currency": "eur"},
    {"amount": None, "minAmount": 100},
    {"amount": None, "maxAmount": 100, "suggestedAmounts": [50, 100]},
    {"submitType": "donate", "submitMessage": "x" * 500},
    {"maxRedemptions": None, "metadata": None},
    {"slug": "invoice-881", "brandingId": "brand_1", "allowPromotionCodes": True},
    {"successUrl": "https://shop.example.com/ok?l={PAYMENT_LINK_ID}", "cancelUrl": "http://127.0.0.1/x"},
    {"unheardOf": 1, "isActive": False},
    items({"priceId": COFFEE_XAF, "quantity": 2}),
    items({"productId": COFFEE}, {"name": "Bag", "description": "Free", "imageUrl": "https://x.example/a"}),
    items({"productId": COFFEE, "priceId": COFFEE_EUR, "minQuantity": 1, "maxQuantity": 9}, currency="EUR"),
    items({"priceId": COFFEE_MONTHLY, "adjustableQuantity": True}, type="subscription"),
]


@pytest.mark.parametrize("changes", ACCEPTED)
async def test_what_is_documented_is_accepted(rig: Rig, changes: dict[str, Any]) -> None:
    assert (await rig.link(**changes))["isActive"] is True


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"type": None}, "type", "required"),
    ({"type": "donation"}, "type", "enum"),
    ({"type": ["amount"]}, "type", "enum"),
    ({"name": None}, "name", "required"),
    ({"name": "  "}, "name", "string"),
    ({"name": 7}, "name", "string"),
    ({"currency": None}, "currency", "required"),
    ({"currency": "XOF"}, "currency", "enum"),
    ({"currency": "EURO"}, "currency", "string"),
    ({"amount": None}, "amount", "required"),
    ({"amount": "45000"}, "amount", "number"),
    ({"amount": True}, "amount", "number"),
    ({"amount": 0}, "amount", "number"),
    ({"amount": -1}, "amount", "number"),
    ({"amount": 100_000_000}, "amount", "number"),
    ({"amount": 10.5}, "amount", "number"),
    ({"amount": 10.555, "currency": "EUR"}, "amount", "number"),
    ({"amount": None, "minAmount": 2, "maxAmount": 1}, "minAmount", "max"),
    ({"amount": None, "minAmount": "1"}, "minAmount", "number"),
    ({"suggestedAmounts": []}, "suggestedAmounts", "array"),
    ({"suggestedAmounts": [0]}, "suggestedAmounts", "number"),
    ({"description": 1}, "description", "string"),
    ({"slug": "a b"}, "slug", "regex"),
    ({"metadata": "x"}, "metadata", "object"),
    ({"expiresAt": "tomorrow"}, "expiresAt", "date"),
    ({"expiresAt": "2099-12-15"}, "expiresAt", "date"),
    ({"expiresAt": "2099-13-15T18:00:00Z"}, "expiresAt", "date"),
    ({"expiresAt": 4_100_000_000}, "expiresAt", "date"),
    ({"expiresAt": "2020-12-15T18:00:00Z"}, "expiresAt", "after"),
    ({"maxRedemptions": 0}, "maxRedemptions", "number"),
    ({"maxRedemptions": 1.5}, "maxRedemptions", "number"),
    ({"collectBillingAddress": "no"}, "collectBillingAddress", "boolean"),
    ({"submitType": "buy"}, "submitType", "enum"),
    ({"submitMessage": "x" * 501}, "submitMessage", "string"),
    ({"submitMessage": "   "}, "submitMessage", "string"),
    ({"successUrl": "javascript:alert(1)"}, "successUrl", "url"),
    ({"cancelUrl": "shop.example.com"}, "cancelUrl", "url"),
    (items(), "items", "required"),
    (items(type="subscription"), "items", "required"),
    (items({"priceId": COFFEE_XAF}, type="subscription"), "items.0.priceId", "enum"),
    (items({"priceId": COFFEE_XAF}, currency="EUR"), "items.0.priceId", "enum"),
    (items({"priceId": "price_none"}), "items.0.priceId", "exists"),
    (items({"productId": "prod_none"}), "items.0.productId", "exists"),
    (items({}), "items.0.productId", "required"),
    (items({"id": "plitem_none", "priceId": COFFEE_XAF}), "items.0.id", "exists"),
    (items({"priceId": COFFEE_XAF, "quantity": 0}), "items.0.quantity", "number"),
    (items({"priceId": COFFEE_XAF, "minQuantity": 3, "maxQuantity": 2}), "items.0.minQuantity", "max"),
    (items("coffee"), "items", "array"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("changes", "field", "rule"), REFUSED)
async def test_a_wrong_link_is_a_422_that_says_why(
    rig: Rig, changes: dict[str, Any], field: str, rule: str
) -> None:
    answer = await rig.api.post(LINKS, json=body(**changes))
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert (problem["field"], problem["rule"], set(problem)) == (field, rule, {"field", "rule", "message"})
    assert await rig.read("links") == []


async def test_all_that_is_wrong_is_said_at_once_in_the_documented_words(rig: Rig) -> None:
    answer = await rig.api.post(LINKS, json={"type": "amount", "submitType": "buy"})
    assert [one["field"] for one in answer.json()["errors"]] == ["name", "currency", "submitType"]
    [problem] = (await rig.api.post(LINKS, json=body(amount=None))).json()["errors"]
    assert problem == {"message": "The amount field is required", "rule": "required", "field": "amount"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"name": NaN}', "application/json"),
        (b"", "application/json"),
        (b"{}", "text/plain"),
    ],
)
async def test_what_is_no_json_object_is_a_400(rig: Rig, content: bytes, kind: str) -> None:
    answer = await rig.api.post(LINKS, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["errors"][0]["status"]) == (400, 400)


@pytest.mark.parametrize("header", [None, "", KEY, f"Basic {KEY}", f"Bearer {KEY}x", "Bearer sk_live_x"])
async def test_any_other_key_is_refused(rig: Rig, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for path in (LINKS, "/v1/checkout/sessions/cs_x", "/nothing"):
        answer = await rig.browser.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.json() == {"error": {"message": "Unauthorized", "code": "Unauthorized"}}


async def test_a_regenerated_key_kills_the_old_one_at_once(rig: Rig) -> None:
    key = (await rig.control("regenerate_key"))["key"]
    assert re.fullmatch(r"sk_test_\w+", key)
    assert (await rig.api.get(LINKS)).status_code == 401
    assert (await rig.browser.get(LINKS, headers={"Authorization": f"Bearer {key}"})).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", f"{LINKS}/plink_none", "E_PAYMENT_LINK_NOT_FOUND"),
        ("PUT", f"{LINKS}/plink_none", "E_PAYMENT_LINK_NOT_FOUND"),
        ("DELETE", f"{LINKS}/plink_none", "E_PAYMENT_LINK_NOT_FOUND"),
        ("GET", "/v1/checkout/sessions/cs_none", "E_CHECKOUT_SESSION_NOT_FOUND"),
        ("PUT", "/v1/prices/price_none", "E_PRICE_NOT_FOUND"),
        ("PATCH", f"{LINKS}/plink_none", "E_ROUTE_NOT_FOUND"),
        ("POST", f"{LINKS}/plink_none", "E_ROUTE_NOT_FOUND"),
        ("GET", f"{LINKS}/", "E_ROUTE_NOT_FOUND"),
        ("GET", "/v2/payment-links", "E_ROUTE_NOT_FOUND"),
        ("GET", "/payment-links", "E_ROUTE_NOT_FOUND"),
    ],
)
async def test_what_is_not_there_is_a_404(rig: Rig, method: str, path: str, code: str) -> None:
    answer = await rig.api.request(method, path)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["status"]) == (404, code, 404)


async def test_lists_come_newest_first_page_by_page(rig: Rig) -> None:
    made = [(await rig.link(name=f"n{number}"))["id"] for number in range(12)]
    first = await rig.get(LINKS)
    assert (first["object"], len(first["data"])) == ("list", 10)
    page = await rig.get(LINKS, page=2, limit=5)
    assert [link["id"] for link in page["data"]] == made[::-1][5:10]
    assert page["meta"] == {
        "total": 12,
        "perPage": 5,
        "currentPage": 2,
        "lastPage": 3,
        "firstPage": 1,
        "firstPageUrl": "/?page=1",
        "lastPageUrl": "/?page=3",
        "nextPageUrl": "/?page=3",
        "previousPageUrl": "/?page=1",
    }
    await rig.change({"id": made[0]}, isActive=False)
    assert [link["id"] for link in (await rig.get(LINKS, isActive="false"))["data"]] == [made[0]]
    assert (await rig.get(LINKS, type="product", unknown="ignored"))["meta"]["total"] == 0


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"page": 0}, {"page": "x"}, {"isActive": "1"}, {"type": "x"}]
)
async def test_a_list_that_cannot_be_is_refused(rig: Rig, query: dict[str, Any]) -> None:
    assert (await rig.api.get(LINKS, params=query)).status_code == 422
