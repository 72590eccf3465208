"""The API of the Cost+ stand-in: the key, links, their refusals, and how long they live."""

import json
import re
from base64 import b64encode
from typing import Any

import pytest

from sandbox.costplus.ids import FOREIGN
from tests.standins.costplus_rig import DAY_S, KEY, LINKS, ORDERS, REFERENCE, Rig, body, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
NOBODY = "7d0b0000-0000-4000-8000-000000000000"
EVERY_CALL = [
    ("POST", LINKS),
    ("GET", f"{LINKS}{NOBODY}/"),
    ("GET", ORDERS),
    ("GET", f"{ORDERS}{NOBODY}/"),
    ("PUT", f"{ORDERS}{NOBODY}/"),
    ("DELETE", f"{ORDERS}{NOBODY}/"),
    ("POST", f"{ORDERS}{NOBODY}/refunds/"),
    ("POST", f"{ORDERS}{NOBODY}/transactions/{NOBODY}/captures/"),
    ("POST", f"{ORDERS}{NOBODY}/transactions/{NOBODY}/voids/"),
    ("POST", "/v1/search/orders/"),
    ("GET", "/v1/nothing"),
]


@pytest.mark.parametrize(("method", "path"), EVERY_CALL)
@pytest.mark.parametrize(
    "auth", [None, ("f00d", ""), (KEY, "password"), ("", KEY)], ids=["none", "other", "password", "swapped"]
)
async def test_only_the_key_with_an_empty_password_enters(
    rig: Rig, method: str, path: str, auth: tuple[str, str] | None
) -> None:
    answer = await rig.browser.request(method, path, auth=auth)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert answer.json() == {
        "error": "werkzeug.exceptions.Unauthorized",
        "message": "not authorised for this URL",
    }


GOOD = b64encode(f"{KEY}:".encode()).decode()


@pytest.mark.parametrize(
    "header",
    [f"Bearer {KEY}", f"Bearer {GOOD}", f"Basic {GOOD[:8]}!{GOOD[8:]}", "Basic", "Basic !", "Basic \xe9"],
)
async def test_a_header_that_is_not_basic_is_refused(rig: Rig, header: str) -> None:
    headers = {"Authorization": header.encode("latin-1")}
    assert (await rig.browser.get(f"{LINKS}{NOBODY}/", headers=headers)).status_code == 401


async def test_the_settings_point_at_the_stand_in(rig: Rig) -> None:
    url, key = rig.env["PAYLINK_COSTPLUS_API_URL"], rig.env["PAYLINK_COSTPLUS_SECRET_KEY"]
    assert rig.env.keys() - {"PAYLINK_COSTPLUS_MODE"} == {
        "PAYLINK_COSTPLUS_API_URL",
        "PAYLINK_COSTPLUS_SECRET_KEY",
    }
    answer = await rig.browser.post(f"{url}/paymentlinks/", json=body(), auth=(key, ""))
    assert answer.status_code == 201


async def test_the_last_slash_may_be_left_out(rig: Rig) -> None:
    created = await rig.api.post(LINKS.rstrip("/"), json=body())
    assert created.status_code == 201
    fetched = await rig.get(f"{LINKS}{created.json()['id']}")
    assert fetched["id"] == created.json()["id"]


@pytest.mark.parametrize("path", [f"{LINKS}{NOBODY}/", f"{LINKS}x/", f"{ORDERS}{NOBODY}/", "/v1/x/"])
async def test_what_is_not_there_is_not_found(rig: Rig, path: str) -> None:
    error_of(await rig.api.get(path), 404)


@pytest.mark.parametrize("path", [LINKS, ORDERS])
async def test_an_object_of_another_project_is_forbidden(rig: Rig, path: str) -> None:
    error_of(await rig.api.get(f"{path}{FOREIGN}/"), 403)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
async def test_a_link_can_be_neither_changed_nor_cancelled(rig: Rig, method: str) -> None:
    link = await rig.link()
    answer = await rig.api.request(method, f"{LINKS}{link['id']}/", json={})
    error_of(answer, 405)
    assert answer.headers["allow"] == "GET"
    assert (await rig.fetched(link))["status"] == "new"


