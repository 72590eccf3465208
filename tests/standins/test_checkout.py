"""The API of the Checkout.com stand-in, as a service sees it."""

import re
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.standins.checkout_rig import SECRET, Rig, body

pytestmark = pytest.mark.asyncio(loop_scope="module")


# --- the key ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "sk_sbox_{key}", "Bearer sk_sbox_other", "bearer {key}", "{key}"])
async def test_any_other_key_is_refused_without_a_word(rig: Rig, key: str | None) -> None:
    real = rig.standin.env()["PAYLINK_CHECKOUT_SECRET_KEY"]
    headers = {"Authorization": key.format(key=real)} if key else {}
    for method, path in [("POST", "/payment-links"), ("GET", "/payment-links/pl_x"), ("GET", "/payments")]:
        answer = await rig.browser.request(method, path, headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer.headers["cko-request-id"]


async def test_the_settings_have_the_real_shapes(rig: Rig) -> None:
    env = rig.standin.env()
    assert env["PAYLINK_CHECKOUT_API_URL"] == rig.base
    assert re.fullmatch(r"sk_sbox_[a-z2-7]{26}[a-z2-7*#$=]", env["PAYLINK_CHECKOUT_SECRET_KEY"])
    assert re.fullmatch(r"pc_\w{26}", env["PAYLINK_CHECKOUT_PROCESSING_CHANNEL_ID"])
    assert env["PAYLINK_CHECKOUT_WEBHOOK_SECRET"] == SECRET


# --- creating a link ----------------------------------------------------------------------------------


async def test_a_created_link_answers_its_id_expiry_reference_and_links(rig: Rig) -> None:
    link = await rig.link(expires_in=3600)
    assert set(link) == {"id", "expires_on", "reference", "_links"}
    assert re.fullmatch(r"pl_[A-Za-z0-9_-]{12}", link["id"])
    assert link["_links"]["self"]["href"] == f"{rig.base}/payment-links/{link['id']}"
    assert link["_links"]["redirect"]["href"] == f"{rig.base}/pay/{link['id']}"
    left = datetime.fromisoformat(link["expires_on"]) - rig.world.clock.now()
    assert 3590 < left.total_seconds() < 3600


async def test_without_expires_in_a_link_lives_a_day_and_without_reference_none_is_answered(rig: Rig) -> None:
    link = await rig.link(reference=None)
    left = datetime.fromisoformat(link["expires_on"]) - rig.world.clock.now()
    assert 86_390 < left.total_seconds() < 86_400
    assert "reference" not in link


DESCRIPTOR = ["billing_descriptor_name_invalid", "billing_descriptor_city_invalid"]
REFUSALS: list[tuple[dict[str, Any], list[str]]] = [
    ({"amount": None}, ["amount_required"]),
    ({"amount": 0}, ["amount_invalid"]),
    ({"amount": -5}, ["amount_invalid"]),
    ({"amount": 10.0}, ["amount_invalid"]),
    ({"amount": "1000"}, ["amount_invalid"]),
    ({"amount": True}, ["amount_invalid"]),
    ({"amount": 1_000_000_000}, ["amount_invalid"]),
    ({"amount": 1001, "currency": "KWD"}, ["amount_invalid"]),
    ({"amount": 1050, "currency": "CLP"}, ["amount_invalid"]),
    ({"currency": None}, ["currency_required"]),
    ({"currency": "eur"}, ["currency_invalid"]),
    ({"currency": "XXX"}, ["currency_invalid"]),
    ({"currency": ["EUR"]}, ["currency_invalid"]),
    ({"billing": None}, ["billing_required"]),
    ({"billing": {}}, ["address_required"]),
    ({"billing": {"address": {}}}, ["country_required"]),
    ({"billing": {"address": {"country": "de"}}}, ["country_invalid"]),
    ({"billing": {"address": {"country": "DE"}, "name": "x"}}, ["billing_invalid"]),
    ({"billing": {"address": {"country": "DE", "city": "x" * 51}}}, ["city_invalid"]),
    (
        {"billing": {"address": {"country": "DE"}, "phone": {"country_code": "", "number": "12345"}}},
        ["country_phone_code_invalid", "phone_number_invalid"],
    ),
    ({"processing_channel_id": None}, ["processing_channel_id_required"]),
    ({"processing_channel_id": "pc_x"}, ["processing_channel_id_invalid"]),
    ({"processing_channel_id": "pc_" + "a" * 26}, ["processing_channel_id_invalid"]),
    ({"processing_channel_id": {}}, ["processing_channel_id_invalid"]),
    ({"reference": "x" * 51}, ["reference_invalid"]),
    ({"description": "x" * 101}, ["description_invalid"]),
    ({"expires_in": 0}, ["expires_in_invalid"]),
    ({"expires_in": 5_184_001}, ["expires_in_invalid"]),
    ({"return_url": "https://x.example/" + "x" * 240}, ["return_url_invalid"]),
    ({"return_url": "javascript:alert(1)"}, ["return_url_invalid"]),
    ({"customer": {"email": "jane"}}, ["customer_email_invalid"]),
    ({"customer": {"mail": "jane@example.com"}}, ["customer_invalid"]),
    ({"metadata": {"a": {"b": 1}}}, ["metadata_invalid"]),
    ({"metadata": {"a": [1]}}, ["metadata_invalid"]),
    ({"capture": "yes"}, ["capture_invalid"]),
    ({"locale": "en"}, ["locale_invalid"]),
    ({"payment_type": "regular"}, ["payment_type_invalid"]),
    ({"payment_ip": "::1"}, ["ip_address_invalid"]),
    ({"risk": {}}, ["risk_enabled_required"]),
    (
        {"products": [{"quantity": 0}]},
        ["product_name_required", "product_quantity_invalid", "product_price_required"],
    ),
    ({"products": []}, ["products_invalid"]),
    ({"products": [{"name": "x", "quantity": 1, "price": -1}]}, ["product_price_invalid"]),
    ({"products": [{"name": "x", "quantity": 1, "price": 1, "weight": 2}]}, ["product_invalid"]),
    ({"allow_payment_methods": ["card", "cash"]}, ["allow_payment_methods_invalid"]),
    ({"3ds": {"enabled": "yes", "version": 2}}, ["3ds_invalid", "3ds_enabled_invalid"]),
    ({"3ds": {"challenge_indicator": "please"}}, ["3ds_challenge_indicator_invalid"]),
    ({"billing_descriptor": {"name": "x" * 26, "city": "x" * 14}}, DESCRIPTOR),
    ({"customer": {"email": "x" * 250 + "@example.com"}}, ["customer_email_invalid"]),
    ({"customer": {"phone": {"country_code": "+49", "number": "1" * 26}}}, ["phone_number_invalid"]),
    ({"metadata": "x"}, ["metadata_invalid"]),
    ({"processing": {"aft": 1}}, ["processing_aft_invalid"]),
    ({"payment_plan": {"amount_variability": "Any"}}, ["payment_plan_amount_variability_invalid"]),
    ({"billing_descriptor": {"name": "x"}}, ["billing_descriptor_city_required"]),
    (
        {"amount_allocations": [{"id": "ent_" + "a" * 26, "amount": 10}]},
        ["amount_allocations_invalid"],
    ),
    ({"success_url": "https://x.example"}, ["success_url_invalid"]),
    (
        {"amount": 0, "currency": None, "reference": "x" * 51, "processing_channel_id": None},
        ["amount_invalid", "currency_required", "reference_invalid", "processing_channel_id_required"],
    ),
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
    assert sorted(refusal["error_codes"]) == sorted(codes)
    assert answer.headers["cko-request-id"] == refusal["request_id"]


async def test_an_empty_object_misses_every_required_field(rig: Rig) -> None:
    answer = await rig.api.post("/payment-links", json={})
    assert answer.json()["error_codes"] == [
        "amount_required",
        "currency_required",
        "billing_required",
        "processing_channel_id_required",
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "request_json_invalid"),
        (b'{"amount": NaN}', "request_json_invalid"),
        (b"[]", "request_invalid"),
    ],
)
async def test_what_is_not_a_json_object_is_refused(rig: Rig, raw: bytes, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await rig.api.post("/payment-links", content=raw, headers=headers)
    assert (answer.status_code, answer.json()["error_codes"]) == (422, [code])
    assert (await rig.api.post("/payment-links", content=raw)).status_code == 415


async def test_every_documented_field_is_accepted_and_repeated(rig: Rig) -> None:
    link = await rig.link(
        amount=1000,
        currency="KWD",
        description="Invoice 12",
        display_name="Lindenhof",
        expires_in=5_184_000,
        return_url="http://localhost/thanks",
        customer={
            "email": "jane@example.com",
            "name": "Jane",
            "phone": {"country_code": "+44", "number": "79460000"},
        },
        products=[
            {"name": "Chair", "quantity": 1, "price": 1000},
            {"name": "Mat", "quantity": 2, "unit_price": 0, "reference": "M1", "url": "https://a.example/m"},
        ],
        allow_payment_methods=["card", "klarna"],
        disabled_payment_methods=["paypal"],
        billing_descriptor={"name": "Lindenhof", "city": "Berlin"},
        payment_type="Regular",
        locale="de-DE",
        capture=True,
        capture_on="2027-01-01T00:00:00Z",
        risk={"enabled": False},
        customer_retry={"max_attempts": 2},
        amount_allocations=[{"id": "ent_" + "a" * 26, "amount": 1000}],
        **{"3ds": {"enabled": True, "challenge_indicator": "no_preference"}},
    )
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert shown["status"] == "Active"
    assert (shown["amount"], shown["currency"], shown["reference"]) == (1000, "KWD", "PL7F3K9Q")
    assert (shown["description"], shown["locale"]) == ("Invoice 12", "de-DE")
    assert shown["customer"]["email"] == "jane@example.com"
    assert shown["billing"] == {"address": {"country": "DE"}}
    assert shown["metadata"] == {"paylink_id": "01JD3X8Q"}
    assert set(shown["_links"]) == {"self", "redirect"}
    assert "payment_id" not in shown


async def test_an_idempotency_key_does_not_join_links(rig: Rig) -> None:
    headers = {"Cko-Idempotency-Key": "one"}
    answers = [await rig.api.post("/payment-links", json=body(), headers=headers) for _ in range(2)]
    assert len({answer.json()["id"] for answer in answers}) == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/payment-links", 405),
        ("PUT", "/payment-links/{id}", 405),
        ("PATCH", "/payment-links/{id}", 405),
        ("DELETE", "/payment-links/{id}", 405),
        ("POST", "/payment-links/{id}/cancel", 404),
        ("GET", "/payment-links/pl_unknown12345", 404),
        ("GET", "/payment-links/not_found", 404),
        ("GET", "/payments/pay_unknown", 404),
        ("POST", "/payments/pay_unknown/refunds", 404),
    ],
)
async def test_what_does_not_exist_is_not_there(rig: Rig, method: str, path: str, status: int) -> None:
    link = await rig.link()
    assert (await rig.api.request(method, path.format(id=link["id"]))).status_code == status


