"""Checkout.com keeps the contract of a backend."""

import hashlib
import hmac

import pytest

from bot.money import Money
from bot.ports.backend import Feature
from bot.ports.model import Customer, EventKind
from tests.contract.backend_contract import BackendContract
from tests.contract.backend_rig import EMAIL, Provider, Refusal, Story

pytestmark = pytest.mark.asyncio(loop_scope="module")


def sign(secret: str, body: bytes) -> dict[str, str]:
    return {"cko-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


K = EventKind
PAID = (K.CAPTURED, {K.AUTHORISED: 4990, K.CAPTURED: 4990})
EVERYTHING = {
    "RETURN_URL": "https://corner-coffee.example.com/thanks",
    "LOCALE": "it-IT",
    "PAYMENT_METHODS": "card, klarna, ideal",
    "3DS": "on",
    "BILLING_DESCRIPTOR": "Corner Coffee, Zagreb",
}
METHODS = (
    *("card", "applepay", "googlepay", "klarna", "ideal", "benefit", "paypal", "bancontact", "eps"),
    *("giropay", "knet", "multibanco", "p24", "sofort"),
)


def told(
    word: str,
    kind: EventKind,
    *outcomes: str | tuple[str, int],
    stands: tuple[EventKind, dict[EventKind, int]] | None = None,
    names_link: bool = True,
    **amounts: int,
) -> Story:
    """`amounts` by the kinds' names; the payment stands as the event tells, unless `stands` says where."""
    steps = tuple((step, None) if isinstance(step, str) else step for step in outcomes)
    known = {K(name): minor for name, minor in amounts.items()}
    return Story(steps, word, kind, known, stands or (kind, known), names_link=names_link)


def disputed(kind: EventKind, minor: int = 4990) -> tuple[EventKind, dict[EventKind, int]]:
    """How a payment stands with a dispute beside it."""
    return kind, {**PAID[1], kind: minor}


def without_its_data(body: bytes) -> bytes:
    """As it was seen: U+FFFD where `"data":` should stand."""
    return body.replace(b'"data":', "\N{REPLACEMENT CHARACTER}".encode(), 1)


CHECKOUT = Provider(
    name="checkout",
    creating="POST /payment-links",
    fetching="GET /payment-links",
    checking="GET /payment-links",
    looking="GET /payments",
    unknown_id="pl_aaaaaaaaaaaa",
    unknown_payment="pay_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    unreadable=without_its_data,
    amounts=(
        Money(4990, "EUR"),
        Money(1, "USD"),
        Money(999_999_999, "GBP"),
        Money(100_050, "HUF"),
        Money(10_000, "JPY"),
        Money(1, "KRW"),
        Money(999_999_999, "XAF"),
        Money(1_230, "KWD"),
        Money(10, "BHD"),
        Money(999_999_990, "TND"),
    ),
    refusals=(
        Refusal({"customer": Customer(None, EMAIL, country="XX")}, frozenset({"country_invalid"}), "country"),
        Refusal(
            {"customer": Customer(None, f"{EMAIL} or so", country="DE")},
            frozenset({"customer_email_invalid"}),
            "email",
        ),
        Refusal({"description": "x" * 101}, frozenset({"description_invalid"}), "description"),
        Refusal({"amount": Money(1_000_000_000, "EUR")}, frozenset({"amount_invalid"}), "amount"),
        Refusal({"amount": Money(1_001, "KWD")}, frozenset({"amount_last_digit_not_0"}), "amount"),
        Refusal({"amount": Money(1_000, "CLP")}, frozenset({"currency_not_offered"}), "currency"),
        Refusal({"customer": Customer(EMAIL, None)}, frozenset({"country_required"}), "country"),
        Refusal({"reference": "x" * 51}, frozenset({"reference_invalid"}), None),
        Refusal(
            {"reference": "x" * 51, "customer": Customer(EMAIL, f"{EMAIL}@", country="XX")},
            frozenset({"reference_invalid", "country_invalid", "customer_email_invalid"}),
            "country",
        ),
    ),
    sign=sign,
    stories=(
        told("payment_pending", K.PENDING, "pending", stands=(K.PENDING, {})),
        told("payment_capture_pending", K.PENDING, "capture_pending", stands=(K.PENDING, {})),
        told("payment_approved", K.AUTHORISED, "authorised", authorised=4990),
        told("payment_declined", K.DECLINED, "declined", stands=(K.DECLINED, {})),
        told("payment_canceled", K.DECLINED, "canceled", stands=(K.DECLINED, {})),
        told("payment_expired", K.DECLINED, "expired", stands=(K.DECLINED, {})),
        told("authentication_failed", K.DECLINED, "authentication_failed", stands=(K.DECLINED, {})),
        told(
            "payment_authentication_failed",
            K.DECLINED,
            "payment_authentication_failed",
            stands=(K.DECLINED, {}),
        ),
        told("payment_captured", K.CAPTURED, "paid", captured=4990, authorised=4990),
        told("payment_captured", K.CAPTURED, ("paid", 1000), captured=1000, authorised=4990),
        told(
            "payment_capture_declined",
            K.CAPTURE_FAILED,
            *("authorised", "capture_declined"),
            stands=(K.AUTHORISED, {K.AUTHORISED: 4990}),
        ),
        told("payment_voided", K.VOIDED, "authorised", "voided", voided=4990, authorised=4990),
        told(
            "payment_void_declined",
            K.VOID_FAILED,
            *("authorised", "void_declined"),
            stands=(K.AUTHORISED, {K.AUTHORISED: 4990}),
        ),
        told(
            "payment_refunded", K.REFUNDED, "paid", "refunded", refunded=4990, captured=4990, authorised=4990
        ),
        told(
            "payment_refunded",
            K.REFUNDED,
            *("paid", ("refunded", 1500)),
            refunded=1500,
            captured=4990,
            authorised=4990,
        ),
        told(
            "payment_refund_pending",
            K.REFUND_PENDING,
            *("paid", ("refund_pending", 1000)),
            stands=PAID,
            names_link=False,
            refund_pending=1000,
        ),
        told(
            "payment_refund_declined",
            K.REFUND_FAILED,
            *("paid", ("refund_declined", 1000)),
            stands=PAID,
            refund_failed=1000,
        ),
        told(
            "payment_returned",
            K.RETURNED,
            *("paid", "returned"),
            stands=(K.RETURNED, {K.AUTHORISED: 4990, K.CAPTURED: 4990}),
            returned=4990,
        ),
        told(
            "dispute_received",
            K.DISPUTED,
            "paid",
            ("disputed", 1250),
            stands=disputed(K.DISPUTED, 1250),
            disputed=1250,
        ),
        told(
            "dispute_evidence_required",
            K.DISPUTED,
            *("paid", "disputed", "dispute_evidence_required"),
            stands=disputed(K.DISPUTED),
            disputed=4990,
        ),
        told(
            "dispute_won",
            K.DISPUTE_WON,
            "paid",
            "disputed",
            "dispute_won",
            stands=disputed(K.DISPUTE_WON),
            dispute_won=4990,
        ),
        told(
            "dispute_lost",
            K.DISPUTE_LOST,
            "paid",
            "disputed",
            "dispute_lost",
            stands=disputed(K.DISPUTE_LOST),
            dispute_lost=4990,
        ),
    ),
    captured="payment_captured",
    tricks={"without_balances": "amount", "without_reference": "link", "broken_json": "everything"},
    odd_requests={
        "all settings": (EVERYTHING, {"own_reference": "PO 2026/17"}),
        "a telephone": ({}, {"customer": Customer("Jane", EMAIL, "+442079460958", "GB")}),
        "China": (
            {"PAYMENT_METHODS": "card,alipay_cn"},
            {"amount": Money(4990, "CNY"), "customer": Customer("Li Wei", EMAIL, country="CN")},
        ),
        "a second attempt": ({"PAYMENT_METHODS": "card,ideal"}, {}),
        "every method": ({"PAYMENT_METHODS": ",".join(METHODS)}, {}),
        "3DS off": ({"3DS": "off"}, {}),
    },
    features=frozenset({Feature.CONNECT}),
    sample={
        "id": "evt_1",
        "type": "payment_captured",
        "timestamp": "2026-11-21T10:15:30.357+00:00",
        "created_on": "2026-11-21T10:15:30Z",
        "data": {
            "id": "pay_1",
            "reference": "PL1",
            "amount": 1250,
            "currency": "GBP",
            "source": {"type": "card", "scheme": "VISA", "last_4": "4242"},
            "balances": {"total_captured": 1250},
            "processing": {"acquirer_reference_number": "1"},
            "response_summary": "Approved",
        },
    },
)


class TestCheckout(BackendContract):
    provider = CHECKOUT
