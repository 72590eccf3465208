"""The API of the EximPe stand-in, as a service sees it: credentials, links and their refusals."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.standins.checkout_rig import Stage
from tests.standins.eximpe_rig import Rig, body, data_of, error_of, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINKS = "/pg/payment-links/"
EVERY_CALL = [
    ("POST", LINKS),
    ("GET", LINKS),
    ("GET", f"{LINKS}PR1/"),
    ("POST", f"{LINKS}PR1/extend_expiry/"),
    ("POST", f"{LINKS}PR1/deactivate/"),
    ("POST", f"{LINKS}PR1/share/"),
    ("GET", f"{LINKS}PR1/history/"),
    ("GET", "/pg/payments/"),
    ("GET", "/pg/payments/PR1/"),
    ("GET", "/pg/orders/OD1/"),
    ("GET", "/pg/orders/OD1/status/"),
    ("POST", "/pg/refunds/"),
    ("GET", "/pg/refunds/RF1/"),
]


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    async with running(stages) as rig:
        yield rig


async def details(rig: Rig, version: str = "1.0.0", **changes: Any) -> dict[str, Any]:
    error = error_of(await rig.create(body(**changes), version), 400)
    assert (error["code"], error["message"]) == ("ERR_ORDER_002", "Validation error")
    return error["details"]


def in_days(rig: Rig, days: float) -> str:
    return f"{rig.world.clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


# --- credentials --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), EVERY_CALL)
@pytest.mark.parametrize("missing", ["X-Client-ID", "X-Client-Secret", "X-API-Version"])
async def test_a_header_left_out_reads_as_missing_credentials(
    rig: Rig, method: str, path: str, missing: str
) -> None:
    headers = {name: value for name, value in rig.headers.items() if name != missing}
    error = error_of(await rig.browser.request(method, path, headers=headers), 401)
    assert (error["code"], error["message"]) == ("ERR_AUTH_000", "Missing credentials")


@pytest.mark.parametrize("name", ["X-Client-ID", "X-Client-Secret", "X-API-Version"])
async def test_any_other_credentials_are_refused(rig: Rig, name: str) -> None:
    error = error_of(await rig.api.get(LINKS, headers={name: "0.9.0"}), 401)
    assert (error["code"], error["message"]) == ("ERR_AUTH_001", "Invalid credentials")


async def test_a_merchant_may_not_name_a_merchant(rig: Rig) -> None:
    error = error_of(await rig.api.get(LINKS, headers={"X-Merchant-ID": "M1"}), 403)
    assert error["code"] == "ERR_AUTH_003"


@pytest.mark.parametrize(("version", "status"), [("1.0.0", 201), ("2.0.0", 201), ("3.0.0", 404)])
async def test_versions_1_and_2_have_payment_links_and_3_has_not(rig: Rig, version: str, status: int) -> None:
    assert (await rig.create(body(), version)).status_code == status


async def test_the_settings_point_at_the_stand_in(rig: Rig) -> None:
    assert set(rig.env) == {
        "PAYLINK_EXIMPE_API_URL",
        "PAYLINK_EXIMPE_CLIENT_ID",
        "PAYLINK_EXIMPE_SECRET_KEY",
        "PAYLINK_EXIMPE_WEBHOOK_SECRET",
    }
    assert rig.env["PAYLINK_EXIMPE_API_URL"] == rig.base
    assert len(set(rig.env.values())) == 4


# --- addresses and bodies -----------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), EVERY_CALL)
async def test_a_path_without_its_last_slash_is_no_address(rig: Rig, method: str, path: str) -> None:
    answer = await rig.api.request(method, path.rstrip("/"), json={})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{LINKS}PR1/"),
        ("PUT", f"{LINKS}PR1/"),
        ("PATCH", f"{LINKS}PR1/"),
        ("GET", f"{LINKS}PR1/deactivate/"),
        ("POST", f"{LINKS}PR1/history/"),
        ("POST", "/pg/payments/"),
    ],
)
async def test_there_is_no_update_and_no_delete(rig: Rig, method: str, path: str) -> None:
    error_of(await rig.api.request(method, path), 405)


async def test_there_is_no_way_back_from_deactivate(rig: Rig) -> None:
    link = await rig.link()
    assert (await rig.act(link, "activate")).status_code == 404


async def test_only_json_is_read(rig: Rig) -> None:
    error_of(await rig.api.post(LINKS, data={"amount": "1500.00"}), 415)
    headers = {"Content-Type": "application/json"}
    for broken in ("{", "[]", '{"amount": NaN}', ""):
        error = error_of(await rig.api.post(LINKS, content=broken, headers=headers), 400)
        assert set(error["details"]) == {"non_field_errors"}


# --- creating a link ----------------------------------------------------------------------------------


async def test_a_created_link_answers_its_payment_id_and_nothing_of_the_guide(rig: Rig) -> None:
    answer = await rig.create(body())
    link = data_of(answer, 201)
    assert answer.json()["message"] == "Payment link created successfully"
    assert set(link) == {"payment_id", "payment_link", "amount", "currency"}
    assert re.fullmatch(r"PR\d{10}", link["payment_id"])
    assert link["payment_link"].startswith(f"{rig.base}/pay/")
    assert link["payment_id"] not in link["payment_link"]
    assert (link["amount"], link["currency"]) == ("1500.00", "INR")


async def test_as_the_guide_has_it_a_created_link_answers_a_link_id(rig: Rig) -> None:
    await rig.control("options", created="guide")
    expiry = in_days(rig, 7)
    link = await rig.link(expiry_date=expiry)
    assert set(link) == {"link_id", "payment_link", "status", "expiry_date"}
    assert re.fullmatch(r"pl_\d{10}", link["link_id"])
    assert link["payment_link"] == f"{rig.base}/pay/{link['link_id']}"
    assert (link["status"], link["expiry_date"]) == ("ACTIVE", expiry)
    assert (await rig.get(f"{LINKS}{link['link_id']}/"))["reference_id"] == "PL7F3K9Q"
    assert [one["id"] for one in await rig.reading("links")] == [link["link_id"]]


AMOUNTS = [("1500", "1500.00"), ("1500.5", "1500.50"), ("0.01", "0.01"), ("10000000.00", "10000000.00")]


@pytest.mark.parametrize(("amount", "answered"), AMOUNTS)
async def test_an_amount_is_a_decimal_string_of_rupees(rig: Rig, amount: str, answered: str) -> None:
    assert (await rig.link(amount=amount))["amount"] == answered


WRONG_AMOUNTS = [
    "0",
    "0.00",
    "-5",
    "1.005",
    "1,500.00",
    "1e3",
    "",
    " 1500",
    "\u0661",
    "10000000.01",
    1500,
    1500.5,
]


@pytest.mark.parametrize("amount", [*WRONG_AMOUNTS, True, ["1"]])
async def test_no_other_amount_is_taken(rig: Rig, amount: Any) -> None:
    assert set(await details(rig, amount=amount)) == {"amount"}


async def test_an_amount_is_a_number_where_that_is_chosen(rig: Rig) -> None:
    await rig.control("options", amount="number")
    assert (await rig.link(amount=1500.5))["amount"] == "1500.50"
    assert (await rig.link(amount=1500, reference_id="PL2"))["amount"] == "1500.00"
    for wrong in ("1500.00", 1.005, 0, True):
        assert set(await details(rig, amount=wrong, reference_id="PL3")) == {"amount"}


REQUIRED = """amount currency reference_id buyer buyer__name buyer__email buyer__phone buyer__address
    buyer__address__line_1 buyer__address__city buyer__address__state buyer__address__postal_code
    product product__name product__type_of_goods invoice invoice__number""".split()


@pytest.mark.parametrize("field", REQUIRED)
async def test_a_required_field_is_missed_at_its_place(rig: Rig, field: str) -> None:
    found: Any = await details(rig, **{field: None})
    for key in field.split("__"):
        assert set(found) == {key}
        found = found[key]
    assert found == "This field is required."


WRONG: list[tuple[str, Any]] = [
    ("currency", "USD"),
    ("currency", "inr"),
    ("reference_id", "x" * 51),
    ("reference_id", "LINK_12345"),
    ("reference_id", "two words"),
    ("reference_id", 12345),
    ("expiry_date", "tomorrow"),
    ("expiry_date", "2099-12-31"),
    ("expiry_date", "2099-12-31T23:59:59"),
    ("expiry_date", "2099-12-31T23:59:59+05:30"),
    ("expiry_date", "2020-12-31T23:59:59Z"),
    ("expiry_date", 4102444799),
    ("buyer", "Ravi Menon"),
    ("buyer__name", "x" * 256),
    ("buyer__name", ""),
    ("buyer__email", "ravi"),
    ("buyer__email", "ravi@localhost"),
    ("buyer__phone", "9812345678"),
    ("buyer__phone", "+0812345678"),
    ("buyer__phone", "+9198123456781234"),
    ("buyer__phone", "+91 98123 45678"),
    ("buyer__send_sms", "false"),
    ("buyer__send_email", 0),
    ("buyer__address__line_1", "x" * 256),
    ("buyer__address__line_2", "x" * 256),
    ("buyer__address__city", "Pune 4"),
    ("buyer__address__city", "x" * 256),
    ("buyer__address__state", "Maharashtra!"),
    ("buyer__address__postal_code", "10022"),
    ("buyer__address__postal_code", "4110011"),
    ("buyer__address__country_code", "India"),
    ("product__name", "x" * 256),
    ("product__description", "x" * 1025),
    ("product__type_of_goods", "services"),
    ("product__hs_code", "998311"),
    ("product__hs_code", "99831a11"),
    ("invoice__number", "INV 88"),
    ("invoice__number", "x" * 256),
    ("invoice__date", "01-10-2026"),
    ("invoice__date", "2026-02-30"),
    ("return_url", "https://example.com/"),
    ("buyer__pan", "ABCDE1234F"),
    ("metadata", {"a": {"b": 1}}),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
async def test_what_does_not_fit_is_refused_at_its_place(rig: Rig, field: str, value: Any) -> None:
    found: Any = await details(rig, **{field: value})
    for key in field.split("__"):
        assert set(found) == {key}
        found = found[key]
    assert found
    assert isinstance(found, str)


GOOD: list[tuple[str, Any]] = [
    ("reference_id", "x" * 50),
    ("reference_id", "PL7F3K9QXYZ0-2"),
    ("expiry_date", "2099-12-31T23:59:59.000Z"),
    ("buyer__address__city", "Nav\u012b Mumbai"),
    ("buyer__address__country_code", "IN"),
    ("buyer__address__line_2", "x" * 255),
    ("product__description", "x" * 1024),
    ("product__hs_code", "99831100"),
    ("product__hs_code_description", "Consulting"),
    ("product__type_of_goods", "digital_goods"),
    ("invoice__number", "INV/2026-88"),
    ("invoice__date", "2026-10-01"),
]


@pytest.mark.parametrize(("field", "value"), GOOD)
async def test_what_is_documented_is_taken(rig: Rig, field: str, value: Any) -> None:
    await rig.link(**{field: value})


async def test_null_is_not_the_same_as_left_out(rig: Rig) -> None:
    whole = body()
    whole["product"]["description"] = None
    error = error_of(await rig.create(whole), 400)
    assert error["details"] == {"product": {"description": "This field may not be null."}}


async def test_physical_goods_need_an_hs_code_in_version_1_and_have_none_in_version_2(rig: Rig) -> None:
    goods = {"product__type_of_goods": "physical_goods"}
    assert await details(rig, **goods) == {
        "product": {"hs_code": "This field is required for physical goods."}
    }
    coded = {**goods, "product__hs_code": "99831100"}
    assert (await rig.create(body(**coded))).status_code == 201
    assert await details(rig, "2.0.0", **coded, reference_id="PL2") == {
        "product": {"hs_code": "Unknown field."}
    }
    assert (await rig.create(body(**goods, reference_id="PL2"), "2.0.0")).status_code == 201


async def test_lenient_the_guide_s_own_example_is_taken(rig: Rig) -> None:
    example = {
        "reference_id": "LINK_12345",
        "buyer__address__postal_code": "10022",
        "product__hs_code": "998311",
        "currency": None,
        "anything": "else",
    }
    assert set(await details(rig, **example)) == {"reference_id", "buyer", "product", "currency", "anything"}
    await rig.control("options", limits="lenient")
    assert (await rig.link(**example))["amount"] == "1500.00"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (
            "nested",
            {"currency": "Only INR is supported.", "buyer": {"email": "Enter a valid email address."}},
        ),
        ("dotted", {"currency": "Only INR is supported.", "buyer.email": "Enter a valid email address."}),
        (
            "lists",
            {"currency": ["Only INR is supported."], "buyer": {"email": ["Enter a valid email address."]}},
        ),
    ],
)
async def test_details_come_in_each_form_that_has_been_seen(
    rig: Rig, form: str, shown: dict[str, Any]
) -> None:
    await rig.control("options", details=form)
    assert await details(rig, currency="EUR", buyer__email="x") == shown


async def test_a_reference_is_unique_while_its_link_is_active(rig: Rig) -> None:
    link = await rig.link()
    taken = {"reference_id": "Reference ID must be unique"}
    assert await details(rig) == taken
    await rig.pay(link["payment_id"], "declined")
    assert await details(rig) == taken
    await rig.act(link, "deactivate")
    await rig.link()


async def test_a_link_lives_a_year_unless_told_otherwise(rig: Rig) -> None:
    year, week = await rig.link(), await rig.link(reference_id="PL2", expiry_date=in_days(rig, 7))
    await rig.control("clock", advance_s=7 * 86_400)
    assert (await rig.status(year), await rig.status(week)) == ("pending", "expired")
    await rig.control("clock", advance_s=(365 - 7) * 86_400 - 60)
    assert await rig.status(year) == "pending"
    await rig.control("clock", advance_s=61)
    assert await rig.status(year) == "expired"


# --- looking at links ---------------------------------------------------------------------------------


async def test_a_link_retrieved_has_what_it_was_made_of_and_no_expiry(rig: Rig) -> None:
    made = await rig.link(expiry_date=in_days(rig, 7), invoice__date="2026-10-01")
    link = await rig.get(f"{LINKS}{made['payment_id']}/")
    asked = body(invoice__date="2026-10-01")
    assert {part: link[part] for part in ("buyer", "product", "invoice")} == {
        part: asked[part] for part in ("buyer", "product", "invoice")
    }
    assert (link["reference_id"], link["amount"], link["currency"]) == ("PL7F3K9Q", "1500.00", "INR")
    assert (link["status"], link["mop_type"], link["payment_link"]) == ("pending", None, made["payment_link"])
    assert re.fullmatch(r"OD\d{10}", link["order_id"])
    assert link["settlement"]["status"] == "pending"
    assert "expiry_date" not in link
    assert datetime.fromisoformat(link["created_at"]) <= rig.world.clock.now()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("payment", ["pending", "failed", "captured", "deactivated", "expired"]),
        ("guide", ["ACTIVE", "ACTIVE", "PAID", "INACTIVE", "EXPIRED"]),
    ],
)
async def test_a_status_is_said_in_the_words_that_are_chosen(rig: Rig, words: str, said: list[str]) -> None:
    await rig.control("options", statuses=words)
    links = [await rig.link(reference_id=f"PL{number}") for number in range(5)]
    await rig.pay("PL1", "declined")
    await rig.pay("PL2", "paid")
    await rig.act(links[3], "deactivate")
    await rig.control("expire", link="PL4")
    assert [await rig.status(link) for link in links] == said
    listed = (await rig.get(LINKS))["results"]
    assert [one["status"] for one in listed] == said[::-1]


async def test_links_are_listed_by_pages_newest_first(rig: Rig) -> None:
    for number in range(12):
        await rig.link(reference_id=f"PL{number}")
    first = await rig.get(LINKS)
    assert (first["count"], first["previous"], len(first["results"])) == (12, None, 10)
    assert first["results"][0]["reference_id"] == "PL11"
    second = data_of(await rig.api.get(first["next"]), 200)
    assert [one["reference_id"] for one in second["results"]] == ["PL1", "PL0"]
    assert second["next"] is None
    assert data_of(await rig.api.get(second["previous"]), 200)["results"] == first["results"]
    assert len((await rig.get(LINKS, page_size=100))["results"]) == 12


async def test_a_listed_link_has_less_and_its_amount_is_an_object(rig: Rig) -> None:
    made = await rig.link()
    (link,) = (await rig.get(LINKS))["results"]
    assert set(link) == {
        "payment_id",
        "payment_link",
        "reference_id",
        "status",
        "amount",
        "buyer",
        "created_at",
    }
    assert link["payment_id"] == made["payment_id"]
    assert link["amount"] == {"amount": "1500.00", "total_amount": "1500.00", "currency": "INR"}
    assert set(link["buyer"]) == {"name", "email", "phone"}
    await rig.control("options", list_amount="scalar")
    assert (await rig.get(LINKS))["results"][0]["amount"] == "1500.00"


@pytest.mark.parametrize(
    ("query", "status"),
    [({"page": "2"}, 404), ({"page": "x"}, 400), ({"page": "0"}, 400), ({"page_size": "101"}, 400)],
)
async def test_a_page_that_there_is_not_is_refused(rig: Rig, query: dict[str, str], status: int) -> None:
    error_of(await rig.api.get(LINKS, params=query), status)


@pytest.mark.parametrize(("method", "path"), [call for call in EVERY_CALL if "1/" in call[1]])
async def test_what_is_not_there_is_not_found(rig: Rig, method: str, path: str) -> None:
    error = error_of(await rig.api.request(method, path, json={}), 404)
    assert error["code"] in {"ERR_ORDER_001", "ERR_REFUND_003"}


@pytest.mark.parametrize("form", ["array", "results", "history"])
async def test_a_history_tells_of_each_attempt_newest_first(rig: Rig, form: str) -> None:
    await rig.control("options", history=form)
    link = await rig.link()
    for outcome in ("pending", "declined", "paid"):
        await rig.pay("PL7F3K9Q", outcome)
    found = await rig.get(f"{LINKS}{link['payment_id']}/history/")
    lines = found if form == "array" else found[form]
    assert [line["status"] for line in lines] == ["captured", "pending", "failed", "pending"]
    assert {line["payment_id"] for line in lines} == {link["payment_id"]}
    assert lines[0]["amount"] == "1500.00"


# --- changing links -----------------------------------------------------------------------------------


def done(answer: httpx.Response) -> str:
    """The message of an answer that has nothing else."""
    assert answer.status_code == 200, answer.text
    whole = answer.json()
    assert set(whole) == {"success", "message"}
    assert whole["success"] is True
    return str(whole["message"])


async def test_a_link_extended_lives_on(rig: Rig) -> None:
    link = await rig.link(expiry_date=in_days(rig, 1))
    assert "extended" in done(await rig.act(link, "extend_expiry", {"expiry_date": in_days(rig, 3)}))
    await rig.control("clock", advance_s=2 * 86_400)
    assert await rig.status(link) == "pending"
    await rig.control("clock", advance_s=2 * 86_400)
    assert await rig.status(link) == "expired"


@pytest.mark.parametrize("until", [None, "soon", "2099-12-31T23:59:59", "2020-01-01T00:00:00Z", 5])
async def test_a_link_is_extended_to_a_later_moment_only(rig: Rig, until: Any) -> None:
    link = await rig.link()
    sent = {} if until is None else {"expiry_date": until}
    assert set(error_of(await rig.act(link, "extend_expiry", sent), 400)["details"]) == {"expiry_date"}


async def test_a_link_deactivated_takes_no_payment(rig: Rig) -> None:
    link = await rig.link()
    assert "deactivated" in done(await rig.act(link, "deactivate"))
    assert await rig.status(link) == "deactivated"
    assert "the link is deactivated" in await rig.control_refused("pay", link="PL7F3K9Q", outcome="paid")


async def test_deactivate_has_no_body(rig: Rig) -> None:
    link = await rig.link()
    error_of(await rig.act(link, "deactivate", {"reason": "x"}), 400)
    assert await rig.status(link) == "pending"


@pytest.mark.parametrize("outcome", ["paid", "expired", "deactivated"])
@pytest.mark.parametrize("act", ["extend_expiry", "deactivate", "share"])
async def test_a_closed_link_is_not_changed_any_more(rig: Rig, outcome: str, act: str) -> None:
    link = await rig.link()
    if outcome == "deactivated":
        await rig.act(link, "deactivate")
    else:
        await rig.pay("PL7F3K9Q", outcome)
    sent = {
        "extend_expiry": {"expiry_date": "2099-12-31T23:59:59Z"},
        "share": {"email": ["ravi@example.org"]},
    }
    before = await rig.status(link)
    error = error_of(await rig.act(link, act, sent.get(act)), 400)
    assert error["details"] == {"status": f"Payment link is {before}."}
    assert await rig.status(link) == before


async def test_a_link_is_shared_with_those_who_are_named(rig: Rig) -> None:
    link = await rig.link()
    assert await rig.reading("notices") == []
    done(
        await rig.act(
            link, "share", {"email": ["a@example.org", "b@example.org"], "phone": ["+919812345678"]}
        )
    )
    assert await rig.reading("notices") == [
        {
            "link": link["payment_id"],
            "by": "share",
            "email": ["a@example.org", "b@example.org"],
            "phone": ["+919812345678"],
        }
    ]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "non_field_errors"),
        ({"email": [], "phone": []}, "non_field_errors"),
        ({"email": "a@example.org"}, "email"),
        ({"email": ["a"]}, "email"),
        ({"phone": ["9812345678"]}, "phone"),
        ({"email": ["a@example.org"], "sms": True}, "sms"),
    ],
)
async def test_to_share_means_with_somebody(rig: Rig, sent: dict[str, Any], field: str) -> None:
    link = await rig.link()
    assert field in error_of(await rig.act(link, "share", sent), 400)["details"]
    assert await rig.reading("notices") == []


async def test_the_buyer_is_told_by_create_only_where_that_was_asked_for(rig: Rig) -> None:
    await rig.link(buyer__send_sms=False, buyer__send_email=False)
    await rig.link(reference_id="PL2")
    assert await rig.reading("notices") == []
    await rig.link(reference_id="PL3", buyer__send_sms=True)
    (notice,) = await rig.reading("notices")
    assert (notice["by"], notice["email"], notice["phone"]) == ("create", [], ["+919812345678"])
