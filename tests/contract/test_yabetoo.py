"""YabetooPay keeps the contract of a backend."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
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
ONCE, MONTHLY = "price_sandboxTeaClubEur000001", "price_sandboxCoffeeMonthlyEur"
PAID_BUT_HOW_MUCH: tuple[EventKind, dict[EventKind, int]] = (K.CAPTURED, {})
COMPLETED, FAILED = "payment_link.checkout.completed", "payment_link.checkout.failed"
EVERYTHING = {
    "CURRENCIES": "EUR",
    "EXTRA": '{"successUrl": "https://corner-coffee.example.com/thanks", "submitType": "pay",'
    ' "submitMessage": "See you soon", "collectBillingAddress": true}',
}


def sign(secret: str, body: bytes) -> dict[str, str]:
    """By the provider's own headers, and by those of its command line tool."""
    at = str(int(datetime.now(UTC).timestamp()))
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "x-yabetoo-webhook-signature": f"v1={signature}",
        "x-yabetoo-webhook-timestamp": at,
        "yabetoo-signature": f"t={at},v1={signature}",
    }


def without_its_link(body: bytes) -> bytes:
    """Something else where the link should stand: what is left is the attempt."""
    start, end = body.index(b'"paymentLinkId"'), body.index(b'"checkoutSessionId"')
    return body[:start] + "\N{REPLACEMENT CHARACTER}".encode() + body[end:]


def known_as(link: str, answer: Mapping[str, Any]) -> str:
    """What succeeds is the link's one payment, whose id is the link's; what does not is its checkout's."""
    return link if answer["payment"]["status"] == "succeeded" else str(answer["session"]["id"])


def told(
    word: str,
    kind: EventKind,
    *outcomes: str | tuple[str, int],
    stands: tuple[EventKind, dict[EventKind, int]] | None = None,
    **amounts: int,
) -> Story:
    """`amounts` by the kinds' names."""
    steps = tuple((step, None) if isinstance(step, str) else step for step in outcomes)
    known = {K(name): minor for name, minor in amounts.items()}
    return Story(steps, word, kind, known, stands, names_link=False)


YABETOO = Provider(
    name="yabetoo",
    creating="POST /v1/payment-links",
    fetching="GET /v1/payment-links",
    checking="GET /v1/payment-links",
    looking="GET /v1/payment-links",
    changing="PUT /v1/payment-links",
    unknown_id="plink_aaaaaaaaaaaaaaaaaaaaaaaa",
    unknown_payment="plink_aaaaaaaaaaaaaaaaaaaaaaaa",
    unreadable=without_its_link,
    amounts=(
        Money(4990, "EUR"),
        Money(1, "EUR"),
        Money(9_999_999_999, "EUR"),
        Money(45_000, "XAF"),
        Money(1, "XAF"),
        Money(99_999_999, "XAF"),
    ),
    refusals=(
        Refusal({"amount": Money(10_000_000_000, "EUR")}, frozenset({"amount"}), "amount"),
        Refusal({"amount": Money(0, "XAF")}, frozenset({"amount"}), "amount"),
        Refusal({"amount": Money(1_000, "USD")}, frozenset({"currency_not_offered"}), "currency"),
    ),
    sign=sign,
    stories=(
        told(FAILED, K.DECLINED, "declined"),
        told(FAILED, K.DECLINED, "expired"),
        told(COMPLETED, K.CAPTURED, "paid", stands=PAID_BUT_HOW_MUCH, captured=4990),
        told(COMPLETED, K.CAPTURED, "pending", "declined", "paid", stands=PAID_BUT_HOW_MUCH, captured=4990),
        told(COMPLETED, K.CAPTURED, ("paid", 4000), stands=PAID_BUT_HOW_MUCH, captured=4000),
    ),
    captured=COMPLETED,
    tricks={},
    odd_requests={
        "all settings": (EVERYTHING, {"own_reference": "PO 2026/17"}),
        "nothing but an amount": ({}, {"description": None, "customer": Customer()}),
        "a long description": ({}, {"description": "Ten tables, oak " * 15}),
    },
    least={"description": None, "customer": Customer()},
    lacks=frozenset(
        {"authorisations", "captures in parts", "refunds", "other currencies", "second payments"}
        | {"fetched amounts", "listed attempts", "lists in an envelope", "repetitions with the same id"}
    ),
    extras={
        "range": Extra({"least": Money(1000, "EUR")}),
        "suggested": Extra(
            {"least": Money(1000, "EUR"), "details": {"suggested": "20;30.50"}},
            {"least": Money(1000, "EUR")},
        ),
        "several uses": Extra({"uses": 20}),
        "unlimited uses": Extra({"uses": None}),
        "price": Extra({"details": {"price": ONCE}}),
        "quantity": Extra(
            {"amount": Money(9980, "EUR"), "details": {"price": ONCE, "quantity": "2"}},
            {"details": {"price": ONCE}},
        ),
        "subscription": Extra(
            {"kind": LinkKind.SUBSCRIPTION, "amount": Money(1500, "EUR"), "details": {"price": MONTHLY}}
        ),
    },
    features=frozenset({Feature.CANCEL, Feature.RESUME, Feature.EXTEND, Feature.EDIT, Feature.FIND}),
    sample={
        "id": "evt_7Jd2",
        "type": COMPLETED,
        "created_at": "2026-11-21T09:10:00.000Z",
        "data": {
            "paymentLinkId": "plink_k3Zx8Qw1Lr5Tn0Vb7Yd2Hs9M",
            "checkoutSessionId": "cs_19ab",
            "orderId": "ord_5f",
            "amount": 45000,
            "currency": "xaf",
            "customerEmail": "p@example.org",
            "completedAt": "2026-11-21T09:10:00.000Z",
        },
    },
    known_as=known_as,
    tells_reference=False,
)


class TestYabetoo(BackendContract):
    provider = YABETOO
