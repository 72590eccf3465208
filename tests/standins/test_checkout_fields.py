"""What the Checkout.com stand-in takes as a payment link, field by field, and what it refuses."""

import json
from typing import Any

import pytest

from tests.standins.checkout_rig import CHANNEL, Rig, body

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENTITY = "ent_" + "a" * 26
ADDRESS = {"country": "DE"}
CHAIR = {"name": "Chair", "quantity": 1, "price": 1}
PRODUCT_CODES = ["product_name_required", "product_quantity_invalid", "product_price_required"]


def billing(**changes: Any) -> dict[str, Any]:
    return {"billing": {"address": ADDRESS, **changes}}


def address(**changes: Any) -> dict[str, Any]:
    return billing(address=ADDRESS | changes)


def plan(**fields: Any) -> dict[str, Any]:
    return {"payment_type": "Recurring", "payment_plan": fields}


def share(**changes: Any) -> dict[str, Any]:
    return {"amount_allocations": [{"id": ENTITY, "amount": 4990} | changes]}


REFUSALS: list[tuple[dict[str, Any], list[str]]] = [
    *(({"amount": wrong}, ["amount_invalid"]) for wrong in (0, -5, 10.0, "1000", True, [], 1_000_000_000)),
    *(({"amount": 1001, "currency": name}, ["amount_invalid"]) for name in ("KWD", "BHD", "IQD", "JOD")),
    *(({"amount": 1001, "currency": name}, ["amount_invalid"]) for name in ("LYD", "OMR", "TND")),
    ({"amount": 1050, "currency": "CLP"}, ["amount_invalid"]),
    ({"amount": None}, ["amount_required"]),
    ({"currency": None}, ["currency_required"]),
    *(({"currency": wrong}, ["currency_invalid"]) for wrong in ("eur", "XXX", "EURO", "", ["EUR"], 978)),
    ({"billing": None}, ["billing_required"]),
    ({"billing": {}}, ["address_required"]),
    ({"billing": "DE"}, ["billing_invalid"]),
    ({"billing": {"address": {}}}, ["country_required"]),
    (billing(name="Jane"), ["billing_invalid"]),
    *((address(country=wrong), ["country_invalid"]) for wrong in ("de", "DEU", "XX", "", 49)),
    (address(address_line1="x" * 201), ["address_invalid"]),
    (address(address_line2="x" * 201), ["address_invalid"]),
    (address(city="x" * 51), ["city_invalid"]),
    (address(state="BAV"), ["state_invalid"]),
    (address(zip="1" * 51), ["zip_invalid"]),
    (billing(phone={"country_code": "+49"}), ["phone_number_required"]),
    (
        billing(phone={"country_code": "", "number": "12345"}),
        ["country_phone_code_invalid", "phone_number_invalid"],
    ),
    *(({"processing_channel_id": wrong}, ["processing_channel_id_invalid"]) for wrong in ("pc_x", {}, 1)),
    ({"processing_channel_id": "pc_" + "a" * 26}, ["processing_channel_id_invalid"]),
    ({"processing_channel_id": None}, ["processing_channel_id_required"]),
    *(({"reference": wrong}, ["reference_invalid"]) for wrong in ("x" * 51, 7, [])),
    *(({"description": wrong}, ["description_invalid"]) for wrong in ("x" * 101, 7)),
    ({"display_name": 7}, ["display_name_invalid"]),
    *(({"expires_in": wrong}, ["expires_in_invalid"]) for wrong in (0, -1, 5_184_001, "3600", 60.5, True)),
    *(
        ({"return_url": wrong}, ["return_url_invalid"])
        for wrong in ("https://x.example/" + "x" * 238, "javascript:alert(1)", "/thanks", "https://", 7)
    ),
    ({"customer": "Jane"}, ["customer_invalid"]),
    *(
        ({"customer": {"email": wrong}}, ["customer_email_invalid"])
        for wrong in ("jane", "j@x", "x" * 244 + "@example.com")
    ),
    ({"customer": {"name": "x" * 256}}, ["customer_name_invalid"]),
    ({"customer": {"id": "jane"}}, ["customer_id_invalid"]),
    ({"customer": {"phone": {"number": "1" * 26}}}, ["phone_number_invalid"]),
    *(({"metadata": wrong}, ["metadata_invalid"]) for wrong in ("x", [], {"a": {"b": 1}}, {"a": [1]})),
    ({"products": []}, ["products_invalid"]),
    ({"products": [CHAIR] * 1001}, ["products_invalid"]),
    ({"products": [{"quantity": 0}]}, PRODUCT_CODES),
    ({"products": [CHAIR | {"price": -1}]}, ["product_price_invalid"]),
    ({"products": [CHAIR | {"weight": 2}]}, ["product_invalid"]),
    ({"products": [CHAIR | {"url": "chair"}]}, ["product_url_invalid"]),
    ({"allow_payment_methods": ["card", "cash"]}, ["allow_payment_methods_invalid"]),
    ({"allow_payment_methods": "card"}, ["allow_payment_methods_invalid"]),
    ({"disabled_payment_methods": ["cash"]}, ["disabled_payment_methods_invalid"]),
    ({"payment_type": "regular"}, ["payment_type_invalid"]),
    ({"payment_plan": {"name": "Gym"}}, ["payment_plan_invalid"]),
    (plan(amount_variability="Any"), ["payment_plan_amount_variability_invalid"]),
    (plan(amount=0), ["payment_plan_amount_invalid"]),
    (plan(days_between_payments=0), ["payment_plan_days_between_payments_invalid"]),
    (plan(expiry="2027-01-01"), ["payment_plan_expiry_invalid"]),
    (plan(start_date="20270230"), ["payment_plan_start_date_invalid"]),
    ({"authorization_type": "Perhaps"}, ["authorization_type_invalid"]),
    (
        {"billing_descriptor": {"name": "x" * 26, "city": "x" * 14}},
        ["billing_descriptor_name_invalid", "billing_descriptor_city_invalid"],
    ),
    ({"billing_descriptor": {"name": "x"}}, ["billing_descriptor_city_required"]),
    (
        {"billing_descriptor": {"name": "x", "city": "y", "reference": "z" * 51}},
        ["billing_descriptor_reference_invalid"],
    ),
    ({"shipping": {}}, ["address_required"]),
    ({"shipping": {"address": {"city": "Bonn"}}}, ["country_required"]),
    ({"recipient": {"dob": "15/05/1985"}}, ["recipient_dob_invalid"]),
    ({"recipient": {"dob": "1985-02-30"}}, ["recipient_dob_invalid"]),
    ({"recipient": {"account_number": "123456789"}}, ["recipient_account_number_invalid"]),
    ({"recipient": {"first_name": "x" * 51}}, ["recipient_first_name_invalid"]),
    ({"recipient": {"zip": "1" * 11}}, ["recipient_zip_invalid"]),
    ({"recipient": {"address": {"country": "XX"}}}, ["country_invalid"]),
    *(({name: []}, [f"{name}_invalid"]) for name in ("sender", "instruction", "processing", "3ds", "risk")),
    ({"processing": {"aft": 1}}, ["processing_aft_invalid"]),
    ({"3ds": {"enabled": "yes"}}, ["3ds_enabled_invalid"]),
    ({"3ds": {"challenge_indicator": "please"}}, ["3ds_challenge_indicator_invalid"]),
    ({"3ds": {"exemption": "please"}}, ["3ds_exemption_invalid"]),
    ({"risk": {}}, ["risk_enabled_required"]),
    ({"risk": {"enabled": True, "device": {"network": {"ipv6": "1.2.3.4"}}}}, ["ip_address_invalid"]),
    ({"payment_ip": "::1"}, ["ip_address_invalid"]),
    *(({"locale": wrong}, ["locale_invalid"]) for wrong in ("en", "de", "EN-GB", 1)),
    ({"capture": "yes"}, ["capture_invalid"]),
    ({"capture_on": "tomorrow"}, ["capture_on_invalid"]),
    ({"customer_retry": {"max_attempts": 0}}, ["customer_retry_max_attempts_invalid"]),
    ({"amount_allocations": []}, ["amount_allocations_invalid"]),
    (share(amount=4989), ["amount_allocations_invalid"]),
    (share(id="entity"), ["amount_allocations_id_invalid"]),
    (share(reference="x" * 51), ["amount_allocations_reference_invalid"]),
    (share(commission={"percentage": 100.5}), ["commission_percentage_invalid"]),
]


