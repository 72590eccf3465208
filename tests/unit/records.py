"""Records to begin a test with: a link over 49.90 EUR, asked for by Alice in a channel."""

from datetime import UTC, timedelta

from babel.numbers import format_decimal

from bot.conversation.form import Locality, form_for
from bot.conversation.offer import Offer
from bot.money import Money, exponent_of
from bot.ports.model import (
    Customer,
    Event,
    EventKind,
    Link,
    LinkState,
    Person,
    Place,
)
from tests.fakes import INFO, START

ACCOUNT = "fakepay"
ALICE = Person("slack", "U0ALICE", "T1", "Alice")
BOB = Person("slack", "U0BOB", "T1", "Bob")
SALES = Place("slack", "C0SALES", "T1")
ALONE = Place("slack", "D0ALICE", "T1", private=True)
AMOUNT = Money(4990, "EUR")
BACKENDS = {ACCOUNT: INFO}
FORM = form_for(INFO, Locality(None, "DE", UTC), BACKENDS)
FORM_IN_EUR = form_for(INFO, Locality("EUR", "DE", UTC), BACKENDS)
FORM_WITH_COUNTRY = form_for(INFO, Locality("EUR", None, UTC), BACKENDS)
OFFER = Offer(ACCOUNT, FORM, timedelta(days=7), "en")


def link(**changes: object) -> Link:
    """An open link; `changes` to its fields."""
    fields: dict[str, object] = {
        "id": "PL0123456789AB",
        "account_id": ACCOUNT,
        "public_token": "0" * 32,
        "state": LinkState.OPEN,
        "closed": None,
        "amount": AMOUNT,
        "uses": 1,
        "description": "Invoice 12",
        "customer": Customer(name="Jane Doe", email="jane@example.com", country="DE"),
        "creator": ALICE,
        "destination_id": 1,
        "created_at": START,
        "expires_at": START + timedelta(days=7),
    }
    return Link(**(fields | changes))  # type: ignore[arg-type]


def event(kind: EventKind, payment: str | None = "pay_1", **changes: object) -> Event:
    """An event about a payment; a captured or authorised one carries the link's amount."""
    fields: dict[str, object] = {
        "key": f"evt_{kind}_{payment}",
        "kind": kind,
        "provider_word": f"payment_{kind}",
        "provider_payment_id": payment,
        "reference": "PL0123456789AB",
        "occurred_at": START,
        "amounts": {kind: AMOUNT} if kind in {EventKind.AUTHORISED, EventKind.CAPTURED} else {},
    }
    return Event(**(fields | changes))  # type: ignore[arg-type]


FORMATS = ("en", "de", "fr", "en_IN")


def written(money: Money, number_format: str) -> str:
    """The amount as people of a number format write it, with its groups and all its decimals."""
    decimals = exponent_of(money.currency)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(money.major, pattern, locale=number_format))
