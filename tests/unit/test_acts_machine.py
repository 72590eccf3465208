"""Any story of people who change their minds, and a provider that does not always answer: it comes to agree.

Whatever was done, as soon as the provider has answered, it lets customers pay exactly what is open here,
until the moment that stands here, for what stands here; and nothing was said that had not come true.
"""

import asyncio
import shutil
from collections import Counter
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

from bot.errors import BackendRejected, BackendUnavailable, NotPossible, PaylinkError
from bot.ports.backend import Feature
from bot.ports.model import Closed, Link, LinkState
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLinkState
from tests.unit.link_rig import ID, PAUSES, LinkRig
from tests.unit.records import event
from tests.unit.world import World

pytestmark = pytest.mark.slow

T = TypeVar("T")
ANSWERS: list[PaylinkError | None] = [
    *(None, None, None),
    *(BackendUnavailable("503", sent="unknown"), BackendRejected(("not_now",))),
]


class ActsMachine(RuleBasedStateMachine):
    """One link, the people who have it, and its provider."""

    migrated: Path
    folder: Path
    count = 0

    @initialize(ends=st.booleans())
    def begin(self, *, ends: bool) -> None:
        type(self).count += 1
        path = self.folder / f"{self.count}.db"
        shutil.copy(self.migrated, path)
        self.runner = asyncio.Runner()
        self.world = self.run(lambda: World.begin(f"sqlite:///{path}"))
        features = (*PAUSES, Feature.EDIT, *([Feature.EXTEND] if ends else []))
        self.shop = self.run(lambda: LinkRig.begin(self.world, *features, ends=ends))
        self.asked: Counter[str] = Counter()
        self.told: Counter[str] = Counter()

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.run(self.world.storage.close)
            self.runner.close()

    @rule(act=st.sampled_from(["cancel", "pause", "pause", "resume", "resume"]))
    def change_a_mind(self, act: str) -> None:
        self.act(act)

    @rule(days=st.integers(1, 9))
    def extend(self, days: int) -> None:
        now = self.world.clock.now()
        self.act("extend", max(self.link().expires_at, now) + timedelta(days=days))

    @rule(text=st.sampled_from(["Chairs", "Tables"]))
    def edit(self, text: str) -> None:
        self.act("edit", text)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.world.clock.advance(hours=hours)

    @rule(answers=st.lists(st.sampled_from(ANSWERS), max_size=3))
    def look(self, answers: list[PaylinkError | None]) -> None:
        """At the moment that the row asks for."""
        due = self.link().poll_at
        if due is None:
            return
        self.world.clock.advance(seconds=max((due - self.world.clock.now()).total_seconds(), 0))
        self.time_passes()
        self.shop.backend.refusals.extend(answers)
        self.run(self.shop.looks)
        self.shop.backend.refusals.clear()

    @precondition(lambda self: self.link().state is LinkState.OPEN)
    @rule()
    def is_paid(self) -> None:
        self.run(lambda: self.world.hear(event(K.CAPTURED)))

    @rule()
    def agree(self) -> None:
        """The provider answers everything: nothing is owed any more, and it does what stands here."""
        for _ in range(3):
            self.look([])
        link, shown = self.link(), self.shop.backend.links[f"pl_{ID}"]
        (known,) = self.run(self.shop.objects)
        if link.closed is Closed.PAID:
            return
        assert shown.usable is (link.state is LinkState.OPEN)
        assert (known.state is ProviderLinkState.OPEN) is shown.usable
        if link.state is LinkState.OPEN:
            assert known.owed == {}
            assert link.expires_at == (shown.expires_on or link.expires_at)
            edits = [done.partition(f"pl_{ID} ")[2] for done in self.shop.backend.done if done[:4] == "edit"]
            assert link.description == (edits[-1] if edits else "Invoice 12")

    @invariant()
    def it_ends_in_time_and_not_before(self) -> None:
        link = self.link()
        if link.closed is Closed.EXPIRED:
            assert self.world.clock.now() >= link.expires_at
        assert (link.state is LinkState.CLOSED) is (link.closed is not None)

    @invariant()
    def what_is_told_was_asked_for_and_is_told_once(self) -> None:
        self.told.update(self.run(self.shop.said))
        for act, told in {
            "resume": "resumed",
            "extend": "extended",
            "edit": "edited",
            "pause": "paused",
        }.items():
            assert self.told[told] + self.told[f"{act}_refused"] <= self.asked[act]
        assert max(self.told["expired"], self.told["cancelled"], self.told["paid"]) <= 1
        done = Counter(done.split()[0] for done in self.shop.backend.done)
        assert self.told["resumed"] <= done["resume"]
        assert self.told["edited"] <= done["edit"]

    def act(self, name: str, *values: object) -> None:
        self.world.clock.advance(seconds=1)
        with suppress(NotPossible):
            self.run(lambda: self.shop.act(getattr(self.shop.acts, name), *values))
            self.asked[name] += 1

    def time_passes(self) -> None:
        """Where the provider knows an end, it keeps to it."""
        shown = self.shop.backend.links[f"pl_{ID}"]
        if shown.expires_on is not None and self.world.clock.now() >= shown.expires_on:
            self.shop.backend.show(shown.provider_id, usable=False)

    def link(self) -> Link:
        return self.run(self.shop.link)

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        async def wait() -> T:
            return await work()

        return self.runner.run(wait())


def test_in_the_end_the_provider_does_what_stands_here(migrated: Path, tmp_path: Path) -> None:
    ActsMachine.migrated, ActsMachine.folder = migrated, tmp_path
    few = settings(max_examples=40, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(ActsMachine, settings=few)
