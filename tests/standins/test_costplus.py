"""The API of the Cost+ stand-in, as a service sees it: the key, links, their refusals, and the controls."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from sandbox.costplus.ids import FOREIGN
from tests.standins.checkout_rig import Stage
from tests.standins.costplus_rig import DAY_S, KEY, LINKS, ORDERS, REFERENCE, Rig, body, error_of, playing

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


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    async with playing(stages) as rig:
        yield rig


# --- the key and the addresses ------------------------------------------------------------------------


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


@pytest.mark.parametrize("header", ["Bearer " + KEY, "Basic", "Basic !", "Basic \xe9"])
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
    error_of(await rig.api.post(LINKS, content=broken, headers=headers), 400)
    error_of(await rig.api.post(LINKS, data=body()), 400)


# --- creating and reading a link ----------------------------------------------------------------------


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


# --- how long a link lives ----------------------------------------------------------------------------


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


# --- options and faults -------------------------------------------------------------------------------


async def test_refusals_have_the_shape_that_is_asked_for(rig: Rig) -> None:
    await rig.control("options", errors="string")
    strings = [await rig.create(amount=0), await rig.api.get(f"{LINKS}x/")]
    assert [set(answer.json()) for answer in strings] == [{"error", "message"}] * 2
    await rig.control("options", errors="object", error_status="text")
    assert (await rig.browser.get(ORDERS)).json()["error"]["status"] == "401"
    assert (await rig.create(payment_methods=["swish"])).json()["error"]["status"] == "400"


async def test_a_bare_answer_has_the_input_and_little_else(rig: Rig) -> None:
    await rig.control("options", created="bare")
    link = await rig.link(webhook_url="https://shop.example.com/w")
    assert link == body() | {"id": link["id"], "payment_url": link["payment_url"]}
    assert (await rig.fetched(link))["status"] == "new"


async def test_urls_are_shown_where_an_option_says_so(rig: Rig) -> None:
    await rig.control("options", urls="shown")
    assert (await rig.link(webhook_url="https://shop.example.com/w"))["webhook_url"]


async def test_references_are_unique_where_an_option_says_so(rig: Rig) -> None:
    await rig.control("options", references="unique")
    await rig.link()
    assert error_of(await rig.create(), 400)["property_path"] == "merchant_order_id"
    await rig.link(merchant_order_id=f"{REFERENCE}-2")


async def test_unknown_fields_are_ignored_where_an_option_says_so(rig: Rig) -> None:
    await rig.control("options", unknown_fields="ignored")
    link = await rig.link(notify="customer", customer={"email": "zoe@example.com"})
    assert ("notify" in link, link["customer"]) == (False, {})


async def test_only_options_that_there_are_can_be_chosen(rig: Rig) -> None:
    before = await rig.read("options")
    assert "there is no option tone" in await rig.refused("options", errors="object", tone="kind")
    assert "must be one of" in await rig.refused("options", errors="xml")
    assert await rig.read("options") == before


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_trouble_has_the_shape_of_refusals(rig: Rig, status: int) -> None:
    trouble = {"match": f"POST {LINKS}", "fault": "status", "status": status, "retry_after": 7, "times": 1}
    await rig.control("faults", **trouble)
    answer = await rig.create()
    error_of(answer, status)
    assert answer.headers["retry-after"] == "7"
    assert (await rig.create()).status_code == 201


async def test_an_answer_can_be_lost_though_the_link_is_made(rig: Rig) -> None:
    await rig.control("faults", match=f"POST {LINKS}", fault="lost_answer", times=1)
    with pytest.raises(httpx.TransportError):
        await rig.create()
    assert [link["reference"] for link in await rig.read("links")] == [REFERENCE]


# --- controls -----------------------------------------------------------------------------------------


async def test_links_are_listed_as_active_while_they_can_be_paid(rig: Rig) -> None:
    link = await rig.link(amount=1234, currency="KWD")
    [listed] = await rig.read("links")
    assert listed == {
        "id": link["id"],
        "reference": REFERENCE,
        "url": link["payment_url"],
        "status": "Active",
        "amount": 1234,
        "currency": "KWD",
        "paid": False,
    }
    seen = []
    for outcome in ("pending", "declined", "paid"):
        await rig.pay(REFERENCE, outcome)
        [listed] = await rig.read("links")
        seen.append((listed["status"], listed["paid"]))
    assert seen == [("Active", False), ("Active", False), ("Completed", True)]


async def test_a_link_is_found_by_every_name_it_has(rig: Rig) -> None:
    link = await rig.link()
    await rig.link(merchant_order_id="other")
    order = await rig.pay(link["id"], "declined")
    for name in (link["id"], link["payment_url"], link["payment_url"].rstrip("/"), REFERENCE, order["id"]):
        assert (await rig.pay(name, "declined"))["related_payment_link_id"] == link["id"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"link": "nobody", "outcome": "paid"}, "no link has"),
        ({"link": 7, "outcome": "paid"}, "no link has"),
        ({"link": REFERENCE}, "missing key: 'outcome'"),
        ({"link": REFERENCE, "outcome": "vanished"}, "must be one of"),
        ({"link": REFERENCE, "outcome": ["paid"]}, "must be one of"),
        ({"link": REFERENCE, "outcome": "authorised"}, "in one step"),
        ({"link": REFERENCE, "outcome": "captured"}, "in one step"),
        ({"link": REFERENCE, "outcome": "voided"}, "in one step"),
        ({"link": REFERENCE, "outcome": "returned"}, "documents no state"),
        ({"link": REFERENCE, "outcome": "dispute_lost"}, "documents no state"),
        ({"link": REFERENCE, "outcome": "refunded"}, "no order of this link is completed"),
        ({"link": REFERENCE, "outcome": "declined", "amount": 1}, "takes no amount"),
        ({"link": REFERENCE, "outcome": "paid", "amount": 0}, "whole number"),
        ({"link": REFERENCE, "outcome": "paid", "amount": "1"}, "whole number"),
        ({"link": REFERENCE, "outcome": "paid", "order": NOBODY}, "has no order"),
        ({"link": REFERENCE, "outcome": "paid", "new": 1}, "true or false"),
        ({"link": REFERENCE, "outcome": "paid", "tip": 1}, "unknown keys: tip"),
    ],
)
async def test_a_wrong_pay_says_what_is_wrong(rig: Rig, asked: dict[str, Any], says: str) -> None:
    await rig.link()
    assert says in await rig.refused("pay", **asked)
    assert await rig.read("orders") == []


async def test_times_are_by_the_sandboxs_clock(rig: Rig) -> None:
    rig.world.clock.advance(1000 * DAY_S)
    created = datetime.fromisoformat((await rig.link())["created"])
    assert abs(created - rig.world.clock.now()) < timedelta(seconds=5)