async def test_links_cannot_be_listed(rig: Rig) -> None:
    error_of(await rig.api.get(LINKS), 405)


@pytest.mark.parametrize("broken", ["{", "[]", '{"amount": NaN}', ""])
async def test_only_a_json_object_is_read(rig: Rig, broken: str) -> None:
    headers = {"Content-Type": "application/json"}
    error = error_of(await rig.api.post(LINKS, content=broken, headers=headers), 400)
    assert "JSON" in error["value"]


async def test_json_is_read_only_where_it_is_called_so(rig: Rig) -> None:
    for called in ({}, {"Content-Type": "text/plain"}):
        answer = await rig.api.post(LINKS, content=json.dumps(body()), headers=called)
        assert "Content-Type" in error_of(answer, 400)["value"]


async def test_a_created_link_has_the_documented_shape(rig: Rig) -> None:
    link = await rig.link(return_url="https://shop.example.com/", webhook_url="https://shop.example.com/w")
    created = link.pop("created")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", created)
    assert re.fullmatch(UUID, link["id"])
    assert link == {
        "id": link["id"],
        **body(),
        "expiration_period": "P30D",
        "payment_url": f"{rig.base}/paymentlinks/{link['id']}/",
        "status": "new",
        "reason": "Payment Link was created, not yet visited",
        "orders": {},
    }
    assert await rig.fetched(link) == link | {"created": created}


async def test_everything_documented_is_taken_and_comes_back(rig: Rig) -> None:
    customer = {
        "merchant_customer_id": "c1",
        "first_name": "Zoë",
        "last_name": "O\u2019Neill",
        "address_type": "customer",
        "address": "Dam 1",
        "postal_code": "1012 JS",
        "housenumber": "1",
        "country": "NL",
        "locale": "nl_NL",
        "phone_numbers": ["+31201234567"],
        "ip_address": "192.0.2.1",
        "user_agent": "curl",
        "gender": "female",
        "birthdate": "1990-02-03",
        "additional_addresses": [{"address_type": "billing"}],
    }
    whole = {"customer": customer, "expiration_period": "P7D", "payment_methods": ["credit-card"]}
    link = await rig.link(**whole)
    assert {name: link[name] for name in whole} == whole
    assert await rig.read("mails") == []


async def test_a_reference_may_be_used_twice_and_the_newest_link_is_found_by_it(rig: Rig) -> None:
    first, second = await rig.link(), await rig.link()
    assert first["id"] != second["id"]
    await rig.pay(REFERENCE)
    assert [(await rig.fetched(link))["status"] for link in (first, second)] == ["new", "completed"]


async def test_nothing_given_is_null(rig: Rig) -> None:
    link = await rig.link(description=None)
    assert "description" not in link
    nulls = body() | {"description": None, "expiration_period": None}
    answer = await rig.api.post(LINKS, json=nulls)
    assert answer.status_code == 201
    assert ("description" in answer.json(), answer.json()["expiration_period"]) == (False, "P30D")


