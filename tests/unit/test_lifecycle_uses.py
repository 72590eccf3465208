"""A link that is used more than once, or whose payer chooses, or that takes no money: any story of it.

As for a one-use link, a model that is no code of the product hears the same events.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.links import lifecycle
from bot.links.expected import is_free
from bot.links.lifecycle import Headline, headline
from bot.money import Money, pack
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Payment
from bot.ports.traffic import Notice
from tests.fakes import START
from tests.unit.records import event, link
from tests.unit.test_lifecycle import play, said, taken
from tests.unit.test_lifecycle_machine import numbered, tellings
from tests.unit.test_lifecycle_model import Model, Tale

K = EventKind
LEAST, MOST = Money(1000, "EUR"), Money(5000, "EUR")
RANGE = link(least=LEAST, amount=MOST)
SETUP = link(kind=LinkKind.SETUP, amount=Money(0, "EUR"))
SUBSCRIPTION = link(kind=LinkKind.SUBSCRIPTION)


@dataclass
class Several(Model):
    """One link for several uses: payments, or means of payment that are saved."""

    uses: int | None = 2
    kind: LinkKind = LinkKind.PAYMENT

    def hear(self, told: Event) -> None:
        assert told.provider_payment_id is not None
        self.tales.setdefault(told.provider_payment_id, Tale()).told.append(told)
        if self.uses is None or (self.kind is LinkKind.SUBSCRIPTION and self.uses > 1):
            return
        in_time = [tale for tale in self.used if self.began(tale) <= self.expires_at]
        counts = {None: self.used, "expired": in_time}.get(self.closed, [])
        if len(counts) >= self.uses:
            self.closed = "used_up"

    def since(self, tale: Tale) -> datetime | None:
        saved = tale.since(K.SAVED) if self.kind is not LinkKind.PAYMENT else None
        return min((moment for moment in (tale.money_since, saved) if moment), default=None)

    def began(self, tale: Tale) -> datetime:
        """A moment at which the payer of a used one had done what a payer does."""
        return min(filter(None, (self.since(tale), tale.since(K.AUTHORISED))))

    @property
    def used(self) -> list[Tale]:
        return [tale for tale in self.tales.values() if self.since(tale)]


class SeveralMachine(RuleBasedStateMachine):
    """The product's link beside the model's."""

    @initialize(
        uses=st.sampled_from([2, 3, None]),
        kind=st.sampled_from(list(LinkKind)),
        least=st.sampled_from([None, LEAST]),
    )
    def begin(self, uses: int | None, kind: LinkKind, least: Money | None) -> None:
        self.link: Link = link(uses=uses, kind=kind, least=least)
        self.model = Several(uses=uses, kind=kind)
        self.payments: dict[str, Payment] = {}
        self.told: list[Event] = []
        self.said: list[Notice] = []

    @rule(told=tellings())
    def hear(self, told: Event) -> None:
        told = numbered(told, len(self.told))
        self.told.append(told)
        self.model.hear(told)
        self.take(told)

    @rule(data=st.data())
    def hear_again(self, data: st.DataObject) -> None:
        if self.told:
            known = (self.link, dict(self.payments))
            self.take(data.draw(st.sampled_from(self.told)))
            assert (self.link, self.payments) == known

    @rule(why=st.sampled_from([Closed.CANCELLED, Closed.EXPIRED]))
    def close(self, why: Closed) -> None:
        if self.link.state is not LinkState.CLOSED:
            self.model.end(why)
            self.link = replace(self.link, state=LinkState.CLOSED, closed=why)

    @invariant()
    def it_is_closed_when_the_model_says_so(self) -> None:
        assert (self.link.closed.value if self.link.closed else None) == self.model.closed

    @invariant()
    def it_can_be_paid_as_long_as_a_use_is_left(self) -> None:
        payments = list(self.payments.values())
        if self.link.uses is None:
            assert is_free(self.link, payments)
        elif len(self.model.used) >= self.link.uses:
            assert not is_free(self.link, payments)

    @invariant()
    def each_payment_that_came_has_been_told_once(self) -> None:
        once = [notice.once for notice in self.said if notice.key.startswith("paid")]
        assert len(once) == len(set(once))
        for payment_id, tale in self.model.tales.items():
            assert any(one.startswith(f"{payment_id}:captured") for one in once) == tale.has(K.CAPTURED)

    @invariant()
    def paid_is_said_of_what_was_asked_and_nothing_else(self) -> None:
        least = (self.link.least or self.link.amount).minor
        for notice in self.said:
            if notice.key == "paid":
                minor, currency = notice.params["paid"].split()
                assert least <= int(minor) <= self.link.amount.minor
                assert currency == "EUR"

    def take(self, told: Event) -> None:
        change = lifecycle.apply(self.link, list(self.payments.values()), told)
        if change is not None:
            self.link = change.link
            self.payments[change.payment.provider_payment_id] = change.payment
            self.said += change.notices


SeveralMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)
TestSeveralMachine = SeveralMachine.TestCase


def three(of: Link) -> list[Event]:
    return [event(K.CAPTURED, f"pay_{number}", amounts={K.CAPTURED: of.amount}) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("minor", "key", "title"),
    [
        (999, "paid_different", Headline.PAID_DIFFERENT),
        (1000, "paid", Headline.PAID),
        (2500, "paid", Headline.PAID),
        (5000, "paid", Headline.PAID),
        (5001, "paid_different", Headline.PAID_DIFFERENT),
    ],
)
def test_what_the_payer_chose_within_the_range_is_as_asked(minor: int, key: str, title: Headline) -> None:
    after, payments, notices = play(RANGE, [taken(Money(minor, "EUR"))])
    assert [notice.key for notice in notices] == [key]
    assert dict(notices[0].params) == {
        "amount": pack(MOST),
        "least": pack(LEAST),
        "paid": f"{minor} EUR",
    }
    assert (headline(after, payments), after.closed) == (title, Closed.PAID)


def test_another_currency_is_not_within_the_range() -> None:
    assert said([taken(Money(2500, "USD"))], RANGE) == ["paid_different"]


def test_each_use_is_told_with_its_number_and_the_last_one_uses_it_up() -> None:
    of = link(uses=3)
    after, payments, notices = play(of, three(of)[:2])
    assert [(note.key, note.params["count"], note.params["uses"]) for note in notices] == [
        ("paid", "1", "3"),
        ("paid", "2", "3"),
    ]
    assert (after.state, headline(after, payments)) == (LinkState.OPEN, Headline.USES)
    after, payments, _ = play(of, three(of))
    assert (after.closed, headline(after, payments)) == (Closed.USED_UP, Headline.USES)


def test_a_link_for_any_number_of_uses_is_never_used_up() -> None:
    of = link(uses=None)
    after, payments, notices = play(of, three(of))
    assert (after.state, headline(after, payments)) == (LinkState.OPEN, Headline.TIMES)
    assert [note.params["count"] for note in notices] == ["1", "2", "3"]
    assert "uses" not in notices[0].params


def test_each_payment_of_a_subscription_is_told_and_none_is_one_too_many() -> None:
    after, payments, notices = play(SUBSCRIPTION, three(SUBSCRIPTION))
    assert [notice.key for notice in notices] == ["paid"] * 3
    assert (after.closed, headline(after, payments)) == (Closed.USED_UP, Headline.SUBSCRIBED)


def test_a_subscription_that_begins_with_a_trial_is_begun_by_what_was_saved() -> None:
    after, _, notices = play(SUBSCRIPTION, [event(K.SAVED)])
    assert ([notice.key for notice in notices], after.closed) == (["saved"], Closed.USED_UP)


def test_a_subscriptions_next_payment_that_fails_is_told_unless_one_has_come_since() -> None:
    begun = [event(K.SAVED, "pay_0"), event(K.CAPTURED, "pay_1")]
    a_month, failed = START + timedelta(days=30), event(K.DECLINED, "pay_2", reason="no funds")
    next_one = replace(failed, occurred_at=a_month)
    assert said([*begun, next_one], SUBSCRIPTION) == ["saved", "paid", "declined_closed"]
    assert said([*begun, replace(next_one, kind=K.PENDING)], SUBSCRIPTION) == ["saved", "paid"]
    assert said([*begun, failed], SUBSCRIPTION) == ["saved", "paid"]
    paid = replace(event(K.CAPTURED, "pay_3"), occurred_at=a_month + timedelta(hours=1))
    assert said([*begun, paid, next_one], SUBSCRIPTION) == ["saved", "paid", "paid"]


def test_a_subscription_goes_on_after_its_link_was_closed_but_does_not_begin_then() -> None:
    over = link(kind=LinkKind.SUBSCRIPTION, uses=None, state=LinkState.CLOSED, closed=Closed.CANCELLED)
    assert said(three(over), over) == ["paid_after_cancel", "paid", "paid"]


def test_a_saved_means_of_payment_is_told_and_uses_its_link_up() -> None:
    after, payments, notices = play(SETUP, [event(K.PENDING), event(K.SAVED, method="Visa")])
    assert [(notice.key, dict(notice.params)) for notice in notices][1:] == [("saved", {"method": "Visa"})]
    assert (after.closed, headline(after, payments)) == (Closed.USED_UP, Headline.SAVED)


def test_a_means_of_payment_that_is_saved_along_with_a_payment_uses_nothing_up() -> None:
    after, payments, _ = play(link(), [event(K.SAVED)])
    assert (after.state, headline(after, payments)) == (LinkState.OPEN, Headline.OPEN)
    assert lifecycle.is_payable(after, payments)


def test_money_taken_where_none_was_asked_for_is_never_as_asked() -> None:
    assert said([taken(Money(100, "EUR"))], SETUP) == ["paid_different"]
    assert said([event(K.SAVED, "pay_0"), taken(Money(100, "EUR"))], SETUP) == ["saved", "paid_after_close"]


@pytest.mark.parametrize(
    ("closed", "title"),
    [(Closed.EXPIRED, Headline.EXPIRED_USED), (Closed.CANCELLED, Headline.CANCELLED_USED)],
)
def test_a_link_that_ended_before_it_was_used_up_says_so(closed: Closed, title: Headline) -> None:
    payments = play(link(uses=3), three(link())[:1])[1]
    assert headline(link(uses=3, state=LinkState.CLOSED, closed=closed), payments) is title


@pytest.mark.parametrize("heard", [[K.AUTHORISED, K.VOIDED], [K.VOIDED]])
def test_an_authorisation_that_was_released_leaves_its_use_to_others(heard: Sequence[EventKind]) -> None:
    events = [event(kind, f"pay_{number}") for number in (1, 2) for kind in heard]
    after, payments, _ = play(link(uses=2), events)
    assert lifecycle.is_payable(after, payments)


@pytest.mark.parametrize("heard", [[K.AUTHORISED], [K.AUTHORISED, K.VOIDED], [K.DECLINED], [K.PENDING]])
def test_one_payers_attempt_does_not_take_a_link_from_the_others(heard: Sequence[EventKind]) -> None:
    after, payments, _ = play(link(uses=3), [event(kind) for kind in heard])
    assert (headline(after, payments), lifecycle.is_payable(after, payments)) == (Headline.OPEN, True)


def test_the_first_money_of_a_subscription_that_began_free_is_its_first_payment() -> None:
    trial = event(K.SAVED, "pay_0")
    _, _, notices = play(SUBSCRIPTION, [trial, *three(SUBSCRIPTION)])
    assert [note.params["count"] for note in notices if note.key == "paid"] == ["1", "2", "3"]


def test_of_means_of_payment_none_is_to_be_refunded() -> None:
    saved = [event(K.SAVED, f"pay_{number}") for number in (1, 2, 3)]
    after, payments, _ = play(replace(SETUP, uses=2), saved)
    assert headline(after, payments) is Headline.USES
