"""The Checkout.com stand-in over HTTP, as a service, a payer and the controls see it."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.checkout.standin import CheckoutStandIn
from sandbox.clock import Clock
from sandbox.server import serving
from sandbox.standin import World, mount

pytestmark = pytest.mark.asyncio(loop_scope="module")

VISA = {"card_number": "4242 4242 4242 4242", "expiry": "12/39", "cvv": "123"}
NO_FUNDS = VISA | {"card_number": "4544249167673670"}
CHANNEL = "pc_sandboxsandboxsandboxsando"
SECRET = "sandbox-checkout-webhook-secret"


class Rig:
    """The stand-in, a service that receives its webhooks, and a client of each kind."""

    def __init__(self, standin: CheckoutStandIn, world: World, changed: asyncio.Event) -> None:
        self.standin, self.world, self._changed = standin, world, changed
        self.base = f"{world.url}/checkout"
        self.received: list[tuple[dict[str, str], bytes]] = []
        key = standin.env()["PAYLINK_CHECKOUT_SECRET_KEY"]
        self.api = httpx.AsyncClient(base_url=self.base, headers={"Authorization": f"Bearer {key}"})
        self.browser = httpx.AsyncClient(base_url=self.base)

    async def link(self, **changes: Any) -> dict[str, Any]:
        answer = await self.api.post("/payment-links", json=body(**changes))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.api.get(path)
        assert answer.status_code == 200
        return answer.json()

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.browser.post(f"/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def pay(self, link: str, outcome: str, **body: Any) -> dict[str, Any]:
        return (await self.control("pay", link=link, outcome=outcome, **body))["payment"]

    async def refused(self, **body: Any) -> str:
        answer = await self.browser.post("/_control/pay", json=body)
        assert answer.status_code == 400
        assert answer.json()["ok"] is False
        return answer.json()["error"]

    async def events(self, count: int) -> list[dict[str, Any]]:
        """The events that have arrived, once they are so many, in the order of their making."""
        async with asyncio.timeout(5):
            while len(self.received) < count:
                self._changed.clear()
                await self._changed.wait()
        found = {event["id"]: event for event in (json.loads(raw) for _, raw in self.received)}
        made = (await self.browser.get("/_control/deliveries")).json()["deliveries"]
        return [found[delivery["event_id"]] for delivery in made if delivery["event_id"] in found]

    async def event(self, kind: str, count: int) -> dict[str, Any]:
        return next(event for event in await self.events(count) if event["type"] == kind)


def body(**changes: Any) -> dict[str, Any]:
    """A body that is accepted, with changes (None: without that key)."""
    whole = {
        "amount": 4990,
        "currency": "EUR",
        "billing": {"address": {"country": "DE"}},
        "processing_channel_id": CHANNEL,
        "reference": "PL7F3K9Q",
        "metadata": {"paylink_id": "01JD3X8Q"},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


class Stage:
    """An application that each test puts its own into: servers take long to start."""

    def __init__(self) -> None:
        self.app: ASGIApp = Starlette()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stages() -> AsyncIterator[dict[str, Stage]]:
    """Two servers, the sandbox's and the service's, by their addresses."""
    sandbox, service = Stage(), Stage()
    async with serving(sandbox) as sandbox_url, serving(service) as service_url:
        yield {sandbox_url: sandbox, service_url: service}


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    changed = asyncio.Event()
    (sandbox_url, sandbox), (service_url, service) = stages.items()
    world = World(Clock(), sandbox_url, service_url, changed.set)
    standin = CheckoutStandIn(world)
    rig = Rig(standin, world, changed)

    async def receive(request: Request) -> Response:
        rig.received.append((dict(request.headers), await request.body()))
        changed.set()
        return Response()

    sandbox.app = Starlette(routes=[mount(standin, world)])
    service.app = Starlette(routes=[Route("/webhooks/checkout", receive, methods=["POST"])])
    task = asyncio.create_task(standin.run())
    async with rig.api, rig.browser:
        yield rig
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


# --- the key -------------------------------------------------------------------------------------


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


# --- creating a link -----------------------------------------------------------------------------


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
    ({"products": [{"quantity": 0}]}, ["product_name_required", "product_quantity_invalid"]),
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
        products=[{"name": "Chair", "quantity": 1, "price": 1000}],
        allow_payment_methods=["card"],
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


# --- paying by control ---------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["id", "url", "reference"])
async def test_paid_is_authorised_then_captured(rig: Rig, by: str) -> None:
    link = await rig.link()
    name = {"id": link["id"], "url": link["_links"]["redirect"]["href"], "reference": "PL7F3K9Q"}[by]
    payment = await rig.pay(name, "paid")
    assert (payment["status"], payment["approved"], payment["amount"]) == ("Captured", True, 4990)
    approved, captured = await rig.events(2)
    assert (approved["type"], captured["type"]) == ("payment_approved", "payment_captured")
    assert approved["data"]["id"] == captured["data"]["id"] == payment["id"]
    assert approved["data"]["action_id"] != captured["data"]["action_id"]
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert (shown["status"], shown["payment_id"]) == ("Payment Received", payment["id"])
    assert set(shown["_links"]) == {"self", "redirect", "payment", "payment_actions"}


async def test_a_reference_names_the_newest_of_its_links(rig: Rig) -> None:
    await rig.link()
    newest = await rig.link()
    await rig.pay("PL7F3K9Q", "paid")
    assert (await rig.get(f"/payment-links/{newest['id']}"))["status"] == "Payment Received"


async def test_authorised_then_captured_in_parts_is_one_payment(rig: Rig) -> None:
    link = await rig.link()
    first = await rig.pay(link["id"], "authorised")
    assert (first["status"], first["balances"]["available_to_capture"]) == ("Authorized", 4990)
    part = await rig.pay(link["id"], "captured", amount=1000)
    assert (part["id"], part["status"]) == (first["id"], "Partially Captured")
    whole = await rig.pay(link["id"], "captured")
    assert (whole["status"], whole["balances"]["total_captured"]) == ("Captured", 4990)
    amounts = [event["data"]["amount"] for event in await rig.events(3)]
    assert amounts == [4990, 1000, 3990]


@pytest.mark.parametrize(("amount", "status"), [(4000, "Partially Captured"), (6000, "Captured")])
async def test_another_amount_than_asked_can_be_captured(rig: Rig, amount: int, status: str) -> None:
    payment = await rig.pay((await rig.link())["id"], "paid", amount=amount)
    assert (payment["status"], payment["amount"]) == (status, 4990)
    assert payment["balances"]["total_captured"] == amount
    captured = await rig.event("payment_captured", 2)
    assert captured["data"]["amount"] == amount


async def test_a_decline_leaves_the_link_active_and_the_next_attempt_is_another_payment(rig: Rig) -> None:
    link = await rig.link()
    declined = await rig.pay(link["id"], "declined")
    assert (declined["status"], declined["approved"]) == ("Declined", False)
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert (shown["status"], shown["payment_id"]) == ("Active", declined["id"])
    assert "payment_actions" not in shown["_links"]
    paid = await rig.pay(link["id"], "paid")
    assert paid["id"] != declined["id"]
    listed = await rig.get("/payments?reference=PL7F3K9Q")
    assert [payment["id"] for payment in listed["data"]] == [paid["id"], declined["id"]]
    assert (await rig.get(f"/payment-links/{link['id']}"))["payment_id"] == paid["id"]


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        (["pending"], "Pending"),
        (["pending", "capture_pending"], "Pending"),
        (["pending", "paid"], "Captured"),
        (["pending", "declined"], "Declined"),
        (["pending", "expired"], "Expired"),
        (["authorised", "voided"], "Voided"),
        (["paid", "refunded"], "Refunded"),
        (["paid", "returned"], "Captured"),
        (["paid", "disputed"], "Captured"),
        (["paid", "disputed", "dispute_won", "disputed", "dispute_lost"], "Captured"),
    ],
)
async def test_what_follows_befalls_the_same_payment(rig: Rig, outcomes: list[str], status: str) -> None:
    link = await rig.link()
    payments = [await rig.pay(link["id"], outcome) for outcome in outcomes]
    assert {payment["id"] for payment in payments} == {payments[0]["id"]}
    assert payments[-1]["status"] == status
    assert (await rig.get(f"/payments/{payments[0]['id']}"))["status"] == status


async def test_a_refund_may_be_partial_but_never_more_than_is_left(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    part = await rig.pay(link["id"], "refunded", amount=990)
    assert (part["status"], part["balances"]["available_to_refund"]) == ("Partially Refunded", 4000)
    assert "4000" in await rig.refused(link=link["id"], outcome="refunded", amount=4001)
    assert (await rig.pay(link["id"], "refunded"))["status"] == "Refunded"
    assert "refunded" in await rig.refused(link=link["id"], outcome="refunded")
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


async def test_money_that_was_returned_cannot_be_refunded_as_well(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    returned = await rig.pay(link["id"], "returned")
    assert returned["balances"]["available_to_refund"] == 0
    assert "refunded" in await rig.refused(link=link["id"], outcome="refunded")
    assert (await rig.event("payment_returned", 3))["data"]["amount"] == 4990


async def test_a_link_speaks_of_the_payment_that_succeeded(rig: Rig) -> None:
    link = await rig.link()
    slow = await rig.pay(link["id"], "pending")
    await rig.pay(link["id"], "pending")
    declined = await rig.pay(link["id"], "declined")
    paid = await rig.pay(link["id"], "paid")
    assert paid["id"] == slow["id"] != declined["id"]
    assert (await rig.get(f"/payment-links/{link['id']}"))["payment_id"] == paid["id"]


async def test_two_attempts_under_way_can_both_succeed(rig: Rig) -> None:
    link = await rig.link()
    for _ in range(2):
        await rig.pay(link["id"], "pending")
    payments = {(await rig.pay(link["id"], "paid"))["id"] for _ in range(2)}
    assert len(payments) == 2


@pytest.mark.parametrize("outcome", ["captured", "voided", "refunded", "returned", "disputed", "dispute_won"])
async def test_what_needs_a_payment_is_refused_without_one(rig: Rig, outcome: str) -> None:
    link = await rig.link()
    assert "on this link" in await rig.refused(link=link["id"], outcome=outcome)


async def test_a_link_is_paid_once(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "authorised")
    for outcome in ("paid", "authorised", "declined", "pending"):
        assert "Payment Received" in await rig.refused(link=link["id"], outcome=outcome)


async def test_captured_money_cannot_be_voided(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid", amount=1000)
    assert "voided" in await rig.refused(link=link["id"], outcome="voided")


async def test_a_link_expires_by_the_clock(rig: Rig) -> None:
    link = await rig.link(expires_in=600)
    await rig.control("clock", advance_s=599)
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Active"
    await rig.control("clock", advance_s=2)
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Expired"
    for outcome in ("paid", "authorised", "declined"):
        assert "Expired" in await rig.refused(link=link["id"], outcome=outcome)


async def test_a_paid_link_stays_paid_when_its_time_is_over(rig: Rig) -> None:
    link = await rig.link(expires_in=600)
    await rig.pay(link["id"], "paid")
    await rig.control("clock", advance_s=601)
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


async def test_an_attempt_begun_in_time_may_end_after_the_expiry(rig: Rig) -> None:
    link = await rig.link(expires_in=600)
    pending = await rig.pay(link["id"], "pending")
    await rig.control("clock", advance_s=601)
    assert (await rig.pay(link["id"], "paid"))["id"] == pending["id"]
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"link": "pl_none"}, "no link"),
        ({"link": 7}, "no link"),
        ({"outcome": "payed"}, "outcome must be one of"),
        ({"outcome": ["paid"]}, "outcome must be one of"),
        ({"link": "http://[x"}, "no link"),
        ({"amount": 0}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"outcome": "declined", "amount": 1}, "takes no amount"),
        ({"sum": 1}, "unknown keys: sum"),
    ],
)
async def test_a_control_that_makes_no_sense_is_refused(rig: Rig, wrong: dict[str, Any], says: str) -> None:
    link = await rig.link()
    assert says in await rig.refused(**({"link": link["id"], "outcome": "paid"} | wrong))


async def test_the_links_control_lists_them(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "paid")
    listed = (await rig.browser.get("/_control/links")).json()
    assert listed == {
        "ok": True,
        "links": [
            {
                "id": link["id"],
                "reference": "PL7F3K9Q",
                "url": link["_links"]["redirect"]["href"],
                "status": "Payment Received",
                "amount": 4990,
                "currency": "EUR",
            }
        ],
    }


# --- payments over the API -----------------------------------------------------------------------


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


# --- events --------------------------------------------------------------------------------------


async def test_the_signature_is_the_bare_hmac_of_the_raw_body(rig: Rig) -> None:
    await rig.link(description="\N{COPYRIGHT SIGN} chairs", metadata={"mark": "\N{COPYRIGHT SIGN}"})
    await rig.pay("PL7F3K9Q", "declined")
    await rig.events(1)
    headers, raw = rig.received[0]
    assert "\N{COPYRIGHT SIGN}".encode() in raw
    assert headers["cko-signature"] == hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["content-type"].startswith("application/json")


async def test_a_captured_event_is_shaped_as_documented(rig: Rig) -> None:
    await rig.pay((await rig.link())["id"], "paid")
    event = await rig.event("payment_captured", 2)
    assert re.fullmatch(r"evt_[a-z2-7]{26}", event["id"])
    assert (event["source"], event["version"]) == ("gwc_notifier1", "1.0.29")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", event["timestamp"])
    assert re.fullmatch(r".*T\d\d:\d\d:\d\d\.\d{7}Z", event["data"]["processed_on"])
    assert "created_on" not in event
    data = event["data"]
    assert (data["reference"], data["amount"], data["currency"]) == ("PL7F3K9Q", 4990, "EUR")
    assert data["metadata"] == {"paylink_id": "01JD3X8Q"}
    assert (data["response_code"], data["response_summary"]) == ("10000", "Approved")
    assert data["balances"] == {
        "total_authorized": 4990,
        "total_voided": 0,
        "available_to_void": 0,
        "total_captured": 4990,
        "available_to_capture": 0,
        "total_refunded": 0,
        "available_to_refund": 4990,
    }


async def test_an_approved_event_still_has_everything_to_capture(rig: Rig) -> None:
    await rig.pay((await rig.link(customer={"email": "jane@example.com"}))["id"], "paid")
    event = await rig.event("payment_approved", 2)
    assert re.fullmatch(r".*T\d\d:\d\d:\d\d\.\d{7}Z", event["created_on"])
    assert "timestamp" not in event
    assert event["data"]["balances"]["available_to_capture"] == 4990
    assert event["data"]["customer"]["email"] == "jane@example.com"
    assert (event["data"]["source"]["type"], event["data"]["source"]["last_4"]) == ("card", "4242")


BOTH = {"action_id", "metadata"}
KINDS: list[tuple[list[str], str, str, set[str]]] = [
    # outcomes, the last event's type, what its moment is called, which of BOTH it has
    (["pending"], "payment_pending", "timestamp", {"metadata"}),
    (["pending", "capture_pending"], "payment_capture_pending", "timestamp", BOTH),
    (["pending", "expired"], "payment_expired", "timestamp", BOTH),
    (["declined"], "payment_declined", "created_on", BOTH),
    (["authorised", "voided"], "payment_voided", "created_on", BOTH),
    (["authorised", "captured", "refunded"], "payment_refunded", "created_on", BOTH),
    (["authorised", "captured", "returned"], "payment_returned", "created_on", {"action_id"}),
    (["authentication_failed"], "authentication_failed", "created_on", set()),
    (["authorised", "captured", "disputed"], "dispute_received", "created_on", set()),
    (["authorised", "captured", "disputed", "dispute_won"], "dispute_won", "created_on", set()),
    (["authorised", "captured", "disputed", "dispute_lost"], "dispute_lost", "created_on", set()),
]


@pytest.mark.parametrize(("outcomes", "kind", "moment", "parts"), KINDS)
async def test_each_event_has_what_its_type_has(
    rig: Rig, outcomes: list[str], kind: str, moment: str, parts: set[str]
) -> None:
    link = await rig.link()
    for outcome in outcomes:
        await rig.pay(link["id"], outcome)
    event = await rig.event(kind, len(outcomes))
    assert datetime.fromisoformat(event[moment]).utcoffset() is not None
    assert BOTH & set(event["data"]) == parts
    assert link["id"] not in json.dumps(event)


async def test_a_failed_authentication_has_its_amount_as_text_and_no_id(rig: Rig) -> None:
    payment = await rig.pay((await rig.link())["id"], "authentication_failed")
    event = await rig.event("authentication_failed", 1)
    assert "id" not in event["data"]
    assert (event["data"]["payment_id"], event["data"]["amount"]) == (payment["id"], "4990")
    assert payment["status"] == "Declined"


async def test_a_dispute_names_the_payment_in_its_own_words(rig: Rig) -> None:
    link = await rig.link()
    payment = await rig.pay(link["id"], "paid")
    await rig.pay(link["id"], "disputed", amount=990)
    data = (await rig.event("dispute_received", 3))["data"]
    assert data["id"].startswith("dsp_")
    assert (data["payment_id"], data["payment_reference"]) == (payment["id"], "PL7F3K9Q")
    assert (data["amount"], data["currency"]) == (990, "EUR")
    assert data["evidence_required_by"]
    await rig.pay(link["id"], "dispute_lost")
    lost = (await rig.event("dispute_lost", 4))["data"]
    assert (lost["id"], lost["amount"]) == (data["id"], 990)
    assert "evidence_required_by" not in lost


async def test_deliveries_can_be_read(rig: Rig) -> None:
    await rig.pay((await rig.link())["id"], "declined")
    event = (await rig.events(1))[0]
    listed = (await rig.browser.get("/_control/deliveries")).json()["deliveries"]
    assert [(one["event_id"], one["type"], one["path"]) for one in listed] == [
        (event["id"], "payment_declined", "/webhooks/checkout")
    ]


async def test_a_duplicated_event_keeps_its_id(rig: Rig) -> None:
    await rig.control("faults", match="payment_captured", fault="duplicate", times=1)
    await rig.pay((await rig.link())["id"], "paid")
    await rig.events(3)
    captured = [raw for _, raw in rig.received if json.loads(raw)["type"] == "payment_captured"]
    assert len(captured) == 2
    assert captured[0] == captured[1]


async def test_shuffled_events_arrive_captured_first(rig: Rig) -> None:
    await rig.control("faults", match="POST /webhooks/checkout", fault="shuffle", times=2)
    await rig.pay((await rig.link())["id"], "paid")
    await rig.events(2)
    assert [json.loads(raw)["type"] for _, raw in rig.received] == ["payment_captured", "payment_approved"]


# --- faults --------------------------------------------------------------------------------------


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


# --- the hosted page -----------------------------------------------------------------------------


AMOUNTS = [
    (4990, "EUR", "49.90"),
    (123_456_789, "USD", "1,234,567.89"),
    (500, "JPY", "500"),
    (1230, "KWD", "1.230"),
    (5, "GBP", "0.05"),
]


@pytest.mark.parametrize(("amount", "currency", "figures"), AMOUNTS)
async def test_the_page_shows_what_is_to_be_paid(rig: Rig, amount: int, currency: str, figures: str) -> None:
    link = await rig.link(
        amount=amount, currency=currency, description="Chairs <b>& tables", display_name="Lindenhof & Co"
    )
    page = await rig.browser.get(f"/pay/{link['id']}")
    assert page.status_code == 200
    for shown in (
        f"{figures}\N{NO-BREAK SPACE}{currency}",
        "Lindenhof &amp; Co",
        "Chairs &lt;b&gt;&amp; tables",
        "PL7F3K9Q",
    ):
        assert shown in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert not re.search(r'(src|href)="', page.text)


async def test_looking_changes_nothing(rig: Rig) -> None:
    link = await rig.link()
    for _ in range(2):
        await rig.browser.get(f"/pay/{link['id']}")
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert shown["status"] == "Active"
    assert "payment_id" not in shown
    assert (await rig.browser.get("/_control/deliveries")).json()["deliveries"] == []


async def test_a_good_card_pays_and_leads_to_a_receipt(rig: Rig) -> None:
    link = await rig.link(return_url="https://shop.example.com/thanks?a=1&b=2")
    answer = await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    assert answer.status_code == 303
    receipt = await rig.browser.get(str(httpx.URL(rig.base).join(answer.headers["location"])))
    payment_id = (await rig.get(f"/payment-links/{link['id']}"))["payment_id"]
    for shown in (
        "Payment successful",
        "49.90\N{NO-BREAK SPACE}EUR",
        "PL7F3K9Q",
        "ending in 4242",
        payment_id,
    ):
        assert shown in receipt.text
    assert 'href="https://shop.example.com/thanks?a=1&amp;b=2"' in receipt.text
    assert [event["type"] for event in await rig.events(2)] == ["payment_approved", "payment_captured"]
    again = await rig.browser.get(f"/pay/{link['id']}")
    assert "This link has been paid" in again.text
    assert payment_id not in again.text
    twice = await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    assert twice.status_code == 409
    assert (await rig.get("/payments?reference=PL7F3K9Q"))["total_count"] == 1


async def test_a_link_without_capture_is_only_authorised(rig: Rig) -> None:
    link = await rig.link(capture=False)
    await rig.browser.post(f"/pay/{link['id']}", data=VISA)
    [payment] = (await rig.get("/payments?reference=PL7F3K9Q"))["data"]
    assert payment["status"] == "Authorized"
    assert [event["type"] for event in await rig.events(1)] == ["payment_approved"]


async def test_a_declined_card_says_why_and_another_may_be_tried(rig: Rig) -> None:
    link = await rig.link()
    declined = await rig.browser.post(f"/pay/{link['id']}", data=NO_FUNDS)
    assert declined.status_code == 402
    assert "There is not enough money on this card" in declined.text
    assert 'name="card_number"' in declined.text
    assert "value=" not in declined.text
    event = (await rig.events(1))[0]
    assert event["type"] == "payment_declined"
    assert (event["data"]["response_code"], event["data"]["response_summary"]) == (
        "20051",
        "Insufficient Funds",
    )
    assert (await rig.browser.post(f"/pay/{link['id']}", data=VISA)).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"card_number": "4111111111111111"}, "not one of the test cards"),
        ({"card_number": ""}, "not one of the test cards"),
        ({"expiry": "13/39"}, "month and year"),
        ({"expiry": "soon"}, "month and year"),
        ({"expiry": "12/20"}, "has passed"),
        ({"cvv": "12"}, "has 3 digits"),
        ({"card_number": "345678901234564"}, "has 4 digits"),
    ],
)
async def test_a_form_that_cannot_be_tried_is_no_attempt(rig: Rig, wrong: dict[str, str], says: str) -> None:
    link = await rig.link()
    answer = await rig.browser.post(f"/pay/{link['id']}", data=VISA | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert "payment_id" not in await rig.get(f"/payment-links/{link['id']}")


async def test_an_expired_link_says_so_and_takes_nothing(rig: Rig) -> None:
    link = await rig.link(expires_in=60)
    await rig.control("clock", advance_s=61)
    for answer in (
        await rig.browser.get(f"/pay/{link['id']}"),
        await rig.browser.post(f"/pay/{link['id']}", data=VISA),
    ):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
    assert (await rig.get("/payments?reference=PL7F3K9Q"))["total_count"] == 0


async def test_an_address_of_no_link_says_so(rig: Rig) -> None:
    assert (await rig.browser.get("/pay/pl_none")).status_code == 404
    assert (await rig.browser.post("/pay/pl_none", data=VISA)).status_code == 404
