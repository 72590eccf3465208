"""A payment's events in, changes out: what is said for each step, and what the link is called after it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.links import lifecycle
from bot.links.expected import Match, compare
from bot.links.lifecycle import Headline, headline
from bot.money import Money
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Payment
from bot.ports.traffic import Notice
from tests.fakes import START
from tests.unit.records import AMOUNT, event, link

AUTHORISED, CAPTURED, DECLINED = EventKind.AUTHORISED, EventKind.CAPTURED, EventKind.DECLINED
LESS, MORE, DOLLARS = Money(2000, "EUR"), Money(5990, "EUR"), Money(4990, "USD")
ID = "pay_1"


def taken(amount: Money | None, payment: str = ID, **changes: object) -> Event:
    """Captured so far, as far as it is told."""
    return event(CAPTURED, payment, amounts={CAPTURED: amount} if amount else {}, **changes)


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
    after, payments, notices = play(link(), [taken(captured)])
    assert [notice.key for notice in notices] == [key]
    assert headline(after, payments) is title
    assert (after.state, after.closed) == (LinkState.CLOSED, Closed.PAID)


def test_a_different_amount_is_told_with_both_figures() -> None:
    (notice,) = play(link(), [taken(LESS)])[2]
    assert (notice.params["amount"], notice.params["paid"]) == ("4990 EUR", "2000 EUR")


@pytest.mark.parametrize("reverse", [False, True])
def test_money_captured_in_another_currency_than_authorised_is_never_as_asked(*, reverse: bool) -> None:
    events = [event(AUTHORISED), taken(DOLLARS)]
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


@pytest.mark.parametrize("held", [[AUTHORISED], [AUTHORISED, EventKind.CAPTURE_FAILED]])
def test_an_attempt_that_fails_beside_one_that_is_held_invites_nobody_to_try_again(
    held: list[EventKind],
) -> None:
    """Whoever followed it would pay twice."""
    attempts = [*(event(kind) for kind in held), event(DECLINED, "pay_2")]
    assert said(attempts)[-1] == "declined_closed"
    assert said(attempts, link(uses=2))[-1] == "declined"


def test_each_attempt_that_fails_is_told_without_a_reason_where_none_is_known() -> None:
    notices = play(link(), [event(DECLINED, "pay_1"), event(DECLINED, "pay_2")])[2]
    assert [(notice.key, notice.params) for notice in notices] == [("declined", {})] * 2


def test_an_amount_that_becomes_known_later_is_told() -> None:
    after, payments, notices = play(link(), [taken(None), event(CAPTURED)])
    assert [notice.key for notice in notices] == ["paid_unconfirmed", "paid"]
    assert headline(after, payments) is Headline.PAID


def test_captured_in_two_parts_ends_as_asked() -> None:
    after, payments, notices = play(link(), [taken(LESS), event(CAPTURED)])
    assert [notice.key for notice in notices] == ["paid_different", "paid"]
    assert headline(after, payments) is Headline.PAID
    assert lifecycle.totals(after, payments, CAPTURED) == (AMOUNT,)


def test_a_second_payment_is_told_as_one_too_many() -> None:
    after, payments, notices = play(link(), [event(CAPTURED, "pay_1"), event(CAPTURED, "pay_2")])
    assert [notice.key for notice in notices] == ["paid", "paid_twice"]
    assert lifecycle.totals(after, payments, CAPTURED) == (Money(9980, "EUR"),)


@pytest.mark.parametrize(
    ("second", "told", "total", "title"),
    [
        (2990, "paid_rest", "4990 EUR", Headline.PAID),
        (1000, "paid_more", "3000 EUR", Headline.PAID_DIFFERENT),
        (2991, "paid_twice", None, Headline.PAID_TWICE),
    ],
)
def test_what_is_paid_in_parts_is_paid_once_it_is_all_there(
    second: int, told: str, total: str | None, title: Headline
) -> None:
    after, payments, notices = play(link(), [taken(LESS), taken(Money(second, "EUR"), "pay_2")])
    assert [notice.key for notice in notices] == ["paid_different", told]
    assert notices[-1].params.get("total") == total
    assert headline(after, payments) is title


def test_a_second_choice_of_a_range_is_no_part_of_the_first() -> None:
    chosen = [taken(LESS), taken(LESS, "pay_2")]
    of = link(least=Money(1000, "EUR"))
    after, payments, _ = play(of, chosen)
    assert (said(chosen, of)[-1], headline(after, payments)) == ("paid_twice", Headline.PAID_TWICE)


def test_parts_below_the_least_of_a_range_are_paid_once_they_are_within_it() -> None:
    parts = [taken(LESS), taken(Money(1000, "EUR"), "pay_2")]
    of = link(least=Money(3000, "EUR"))
    after, payments, _ = play(of, parts)
    assert (said(parts, of), headline(after, payments)) == (["paid_different", "paid_rest"], Headline.PAID)


def test_what_was_authorised_in_time_and_taken_later_is_simply_paid() -> None:
    over = link(state=LinkState.CLOSED, closed=Closed.EXPIRED)
    late = event(CAPTURED, occurred_at=over.expires_at + timedelta(days=1))
    after, payments, notices = play(over, [event(AUTHORISED), late])
    assert [notice.key for notice in notices] == ["authorised", "paid"]
    assert headline(after, payments) is Headline.PAID


def test_a_part_that_was_given_back_and_is_paid_again_is_as_asked() -> None:
    back = event(EventKind.REFUNDED, amounts={EventKind.REFUNDED: LESS})
    assert said([event(CAPTURED), back, taken(LESS, "pay_2")])[-1] == "paid_rest"


def test_a_second_payment_whose_amount_becomes_known_is_still_one_too_many() -> None:
    events = [event(CAPTURED, "pay_1"), taken(None, "pay_2"), event(CAPTURED, "pay_2")]
    assert "paid" not in said(events)[1:]


def test_a_link_for_two_payments_closes_with_the_second() -> None:
    events = [event(CAPTURED, "pay_1"), event(CAPTURED, "pay_2"), event(CAPTURED, "pay_3")]
    assert play(link(uses=2), events[:1])[0].state is LinkState.OPEN
    assert play(link(uses=2), events[:2])[0].state is LinkState.CLOSED
    assert said(events, link(uses=2)) == ["paid", "paid", "paid_twice"]


@pytest.mark.parametrize(
    ("closed", "told"),
    [
        (Closed.CANCELLED, "paid_after_cancel"),
        (Closed.EXPIRED, "paid_after_close"),
        (Closed.FAILED, "paid_after_close"),
    ],
)
def test_money_after_the_link_was_closed_is_told_as_such(closed: Closed, told: str) -> None:
    over = link(state=LinkState.CLOSED, closed=closed)
    late = taken(AMOUNT, occurred_at=over.expires_at + timedelta(seconds=1))
    after, payments, notices = play(over, [late])
    assert [notice.key for notice in notices] == [told]
    assert after.closed is closed
    assert headline(after, payments) == told


def test_money_that_could_be_taken_after_all_is_what_the_link_was_used_up_for() -> None:
    used_up = link(state=LinkState.CLOSED, closed=Closed.USED_UP)
    failed = [event(EventKind.AUTHORISED), event(EventKind.CAPTURE_FAILED)]
    after, payments, notices = play(used_up, [*failed, event(CAPTURED)])
    assert [notice.key for notice in notices][-1] == "paid"
    assert headline(after, payments) is Headline.PAID


@pytest.mark.parametrize("kind", [EventKind.PENDING, EventKind.AUTHORISED])
def test_whoever_begins_to_pay_a_cancelled_link_is_told_as_such(kind: EventKind) -> None:
    cancelled = link(state=LinkState.CLOSED, closed=Closed.CANCELLED)
    assert said([event(kind)], cancelled) == [f"{kind}_after_cancel"]
    assert said([event(kind)], link(state=LinkState.CLOSED, closed=Closed.EXPIRED)) == [kind]


def test_money_that_is_held_after_the_expiry_is_told_as_such_unless_it_was_in_time() -> None:
    over = link(state=LinkState.CLOSED, closed=Closed.EXPIRED)
    for late_s, told in ((0, "authorised"), (1, "authorised_after_expiry")):
        moment = over.expires_at + timedelta(seconds=late_s)
        assert said([event(EventKind.AUTHORISED, occurred_at=moment)], over) == [told]


@pytest.mark.parametrize(
    ("begun", "first"),
    [
        (link(state=LinkState.CLOSED, closed=Closed.CANCELLED), []),
        (link(state=LinkState.CLOSED, closed=Closed.FAILED), []),
        (link(), [event(CAPTURED, "pay_2")]),
        (link(), [event(EventKind.DISPUTED)]),
    ],
)
def test_an_amount_that_nobody_told_is_never_named_as_paid(begun: Link, first: list[Event]) -> None:
    *_, notice = play(begun, [*first, taken(None)])[2]
    assert "paid" not in notice.params


def test_money_that_came_before_the_expiry_pays_the_link_whenever_we_hear_of_it() -> None:
    over = link(state=LinkState.CLOSED, closed=Closed.EXPIRED)
    after, payments, notices = play(over, [taken(AMOUNT, occurred_at=over.expires_at)])
    assert [notice.key for notice in notices] == ["paid"]
    assert (after.closed, headline(after, payments)) == (Closed.PAID, Headline.PAID)


def test_a_link_paid_before_its_creation_was_confirmed_is_paid() -> None:
    after, payments, _ = play(link(state=LinkState.CREATING), [event(CAPTURED)])
    assert (after.closed, headline(after, payments)) == (Closed.PAID, Headline.PAID)


@pytest.mark.parametrize("told", [event(EventKind.IGNORED), event(CAPTURED, None)])
def test_what_concerns_no_payment_changes_nothing(told: Event) -> None:
    assert lifecycle.apply(link(), [], told) is None


@pytest.mark.parametrize("state", [LinkState.CREATING, LinkState.OPEN, LinkState.CLOSED])
def test_without_money_the_headline_is_the_links_own_state(state: LinkState) -> None:
    wanted = {
        LinkState.CREATING: Headline.CREATING,
        LinkState.OPEN: Headline.OPEN,
        LinkState.CLOSED: Headline.FAILED,
    }
    assert headline(link(state=state), []) is wanted[state]


@pytest.mark.parametrize(
    ("closed", "title"),
    [(Closed.EXPIRED, "expired"), (Closed.CANCELLED, "cancelled"), (Closed.FAILED, "failed")],
)
def test_a_link_that_ended_without_money_says_why(closed: Closed, title: str) -> None:
    over = link(state=LinkState.CLOSED, closed=closed)
    assert headline(over, play(over, [event(DECLINED)])[1]) == title


def test_a_payment_of_unknown_amount_matches_nothing() -> None:
    payment = Payment("fakepay", ID, "PL1", heard={CAPTURED: START})
    assert compare(link(), payment) is Match.UNKNOWN
