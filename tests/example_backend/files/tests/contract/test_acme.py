"""Acme Pay keeps the contract of a backend."""

import hashlib
import hmac

import pytest

from bot.money import Money
from bot.ports.backend import Feature
from bot.ports.model import Customer, EventKind
from tests.contract.backend_contract import BackendContract
from tests.contract.backend_rig import EMAIL, Provider, Refusal, Story

pytestmark = pytest.mark.asyncio(loop_scope="module")

K = EventKind
TAKEN = {K.CAPTURED: 4990}
GIVEN_BACK = {**TAKEN, K.REFUNDED: 1500}


def sign(secret: str, body: bytes) -> dict[str, str]:
    return {"acme-proof": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


ACME = Provider(
    name="acme",
    creating="POST /tabs",
    fetching="GET /tabs",
    checking="GET /tabs",
    looking="GET /charges",
    unknown_id="tab_99999999",
    unknown_payment="chg_99999999",
    unreadable=lambda body: body.replace(b'"what":', b'"":', 1),
    amounts=(
        Money(4990, "EUR"),
        Money(1, "USD"),
        Money(1_000_000_000, "GBP"),
        Money(10, "JPY"),
        Money(7, "KWD"),
    ),
    refusals=(
        Refusal({"amount": Money(1_000_000_001, "EUR")}, frozenset({"mills_refused"}), "amount"),
        Refusal({"amount": Money(4990, "SEK")}, frozenset({"currency_not_offered"}), "currency"),
        Refusal({"customer": Customer("Jane")}, frozenset({"payer.email_missing"}), "email"),
        Refusal(
            {"customer": Customer("Jane", f"{EMAIL} or so")}, frozenset({"payer.email_refused"}), "email"
        ),
        Refusal({"description": "x" * 201}, frozenset({"note_refused"}), "description"),
        Refusal({"reference": "x" * 41}, frozenset({"ours_refused"}), None),
    ),
    sign=sign,
    stories=(
        Story((("declined", None),), "charge.refused", K.DECLINED, {}, (K.DECLINED, {})),
        Story((("paid", None),), "charge.taken", K.CAPTURED, TAKEN, (K.CAPTURED, TAKEN)),
        Story(
            (("paid", None), ("refunded", 500), ("refunded", 1000)),
            *("charge.given_back", K.REFUNDED, GIVEN_BACK, (K.REFUNDED, GIVEN_BACK)),
        ),
    ),
    tricks={},
    captured="charge.taken",
    odd_requests={"nothing about what it is for": ({}, {"description": None})},
    least={"description": None, "customer": Customer(email=EMAIL)},
    lacks=frozenset(
        {"authorisations", "captures in parts", "other amounts", "other currencies", "second payments"}
    ),
    features=frozenset({Feature.CANCEL}),
    sample={
        "event": "evt_00000001",
        "what": "charge.given_back",
        "charge": {
            "charge": "chg_00000002",
            "ours": "PL1",
            "state": "given_back",
            "mills": 49_900,
            "given_back": 15_000,
            "currency": "EUR",
            "at": 1_795_255_200,
            "by": "card",
            "why": None,
        },
    },
)


class TestAcme(BackendContract):
    provider = ACME
