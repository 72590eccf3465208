"""Creating links at the EximPe stand-in: what it takes, and where it names what does not fit."""

import re
from typing import Any

import pytest

from tests.standins.eximpe_rig import LINKS, Rig, body, data_of, details, error_of, in_days

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
    assert [one["id"] for one in await rig.read("links")] == [link["link_id"]]


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
