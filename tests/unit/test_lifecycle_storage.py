"""Any story of a link on a real database: webhooks in any order, staff, and a backend that is polled.

What really happens is kept apart from what is told of it: a webhook may come late, twice or never, and a
look shows how things stand. The model hears what the product hears.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from structlog.testing import capture_logs

from bot.errors import BackendUnavailable, NotPossible
from bot.links import lifecycle
from bot.links.acts import Acts
from bot.links.payments import captured
from bot.links.watching import Watch
from bot.money import Money, pack
from bot.ports.backend import FetchedLink
from bot.ports.model import Event, EventKind, LinkState
from bot.ports.traffic import Owed, OwedState, Say
from tests.unit.records import ACCOUNT, ALICE, AMOUNT, SALES, event
from tests.unit.test_lifecycle_machine import PAYMENTS, net
from tests.unit.test_lifecycle_model import K, Model
from tests.unit.world import World

pytestmark = pytest.mark.slow

T = TypeVar("T")
ID = "PL0123456789AB"
STEPS = [K.CAPTURED, K.CAPTURED, K.AUTHORISED, K.PENDING, K.DECLINED, K.CAPTURE_FAILED, K.VOIDED]
AFTER_MONEY = [K.REFUNDED, K.RETURNED, K.DISPUTED, K.DISPUTE_WON, K.DISPUTE_LOST]
amounts = st.sampled_from([1000, 4990, 5990])


class SaleMachine(RuleBasedStateMachine):
    """One link, its backend, and the model."""

    migrated: Path
    folder: Path
    count = 0

    @initialize()
    def begin(self) -> None:
        type(self).count += 1
        path = self.folder / f"{self.count}.db"
        shutil.copy(self.migrated, path)
        self.runner = asyncio.Runner()
        self.world = self.run(lambda: World.begin(f"sqlite:///{path}"))
        now = self.world.clock.now()
        self.asked = self.run(lambda: self.world.add_link(poll_at=now))
        self.run(lambda: self.world.add_attempt(self.asked))
        self.watch = Watch(self.world.storage, {ACCOUNT: self.world.backend}, self.world.clock)
        self.acts = Acts(frozenset(), self.world.clock)
        self.model = Model(expires_at=self.asked.expires_at)
        self.balances: dict[str, dict[EventKind, int]] = {}  # how things really stand
        self.happened: dict[str, list[Event]] = {}
        self.known_keys: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.run(self.world.storage.close)
            self.runner.close()

    @rule(payment=st.sampled_from(PAYMENTS), kind=st.sampled_from(STEPS), amount=amounts, heard=st.booleans())
    def happen(self, payment: str, kind: EventKind, amount: int, *, heard: bool) -> None:
        """The customer pays, or tries to; the webhook comes now, or later, or never."""
        if kind in {K.AUTHORISED, K.CAPTURED}:
            known = self.balances.setdefault(payment, {})
            known[kind] = max(amount, known.get(kind, 0))
        self.note(payment, kind, {kind: amount} if kind in {K.AUTHORISED, K.CAPTURED} else {}, heard=heard)

    @precondition(lambda self: any(K.CAPTURED in known for known in self.balances.values()))
    @rule(data=st.data(), kind=st.sampled_from(AFTER_MONEY), amount=amounts, heard=st.booleans())
    def take_back(self, data: st.DataObject, kind: EventKind, amount: int, *, heard: bool) -> None:
        """What has come goes again, in part or in full."""
        paid = sorted(payment for payment, known in self.balances.items() if K.CAPTURED in known)
        payment = data.draw(st.sampled_from(paid))
        known = self.balances[payment]
        if kind is K.REFUNDED:
            known[kind] = max(min(amount, known[K.CAPTURED]), known.get(kind, 0))
        told: dict[EventKind, int] = {kind: amount}
        if kind is K.REFUNDED:
            told = {kind: known[kind], K.CAPTURED: known[K.CAPTURED]}
        self.note(payment, kind, told, heard=heard)

    @precondition(lambda self: self.happened)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        """A webhook arrives, for the first time or once more."""
        payment = data.draw(st.sampled_from(sorted(self.happened)))
        self.hear(data.draw(st.sampled_from(self.happened[payment])))

    @rule()
    def cancel(self) -> None:
        possible = self.model.cancel()
        done = False
        with suppress(NotPossible):
            self.run(lambda: self.world.write(lambda tx: self.acts.cancel(tx, ID, ALICE)))
            done = True
        assert done == possible

    @rule(hours=st.integers(1, 5 * 24))
    def wait(self, hours: int) -> None:
        self.world.clock.advance(hours=hours)

    @rule(fails=st.booleans())
    def look(self, *, fails: bool) -> None:
        """The link is asked about, if it is due; the backend may not answer."""
        found = self.run(lambda: self.world.link(ID))
        if found.poll_at is None:
            return
        wait = (found.poll_at - self.world.clock.now()).total_seconds()
        self.world.clock.advance(seconds=max(wait, 0))
        shown = self.show()
        if fails:
            self.world.backend.refusals.append(BackendUnavailable("503", sent="unknown"))
        asked = len(self.world.backend.looks)
        with capture_logs():
            self.run(lambda: self.watch.run(ID))
        self.world.backend.refusals.clear()
        if not fails:
            self.believe(shown, self.world.backend.looks[asked:])

    @invariant()
    def link_and_money_are_as_the_model_says(self) -> None:
        found = self.run(lambda: self.world.link(ID))
        payments = self.run(lambda: self.world.payments(ID))
        assert (found.closed.value if found.closed else None) == self.model.closed
        assert (found.state is LinkState.CLOSED) == (self.model.closed is not None)
        assert lifecycle.headline(found, payments) == self.model.headline
        assert net(payments) == self.model.net

    @invariant()
    def what_came_is_owed_to_the_thread_once(self) -> None:
        owed = self.run(lambda: self.world.read(self.rows))
        lines = [one for one in owed if one.say is Say.REPLY]
        assert len([one for one in owed if one.say is Say.CARD]) <= 1
        payments = {one.provider_payment_id: one for one in self.run(lambda: self.world.payments(ID))}
        for tale_of, tale in self.model.tales.items():
            if tale.has(K.CAPTURED):
                taken = captured(payments[tale_of])
                assert taken is not None
                assert [one for one in lines if one.params.get("paid") == pack(taken)]
        assert all(one.params["paid"] == pack(AMOUNT) for one in lines if one.key == "paid")
        assert (self.model.closed == "cancelled") <= ("cancelled" in [one.key for one in lines])
        assert [one.key for one in lines].count("expired") <= 1

    @invariant()
    def whoever_has_money_is_looked_after(self) -> None:
        found = self.run(lambda: self.world.link(ID))
        moments = [moment for tale in self.model.tales.values() if (moment := tale.since(K.CAPTURED))]
        if moments and self.world.clock.now() < max(moments) + timedelta(days=100):
            assert found.poll_at is not None

    def rows(self, tx: object) -> list[Owed]:
        """All that is owed, in order: nothing is said meanwhile."""
        found: list[Owed] = []
        while heads := list(tx.outbox.heads(SALES.lane)):  # type: ignore[attr-defined]
            for one in heads:
                tx.outbox.settle(one, OwedState.SAID)  # type: ignore[attr-defined]
            found += heads
        return found

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        async def wait() -> T:
            return await work()

        return self.runner.run(wait())

    def note(self, payment: str, kind: EventKind, told: dict[EventKind, int], *, heard: bool) -> None:
        self.world.clock.advance(seconds=1)
        events = self.happened.setdefault(payment, [])
        moment = self.world.clock.now()
        money = {of: Money(minor, "EUR") for of, minor in told.items()}
        events.append(event(kind, payment, key=f"evt_{payment}_{moment}", occurred_at=moment, amounts=money))
        if heard:
            self.hear(events[-1])

    def hear(self, told: Event) -> None:
        self.run(lambda: self.world.hear(told))
        self.learn(told)

    def learn(self, told: Event) -> None:
        if told.key not in self.known_keys:
            self.known_keys.add(told.key)
            self.model.hear(told)

    def show(self) -> FetchedLink:
        """Make the backend show how things stand."""
        backend = self.world.backend
        received = any(self.balances.values())
        over = received or self.world.clock.now() >= self.asked.expires_at
        shown = FetchedLink(
            f"pl_{ID}",
            ID,
            AMOUNT,
            usable=not over,
            received=received,
            expires_on=None,
            payment_ids=tuple(self.happened),
        )
        backend.links[shown.provider_id] = shown
        for payment, events in self.happened.items():
            known = self.balances.get(payment, {})
            kind = next((of for of in (K.REFUNDED, K.CAPTURED, K.AUTHORISED) if of in known), K.PENDING)
            money = {of: Money(minor, "EUR") for of, minor in known.items()}
            key = f"fetched:{payment}:{kind}:{sorted(known.items())}"
            first = events[0].occurred_at
            backend.payments[payment] = (event(kind, payment, key=key, occurred_at=first, amounts=money),)
        return shown

    def believe(self, shown: FetchedLink, looks: list[str]) -> None:
        """The model hears what was asked for, and then judges whether the link has ended."""
        for payment in self.happened:
            if f"payment {payment}" in looks:
                self.learn(self.world.backend.payments[payment][0])
        if shown.usable or f"link pl_{ID}" not in looks:
            return
        if not shown.received:
            if not self.may_still_come():
                self.model.end()
            return
        over = {"voided", "capture_failed", "declined"}
        if {self.furthest(payment) for payment in self.model.tales} <= over:
            self.model.end("used_up")

    def may_still_come(self) -> bool:
        """Was a payment begun that may be decided within a day after the end?"""
        begun = "pending" in {self.furthest(payment) for payment in self.model.tales}
        return begun and self.world.clock.now() < self.asked.expires_at + timedelta(days=1)

    def furthest(self, payment: str) -> str:
        """Where one payment has come to, as a link with this payment alone would be called."""
        alone = Model(tales={payment: self.model.tales[payment]})
        declined = alone.tales[payment].has(K.DECLINED)
        return "declined" if alone.headline in {"open", "pending"} and declined else alone.headline


def test_any_story_is_kept_as_the_model_tells_it(migrated: Path, tmp_path: Path) -> None:
    SaleMachine.migrated, SaleMachine.folder = migrated, tmp_path
    few = settings(max_examples=40, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(SaleMachine, settings=few)
