"""What becomes of money after it was taken: told step by step, and what the link is called."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.links import lifecycle
from bot.links.lifecycle import Headline, headline
from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Event, EventKind, Link, LinkState
from tests.fakes import START
from tests.unit.records import AMOUNT, event, link
from tests.unit.test_lifecycle import AUTHORISED, CAPTURED, DECLINED, DOLLARS, LESS, play, said, taken

REFUNDED, RETURNED, VOIDED = EventKind.REFUNDED, EventKind.RETURNED, EventKind.VOIDED
DISPUTED, WON, LOST = EventKind.DISPUTED, EventKind.DISPUTE_WON, EventKind.DISPUTE_LOST


def given_back(amount: Money | None, payment: str = "pay_1") -> Event:
    """Refunded so far, as far as it is told."""
    return event(REFUNDED, payment, amounts={REFUNDED: amount} if amount else {})


def test_a_part_is_a_part_as_long_as_more_can_be_taken() -> None:
    events = [event(AUTHORISED), taken(LESS)]
    assert said(events) == ["authorised", "paid_part"]
    after, payments, _ = play(link(), events)
    assert headline(after, payments) is Headline.PAID_PART


def test_a_part_in_another_currency_is_no_part_of_what_was_asked_for() -> None:
    events = [event(AUTHORISED, amounts={AUTHORISED: DOLLARS}), taken(Money(2000, "USD"))]
    assert said(events) == ["authorised", "paid_different"]


@pytest.mark.parametrize("reverse", [False, True])
def test_a_part_whose_rest_was_voided_is_all_that_will_come(*, reverse: bool) -> None:
    events = [event(AUTHORISED), taken(LESS), event(VOIDED)]
    after, payments, _ = play(link(), events[::-1] if reverse else events)
    assert headline(after, payments) is Headline.PAID_DIFFERENT


def test_a_part_whose_rest_is_voided_later_is_told_as_all_that_will_come_once() -> None:
    events = [event(AUTHORISED), taken(LESS), event(VOIDED), event(VOIDED, key="evt_again")]
    *_, notice = play(link(), events)[2]
    assert said(events) == ["authorised", "paid_part", "rest_released"]
    assert notice.params == {"amount": "4990 EUR", "paid": "2000 EUR"}


def test_a_part_that_tells_that_its_rest_was_let_go_is_all_that_will_come() -> None:
    rest = Money(AMOUNT.minor - LESS.minor, AMOUNT.currency)
    events = [event(AUTHORISED), event(CAPTURED, amounts={AUTHORISED: AMOUNT, CAPTURED: LESS, VOIDED: rest})]
    assert said(events) == ["authorised", "paid_different"]
    after, payments, _ = play(link(), events)
    assert headline(after, payments) is Headline.PAID_DIFFERENT


def test_money_given_back_in_parts_is_told_part_by_part() -> None:
    events = [event(CAPTURED), given_back(LESS), given_back(AMOUNT)]
    after, payments, notices = play(link(), events)
    assert [notice.key for notice in notices] == ["paid", "part_refunded", "refunded"]
    assert [notice.params.get("refunded") for notice in notices[1:]] == ["2000 EUR", "4990 EUR"]
    assert headline(after, payments) is Headline.REFUNDED


@pytest.mark.parametrize(("other", "told"), [([], "released"), ([given_back(AMOUNT, "pay_2")], "voided")])
def test_an_authorisation_that_is_released_beside_a_payment_that_stays_asks_for_no_new_link(
    other: list[Event], told: str
) -> None:
    events = [event(CAPTURED, "pay_2"), *other, event(AUTHORISED), event(VOIDED)]
    assert said(events)[-1] == told


def test_an_authorisation_that_is_released_while_another_is_held_asks_for_no_new_link() -> None:
    both = [event(AUTHORISED), event(AUTHORISED, "pay_2")]
    assert said([*both, event(VOIDED)])[-1] == "released"
    assert said([*both, event(VOIDED), event(VOIDED, "pay_2")])[-1] == "voided"


@pytest.mark.parametrize(
    ("of", "before", "told"),
    [
        (link(), [event(CAPTURED)], "authorised_twice"),
        (link(), [event(CAPTURED), given_back(AMOUNT)], "authorised"),
        (link(uses=2), [event(CAPTURED)], "authorised"),
        (link(uses=2), [event(CAPTURED), event(CAPTURED, "pay_3")], "authorised_twice"),
        (link(kind=LinkKind.SUBSCRIPTION), [event(CAPTURED)], "authorised"),
    ],
)
def test_money_that_is_held_once_the_link_is_used_up_is_told_as_one_payment_too_many(
    of: Link, before: list[Event], told: str
) -> None:
    assert said([*before, event(AUTHORISED, "pay_2")], of)[-1] == told
    assert said([*before, event(AUTHORISED, "pay_2"), event(VOIDED, "pay_2")], of)[-2] == told


@pytest.mark.parametrize("dispute", [DISPUTED, LOST, WON])
def test_money_that_a_bank_takes_back_is_told_whatever_a_dispute_has_come_to(dispute: EventKind) -> None:
    events = [event(CAPTURED), event(dispute), event(RETURNED, amounts={RETURNED: AMOUNT})]
    *_, notice = play(link(), events)[2]
    assert said(events) == ["paid", dispute, "returned"]
    assert notice.params == {"amount": "4990 EUR"}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ([event(CAPTURED, "pay_2")], "refunded_one"),
        ([event(DECLINED, "pay_2")], "refunded"),
        ([event(CAPTURED, "pay_2"), event(RETURNED, "pay_2")], "refunded"),
        ([event(CAPTURED, "pay_2"), event(DISPUTED, "pay_2"), event(LOST, "pay_2")], "refunded"),
    ],
)
def test_all_of_one_payment_is_not_all_as_long_as_another_stays(other: list[Event], told: str) -> None:
    assert said([event(CAPTURED), *other, given_back(AMOUNT)])[-1] == told


def test_the_last_of_several_payments_that_is_given_back_was_all() -> None:
    both = [event(CAPTURED), event(CAPTURED, "pay_2")]
    assert said([*both, given_back(AMOUNT), given_back(AMOUNT, "pay_2")])[-1] == "refunded"


def test_a_refund_of_unknown_amount_is_told_as_one_and_again_when_it_is_known() -> None:
    events = [event(CAPTURED), given_back(None), given_back(AMOUNT)]
    assert said(events) == ["paid", "refunded_unconfirmed", "refunded"]


def test_a_smaller_refund_that_is_heard_of_late_is_not_told() -> None:
    assert said([event(CAPTURED), given_back(AMOUNT), given_back(LESS)]) == ["paid", "refunded"]


def test_an_event_that_tells_of_taking_and_giving_back_tells_both_in_order() -> None:
    told = event(REFUNDED, amounts={CAPTURED: AMOUNT, REFUNDED: LESS})
    assert said([told, event(CAPTURED)]) == ["paid", "part_refunded"]


@pytest.mark.parametrize(
    ("kind", "title"), [(RETURNED, Headline.RETURNED), (DISPUTED, Headline.DISPUTED), (LOST, "dispute_lost")]
)
def test_money_taken_from_us_outweighs_money_that_came(kind: EventKind, title: Headline) -> None:
    events = [event(CAPTURED), event(kind, amounts={kind: AMOUNT})]
    after, payments, notices = play(link(), events)
    assert [notice.key for notice in notices] == ["paid", kind]
    assert notices[1].params == {"amount": "4990 EUR"}
    assert headline(after, payments) == title


def test_bad_news_that_overtakes_the_good_news_stays_the_last_word() -> None:
    after, payments, notices = play(link(), [event(DISPUTED), event(CAPTURED)])
    assert [notice.key for notice in notices] == ["disputed", "paid_before"]
    assert headline(after, payments) is Headline.DISPUTED


def test_a_dispute_that_is_won_leaves_the_money_with_us() -> None:
    events = [event(CAPTURED), event(DISPUTED), event(WON)]
    after, payments, notices = play(link(), events)
    assert [notice.key for notice in notices] == ["paid", "disputed", "dispute_won"]
    assert headline(after, payments) is Headline.DISPUTE_WON


def test_a_dispute_that_is_won_after_a_refund_is_told_and_the_link_stays_refunded() -> None:
    events = [event(CAPTURED), given_back(AMOUNT), event(DISPUTED), event(WON)]
    after, payments, notices = play(link(), events)
    assert notices[-1].key == "dispute_won"
    assert headline(after, payments) is Headline.REFUNDED


def test_a_verdict_that_is_overturned_is_told_again() -> None:
    lost = event(LOST, occurred_at=START)
    won = event(WON, occurred_at=START + timedelta(days=1))
    assert said([event(CAPTURED), lost, won]) == ["paid", "dispute_lost", "dispute_won"]
    assert said([event(CAPTURED), won, lost]) == ["paid", "dispute_won"]


def test_a_verdict_that_is_overturned_twice_is_told_each_time() -> None:
    verdicts = [
        event(kind, key=f"evt_{day}", occurred_at=START + timedelta(days=day))
        for day, kind in enumerate([WON, LOST, WON])
    ]
    notices = play(link(), [event(CAPTURED), *verdicts])[2]
    assert [notice.key for notice in notices[1:]] == ["dispute_won", "dispute_lost", "dispute_won"]
    assert len({notice.once for notice in notices}) == 4


@pytest.mark.parametrize("kind", [EventKind.REFUND_PENDING, EventKind.REFUND_FAILED, EventKind.VOID_FAILED])
def test_what_was_tried_is_told_each_time_and_moves_nothing(kind: EventKind) -> None:
    tries = [event(kind, key=f"evt_{number}", amounts={kind: LESS}) for number in range(2)]
    after, payments, notices = play(link(), [event(CAPTURED), *tries])
    assert [(notice.key, notice.params) for notice in notices[1:]] == [(kind, {"amount": "2000 EUR"})] * 2
    assert len({notice.once for notice in notices}) == 3
    assert headline(after, payments) is Headline.PAID


@pytest.mark.parametrize("kind", [EventKind.REFUND_PENDING, EventKind.REFUND_FAILED, EventKind.VOID_FAILED])
def test_one_try_that_is_told_under_two_keys_is_said_once(kind: EventKind) -> None:
    tries = [event(kind, key=f"evt_{key}", action=action) for key, action in ((1, "a"), (2, "a"), (3, "b"))]
    first, again, another = play(link(), [event(CAPTURED), *tries])[2][1:]
    assert first.once == again.once != another.once


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        (EventKind.REFUND_PENDING, [event(CAPTURED), given_back(AMOUNT)]),
        (EventKind.REFUND_FAILED, [event(CAPTURED), given_back(AMOUNT)]),
        (EventKind.VOID_FAILED, [event(AUTHORISED), event(VOIDED)]),
    ],
)
def test_of_a_try_that_is_heard_of_after_it_was_done_nothing_is_said(
    kind: EventKind, done: list[Event]
) -> None:
    assert said([*done, event(kind)]) == said(done)


def test_a_refund_that_was_done_and_comes_to_nothing_after_all_is_told() -> None:
    done, failed = given_back(AMOUNT), event(EventKind.REFUND_FAILED)
    later = replace(failed, occurred_at=done.occurred_at + timedelta(days=3))
    assert said([event(CAPTURED), done, later]) == [*said([event(CAPTURED), done]), "refund_failed"]


def test_a_payment_given_back_makes_room_for_the_other_one() -> None:
    events = [event(CAPTURED, "pay_1"), event(CAPTURED, "pay_2"), given_back(AMOUNT, "pay_2")]
    after, payments, _ = play(link(), events)
    assert headline(after, payments) is Headline.PAID


@pytest.mark.parametrize(
    ("told", "payable"),
    [
        ([], True),
        ([event(EventKind.PENDING)], True),
        ([event(DECLINED)], True),
        ([event(AUTHORISED)], False),
        ([event(AUTHORISED), event(VOIDED)], False),
        ([event(CAPTURED)], False),
        ([event(DISPUTED)], False),
    ],
)
def test_a_customer_is_sent_only_to_what_can_still_be_paid(told: list[Event], *, payable: bool) -> None:
    after, payments, _ = play(link(), told)
    assert lifecycle.is_payable(after, payments) is payable
    assert not lifecycle.is_payable(link(state=LinkState.CREATING), [])
    assert not lifecycle.is_payable(link(state=LinkState.CLOSED, closed=Closed.CANCELLED), [])


def test_totals_are_by_currency_and_the_links_comes_first() -> None:
    _, payments, _ = play(link(), [taken(DOLLARS, "pay_1"), taken(LESS, "pay_2"), taken(LESS, "pay_3")])
    assert lifecycle.totals(link(), payments, CAPTURED) == (Money(4000, "EUR"), DOLLARS)
    assert lifecycle.totals(link(amount=DOLLARS), payments, CAPTURED) == (DOLLARS, Money(4000, "EUR"))
    assert lifecycle.totals(link(), payments[:1], CAPTURED) == (DOLLARS,)
    assert lifecycle.totals(link(), payments, REFUNDED) == ()


@pytest.mark.parametrize("verdict", [WON, LOST])
def test_a_dispute_that_is_opened_again_is_told_again_and_so_is_what_comes_of_it(verdict: EventKind) -> None:
    story = [event(CAPTURED)]
    for number, kind in enumerate([DISPUTED, verdict, DISPUTED, WON], start=1):
        story.append(event(kind, occurred_at=START + timedelta(days=number)))
    assert said(story) == ["paid", "disputed", verdict, "disputed", "dispute_won"]
    after, payments, _ = play(link(), story[:-1])
    assert headline(after, payments) is Headline.DISPUTED
    assert said([*story[:2], *story[:1:-1]]) == ["paid", "disputed", "dispute_won"]


def test_a_dispute_that_was_told_of_before_its_id_was_known_is_not_told_again() -> None:
    story = [event(CAPTURED), event(DISPUTED)]
    for number, kind in enumerate([DISPUTED, WON], start=1):
        story.append(event(kind, occurred_at=START + timedelta(days=number), dispute="dsp_1"))
    assert said(story) == ["paid", "disputed", "dispute_won"]


def test_two_disputes_of_one_payment_are_told_each_with_its_own_amount() -> None:
    story = [event(CAPTURED)]
    for number, (kind, dispute, minor) in enumerate(
        [(DISPUTED, "dsp_1", 1000), (DISPUTED, "dsp_2", 2000), (LOST, "dsp_1", 1000), (WON, "dsp_2", 2000)]
    ):
        amounts = {kind: Money(minor, "EUR")}
        at = START + timedelta(days=number)
        story.append(event(kind, occurred_at=at, amounts=amounts, dispute=dispute))
    after, payments, notices = play(link(), story)
    assert [(notice.key, notice.params["amount"]) for notice in notices[1:]] == [
        *(("disputed", "1000 EUR"), ("disputed", "2000 EUR")),
        *(("dispute_lost", "1000 EUR"), ("dispute_won", "2000 EUR")),
    ]
    assert len({notice.once for notice in notices}) == len(notices)
    assert headline(after, payments) is Headline.DISPUTE_LOST
    assert lifecycle.totals(link(), payments, DISPUTED) == (Money(1000, "EUR"),)


@pytest.mark.parametrize("kind", [DECLINED, EventKind.PENDING])
def test_an_attempt_that_is_heard_of_after_another_has_paid_is_no_news(kind: EventKind) -> None:
    assert said([event(CAPTURED, "pay_2"), event(kind)]) == ["paid"]


@pytest.mark.parametrize("state", [LinkState.CLOSED, LinkState.PAUSED])
def test_nobody_is_told_to_try_again_with_a_link_that_takes_no_more(state: LinkState) -> None:
    closed = Closed.CANCELLED if state is LinkState.CLOSED else None
    _, _, notices = play(link(state=state, closed=closed), [event(DECLINED)])
    assert [notice.key for notice in notices] == ["declined_closed"]


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (link(), "voided"),
        (link(state=LinkState.CLOSED, closed=Closed.EXPIRED), "voided"),
        (link(state=LinkState.CLOSED, closed=Closed.CANCELLED), "released"),
        (link(uses=20), "released"),
    ],
)
def test_a_new_link_is_asked_for_only_where_that_one_was_wanted_and_is_of_no_more_use(
    of: Link, told: str
) -> None:
    assert said([event(EventKind.AUTHORISED), event(EventKind.VOIDED)], of)[-1] == told


@pytest.mark.parametrize(("told", "amount"), [({}, "4990 EUR"), ({RETURNED: LESS}, "2000 EUR")])
def test_what_a_bank_takes_back_without_saying_how_much_is_all_of_it(
    told: dict[EventKind, Money], amount: str
) -> None:
    *_, notice = play(link(), [event(CAPTURED), event(RETURNED, amounts=told)])[2]
    assert (notice.key, notice.params) == ("returned", {"amount": amount})


@pytest.mark.parametrize(("uses", "last"), [(1, "paid"), (2, "paid_after_close")])
def test_money_that_comes_after_a_refund_of_all_is_not_one_payment_too_many(uses: int, last: str) -> None:
    paid = [event(CAPTURED, f"pay_{number}") for number in range(uses + 1)]
    told = said([*paid[:uses], given_back(AMOUNT, "pay_0"), paid[uses]], link(uses=uses))
    assert [key for key in told if key.startswith("paid")] == [*["paid"] * uses, last]
    assert "paid_twice" in said([*paid, given_back(AMOUNT, "pay_0")], link(uses=uses))


@pytest.mark.parametrize(
    ("taken_away", "told"),
    [
        ([event(RETURNED)], "paid"),
        ([event(RETURNED, amounts={RETURNED: AMOUNT})], "paid"),
        ([event(RETURNED, amounts={RETURNED: LESS})], "paid_twice"),
        ([event(DISPUTED), event(LOST)], "paid"),
        ([event(DISPUTED, amounts={DISPUTED: LESS}), event(LOST)], "paid_twice"),
        ([event(DISPUTED)], "paid_twice"),
        ([event(DISPUTED), event(WON)], "paid_twice"),
    ],
)
def test_money_that_comes_after_a_bank_took_all_of_the_first_is_not_one_payment_too_many(
    taken_away: list[Event], told: str
) -> None:
    assert said([event(CAPTURED), *taken_away, event(CAPTURED, "pay_2")])[-1] == told