# --- payments over the API ----------------------------------------------------------------------------


async def test_payments_of_a_reference_come_in_pages(rig: Rig) -> None:
    link = await rig.link()
    ids = [(await rig.pay(link["id"], "declined"))["id"] for _ in range(3)]
    page = await rig.get("/payments?reference=PL7F3K9Q&limit=2&skip=1")
    assert (page["limit"], page["skip"], page["total_count"]) == (2, 1, 3)
    assert [payment["id"] for payment in page["data"]] == [ids[1], ids[0]]
    assert (await rig.get("/payments?reference=other"))["data"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "reference_required"),
        ("?reference=x&limit=0", "limit_invalid"),
        ("?reference=x&skip=-1", "skip_invalid"),
    ],
)
async def test_payments_are_not_listed_without_a_reference(rig: Rig, query: str, code: str) -> None:
    answer = await rig.api.get(f"/payments{query}")
    assert (answer.status_code, answer.json()["error_codes"]) == (422, [code])


async def test_a_refund_over_the_api_is_accepted_and_told(rig: Rig) -> None:
    payment = await rig.pay((await rig.link())["id"], "paid")
    path = f"/payments/{payment['id']}/refunds"
    headers = {"Cko-Idempotency-Key": "r1"}
    answers = [await rig.api.post(path, json={"amount": 990}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert re.fullmatch(r"act_[a-z2-7]{26}", answers[0].json()["action_id"])
    refunded = await rig.event("payment_refunded", 3)
    assert refunded["data"]["amount"] == 990
    assert refunded["data"]["balances"]["available_to_refund"] == 4000
    too_much = await rig.api.post(path, json={"amount": 4001})
    assert (too_much.status_code, too_much.json()["error_type"]) == (422, "processing_error")
    assert too_much.json()["error_codes"] == ["amount_exceeds_balance"]
    assert (await rig.api.post(path, json={"amount": "1"})).json()["error_codes"] == ["amount_invalid"]
    assert (await rig.api.post(path)).status_code == 202
    assert (await rig.api.post(path)).status_code == 403


async def test_captures_and_voids_over_the_api_follow_the_state(rig: Rig) -> None:
    first = await rig.pay((await rig.link())["id"], "authorised")
    over = await rig.api.post(f"/payments/{first['id']}/captures", json={"amount": 4991})
    assert over.json()["error_codes"] == ["capture_value_greater_than_remaining_authorized"]
    assert (await rig.api.post(f"/payments/{first['id']}/refunds")).status_code == 403
    assert (await rig.api.post(f"/payments/{first['id']}/captures")).status_code == 202
    assert (await rig.api.post(f"/payments/{first['id']}/voids")).status_code == 403
    second = await rig.pay((await rig.link())["id"], "authorised")
    assert (await rig.api.post(f"/payments/{second['id']}/voids", json={"amount": 1})).status_code == 422
    assert (await rig.api.post(f"/payments/{second['id']}/voids")).status_code == 202
    assert (await rig.get(f"/payments/{second['id']}"))["status"] == "Voided"


# --- faults -------------------------------------------------------------------------------------------


async def test_refusals_on_demand_look_like_the_real_ones(rig: Rig) -> None:
    for status in (429, 503):
        await rig.control(
            "faults", match="POST /payment-links", fault="status", status=status, retry_after=7, times=1
        )
        answer = await rig.api.post("/payment-links", json=body())
        assert (answer.status_code, answer.content, answer.headers["retry-after"]) == (status, b"", "7")
    await rig.control("faults", match="POST /payment-links", fault="status", status=422, times=1)
    answer = await rig.api.post("/payment-links", json=body())
    assert (answer.status_code, answer.json()["error_type"]) == (422, "request_invalid")


async def test_a_link_whose_answer_was_lost_is_there(rig: Rig) -> None:
    await rig.control("faults", match="POST /payment-links", fault="lost_answer", times=1)
    with pytest.raises(httpx.TransportError):
        await rig.api.post("/payment-links", json=body())
    listed = (await rig.browser.get("/_control/links")).json()["links"]
    assert [link["reference"] for link in listed] == ["PL7F3K9Q"]
