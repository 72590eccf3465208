"""The same events end in the same link, whatever order they come in and how often."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import lifecycle
from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Payment
from tests.fakes import START
from tests.unit.records import event, link
from tests.unit.test_lifecycle_machine import numbered, tellings

pytestmark = pytest.mark.slow

K = EventKind
EXPIRES = START + timedelta(days=7)


def play(
    begun: Link, events: Sequence[Event], ending: int | None = None, why: Closed = Closed.CANCELLED
) -> tuple[Link, dict[str, Payment]]:
    """The link and its payments after all of it; closed by us before the event of the number `ending`."""
    payments: dict[str, Payment] = {}
    for number, told in enumerate([*events, None]):
        if number == ending and begun.state is LinkState.OPEN:
            begun = replace(begun, state=LinkState.CLOSED, closed=why)
        if told and (change := lifecycle.apply(begun, list(payments.values()), told)):
            begun, payments[change.payment.provider_payment_id] = change.link, change.payment
    return begun, payments


@st.composite
def two_orders(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """Some events, and the same ones in another order with repetitions."""
    events = [numbered(told, number) for number, told in enumerate(draw(st.lists(tellings(), max_size=8)))]
    repeated = draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    return events, draw(st.permutations(events + repeated))


STARTS = [
    link(),
    link(state=LinkState.CREATING),
    link(state=LinkState.CLOSED, closed=Closed.CANCELLED),
    link(state=LinkState.CLOSED, closed=Closed.EXPIRED),
    link(state=LinkState.CLOSED, closed=Closed.FAILED),
    link(uses=2),
    link(uses=None),
    link(uses=2, state=LinkState.CLOSED, closed=Closed.EXPIRED),
    link(uses=None, state=LinkState.CLOSED, closed=Closed.CANCELLED),
    link(least=Money(1000, "EUR")),
    link(kind=LinkKind.SUBSCRIPTION),
    link(kind=LinkKind.SUBSCRIPTION, uses=None),
    link(kind=LinkKind.SETUP, amount=Money(0, "EUR")),
    link(kind=LinkKind.SETUP, amount=Money(0, "EUR"), uses=2),
]


@pytest.mark.parametrize(
    "begun", STARTS, ids=lambda begun: f"{begun.kind} {begun.uses} {begun.closed or begun.state}"
)
@given(orders=two_orders())
def test_no_order_of_the_same_events_ends_otherwise(
    begun: Link, orders: tuple[list[Event], list[Event]]
) -> None:
    one, other = (play(begun, events) for events in orders)
    assert one[1] == other[1]
    assert one[0] == other[0]
    headlines = [lifecycle.headline(ended, list(payments.values())) for ended, payments in (one, other)]
    assert headlines[0] == headlines[1]


@given(orders=two_orders(), data=st.data())
def test_whether_a_link_was_paid_in_time_does_not_depend_on_when_it_was_said_to_have_expired(
    orders: tuple[list[Event], list[Event]], data: st.DataObject
) -> None:
    """Of payments from before its expiry; what came after is told apart by what we had said."""
    early = [
        [replace(told, occurred_at=min(told.occurred_at, EXPIRES)) for told in events] for events in orders
    ]
    closed = set()
    for events in early:
        ending = data.draw(st.integers(0, len(events)))
        closed.add(play(link(), events, ending, Closed.EXPIRED)[0].closed)
    assert len(closed) == 1


@pytest.mark.parametrize("late", [K.SAVED, K.CAPTURED])
def test_a_subscription_was_begun_in_time_by_what_came_first(late: EventKind) -> None:
    over = link(kind=LinkKind.SUBSCRIPTION, state=LinkState.CLOSED, closed=Closed.EXPIRED)
    events = [
        event(kind, occurred_at=EXPIRES + timedelta(hours=1 if kind is late else -1))
        for kind in (K.SAVED, K.CAPTURED)
    ]
    assert {play(over, order)[0].closed for order in (events, events[::-1])} == {Closed.USED_UP}


@pytest.mark.parametrize("moment", [EXPIRES - timedelta(hours=1), EXPIRES + timedelta(hours=1)])
def test_a_second_payment_after_the_expiry_does_not_undo_that_the_first_was_in_time(
    moment: datetime,
) -> None:
    over = link(state=LinkState.CLOSED, closed=Closed.EXPIRED)
    events = [event(K.CAPTURED, "pay_1"), event(K.CAPTURED, "pay_2", occurred_at=moment)]
    assert {play(over, order)[0].closed for order in (events, events[::-1])} == {Closed.PAID}
