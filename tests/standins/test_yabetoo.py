"""The API of the YabetooPay stand-in: links, their rules, lists, and who may call."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from sandbox.yabetoo.options import OLDER_TEXT
from tests.standins.checkout_rig import Stage
from tests.standins.yabetoo_rig import (
    COFFEE,
    COFFEE_EUR,
    COFFEE_MONTHLY,
    COFFEE_XAF,
    KEY,
    LINKS,
    SECRET,
    Rig,
    body,
    items,
    playing,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    async with playing(stages) as rig:
        yield rig


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


SHAPES: dict[str, Any] = {
    "coded": {
        "errors": [{"message": "Payment link not found", "code": "E_PAYMENT_LINK_NOT_FOUND", "status": 404}]
    },
    "object": {"error": {"message": "Payment link not found", "code": "E_PAYMENT_LINK_NOT_FOUND"}},
    "text": {"error": "Payment link not found"},
    "coded_text": {"error": "Payment link not found", "code": "E_PAYMENT_LINK_NOT_FOUND"},
    "message": {"message": "Payment link not found"},
}


@pytest.mark.parametrize(("shape", "shown"), SHAPES.items())
async def test_a_refusal_has_other_shapes(rig: Rig, shape: str, shown: Any) -> None:
    await rig.control("options", errors=shape)
    assert (await rig.api.get(f"{LINKS}/plink_none")).json() == shown


async def test_the_longest_refusal_names_path_and_time(rig: Rig) -> None:
    await rig.control("options", errors="detailed")
    refusal = (await rig.api.post(LINKS, json={})).json()
    assert (refusal["status"], refusal["code"], refusal["path"]) == (422, "E_VALIDATION_ERROR", LINKS)
    assert refusal["timestamp"].endswith("+00:00")
    assert refusal["detail"] == refusal["message"]


async def test_a_change_touches_only_what_it_names(rig: Rig) -> None:
    link = await rig.link(description="Old", successUrl="https://x.example")
    rig.world.clock.advance(60)
    changed = await rig.change(link, description=None, expiresAt="2099-01-01T00:00:00Z", slug="new-slug")
    assert changed["updatedAt"] > link["updatedAt"]
    assert (changed["description"], changed["slug"]) == (None, "new-slug")
    same = set(link) - {"description", "slug", "url", "expiresAt", "updatedAt"}
    assert {name: changed[name] for name in same} == {name: link[name] for name in same}
    assert await rig.get(f"{LINKS}/{link['id']}") == changed


CLEARED = [
    "expiresAt",
    "maxRedemptions",
    "successUrl",
    "cancelUrl",
    "brandingId",
    "metadata",
    "submitMessage",
]


@pytest.mark.parametrize("field", CLEARED)
async def test_null_clears_what_can_be_cleared(rig: Rig, field: str) -> None:
    link = await rig.link(
        expiresAt="2099-01-01T00:00:00Z",
        successUrl="https://x.example",
        cancelUrl="https://x.example",
        submitMessage="Soon",
        brandingId="brand_1",
    )
    assert (await rig.change(link, **{field: None})).get(field) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"slug": None}, "slug"),
        ({"isActive": None}, "isActive"),
        ({"isActive": "no"}, "isActive"),
        ({"amount": None}, "amount"),
        ({"amount": None, "minAmount": 9, "maxAmount": 8}, "minAmount"),
        ({"currency": "EUR"}, "currency"),
        ({"type": "product"}, "type"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"submitMessage": " "}, "submitMessage"),
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(rig: Rig, changes: dict[str, Any], field: str) -> None:
    link = await rig.link()
    answer = await rig.api.put(f"{LINKS}/{link['id']}", json={"name": "New", **changes})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert await rig.get(f"{LINKS}/{link['id']}") == link


async def test_a_fixed_amount_can_become_a_choice(rig: Rig) -> None:
    changed = await rig.change(await rig.link(), amount=None, minAmount=500)
    assert (changed["amount"], changed["minAmount"]) == (None, 500)
    refused = await rig.api.put(f"{LINKS}/{changed['id']}", json={"maxAmount": 499})
    assert refused.json()["errors"][0]["field"] == "minAmount"


async def test_a_message_is_trimmed_and_an_empty_one_is_none(rig: Rig) -> None:
    link = await rig.link(submitMessage="  Thanks ")
    assert link["submitMessage"] == "Thanks"
    assert (await rig.change(link, submitMessage=""))["submitMessage"] is None


async def test_items_are_changed_as_a_whole_list(rig: Rig) -> None:
    link = await rig.link(**items({"priceId": COFFEE_XAF, "quantity": 2}, {"productId": COFFEE}))
    first, second = link["items"]
    assert re.fullmatch(r"plitem_[A-Za-z0-9]{24}", first["id"])
    assert (first["name"], first["priceId"], second["priceId"]) == ("Coffee", COFFEE_XAF, COFFEE_XAF)
    changed = await rig.change(link, items=[{"id": first["id"], "quantity": 5}, {"name": "Bag"}])
    assert [(one["id"] == first["id"], one["quantity"]) for one in changed["items"]] == [
        (True, 5),
        (False, 1),
    ]
    assert [one["name"] for one in changed["items"]] == ["Coffee", "Bag"]


@pytest.mark.parametrize("wrong", ["unknown", "twice", "other product", "none"])
async def test_a_list_of_items_that_cannot_be_is_refused(rig: Rig, wrong: str) -> None:
    link = await rig.link(**items({"productId": COFFEE}))
    [item] = link["items"]
    lists = {
        "unknown": [{"id": "plitem_x"}],
        "twice": [{"id": item["id"]}, {"id": item["id"]}],
        "other product": [{"id": item["id"], "productId": "prod_other"}],
        "none": [],
    }
    answer = await rig.api.put(f"{LINKS}/{link['id']}", json={"items": lists[wrong]})
    assert answer.status_code == 422
    assert (await rig.get(f"{LINKS}/{link['id']}"))["items"] == [item]


async def test_a_slug_is_never_free_again(rig: Rig) -> None:
    link = await rig.link(slug="invoice")
    assert (await rig.change(link, slug="invoice"))["slug"] == "invoice"
    await rig.change(link, slug="other")
    deleted = await rig.api.delete(f"{LINKS}/{link['id']}")
    assert (deleted.status_code, deleted.json()["deleted"]) == (200, True)
    assert (await rig.api.get(f"{LINKS}/{link['id']}")).status_code == 404
    for slug in ("invoice", "other"):
        answer = await rig.api.post(LINKS, json=body(slug=slug))
        assert answer.json()["errors"][0] == {
            "message": "The slug has already been taken",
            "rule": "unique",
            "field": "slug",
        }


async def test_a_link_is_switched_off_and_on(rig: Rig) -> None:
    link = await rig.link()
    for active, status in ((False, "Inactive"), (False, "Inactive"), (True, "Active")):
        assert (await rig.change(link, isActive=active))["isActive"] is active
        assert await rig.status() == status


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


async def test_a_list_has_other_envelopes(rig: Rig) -> None:
    link = await rig.link()
    await rig.control("options", list="bare")
    assert await rig.get(LINKS) == [link]
    await rig.control("options", list="pages")
    assert await rig.get(LINKS) == {"data": [link], "meta": {"total": 1, "page": 1, "limit": 10, "pages": 1}}
    await rig.control("options", list="intro")
    assert set(await rig.get(LINKS)) == {"status", "data", "message"}


async def test_options_decide_the_statuses_and_how_a_link_looks(rig: Rig) -> None:
    await rig.control(
        "options",
        create_status=200,
        delete_answer=204,
        amount="decimal",
        currency_case="lower",
        status_field=True,
        page_address="id",
    )
    created = await rig.api.post(LINKS, json=body())
    link = created.json()
    shown = (created.status_code, link["amount"], link["currency"], link["status"])
    assert shown == (200, "45000.00", "xaf", "active")
    assert link["url"] == f"{rig.base}/p/{link['id']}"
    assert (await rig.api.delete(f"{LINKS}/{link['id']}")).status_code == 204


async def test_the_older_text_changes_a_link_by_patch_and_ignores_newer_fields(rig: Rig) -> None:
    await rig.control("options", **OLDER_TEXT)
    link = await rig.link(submitType="never", suggestedAmounts="never")
    assert "submitType" not in link
    path = f"{LINKS}/{link['id']}"
    assert (await rig.api.patch(path, json={"isActive": False})).json()["isActive"] is False
    assert (await rig.api.put(path, json={"isActive": True})).status_code == 404
    events = await rig.events(2)
    assert events["payment_link.updated"]["data"]["object"]["paymentLinkId"] == link["id"]


async def test_other_currencies_are_taken_when_told_so(rig: Rig) -> None:
    await rig.control("options", currencies="page")
    assert (await rig.link(currency="USD", amount=1.5))["amount"] == 1.5
    assert (await rig.api.post(LINKS, json=body(currency="KWD"))).status_code == 422
    await rig.control("options", currencies="any")
    await rig.link(currency="KWD", amount=1.25)
    assert [link["amount"] for link in await rig.read("links")] == [150, 1250]
    assert (await rig.api.post(LINKS, json=body(currency="K1D"))).status_code == 422


@pytest.mark.parametrize("wrong", [{"signature": "rot13"}, {"auto_disable": False}, {"colour": "red"}])
async def test_an_option_that_there_is_not_changes_nothing(rig: Rig, wrong: dict[str, Any]) -> None:
    before = await rig.read("options")
    assert next(iter(wrong)) in await rig.refused("options", list="bare", **wrong)
    assert await rig.read("options") == before


async def test_an_idempotency_key_is_ignored_unless_told_otherwise(rig: Rig) -> None:
    async def create(**changes: Any) -> httpx.Response:
        return await rig.api.post(LINKS, json=body(**changes), headers={"Idempotency-Key": "k" * 255})

    assert (await create()).json()["id"] != (await create()).json()["id"]
    await rig.control("options", idempotency="replayed")
    first, again = await create(), await create()
    assert (again.status_code, again.json()) == (201, first.json())
    other = await create(name="Other")
    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "E_IDEMPOTENCY_CONFLICT")
    await rig.control("options", idempotency="spent")
    spent = await create()
    assert (spent.status_code, spent.json()["errors"][0]["code"]) == (409, "E_DUPLICATE_OPERATION")
    rig.world.clock.advance(24 * 3600)
    assert (await create()).status_code == 201
    long = await rig.api.post(LINKS, json=body(), headers={"Idempotency-Key": "k" * 256})
    assert long.status_code == 422


async def test_too_many_calls_in_a_minute_are_refused_when_told_so(rig: Rig) -> None:
    await rig.control("options", rate_limit=100)
    for _ in range(100):
        assert (await rig.api.get(f"{LINKS}/plink_none")).status_code == 404
    refused = await rig.api.get(LINKS)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "E_TOO_MANY_REQUESTS")
    rig.world.clock.advance(60)
    assert (await rig.api.get(LINKS)).status_code == 200


async def test_every_setting_that_points_a_service_here_is_named(rig: Rig) -> None:
    assert rig.standin.env() == {
        "PAYLINK_YABETOO_API_URL": rig.base,
        "PAYLINK_YABETOO_SECRET_KEY": KEY,
        "PAYLINK_YABETOO_WEBHOOK_SECRET": SECRET,
    }


async def test_faults_befall_a_call_in_the_apis_own_form(rig: Rig) -> None:
    await rig.control("faults", match=f"POST {LINKS}", fault="status", status=429, retry_after=7, times=1)
    answer = await rig.api.post(LINKS, json=body())
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["errors"][0]["code"] == "E_TOO_MANY_REQUESTS"
    await rig.control("faults", match=f"POST {LINKS}", fault="lost_answer", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await rig.api.post(LINKS, json=body())
    assert len(await rig.read("links")) == 1
    assert (await rig.read("calls"))[0]["path"] == f"/yabetoo{LINKS}"
