"""What is known of one payment only grows, whatever comes in which order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links.payments import TRANSITIONS, Stage, captured, is_captured, is_refunded_in_full, learn, stage
from bot.money import Money
from bot.ports.model import Event, EventKind, Payment
from tests.fakes import START
from tests.unit.records import ACCOUNT, AMOUNT, event

K = EventKind
EMPTY = Payment(ACCOUNT, "pay_1", "PL0123456789AB")
LESS, DOLLARS = Money(2000, "EUR"), Money(4990, "USD")
kinds = st.sampled_from([kind for kind in K if kind not in {K.IGNORED, K.DISPUTED_LAST}])
amounts = st.builds(Money, st.integers(0, 10_000), st.sampled_from(["EUR", "USD"]))
words = st.none() | st.sampled_from(["", "Visa", "Visa •4242", "SEPA"])
events = st.builds(
    event,
    kinds,
    occurred_at=st.integers(0, 50).map(lambda minute: START + timedelta(minutes=minute)),
    amounts=st.dictionaries(kinds, amounts, max_size=3),
    method=words,
    bank_reference=words,
    reason=words,
    dispute=st.sampled_from([None, "dsp_1", "dsp_2"]),
    use=words,
)


def at(kind: EventKind, minute: int, **changes: Any) -> Event:
    return event(kind, occurred_at=START + timedelta(minutes=minute), **changes)


def known(*told: Event) -> Payment:
    payment = EMPTY
    for one in told:
        payment = learn(payment, one)
    return payment


def stages(told: Sequence[Event]) -> set[Stage]:
    """Where a payment ends, by every order of the same events."""
    return {stage(known(*order)) for order in permutations(told)}


@given(told=st.lists(events, min_size=1, max_size=8), data=st.data())
def test_the_same_events_make_the_same_payment_in_any_order_and_any_number(
    told: list[Event], data: st.DataObject
) -> None:
    again = data.draw(st.permutations([*told, *data.draw(st.lists(st.sampled_from(told), max_size=4))]))
    assert known(*told) == known(*again)


def test_the_same_sum_in_two_currencies_makes_the_same_payment_in_any_order() -> None:
    told = [event(K.CAPTURED, amounts={K.CAPTURED: Money(4990, code)}) for code in ("EUR", "USD")]
    assert known(*told) == known(*reversed(told))


@given(told=st.lists(events, max_size=6), last=events)
def test_nothing_that_is_known_is_unlearnt(told: list[Event], last: Event) -> None:
    before = known(*told)
    after = learn(before, last)
    assert before.heard.keys() <= after.heard.keys()
    assert before.disputes.keys() <= after.disputes.keys()
    for kind, amount in before.amounts.items():
        if kind is K.DISPUTED and after.disputes:
            continue  # of those that decide how the payment stands
        if after.amounts[kind].currency == amount.currency:
            assert after.amounts[kind].minor >= amount.minor
    for name in ("method", "bank_reference", "reason"):
        assert not getattr(before, name) or getattr(after, name)


def test_the_first_moment_of_a_kind_stays() -> None:
    assert (
        known(at(K.CAPTURED, 9), at(K.CAPTURED, 3), at(K.CAPTURED, 5)).heard[K.CAPTURED]
        == at(K.CAPTURED, 3).occurred_at
    )


def test_of_a_disputes_outcome_the_last_moment_stays() -> None:
    won = known(at(K.DISPUTE_WON, 9), at(K.DISPUTE_WON, 3))
    assert won.heard[K.DISPUTE_WON] == at(K.DISPUTE_WON, 9).occurred_at


def test_of_cumulative_amounts_the_largest_stays() -> None:
    told = [at(K.CAPTURED, minute, amounts={K.CAPTURED: Money(minute, "EUR")}) for minute in (20, 49, 10)]
    assert captured(known(*told)) == Money(49, "EUR")


@pytest.mark.parametrize("kind", [K.AUTHORISED, K.CAPTURED, K.REFUNDED])
def test_an_amount_proves_that_it_has_happened(kind: EventKind) -> None:
    assert kind in known(event(K.PENDING, amounts={kind: Money(1, "EUR")})).heard
    assert kind not in known(event(K.PENDING, amounts={kind: Money(0, "EUR")})).heard


def test_captured_without_an_amount_is_captured_all_the_same() -> None:
    payment = known(event(K.CAPTURED, amounts={}))
    assert (is_captured(payment), captured(payment)) == (True, None)


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ([], Stage.STARTED),
        ([at(K.VOID_FAILED, 1)], Stage.STARTED),
        ([at(K.PENDING, 1)], Stage.PENDING),
        ([at(K.PENDING, 1), at(K.DECLINED, 2)], Stage.DECLINED),
        ([at(K.DECLINED, 1), at(K.AUTHORISED, 2)], Stage.AUTHORISED),
        ([at(K.AUTHORISED, 1), at(K.CAPTURE_FAILED, 2)], Stage.CAPTURE_FAILED),
        ([at(K.AUTHORISED, 1), at(K.CAPTURE_FAILED, 2), at(K.CAPTURED, 3)], Stage.CAPTURED),
        ([at(K.AUTHORISED, 1), at(K.VOIDED, 2)], Stage.VOIDED),
        ([at(K.DECLINED, 1), at(K.AUTHORISED, 2), at(K.CAPTURED, 3)], Stage.CAPTURED),
        ([at(K.CAPTURED, 1), at(K.RETURNED, 2)], Stage.RETURNED),
        ([at(K.CAPTURED, 1), at(K.DISPUTED, 2)], Stage.DISPUTED),
        ([at(K.CAPTURED, 1), at(K.DISPUTED, 2), at(K.DISPUTE_WON, 3)], Stage.DISPUTE_WON),
        ([at(K.CAPTURED, 1), at(K.DISPUTED, 2), at(K.DISPUTE_LOST, 3)], Stage.DISPUTE_LOST),
        ([at(K.CAPTURED, 1), at(K.DISPUTE_LOST, 2), at(K.DISPUTE_WON, 3)], Stage.DISPUTE_WON),
        ([at(K.CAPTURED, 1), at(K.DISPUTED, 2), at(K.DISPUTE_WON, 3), at(K.DISPUTED, 4)], Stage.DISPUTED),
        ([at(K.CAPTURED, 1), at(K.DISPUTED, 2), at(K.DISPUTE_LOST, 3), at(K.DISPUTED, 4)], Stage.DISPUTED),
        ([at(K.CAPTURED, 1), at(K.DISPUTE_WON, 2), at(K.DISPUTE_LOST, 3)], Stage.DISPUTE_LOST),
        ([at(K.CAPTURED, 1), at(K.REFUNDED, 2, amounts={K.REFUNDED: LESS})], Stage.PART_REFUNDED),
        ([at(K.CAPTURED, 1), at(K.REFUNDED, 2, amounts={K.REFUNDED: AMOUNT})], Stage.REFUNDED),
        ([at(K.CAPTURED, 1), at(K.REFUNDED, 2, amounts={})], Stage.PART_REFUNDED),
        ([at(K.CAPTURED, 1), at(K.REFUNDED, 2, amounts={K.REFUNDED: AMOUNT}), at(K.DISPUTED, 3)], "disputed"),
    ],
)
def test_every_story_ends_where_it_must_by_any_order(told: list[Event], ends: Stage) -> None:
    assert stages(told) == {ends}


ONE, OTHER = {"dispute": "dsp_1"}, {"dispute": "dsp_2"}


@pytest.mark.parametrize(
    ("told", "ends", "in_dispute"),
    [
        ([at(K.DISPUTE_LOST, 2, **ONE), at(K.DISPUTE_WON, 9, **OTHER)], Stage.DISPUTE_LOST, None),
        ([at(K.DISPUTE_WON, 2, **ONE), at(K.DISPUTE_LOST, 9, **OTHER)], Stage.DISPUTE_LOST, None),
        ([at(K.DISPUTE_LOST, 2, **ONE), at(K.DISPUTE_WON, 9, **ONE)], Stage.DISPUTE_WON, None),
        ([at(K.DISPUTE_LOST, 9, **ONE), at(K.DISPUTED, 2, **OTHER)], Stage.DISPUTED, None),
        ([at(K.DISPUTE_WON, 2, **ONE), at(K.DISPUTE_WON, 3, **OTHER)], Stage.DISPUTE_WON, None),
        (
            [
                at(K.DISPUTED, 1, amounts={K.DISPUTED: Money(1000, "EUR")}, **ONE),
                at(K.DISPUTED, 2, amounts={K.DISPUTED: Money(3000, "EUR")}, **OTHER),
            ],
            *(Stage.DISPUTED, Money(4000, "EUR")),
        ),
        (
            [
                at(K.DISPUTED, 1, amounts={K.DISPUTED: Money(1000, "EUR")}, **ONE),
                at(K.DISPUTE_LOST, 2, **ONE),
                at(K.DISPUTE_WON, 9, amounts={K.DISPUTE_WON: Money(3000, "EUR")}, **OTHER),
            ],
            *(Stage.DISPUTE_LOST, Money(1000, "EUR")),
        ),
    ],
)
def test_disputes_with_ids_are_each_their_own(
    told: list[Event], ends: Stage, in_dispute: Money | None
) -> None:
    """One that was lost stays lost, whatever comes of another, and only what is gone counts as gone."""
    told = [at(K.CAPTURED, 1), *told]
    assert stages(told) == {ends}
    assert known(*told).amounts.get(K.DISPUTED) == in_dispute


def test_a_dispute_that_was_told_of_without_its_id_is_known_by_the_id_once_that_is_told() -> None:
    assert stages([at(K.DISPUTED, 1), at(K.DISPUTE_WON, 2, **ONE)]) == {Stage.DISPUTE_WON}


def test_a_won_dispute_leaves_a_refunded_payment_refunded() -> None:
    refunded = at(K.REFUNDED, 2, amounts={K.REFUNDED: AMOUNT})
    story = [at(K.CAPTURED, 1), refunded, at(K.DISPUTED, 3), at(K.DISPUTE_WON, 4)]
    assert stages(story) == {Stage.REFUNDED}


@pytest.mark.parametrize(
    ("given_back", "in_full"),
    [(LESS, False), (AMOUNT, True), (Money(5000, "EUR"), True), (DOLLARS, False), (None, False)],
)
def test_refunded_in_full_means_all_that_was_taken(given_back: Money | None, *, in_full: bool) -> None:
    told = event(K.REFUNDED, amounts={K.REFUNDED: given_back} if given_back else {})
    assert is_refunded_in_full(known(event(K.CAPTURED), told)) is in_full


def test_what_was_never_said_to_be_captured_is_not_refunded_in_full() -> None:
    assert not is_refunded_in_full(known(event(K.REFUNDED, amounts={K.REFUNDED: AMOUNT})))


@given(told=st.lists(events, max_size=6), last=events)
def test_every_step_that_is_taken_is_in_the_table_or_leads_nowhere_new(
    told: list[Event], last: Event
) -> None:
    """By amounts: the table speaks of stages, and a smaller refund may become known after a larger one."""
    came_from, came_to = stage(known(*told)), stage(learn(known(*told), last))
    back = {Stage.REFUNDED, Stage.PART_REFUNDED, Stage.DISPUTE_WON}
    assert came_from is came_to or came_to in TRANSITIONS[came_from] or {came_from, came_to} <= back


def test_every_step_of_any_three_events_is_in_the_table() -> None:
    told = [kind for kind in K if kind not in {K.IGNORED, K.DISPUTED_LAST}]
    for first, then, last in product(told, repeat=3):
        before = known(event(first), event(then))
        came_from, came_to = stage(before), stage(learn(before, event(last)))
        assert came_from is came_to or came_to in TRANSITIONS[came_from], (first, then, last)


def test_every_stage_has_its_transitions_and_none_leads_back_to_before_the_money() -> None:
    before = {Stage.STARTED, Stage.PENDING, Stage.DECLINED, Stage.AUTHORISED}
    before |= {Stage.CAPTURE_FAILED, Stage.VOIDED, Stage.SAVED}
    assert set(TRANSITIONS) == set(Stage)
    for came_from, reachable in TRANSITIONS.items():
        assert came_from not in reachable
        assert Stage.STARTED not in reachable
        if came_from not in before:
            assert not reachable & before
            assert Stage.CAPTURED not in reachable


def test_a_stage_is_named_as_the_event_that_leads_to_it() -> None:
    """The lifecycle looks an amount up under the name of the stage."""
    by_amount = {Stage.STARTED, Stage.PART_REFUNDED}
    assert {found.value for found in Stage} - by_amount <= {kind.value for kind in K}


def test_learning_changes_nothing_about_what_was_known_before() -> None:
    before = known(event(K.AUTHORISED))
    copy = replace(before, heard=dict(before.heard), amounts=dict(before.amounts))
    learn(before, event(K.CAPTURED))
    assert before == copy


@pytest.mark.parametrize("name", ["method", "bank_reference", "reason", "use"])
def test_of_two_texts_for_the_same_thing_the_longer_is_kept(name: str) -> None:
    told = [
        at(K.CAPTURED, minute, **{name: text}) for minute, text in enumerate(["Visa", "A Visa •4242", None])
    ]
    for order in permutations(told):
        assert getattr(known(*order), name) == "A Visa •4242"