@pytest.mark.parametrize(("changes", "codes"), REFUSALS)
async def test_a_wrong_body_is_refused_with_all_its_codes(
    rig: Rig, changes: dict[str, Any], codes: list[str]
) -> None:
    answer = await rig.api.post("/payment-links", json=body(**changes))
    assert answer.status_code == 422
    refusal = answer.json()
    assert set(refusal) == {"request_id", "error_type", "error_codes"}
    assert refusal["error_type"] == "request_invalid"
    assert refusal["error_codes"] == codes
    assert answer.headers["cko-request-id"] == refusal["request_id"]
    assert await rig.read("links") == []


LIMITS: list[dict[str, Any]] = [
    {"amount": 1},
    {"amount": 999_999_999},
    {"amount": 1010, "currency": "KWD"},
    {"amount": 1, "currency": "JPY"},
    {"amount": 100, "currency": "CLP"},
    address(address_line1="x" * 200, city="x" * 50, state="BY", zip="1" * 50, quarter="Mitte"),
    billing(phone={"country_code": "+1-1684", "number": "1" * 25}),
    {"reference": "x" * 50},
    {"description": "\N{GRINNING FACE}" * 100},
    {"expires_in": 1},
    {"expires_in": 5_184_000},
    {"return_url": "https://x.example/" + "x" * 237},
    {"return_url": "http://localhost/"},
    {"customer": {"email": "x" * 243 + "@example.com", "name": "x" * 255, "nickname": "Jay"}},
    {"metadata": {"text": "x", "number": 1.5, "flag": False}},
    {"products": [CHAIR] * 1000},
    {"products": [{"name": "Mat", "quantity": 2, "unit_price": 0, "reference": "M1"}]},
    plan(name="Gym", amount=10, days_between_payments=30, expiry="20280101", amount_variability="Fixed"),
    {"billing_descriptor": {"name": "x" * 25, "city": "x" * 13, "reference": "x" * 50}},
    {"shipping": {"address": ADDRESS, "phone": {"number": "123456"}}},
    {"recipient": {"dob": "1985-05-15", "account_number": "5555554444", "address": {"city": "Bonn"}}},
    {"3ds": {"enabled": True, "challenge_indicator": "no_preference", "exemption": "low_value"}},
    {"risk": {"enabled": False, "device": {"network": {"ipv4": "1.2.3.4", "ipv6": "::1"}}}},
    {"locale": "ko-KR", "payment_ip": "1.2.3.4", "capture": False},
    {"capture_on": "2027-01-01T00:00:00Z", "customer_retry": {"max_attempts": 1}},
    {"amount_allocations": [{"id": ENTITY, "amount": 4990}, {"id": ENTITY, "amount": 0}]},
    share(commission={"amount": 5, "percentage": 1.125}),
    {"success_url": "https://x.example", "whatever": {"is": ["not", "documented"]}},
    {"description": None, "customer": None},
]


