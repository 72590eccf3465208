"""Any story of a link, told in any order and any number of times: pure, against the model."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.links import lifecycle
from bot.links.payments import Stage, captured, stage
from bot.money import Money, pack
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Payment
from bot.ports.traffic import Notice
from bot.texts.en import WORDS as EN
from tests.fakes import START
from tests.unit.records import AMOUNT, event, link
from tests.unit.test_lifecycle_model import K, Model, Tale

EXPIRES = START + timedelta(days=7)
PAYMENTS = ("pay_1", "pay_2")
INCIDENTS = frozenset({K.VOID_FAILED, K.REFUND_PENDING, K.REFUND_FAILED})
OUTCOMES = frozenset({K.DISPUTE_WON, K.DISPUTE_LOST})
OF_DISPUTES, LAST = OUTCOMES | {K.DISPUTED}, OUTCOMES | {K.DISPUTED_LAST}
PAID = (
    *("paid", "paid_part", "paid_rest", "paid_more", "paid_different"),
    *("paid_unconfirmed", "paid_twice", "paid_before"),
)
NOTICES = frozenset(
    {*PAID, "paid_after_cancel", "paid_after_close"}
    | {"pending_after_cancel", "authorised_after_cancel", "authorised_after_expiry", "authorised_twice"}
    | {"refunded", "refunded_one", "part_refunded", "refunded_unconfirmed"}
    | {
        "pending",
        "authorised",
        "declined",
        "saved",
        "capture_failed",
        *("voided", "released", "rest_released"),
        "void_failed",
        "refund_pending",
    }
    | {"declined_closed", "refund_failed", "returned", "disputed", "dispute_won", "dispute_lost"}
)
# Said without an event.
BY_US = frozenset({"cancelled", "expired"})

some = st.sampled_from([1000, 3990, 4990, 5990])  # two parts of what was asked, as asked, more
moments = st.integers(0, 14 * 24).map(lambda hours: START + timedelta(hours=hours))
kinds = st.sampled_from(
    [
        *(K.PENDING, K.AUTHORISED, K.CAPTURED, K.DECLINED, K.CAPTURE_FAILED, K.VOIDED, K.REFUNDED),
        *(K.SAVED, K.SAVED),
        *(K.RETURNED, K.DISPUTED, *sorted(OUTCOMES), *sorted(INCIDENTS)),
    ]
)
balances = st.fixed_dictionaries({}, optional={K.AUTHORISED: some, K.CAPTURED: some})
# What an event can tell beside its own kind: what was taken before it, or nothing.
BESIDE = frozenset({K.CAPTURED, K.REFUNDED, K.VOIDED, K.CAPTURE_FAILED})
# Whose amount is told with it; the rest is told without one.
WITH_AMOUNT = frozenset({K.AUTHORISED, K.CAPTURED, K.REFUNDED, K.RETURNED, K.DISPUTED, *OUTCOMES})


@st.composite
def tellings(draw: st.DrawFn) -> Event:
    """An event of one of two payments; its key and the last digits of its moment come later."""
    kind = draw(kinds)
    amounts = draw(balances) if kind in BESIDE else {}
    if kind in WITH_AMOUNT and draw(st.booleans()):
        amounts[kind] = draw(some)
    told = {of: Money(minor, "EUR") for of, minor in amounts.items()}
    return event(kind, draw(st.sampled_from(PAYMENTS)), occurred_at=draw(moments), amounts=told)


def numbered(told: Event, number: int) -> Event:
    """With a key and a moment of its own."""
    moment = told.occurred_at + timedelta(microseconds=number)
    return replace(told, key=f"evt_{number}", occurred_at=moment)


def comes_too_late(tale: Tale, told: Event) -> bool:
    """Does it tell only of what has been left behind? `tale`: what was known before."""
    if any((tale.amount(of) or -1) < amount.minor for of, amount in told.amounts.items()):
        return False
    return comes_too_late_by_kind(tale, told)


def comes_too_late_by_kind(tale: Tale, told: Event) -> bool:
    """The same, without its amounts."""
    has_money = any(map(tale.has, (K.CAPTURED, K.REFUNDED, K.RETURNED, K.DISPUTED)))
    match told.kind:
        case K.PENDING | K.DECLINED | K.AUTHORISED:
            return has_money or tale.has(K.VOIDED) or tale.has(told.kind)
        case K.SAVED:
            begun = any(map(tale.has, (K.AUTHORISED, K.CAPTURE_FAILED, K.VOIDED, K.SAVED)))
            return has_money or begun
        case K.CAPTURE_FAILED | K.VOIDED | K.CAPTURED | K.REFUNDED | K.RETURNED:
            return tale.has(told.kind)
        case K.DISPUTED:
            return tale.trouble == "disputed" or is_outdated(tale, told, OUTCOMES)
        case K.DISPUTE_WON | K.DISPUTE_LOST:
            return tale.outcome is told.kind or is_outdated(tale, told, OF_DISPUTES)
        case _:
            return tale.has(K.VOIDED) if told.kind is K.VOID_FAILED else _is_settled(tale, told)


def _is_settled(tale: Tale, told: Event) -> bool:
    """All is given back. But a refund that was done may come to nothing: what fails after it is news."""
    done = tale.since(K.REFUNDED)
    undone = told.kind is K.REFUND_FAILED and done is not None and told.occurred_at > done
    return tale.is_given_back and not undone


def is_outdated(tale: Tale, told: Event, kinds: Collection[EventKind]) -> bool:
    return any(one.kind in kinds and one.occurred_at > told.occurred_at for one in tale.told)


class LinkMachine(RuleBasedStateMachine):
    """The product's link beside the model's."""

    @initialize()
    def begin(self) -> None:
        self.link: Link = link()
        self.payments: dict[str, Payment] = {}
        self.model = Model()
        self.told: list[Event] = []
        self.said: list[Notice] = []

    @rule(told=tellings())
    def hear(self, told: Event) -> None:
        told = numbered(told, len(self.told))
        tale = self.model.tales.get(str(told.provider_payment_id), Tale())
        too_late = comes_too_late(tale, told)
        before = self.payments.get(str(told.provider_payment_id))
        notices = self.take(told)
        self.told.append(told)
        self.model.hear(told)
        self.said += notices
        assert not (too_late and notices), (told, notices)
        assert {notice.key for notice in notices} <= NOTICES
        after = self.payments[str(told.provider_payment_id)]
        if before is not None:
            assert_only_grown(before, after)

    @rule(data=st.data())
    def hear_again(self, data: st.DataObject) -> None:
        """The same event under another roof: nothing changes, and no line is said that is not known."""
        if not self.told:
            return
        again = data.draw(st.sampled_from(self.told))
        known = (self.link, dict(self.payments))
        assert {notice.once for notice in self.take(again)} <= {notice.once for notice in self.said}
        assert (self.link, self.payments) == known

    @rule()
    def cancel(self) -> None:
        """As staff do: what somebody is paying cannot be cancelled."""
        payable = lifecycle.is_payable(self.link, list(self.payments.values()))
        assert self.model.cancel() == payable
        if payable:
            self.close(Closed.CANCELLED)

    @rule()
    def expire(self) -> None:
        if self.link.state is LinkState.OPEN:
            self.model.end()
            self.close(Closed.EXPIRED)

    @invariant()
    def the_link_is_as_the_model_says(self) -> None:
        closed = self.link.closed.value if self.link.closed else None
        assert closed == self.model.closed
        assert (self.link.state is LinkState.CLOSED) == (closed is not None)
        assert lifecycle.headline(self.link, list(self.payments.values())) == self.model.headline

    @invariant()
    def the_money_is_as_the_model_says(self) -> None:
        assert net(list(self.payments.values())) == self.model.net
        for payment_id, tale in self.model.tales.items():
            known = self.payments[payment_id].amounts
            for kind in (K.AUTHORISED, K.CAPTURED, K.REFUNDED, K.RETURNED, K.DISPUTED):
                assert (known[kind].minor if kind in known else None) == tale.amount(kind)

    @invariant()
    def money_that_came_has_been_told_once(self) -> None:
        once = [notice.once for notice in self.said if notice.key not in OUTCOMES]
        assert len(once) == len(set(once))
        for payment_id, tale in self.model.tales.items():
            about = [
                notice
                for notice in self.said
                if notice.key.startswith("paid") and notice.once.startswith(payment_id)
            ]
            assert bool(about) == tale.has(K.CAPTURED)
            taken = captured(self.payments[payment_id])
            if about and taken is not None:
                assert about[-1].params["paid"] == pack(taken)

    @invariant()
    def paid_is_said_of_exactly_what_was_asked(self) -> None:
        for notice in self.said:
            if notice.key == "paid":
                assert notice.params["paid"] == notice.params["amount"] == pack(AMOUNT)

    def take(self, told: Event) -> tuple[Notice, ...]:
        change = lifecycle.apply(self.link, list(self.payments.values()), told)
        if change is None:
            return ()
        self.link = change.link
        self.payments[change.payment.provider_payment_id] = change.payment
        return change.notices

    def close(self, why: Closed) -> None:
        self.link = replace(self.link, state=LinkState.CLOSED, closed=why)


LinkMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)
TestLinkMachine = LinkMachine.TestCase


def net(payments: Sequence[Payment]) -> int:
    """What is left: taken, less what was given back, taken back and lost."""
    left = 0
    for payment in payments:
        gone = [K.REFUNDED, K.RETURNED]
        if stage(payment) is Stage.DISPUTE_LOST:
            gone.append(K.DISPUTE_LOST if K.DISPUTE_LOST in payment.amounts else K.DISPUTED)
        left += minor(payment, K.CAPTURED) - sum(minor(payment, kind) for kind in gone)
    return left


def minor(payment: Payment, kind: EventKind) -> int:
    return payment.amounts[kind].minor if kind in payment.amounts else 0


def assert_only_grown(before: Payment, after: Payment) -> None:
    assert all(after.amounts[kind].minor >= amount.minor for kind, amount in before.amounts.items())
    for kind, moment in before.heard.items():
        grown = after.heard[kind] >= moment if kind in LAST else after.heard[kind] <= moment
        assert grown


@pytest.mark.parametrize("key", sorted(NOTICES | BY_US))
def test_every_notice_has_a_text(key: str) -> None:
    assert f"reply.{key}" in EN


@pytest.mark.parametrize("headline", lifecycle.Headline)
def test_every_headline_has_a_text(headline: lifecycle.Headline) -> None:
    assert f"link.{headline}" in EN