@pytest.mark.parametrize("field", ["merchant_order_id", "amount", "currency"])
async def test_what_is_required_must_be_there(rig: Rig, field: str) -> None:
    error = error_of(await rig.create(**{field: None}), 400)
    assert error == {
        "status": 400,
        "type": "ValidationError",
        "value": f"{field} is required",
        "property_path": field,
        "property_description": error["property_description"],
    }


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("merchant_order_id", 12),
        ("merchant_order_id", ""),
        ("merchant_order_id", "x" * 256),
        ("amount", 0),
        ("amount", -1),
        ("amount", 42.5),
        ("amount", "4250"),
        ("amount", True),
        ("currency", "eur"),
        ("currency", "XXX"),
        ("currency", ["EUR"]),
        ("description", 5),
        ("description", "x" * 5001),
        ("expiration_period", 604_800),
        ("expiration_period", "7 days"),
        ("expiration_period", "P"),
        ("expiration_period", "P7DT"),
        ("expiration_period", "PT"),
        ("expiration_period", "P0D"),
        ("expiration_period", "P11Y"),
        ("expiration_period", "P999999999Y"),
        ("expiration_period", "7D"),
        ("expiration_period", ""),
        ("return_url", "shop.example.com"),
        ("failure_url", "ftp://shop.example.com"),
        ("webhook_url", "https://shop.example.com/a b"),
        ("webhook_url", "http://[1"),
        ("payment_methods", "credit-card"),
        ("payment_methods", ["cash"]),
        ("payment_methods", [1]),
        ("customer", "Zoë"),
        ("notify", "customer"),
    ],
)
async def test_what_is_wrong_with_a_link_is_named(rig: Rig, field: str, wrong: Any) -> None:
    error = error_of(await rig.create(**{field: wrong}), 400)
    assert error["property_path"] == field
    assert error["value"].startswith(field)
    assert await rig.read("links") == []


@pytest.mark.parametrize("field", ["amount", "currency", "return_url", "webhook_url", "customer"])
async def test_null_stands_for_nothing_only_where_the_schema_says_so(rig: Rig, field: str) -> None:
    answer = await rig.api.post(LINKS, json=body() | {field: None})
    assert error_of(answer, 400)["property_path"] == field


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("email_address", "zoe"),
        ("country", "Netherlands"),
        ("phone_numbers", "+31201234567"),
        ("birthdate", "3.2.1990"),
        ("additional_addresses", ["Dam 1"]),
        ("first_name", 1),
        ("email", "zoe@example.com"),
    ],
)
async def test_what_is_wrong_with_a_customer_is_named(rig: Rig, name: str, wrong: Any) -> None:
    error = error_of(await rig.create(customer={name: wrong}), 400)
    assert error["property_path"] == f"customer.{name}"


async def test_a_method_that_is_not_active_is_refused_in_the_other_shape(rig: Rig) -> None:
    answer = await rig.create(payment_methods=["credit-card", "swish"])
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "message"}
    assert answer.json()["error"] == "werkzeug.exceptions.BadRequest"
    assert "swish is not active" in answer.json()["message"]


async def test_who_gives_an_e_mail_address_has_the_customer_mailed(rig: Rig) -> None:
    link = await rig.link(customer={"email_address": "zoe@example.com"})
    [mail] = await rig.read("mails")
    assert (mail["to"], mail["link"], mail["url"]) == ("zoe@example.com", link["id"], link["payment_url"])


@pytest.mark.parametrize(
    ("period", "seconds"),
    [
        (None, 30 * DAY_S),
        ("P7D", 7 * DAY_S),
        ("PT604800S", 7 * DAY_S),
        ("P1W", 7 * DAY_S),
        ("P1DT2H3M4S", DAY_S + 7384),
        ("PT90M", 5400),
        ("PT60.5S", 60),
        ("P1M", 30 * DAY_S),
    ],
)
async def test_a_link_expires_when_its_period_is_over(rig: Rig, period: str | None, seconds: int) -> None:
    link = await rig.link(expiration_period=period)
    rig.world.clock.advance(seconds - 5)
    assert (await rig.fetched(link))["status"] == "new"
    rig.world.clock.advance(5)
    expired = await rig.fetched(link)
    assert (expired["status"], expired["orders"]) == ("expired", {})
    assert await rig.read("deliveries") == []


async def test_a_link_can_be_made_to_expire_and_nobody_is_told(rig: Rig) -> None:
    link = await rig.link()
    ended = (await rig.control("expire", link=link["payment_url"]))["link"]
    assert ended["status"] == "Expired"
    assert (await rig.fetched(link))["status"] == "expired"
    assert "the link is expired" in await rig.refused("expire", link=link["id"])
    assert "the link is expired" in await rig.refused("pay", link=link["id"], outcome="paid")
    assert await rig.read("deliveries") == []
