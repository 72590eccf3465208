"""PaymentKit keeps the contract of a backend, and what is particular to it."""

import hashlib
import hmac
from typing import Any

import pytest

from bot.money import Money
from bot.ports.backend import Feature
from bot.ports.expectation import LinkKind
from bot.ports.model import Customer, EventKind
from tests.contract.backend_contract import BackendContract
from tests.contract.backend_rig import Extra, Provider, Refusal, Story

pytestmark = pytest.mark.asyncio(loop_scope="module")

K = EventKind
ACCOUNT = "/api/acc_sandbox123"
PAID = (K.CAPTURED, {K.CAPTURED: 4990})
BAGS = {"amount": Money(4900, "EUR"), "details": {"price": "price_stg_bag00000eur", "quantity": "2"}}
MONTHLY = {
    "kind": LinkKind.SUBSCRIPTION,
    "amount": Money(1990, "EUR"),
    "details": {"price": "price_stg_monthly0eur"},
}


def also(asked: dict[str, Any], **details: str) -> dict[str, Any]:
    """The same with further details."""
    return {**asked, "details": {**asked["details"], **details}}


EVERYTHING = {
    "RETURN_URL": "https://corner-coffee.example.com/thanks",
    "PAYMENT_METHODS": "credit_card, apple_pay",
    "EXTRA": '{"return_url": "https://corner-coffee.example.com/cart"}',
}


def refunded(minor: int) -> tuple[EventKind, dict[EventKind, int]]:
    return K.REFUNDED, {K.CAPTURED: 4990, K.REFUNDED: minor}


def told(
    word: str,
    kind: EventKind,
    *outcomes: str | tuple[str, int],
    stands: tuple[EventKind, dict[EventKind, int]],
    names_link: bool = True,
    **amounts: int,
) -> Story:
    """`amounts` by the kinds' names."""
    steps = tuple((step, None) if isinstance(step, str) else step for step in outcomes)
    return Story(
        steps, word, kind, {K(name): minor for name, minor in amounts.items()}, stands, names_link=names_link
    )


def sign(secret: str, body: bytes) -> dict[str, str]:
    return {"x-webhook-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def without_its_data(body: bytes) -> bytes:
    """Something else where `"data":` should stand."""
    return body.replace(b'"data":', "\N{REPLACEMENT CHARACTER}".encode(), 1)


PAYMENTKIT = Provider(
    name="paymentkit",
    creating=f"POST {ACCOUNT}/payment-links",
    preparing=1,
    fetching=f"GET {ACCOUNT}/payment-links",
    checking=f"GET {ACCOUNT}/payment-links",
    looking=f"GET {ACCOUNT}/events",
    unknown_id="pl_stg_aaaaaaaaaaaa",
    unknown_payment="pi_stg_aaaaaaaaaaaa",
    unreadable=without_its_data,
    amounts=(
        Money(4990, "EUR"),
        Money(1, "USD"),
        Money(99_999_999_999, "GBP"),
        Money(10_000, "JPY"),
        Money(1, "KRW"),
        Money(1_230, "KWD"),
        Money(999_999_999, "TND"),
    ),
    refusals=(
        Refusal({"amount": Money(100_000_000_000, "EUR")}, frozenset({"unit_amount_atom_invalid"}), "amount"),
        Refusal({"amount": Money(0, "EUR")}, frozenset({"unit_amount_atom_invalid"}), "amount"),
        Refusal({"amount": Money(1_000, "ISK")}, frozenset({"currency_not_offered"}), "currency"),
    ),
    sign=sign,
    stories=(  # in such an order that no webhook of one that comes late is taken for the next one's
        told("payment_intent.payment_failed", K.DECLINED, "declined", stands=(K.DECLINED, {})),
        told("checkout.session.completed", K.PENDING, "paid", stands=PAID),
        told("payment_intent.succeeded", K.CAPTURED, "declined", "paid", captured=4990, stands=PAID),
        told("refund.created", K.REFUNDED, "paid", "refunded", stands=refunded(4990), names_link=False),
        told(
            "refund.created",
            K.REFUNDED,
            *("paid", ("refunded", 1000), ("refunded", 500)),
            stands=refunded(1500),
            names_link=False,
        ),
        told(
            "payment_intent.succeeded",
            K.CAPTURED,
            ("paid", 4000),
            captured=4000,
            stands=(K.CAPTURED, {K.CAPTURED: 4000}),
        ),
    ),
    captured="payment_intent.succeeded",
    tricks={},
    again={},
    odd_requests={
        "all settings": (EVERYTHING, {"own_reference": "PO 2026/17"}),
        "by quantity": ({"SELL_BY": "quantity"}, {}),
        "a product of the operator's": ({"PRODUCT_ID": "prod_stg_unit00000000"}, {}),
        "nothing but an amount": ({}, {"description": None, "customer": Customer()}),
        "a long description": ({}, {"description": "Ten tables, oak " * 15}),
    },
    least={"description": None, "customer": Customer()},
    lacks=frozenset(
        {"authorisations", "captures in parts", "other currencies", "an end", "a told expiry"}
        | {"refunds in all", "a list of addresses"}
    ),
    extras={
        "several uses": Extra({"uses": 20}),
        "unlimited uses": Extra({"uses": None}),
        "subscription": Extra(MONTHLY),
        "setup": Extra({"kind": LinkKind.SETUP, "amount": Money(0, "EUR")}),
        "price": Extra(BAGS, {"amount": Money(4900, "EUR")}),
        "quantity": Extra(
            BAGS, {"amount": Money(2450, "EUR"), "details": {"price": "price_stg_bag00000eur"}}
        ),
        "trial_days": Extra(also(MONTHLY, trial_days="7"), MONTHLY),
        "coupon": Extra(also(BAGS, coupon="coupon_stg_tenpercent"), BAGS),
    },
    features=frozenset({Feature.CANCEL, Feature.EDIT, Feature.FIND, Feature.HISTORY, Feature.CONNECT}),
    sample={
        "id": "evt_stg_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": 1_795_257_701,
        "livemode": False,
        "data": {
            "object": {
                "id": "pi_stg_1",
                "checkout_session_id": "cs_stg_1",
                "status": "succeeded",
                "amount_atom": 1250,
                "amount_refunded_atom": 0,
                "currency": "gbp",
                "payment_method": "credit_card",
                "last_payment_error": None,
                "payment_link_id": "pl_stg_1",
                "line_items": {"price_id": "price_1"},
                "metadata": {"ref": "PL1"},
            },
            "previous_attributes": {"status": "requires_payment_method"},
        },
    },
)


class TestPaymentKit(BackendContract):
    provider = PAYMENTKIT