@pytest.mark.parametrize("changes", LIMITS)
async def test_what_is_just_within_the_limits_is_taken(rig: Rig, changes: dict[str, Any]) -> None:
    answer = await rig.api.post("/payment-links", json=body() | changes)
    assert answer.status_code == 201, answer.text


async def test_what_is_missing_is_named_first_and_what_matters_before_what_does_not(rig: Rig) -> None:
    assert await codes_of(rig, {}) == [
        "amount_required",
        "currency_required",
        "billing_required",
        "processing_channel_id_required",
    ]
    wrong = {
        "locale": "xx",
        "metadata": {"a": []},
        "expires_in": 0,
        "return_url": "x",
        "description": "x" * 101,
        "reference": "x" * 51,
        "billing": {"address": {"city": "x" * 51}},
        "amount": 0,
    }
    assert await codes_of(rig, wrong) == [
        "currency_required",
        "country_required",
        "amount_invalid",
        "city_invalid",
        "reference_invalid",
        "description_invalid",
        "return_url_invalid",
        "expires_in_invalid",
        "metadata_invalid",
        "processing_channel_id_required",
        "locale_invalid",
    ]


async def codes_of(rig: Rig, given: dict[str, Any]) -> list[str]:
    answer = await rig.api.post("/payment-links", json=given)
    assert answer.status_code == 422
    return answer.json()["error_codes"]


async def test_one_channel_needs_not_be_named(rig: Rig) -> None:
    await rig.control("options", multi_channel=False)
    assert (await rig.api.post("/payment-links", json=body(processing_channel_id=None))).status_code == 201
    assert await codes_of(rig, body(processing_channel_id=CHANNEL[:-1] + "x")) == [
        "processing_channel_id_invalid"
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "request_json_invalid"),
        (b'{"amount": NaN}', "request_json_invalid"),
        (b'{"reference": "\xff"}', "request_json_invalid"),
        (b'{"reference": "\\ud800"}', "request_json_invalid"),
        (b"[" * 100_000, "request_json_invalid"),
        (b"[]", "request_invalid"),
        (json.dumps("a link, please").encode(), "request_invalid"),
    ],
)
async def test_what_is_not_a_json_object_is_refused(rig: Rig, raw: bytes, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await rig.api.post("/payment-links", content=raw, headers=headers)
    assert (answer.status_code, answer.json()["error_codes"]) == (422, [code])
    assert (await rig.api.post("/payment-links", content=raw)).status_code == 415
