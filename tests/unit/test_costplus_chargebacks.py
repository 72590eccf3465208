"""What Cost+'s orders behind an order come to: a refund; a chargeback under way, failed, or reversed."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.backends._costplus_answers import Attempt, to_event
from bot.links import lifecycle
from bot.money import Money
from bot.ports.model import Event, EventKind, Mode, Payment
from tests.unit.records import link

RECORDED = Path(__file__).parents[1] / "recordings/costplus/payments/charged-back.json"
ORDER = json.loads(RECORDED.read_text())["body"]
REFERENCE, AMOUNT = ORDER["merchant_order_id"], Money(7250, "EUR")


def beside(status: str) -> dict[str, Any]:
    return {"id": "0d79014c", "status": status, "amount": AMOUNT.minor, "currency": AMOUNT.currency}


def heard(*statuses: str, reversals: tuple[str, ...] = (), day: int = 23) -> Event:
    order = ORDER | {"modified": f"2026-11-{day}T10:00:00Z"}
    chargebacks, back = [beside(each) for each in statuses], [beside(each) for each in reversals]
    return to_event(Attempt(order, REFERENCE, chargebacks=chargebacks, reversals=back), Mode.TEST)


@pytest.mark.parametrize("status", ["error", "cancelled", "expired"])
def test_a_chargeback_that_comes_to_nothing_ends_the_dispute(status: str) -> None:
    of, payments, said = link(id=REFERENCE, amount=AMOUNT), list[Payment](), list[str]()
    for event in (heard("processing"), heard(status, day=24)):
        change = lifecycle.apply(of, payments, event)
        assert change is not None
        of, payments = change.link, [change.payment]
        said += [notice.key for notice in change.notices]
    assert said == ["paid", "disputed", "dispute_won"]
    assert lifecycle.headline(of, payments) is lifecycle.Headline.DISPUTE_WON


def test_one_that_failed_beside_one_that_stands_leaves_it_disputed() -> None:
    event = heard("error", "completed")
    assert (event.kind, event.amounts[EventKind.DISPUTED]) == (EventKind.DISPUTED, AMOUNT)


def test_what_is_reversed_is_won() -> None:
    assert heard("completed", reversals=("completed",)).kind is EventKind.DISPUTE_WON
    assert heard("completed", reversals=("processing",)).kind is EventKind.DISPUTED


def test_one_that_follows_another_is_a_dispute_again_and_over_no_more_than_was_paid() -> None:
    of, payments, said = link(id=REFERENCE, amount=AMOUNT), list[Payment](), list[tuple[str, str | None]]()
    done = ("completed", "completed")
    told = [
        heard("completed"),
        heard("completed", reversals=done[:1], day=24),
        heard(*done, reversals=done[:1], day=25),
        heard(*done, reversals=done, day=26),
    ]
    for event in told:
        change = lifecycle.apply(of, payments, event)
        assert change is not None
        of, payments = change.link, [change.payment]
        said += [(notice.key, notice.params.get("amount")) for notice in change.notices]
    assert said[1:] == [("disputed", "7250 EUR"), ("dispute_won", "7250 EUR")] * 2
    assert len({event.key for event in told}) == 4


@pytest.mark.parametrize("status", ["processing", "error"])
def test_a_refund_that_is_not_complete_has_given_nothing_back(status: str) -> None:
    event = to_event(Attempt(ORDER, REFERENCE, refunds=[beside(status)]), Mode.TEST)
    assert (event.kind, event.amounts) == (EventKind.CAPTURED, {EventKind.CAPTURED: AMOUNT})
    complete = to_event(Attempt(ORDER, REFERENCE, refunds=[beside("completed")]), Mode.TEST)
    assert (complete.kind, complete.amounts[EventKind.REFUNDED]) == (EventKind.REFUNDED, AMOUNT)
