"""What Cost+'s orders behind an order come to: a refund; a chargeback under way, failed, or reversed."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.backends._costplus_orders import Attempt, to_events
from bot.links import lifecycle
from bot.money import Money
from bot.ports.model import Event, EventKind, Link, Mode, Payment
from tests.unit.records import link

RECORDED = Path(__file__).parents[1] / "recordings/costplus/payments/charged-back.json"
ORDER = json.loads(RECORDED.read_text())["body"]
REFERENCE, AMOUNT = ORDER["merchant_order_id"], Money(7250, "EUR")


Told = tuple[Event, ...]
Said = list[tuple[str, str | None]]


def beside(status: str, name: str = "0d79014c", of: str | None = None, minor: int = 7250) -> dict[str, Any]:
    named = {"reversal_of_order_id": of} if of else {}
    return {"id": name, "status": status, "amount": minor, "currency": AMOUNT.currency, **named}


def heard(*chargebacks: dict[str, Any], reversals: Sequence[dict[str, Any]] = (), day: int = 23) -> Told:
    order = ORDER | {"modified": f"2026-11-{day}T10:00:00Z"}
    return to_events(Attempt(order, REFERENCE, chargebacks=chargebacks, reversals=reversals), Mode.TEST)


def told(*looks: Told) -> tuple[Said, Link, Sequence[Payment]]:
    """What the thread reads after the payment itself, and how the link stands in the end."""
    of, payments, said = link(id=REFERENCE, amount=AMOUNT), list[Payment](), Said()
    for event in (one for look in looks for one in look):
        change = lifecycle.apply(of, payments, event)
        assert change is not None
        of, payments = change.link, [change.payment]
        said += [(notice.key, notice.params.get("amount")) for notice in change.notices]
    assert said[0][0] == "paid"
    return said[1:], of, payments


@pytest.mark.parametrize("status", ["error", "cancelled", "expired"])
def test_a_chargeback_that_comes_to_nothing_ends_the_dispute(status: str) -> None:
    said, of, payments = told(heard(beside("processing")), heard(beside(status), day=24))
    assert said == [("disputed", "7250 EUR"), ("dispute_won", "7250 EUR")]
    assert lifecycle.headline(of, payments) is lifecycle.Headline.DISPUTE_WON


def test_one_that_failed_beside_one_that_stands_leaves_it_disputed() -> None:
    _, of, (payment,) = told(heard(beside("error", "first"), beside("completed", "second")))
    assert payment.amounts[EventKind.DISPUTED] == AMOUNT
    assert lifecycle.headline(of, [payment]) is lifecycle.Headline.DISPUTED


def test_what_is_reversed_is_won() -> None:
    [done] = heard(beside("completed"), reversals=[beside("completed", "back")])
    [begun] = heard(beside("completed"), reversals=[beside("processing", "back")])
    assert (done.kind, begun.kind) == (EventKind.DISPUTE_WON, EventKind.DISPUTED)


@pytest.mark.parametrize("of", [("first", "second"), (None, None)])
def test_one_that_follows_another_is_a_dispute_of_its_own(of: tuple[str | None, str | None]) -> None:
    first, second = beside("completed", "first", minor=2000), beside("completed", "second", minor=1000)
    undone = beside("completed", "back", of[0], 2000), beside("completed", "again", of[1], 1000)
    looks = [
        heard(first),
        heard(first, reversals=undone[:1], day=24),
        heard(first, second, reversals=undone[:1], day=25),
        heard(first, second, reversals=undone, day=26),
    ]
    said, *_ = told(*looks)
    whole, part = "2000 EUR", "1000 EUR"
    assert said == [
        *(("disputed", whole), ("dispute_won", whole)),
        *(("disputed", part), ("dispute_won", part)),
    ]
    _, of_it, (payment,) = told(*looks[:3])
    assert payment.amounts[EventKind.DISPUTED] == Money(1000, "EUR"), (
        "what was won before is no more at stake"
    )
    assert lifecycle.headline(of_it, [payment]) is lifecycle.Headline.DISPUTED


@pytest.mark.parametrize("status", ["processing", "error"])
def test_a_refund_that_is_not_complete_has_given_nothing_back(status: str) -> None:
    (event,) = to_events(Attempt(ORDER, REFERENCE, refunds=[beside(status)]), Mode.TEST)
    assert (event.kind, event.amounts) == (EventKind.CAPTURED, {EventKind.CAPTURED: AMOUNT})
    (complete,) = to_events(Attempt(ORDER, REFERENCE, refunds=[beside("completed")]), Mode.TEST)
    assert (complete.kind, complete.amounts[EventKind.REFUNDED]) == (EventKind.REFUNDED, AMOUNT)
