"""A payment's events in, changes out: in any order, any number of times, and never backwards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import lifecycle
from bot.links.lifecycle import TRANSITIONS, Headline, Match, Stage, headline, stage
from bot.money import Money
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Payment
from bot.ports.traffic import Notice
from tests.fakes import START
from tests.unit.records import AMOUNT, event, link

AUTHORISED, CAPTURED, DECLINED = EventKind.AUTHORISED, EventKind.CAPTURED, EventKind.DECLINED
LESS, MORE, DOLLARS = Money(2000, "EUR"), Money(5990, "EUR"), Money(4990, "USD")


def play(of: Link, events: Sequence[Event]) -> tuple[Link, list[Payment], list[Notice]]:
    """The link, its payments and what was said after the events, one by one."""
    payments: dict[str, Payment] = {}
    notices: list[Notice] = []
    for told in events:
        change = lifecycle.apply(of, list(payments.values()), told)
        if change is not None:
            of = change.link
            payments[change.payment.provider_payment_id] = change.payment
            notices += change.notices
    return of, list(payments.values()), notices


def said(events: Sequence[Event], of: Link | None = None) -> list[str]:
    return [notice.key for notice in play(of or link(), events)[2]]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """Some events, and the same ones in another order with repetitions."""
    kinds = st.sampled_from([AUTHORISED, CAPTURED, DECLINED, EventKind.IGNORED])
    numbers = range(draw(st.integers(min_value=1, max_value=6)))
    events = []
    for number in numbers:
        kind = draw(kinds)
        amount = draw(st.sampled_from([AMOUNT, LESS, MORE, None])) if kind in {AUTHORISED, CAPTURED} else None
        events.append(
            event(
                kind,
                draw(st.sampled_from(["pay_1", "pay_2"])),
                key=f"evt_{number}",
                amount=amount,
                occurred_at=START + timedelta(seconds=number),
                reason=f"reason {number}" if kind is DECLINED else None,
            )
        )
    repeated = events + draw(st.lists(st.sampled_from(events), max_size=4))
    return events, draw(st.permutations(repeated))


def money_of(payments: Sequence[Payment]) -> dict[str, tuple[Stage, int | None, int | None, str | None]]:
    return {
        payment.provider_payment_id: (
            *(stage(payment), payment.authorised, payment.captured),
            payment.currency,
        )
        for payment in payments
    }


@given(histories())
def test_order_and_repetition_change_nothing_about_the_money(
    histories: tuple[list[Event], list[Event]],
) -> None:
    one, other = (play(link(), events) for events in histories)
    assert one[0] == other[0]
    assert money_of(one[1]) == money_of(other[1])
    assert headline(one[0], one[1]) == headline(other[0], other[1])


@given(histories())
def test_order_and_repetition_change_nothing_about_the_payments(
    histories: tuple[list[Event], list[Event]],
) -> None:
    one, other = (
        {payment.provider_payment_id: payment for payment in play(link(), events)[1]} for events in histories
    )
    assert one == other


@given(histories())
def test_no_event_moves_anything_backwards(histories: tuple[list[Event], list[Event]]) -> None:
    order = list(Stage)
    of: Link = link()
    payments: dict[str, Payment] = {}
    for told in histories[1]:
        change = lifecycle.apply(of, list(payments.values()), told)
        if change is None:
            continue
        before = payments.get(change.payment.provider_payment_id)
        if before is not None:
            assert order.index(stage(change.payment)) >= order.index(stage(before))
            assert (change.payment.captured or 0) >= (before.captured or 0)
        assert change.link.state is of.state or change.link.state is LinkState.CLOSED
        assert change.link.version >= of.version
        of, payments[change.payment.provider_payment_id] = change.link, change.payment


@given(histories())
def test_the_same_notice_is_never_given_twice(histories: tuple[list[Event], list[Event]]) -> None:
    once = [notice.once for notice in play(link(), histories[1])[2]]
    assert len(once) == len(set(once))


@pytest.mark.parametrize(
    ("captured", "key", "title"),
    [
        (AMOUNT, "paid", Headline.PAID),
        (LESS, "paid_different", Headline.PAID_DIFFERENT),
        (MORE, "paid_different", Headline.PAID_DIFFERENT),
        (DOLLARS, "paid_different", Headline.PAID_DIFFERENT),
        (None, "paid_unconfirmed", Headline.PAID_UNCONFIRMED),
    ],
)
def test_paid_is_said_only_of_exactly_what_was_asked(
    captured: Money | None, key: str, title: Headline
) -> None:
    after, payments, notices = play(link(), [event(CAPTURED, amount=captured)])
    assert [notice.key for notice in notices] == [key]
    assert headline(after, payments) is title
    assert (after.state, after.closed) == (LinkState.CLOSED, Closed.PAID)


def test_a_different_amount_is_told_with_both_figures() -> None:
    (notice,) = play(link(), [event(CAPTURED, amount=LESS)])[2]
    assert (notice.params["amount"], notice.params["paid"]) == ("4990 EUR", "2000 EUR")


@pytest.mark.parametrize("reverse", [False, True])
def test_money_captured_in_another_currency_than_authorised_is_never_as_asked(*, reverse: bool) -> None:
    events = [event(AUTHORISED), event(CAPTURED, amount=DOLLARS)]
    after, payments, _ = play(link(), events[::-1] if reverse else events)
    assert headline(after, payments) is not Headline.PAID


def test_authorised_is_not_paid() -> None:
    after, payments, notices = play(link(), [event(AUTHORISED)])
    assert [notice.key for notice in notices] == ["authorised"]
    assert (after.state, headline(after, payments)) == (LinkState.OPEN, Headline.AUTHORISED)


def test_authorised_then_captured_is_told_step_by_step() -> None:
    assert said([event(AUTHORISED), event(CAPTURED)]) == ["authorised", "paid"]


@pytest.mark.parametrize("late", [AUTHORISED, DECLINED])
def test_what_comes_late_is_not_told_after_paid(late: EventKind) -> None:
    after, payments, notices = play(link(), [event(CAPTURED), event(late)])
    assert [notice.key for notice in notices] == ["paid"]
    assert headline(after, payments) is Headline.PAID


def test_a_declined_attempt_may_be_tried_again() -> None:
    events = [event(DECLINED, reason="Insufficient funds"), event(AUTHORISED), event(CAPTURED)]
    after, payments, notices = play(link(), events)
    assert [notice.key for notice in notices] == ["declined", "authorised", "paid"]
    assert notices[0].params == {"reason": "Insufficient funds"}
    assert headline(after, payments) is Headline.PAID


def test_a_declined_attempt_leaves_the_link_open() -> None:
    after, payments, _ = play(link(), [event(DECLINED, "pay_1"), event(DECLINED, "pay_2")])
    assert (after, headline(after, payments)) == (link(), Headline.OPEN)


def test_each_attempt_that_fails_is_told_without_a_reason_where_none_is_known() -> None:
    assert said([event(DECLINED, "pay_1"), event(DECLINED, "pay_2")]) == ["declined_plain"] * 2


def test_an_amount_that_becomes_known_later_is_told() -> None:
    after, payments, notices = play(link(), [event(CAPTURED, amount=None), event(CAPTURED)])
    assert [notice.key for notice in notices] == ["paid_unconfirmed", "paid"]
    assert headline(after, payments) is Headline.PAID


def test_captured_in_two_parts_ends_as_asked() -> None:
    after, payments, notices = play(link(), [event(CAPTURED, amount=LESS), event(CAPTURED)])
    assert [notice.key for notice in notices] == ["paid_different", "paid"]
    assert headline(after, payments) is Headline.PAID
    assert lifecycle.total_captured(after, payments) == AMOUNT


def test_a_second_payment_is_told_as_one_too_many() -> None:
    after, payments, notices = play(link(), [event(CAPTURED, "pay_1"), event(CAPTURED, "pay_2")])
    assert [notice.key for notice in notices] == ["paid", "paid_twice"]
    assert lifecycle.total_captured(after, payments) == Money(9980, "EUR")


def test_a_second_payment_whose_amount_becomes_known_is_still_one_too_many() -> None:
    events = [event(CAPTURED, "pay_1"), event(CAPTURED, "pay_2", amount=None), event(CAPTURED, "pay_2")]
    assert "paid" not in said(events)[1:]


def test_a_link_for_two_payments_closes_with_the_second() -> None:
    events = [event(CAPTURED, "pay_1"), event(CAPTURED, "pay_2"), event(CAPTURED, "pay_3")]
    assert play(link(uses=2), events[:1])[0].state is LinkState.OPEN
    assert play(link(uses=2), events[:2])[0].state is LinkState.CLOSED
    assert said(events, link(uses=2)) == ["paid", "paid", "paid_twice"]


@pytest.mark.parametrize("closed", [Closed.EXPIRED, Closed.CANCELLED, Closed.FAILED])
def test_money_after_the_link_was_closed_is_told_as_such(closed: Closed) -> None:
    over = link(state=LinkState.CLOSED, closed=closed)
    after, _, notices = play(over, [event(CAPTURED)])
    assert [notice.key for notice in notices] == ["paid_after_close"]
    assert after.closed is closed


def test_a_link_paid_before_its_creation_was_confirmed_is_paid() -> None:
    after, payments, _ = play(link(state=LinkState.CREATING), [event(CAPTURED)])
    assert (after.closed, headline(after, payments)) == (Closed.PAID, Headline.PAID)


@pytest.mark.parametrize("told", [event(EventKind.IGNORED), event(CAPTURED, None)])
def test_what_concerns_no_payment_changes_nothing(told: Event) -> None:
    assert lifecycle.apply(link(), [], told) is None


def test_every_stage_has_its_transitions_and_none_leads_back() -> None:
    order = list(Stage)
    assert set(TRANSITIONS) == set(Stage)
    for came_from, reachable in TRANSITIONS.items():
        assert all(order.index(came_to) > order.index(came_from) for came_to in reachable)


@pytest.mark.parametrize("state", [LinkState.CREATING, LinkState.OPEN, LinkState.CLOSED])
def test_without_money_the_headline_is_the_links_own_state(state: LinkState) -> None:
    wanted = {
        LinkState.CREATING: Headline.CREATING,
        LinkState.OPEN: Headline.OPEN,
        LinkState.CLOSED: Headline.FAILED,
    }
    assert headline(link(state=state), []) is wanted[state]


def test_a_payment_of_unknown_amount_matches_nothing() -> None:
    payment = replace(Payment("fakepay", "pay_1", "PL1"), captured_at=START)
    assert lifecycle.compare(AMOUNT, payment) is Match.UNKNOWN
