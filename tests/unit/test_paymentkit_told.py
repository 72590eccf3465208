"""What one event of PaymentKit leads to, and by what it is known."""

from functools import reduce
from typing import Any

import pytest

from adapters.backends._paymentkit_events import names_link, to_payment
from adapters.backends._paymentkit_tables import BY_CAUSE, BY_OBJECT
from adapters.backends._paymentkit_told import Told, about, plain, read
from bot.links.payments import Stage, learn, stage
from bot.money import Money
from bot.ports.model import EventKind, Payment

K = EventKind
REFERENCE = "PL0123456789AB"
DISPUTES = {"disputed": K.DISPUTED, "dispute_won": K.DISPUTE_WON}
PAID: dict[str, Any] = {"amount_atom": 4990, "currency": "eur", "metadata": {"ref": REFERENCE}}
NAMED: dict[str, dict[str, Any]] = {  # what a link's events are known by, the first before the others
    REFERENCE: {"metadata": {"ref": REFERENCE}},
    "pl_1": {"payment_link_id": "pl_1"},
    "cs_1": {"checkout_session_id": "cs_1"},
    "in_1": {"invoice_id": "in_1"},
    "pi_1": {"id": "pi_1"},
}


def event(name: str = "payment_intent.succeeded", **fields: Any) -> dict[str, Any]:
    return {"type": name, "created": 1_782_892_800, "correlation_id": "cor_1", "data": {"object": fields}}


def told(name: str = "payment_intent.succeeded", **fields: Any) -> Told:
    return read(event(name, **{"id": "pi_1", **fields}), {})


@pytest.mark.parametrize("first", NAMED)
def test_an_event_is_known_by_the_first_that_it_tells(first: str) -> None:
    names = list(NAMED)[list(NAMED).index(first) :]
    fields = {field: value for name in names for field, value in NAMED[name].items()}
    assert about(event(**{"id": "pi_1", **fields}), {}) == first


@pytest.mark.parametrize(
    ("fields", "prices"),
    [
        ({"metadata": {"ref": REFERENCE}}, {}),
        ({"payment_link_id": "pl_1"}, {}),
        ({"line_items": [{"price_id": "price_1"}]}, {"price_1": REFERENCE}),
    ],
)
def test_a_link_is_named_by_its_id_our_reference_or_a_price_of_its_own(
    fields: dict[str, Any], prices: dict[str, str]
) -> None:
    assert names_link(told(**fields), prices)
    assert not names_link(told(checkout_session_id="cs_1", line_items=[{"price_id": "price_2"}]), prices)


def test_only_a_subscriptions_beginning_leads_to_what_has_the_same_cause() -> None:
    assert told(invoice_id="in_1").leads == {"pi_1": BY_OBJECT, "in_1": BY_OBJECT}
    begun = told("customer.subscription.created", id="sub_1")
    assert begun.leads == {"sub_1": BY_OBJECT, "cor_1": BY_CAUSE}


def test_a_look_tells_each_dispute_that_an_account_has_named_also_one_that_is_open_again() -> None:
    kinds = {plain(f"payment_intent.{word}"): kind for word, kind in DISPUTES.items()}
    words = ["succeeded", "disputed", "dispute_won", "disputed"]
    rows = [
        {**event(f"payment_intent.{word}", id="pi_1", **PAID), "created": 1_782_892_800 + second}
        for second, word in enumerate(words)
    ]
    events = to_payment("pi_1", [read(row, kinds) for row in reversed(rows)], (), {})
    assert [one.kind for one in events] == [K.CAPTURED, K.DISPUTED, K.DISPUTE_WON, K.DISPUTED]
    assert len({one.key for one in events}) == len(events)
    assert {one.reference for one in events} == {REFERENCE}
    payment = reduce(learn, events, Payment("acc", "pi_1", REFERENCE))
    assert stage(payment) is Stage.DISPUTED
    assert payment.amounts == {K.CAPTURED: Money(4990, "EUR")}


@pytest.mark.parametrize(
    ("name", "names", "hidden"),
    [
        ("checkout.session.completed", {}, True),
        ("checkout_session.completed", {"total_amount_atom": None}, True),
        ("checkout.session.completed", {"total_amount_atom": 0}, False),
        ("checkout.session.completed", {"payment_intent": {"id": "pi_1"}}, False),
        ("checkout.session.completed", {"invoice_id": "in_1"}, False),
        ("checkout.session.completed", {"mode": "setup"}, False),
        ("checkout.session.expired", {}, False),
    ],
)
def test_only_a_checkout_over_something_without_its_payment_hides_one(
    name: str, names: dict[str, Any], *, hidden: bool
) -> None:
    fields = {"id": "cs_1", "status": "complete", "total_amount_atom": 4990, **names}
    assert read(event(name, **fields), {}).hides_payment is hidden
