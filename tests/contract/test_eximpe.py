"""EximPe keeps the contract of a backend."""

import hashlib
import hmac
from typing import Any

import pytest

from bot.money import Money
from bot.ports.backend import Feature
from bot.ports.model import Customer, EventKind
from tests.contract.backend_contract import BackendContract
from tests.contract.backend_rig import EMAIL, Extra, Provider, Refusal, Story

pytestmark = pytest.mark.asyncio(loop_scope="module")

K = EventKind
PHONE = "+919812345678"
ADDRESS = {"address": "12 MG Road", "city": "Pune", "state": "Maharashtra", "postal_code": "411001"}
CUSTOMER = Customer("Jane Doe", EMAIL, PHONE)
COMPLETE = {"customer": CUSTOMER, "details": ADDRESS}
PAID = (K.CAPTURED, {K.CAPTURED: 4990})


def sign(secret: str, body: bytes) -> dict[str, str]:
    return {"x-webhook-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def without_its_type(body: bytes) -> bytes:
    return body.replace(b'"event_type":', "\N{REPLACEMENT CHARACTER}".encode(), 1)


def refused(field: str | None, *codes: str, **changes: Any) -> Refusal:
    return Refusal(changes, frozenset(codes), field)


def told(
    word: str,
    kind: EventKind,
    *outcomes: str | tuple[str, int],
    stands: tuple[EventKind, dict[EventKind, int]] = PAID,
    **amounts: int,
) -> Story:
    """`amounts` by the kinds' names; the payment stands as `stands` says."""
    steps = tuple((step, None) if isinstance(step, str) else step for step in outcomes)
    return Story(steps, word, kind, {K(name): minor for name, minor in amounts.items()}, stands)


EXIMPE = Provider(
    name="eximpe",
    creating="POST /pg/payment-links",
    fetching="GET /pg/payment-links",
    checking="GET /pg/payment-links",
    looking="GET /pg/payments",
    changing="POST /pg/payment-links",
    unknown_id="PR9999999999",
    unknown_payment="PR9999999999",
    unreadable=without_its_type,
    amounts=(Money(4990, "INR"), Money(1, "INR"), Money(100_050, "INR"), Money(1_000_000_000, "INR")),
    refusals=(
        refused("amount", "amount", amount=Money(1_000_000_001, "INR")),
        refused("currency", "currency_not_offered", amount=Money(4990, "EUR")),
        refused("name", "buyer.name", customer=Customer(None, EMAIL, PHONE)),
        refused("email", "buyer.email", customer=Customer("Jane Doe", f"{EMAIL} or so", PHONE)),
        refused("phone", "buyer.phone", customer=Customer("Jane Doe", EMAIL)),
        refused("city", "buyer.address.city", details={**ADDRESS, "city": "Pune 411001"}),
        refused("postal_code", "buyer.address.postal_code", details={**ADDRESS, "postal_code": "4110011"}),
        refused("address", "buyer.address", details={}),
        refused("goods_code", "product.hs_code", details={**ADDRESS, "goods": "physical_goods"}),
        refused("invoice", "invoice.number", details={**ADDRESS, "invoice": "No. 12"}),
        refused(None, "reference_id", reference="x" * 51),
        refused(
            "email", "reference_id", "buyer.email", reference="x" * 51, customer=Customer("J", "", PHONE)
        ),
    ),
    sign=sign,
    stories=(
        told("PAYMENT_FAILED", K.DECLINED, "declined", stands=(K.DECLINED, {})),
        told("PAYMENT_SUCCESSFUL", K.CAPTURED, "paid", captured=4990),
        told("PAYMENT_SUCCESSFUL", K.CAPTURED, "pending", "declined", "captured", captured=4990),
        told("PAYMENT_SETTLED", K.IGNORED, "paid", "settled"),
        told(
            "PAYMENT_REFUNDED",
            K.REFUNDED,
            *("paid", "refunded"),
            stands=(K.REFUNDED, {K.CAPTURED: 4990, K.REFUNDED: 4990}),
        ),
        told(
            "PAYMENT_REFUNDED",
            K.REFUNDED,
            *("paid", ("refunded", 1000), ("refunded", 550)),
            stands=(K.REFUNDED, {K.CAPTURED: 4990, K.REFUNDED: 1550}),
        ),
        told(
            "REFUND_STATUS_UPDATE REFUND_PENDING",
            K.REFUND_PENDING,
            *("paid", ("refund_pending", 1000)),
            refund_pending=1000,
        ),
        told("REFUND_FAILED", K.REFUND_FAILED, "paid", ("refund_failed", 1000), refund_failed=1000),
        told("DISPUTE_UPDATED OPEN", K.DISPUTED, "paid", "disputed", disputed=4990),
        told("DISPUTE_UPDATED WON", K.DISPUTE_WON, "paid", "disputed", "dispute_won", dispute_won=4990),
        told("DISPUTE_UPDATED LOST", K.DISPUTE_LOST, "paid", "disputed", "dispute_lost", dispute_lost=4990),
    ),
    captured="PAYMENT_SUCCESSFUL",
    tricks={},
    odd_requests={
        "another kind of goods": ({"GOODS": "digital_goods"}, {}),
        "goods with a code": (
            {},
            {"details": {**ADDRESS, "goods": "physical_goods", "goods_code": "99831100"}},
        ),
        "a code for all goods": (
            {"GOODS": "physical_goods", "EXTRA": '{"product.hs_code": "99831100"}'},
            {},
        ),
        "a second line": ({"EXTRA": '{"buyer.address.line_2": "2nd floor"}'}, {}),
        "a number of one's own": ({}, {"own_reference": "PO 2026/17 (rev. 2)"}),
        "an invoice": ({}, {"details": {**ADDRESS, "invoice": "INV/2026-17"}}),
    },
    usual=COMPLETE,
    least={"description": None, **COMPLETE},
    lacks=frozenset(
        {"authorisations", "captures in parts", "other currencies", "refunds in all", "a told expiry"}
    ),
    extras={
        "goods": Extra({"details": {**ADDRESS, "goods": "digital_goods"}}),
        "goods_code": Extra({"details": {**ADDRESS, "goods_code": "99831100"}}),
        "invoice": Extra({"details": {**ADDRESS, "invoice": "INV/2026-17"}}),
    },
    features=frozenset({Feature.CANCEL, Feature.EXTEND, Feature.FIND, Feature.SHARE, Feature.HISTORY}),
    sample={
        "event_type": "PAYMENT_SUCCESSFUL",
        "event_time": "2026-11-21 09:10:00",
        "version": "1.0",
        "sequence_number": "1c0e6f0a-6c1e-4f0e-8a53-5d1f0b6d7a11",
        "data": {
            "payment_id": "PR5106085554",
            "order_id": "OD3376378679",
            "merchant_reference_id": "PL1",
            "amount": 1500,
            "status": "CAPTURED",
            "message": "Payment Captured",
            "mop_type": "UPI",
            "bank_ref_num": "OD3376378679-PR5106085554",
            "payment_completed_at": "2026-11-21T09:09:58.000000Z",
        },
    },
)


class TestEximpe(BackendContract):
    provider = EXIMPE
