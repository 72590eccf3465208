"""Checkout.com keeps the contract of a backend."""

import hashlib
import hmac
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.money import Money
from bot.ports.model import Customer
from tests.contract.backend_contract import BackendContract
from tests.contract.backend_rig import EMAIL, BackendRig, Provider, Refusal, backend_rig
from tests.rigs import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


def sign(secret: str, body: bytes) -> dict[str, str]:
    return {"cko-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


CHECKOUT = Provider(
    name="checkout",
    creating="POST /payment-links",
    fetching="GET /payment-links",
    checking="GET /payment-links",
    unknown_id="pl_aaaaaaaaaaaa",
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
    ignored={
        "payment_pending": ("pending",),
        "payment_capture_pending": ("capture_pending",),
        "payment_expired": ("expired",),
        "authentication_failed": ("authentication_failed",),
        "payment_voided": ("authorised", "voided"),
        "payment_refunded": ("paid", "refunded"),
        "payment_returned": ("paid", "returned"),
        "dispute_received": ("paid", "disputed"),
        "dispute_won": ("paid", "disputed", "dispute_won"),
        "dispute_lost": ("paid", "disputed", "dispute_lost"),
    },
)


class TestCheckout(BackendContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def rig(self, stage: Stage) -> AsyncIterator[BackendRig]:
        async with backend_rig(stage, CHECKOUT) as ready:
            yield ready
