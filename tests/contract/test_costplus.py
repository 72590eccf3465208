"""Cost+ keeps the contract of a backend whose webhooks prove nothing."""

import pytest

from bot.money import Money
from bot.ports.model import Customer, EventKind
from tests.contract.backend_contract import HintingBackendContract
from tests.contract.backend_rig import Provider, Refusal, Story

pytestmark = pytest.mark.asyncio(loop_scope="module")

K = EventKind
NOBODYS = "11111111-2222-4333-8444-555555555555"
TAKEN = {K.CAPTURED: 4990}
EVERYTHING = {
    "MAIL": "on",
    "EXTRA": '{"return_url": "https://corner-coffee.example.com/thanks", "payment_methods": ["credit-card"]}',
}


def no_signature(secret: str, body: bytes) -> dict[str, str]:
    return {}


def without_its_event(body: bytes) -> bytes:
    return body.replace(b'"event":', "\N{REPLACEMENT CHARACTER}".encode(), 1)


def told(
    word: str, kind: EventKind, *outcomes: str | tuple[str, int], amounts: dict[EventKind, int] | None = None
) -> Story:
    """A hint only says what to fetch: an event tells what the payment has become, and so do all others."""
    steps = tuple((step, None) if isinstance(step, str) else step for step in outcomes)
    return Story(steps, word, kind, amounts or {}, (kind, amounts or {}))


COSTPLUS = Provider(
    name="costplus",
    creating="POST /v1/paymentlinks",
    fetching="GET /v1/paymentlinks",
    checking="GET /v1/paymentlinks",
    looking="GET /v1/orders",
    searching="POST /v1/search/orders",
    unknown_id=NOBODYS,
    unknown_payment=NOBODYS,
    unreadable=without_its_event,
    amounts=(
        Money(4990, "EUR"),
        Money(1, "USD"),
        Money(99_999_999_999, "GBP"),
        Money(10_000, "JPY"),
        Money(1, "KRW"),
        Money(1_230, "KWD"),
        Money(1_231, "TND"),
    ),
    refusals=(
        Refusal({"amount": Money(0, "EUR")}, frozenset({"ValidationError", "amount"}), "amount"),
        Refusal({"amount": Money(1000, "VED")}, frozenset({"ValidationError", "currency"}), "currency"),
        Refusal({"reference": "x" * 300}, frozenset({"ValidationError", "merchant_order_id"}), None),
    ),
    sign=no_signature,
    stories=(  # no word twice in a row: no hint that comes late is then taken for the next one's
        told("processing", K.PENDING, "pending"),
        told("error", K.DECLINED, "declined"),
        told("cancelled", K.DECLINED, "cancelled"),
        told("expired", K.DECLINED, "expired"),
        told("completed", K.CAPTURED, "pending", "declined", "paid", amounts=TAKEN),
        told("completed, refunded", K.REFUNDED, "paid", "refunded", amounts={**TAKEN, K.REFUNDED: 4990}),
        told("completed", K.CAPTURED, ("paid", 4000), amounts={K.CAPTURED: 4000}),
        told(
            "completed, refunded",
            K.REFUNDED,
            *("paid", ("refunded", 1000), ("refunded", 550)),
            amounts={**TAKEN, K.REFUNDED: 1550},
        ),
        told(
            "completed, charged back",
            K.DISPUTED,
            *("paid", ("disputed", 1250)),
            amounts={**TAKEN, K.DISPUTED: 1250},
        ),
        told(
            "completed, reversed",
            K.DISPUTE_WON,
            *("paid", "disputed", "dispute_won"),
            amounts={**TAKEN, K.DISPUTE_WON: 4990},
        ),
        told(
            "completed, charged back",
            K.DISPUTED,
            *("paid", ("refunded", 990), ("disputed", 4000)),
            amounts={**TAKEN, K.REFUNDED: 990, K.DISPUTED: 4000},
        ),
    ),
    captured="completed",
    tricks={},
    odd_requests={
        "all settings": (EVERYTHING, {"own_reference": "PO 2026/17"}),
        "a telephone": ({}, {"customer": Customer("Jane", None, "+442079460958", "GB")}),
        "nothing but an amount": ({}, {"description": None, "customer": Customer()}),
        "an address to write to": ({}, {"webhook_url": "https://pay.example.com/webhooks/costplus/token"}),
    },
    least={"description": None, "customer": Customer()},
    lacks=frozenset(
        {"authorisations", "captures in parts", "other currencies", "second payments", "refunds in all"}
    ),
    sample={
        "event": "status_changed",
        "order_id": NOBODYS,
        "project_id": "5a4db0c5-0000-4000-8000-000000000001",
    },
)


class TestCostplus(HintingBackendContract):
    provider = COSTPLUS
