"""Any messages, any failures: everything ends, in order, and nothing is said more often than it may be."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.outbox import Content
from bot.delivery.replies import REPEATED_IF_LOST
from bot.errors import (
    ChatError,
    ChatGone,
    ChatMessageGone,
    ChatMoved,
    ChatRefused,
    ChatThreadGone,
    ChatUnavailable,
    ChatUninvited,
)
from bot.ports.chat import Card, Reply, Tone
from bot.ports.model import Destination
from bot.ports.storage import Transaction
from bot.ports.traffic import Owed, Say
from tests.unit.places_rig import PlacesRig
from tests.unit.records import ALONE, SALES
from tests.unit.world import World

pytestmark = pytest.mark.slow

LINKS = {"PL000000000001": SALES, "PL000000000002": SALES, "PL000000000003": ALONE}
DRAFT = "PLDRAFT0000000"
KEYS = ("authorised", "declined", "paid", "paid_twice", "refunded", "disputed")
FAILURES: Mapping[str, Callable[[int], ChatError]] = {
    "lost": lambda _: ChatUnavailable("time-out", sent="unknown"),
    "not sent": lambda _: ChatUnavailable("502", sent="no"),
    "slow down": lambda _: ChatUnavailable("429", sent="no", retry_after=30),
    "moved": lambda number: ChatMoved(f"C{number}"),
    "thread gone": lambda _: ChatThreadGone("closed"),
    "message gone": lambda _: ChatMessageGone("deleted"),
    "uninvited": lambda _: ChatUninvited("not_in_channel"),
    "gone": lambda _: ChatGone("archived"),
    "refused": lambda _: ChatRefused("invalid_blocks"),
}
ENDING = {"gone", "refused", "uninvited", "thread gone"}  # what may make a message one that is never said
NOT_FOR_DESKS = {"thread gone", "message gone", "moved"}  # kill what is said beside the thread
FRESH = {"moved", "thread gone", "message gone", "gone"}  # after which a card may be posted anew
_MAY_BE_LOST = {"reply", "card", "prompt"}

subjects = st.sampled_from([*LINKS, DRAFT])
steps = st.one_of(
    st.tuples(st.just("card"), subjects),
    st.tuples(st.just("reply"), st.sampled_from([*LINKS])),
    st.tuples(st.just("reply"), st.sampled_from([*LINKS])),
    st.tuples(st.sampled_from(["prompt", "tidy", "desk"]), subjects),
    st.tuples(st.just("run"), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from(["1", "11", "45"])),
)
failures = st.lists(
    st.one_of(st.none(), st.none(), st.sampled_from([*FAILURES]), st.sampled_from(["lost", "not sent"])),
    max_size=14,
)


@dataclass(frozen=True)
class Call:
    """One message handed to the chat, and what came of it: `ok` or the name of a failure."""

    kind: str
    text: str
    outcome: str


class Story(PlacesRig):
    """Owes and says what the steps tell; the failures come one by one."""

    def __init__(self, world: World, failing: Sequence[str | None]) -> None:
        super().__init__(world)
        self.calls: list[Call] = []
        self.failing = list(failing)
        self.owed: list[str] = []
        self.texts: Counter[str] = Counter()
        self.chat.refuse = self._refuse

    def render(self, tx: Transaction, owed: Owed, to: Destination) -> tuple[Content, Mapping[str, str]]:
        content, desk = super().render(tx, owed, to)
        about = f"{owed.subject} {owed.key}"
        self.said_next = (owed.say, about, "repeat" in owed.params)
        if owed.say is Say.REPLY:
            return Reply(about, Tone.GOOD, loud=True), desk
        return (
            Card(owed.subject, 0, owed.subject, Tone.NEUTRAL) if isinstance(content, Card) else content
        ), desk

    def _refuse(self, kind: str, to: Destination) -> ChatError | None:
        _, about, again = self.said_next
        name = self.failing.pop(0) if self.failing else None
        if name == "message gone" and kind not in {"edit", "reply"}:
            name = None
        self.calls.append(Call(kind, f"{about} again" if again and kind == "reply" else about, name or "ok"))
        return FAILURES[name](len(self.calls)) if name else None

    async def owe(self, what: str, subject: str) -> None:
        thread = await self.of(subject) if subject in LINKS else self.draft_at
        match what:
            case "card":
                await self.card(thread, subject)
            case "reply":
                number = self.texts[subject]
                if number < len(KEYS):
                    await self.reply(thread, KEYS[number], subject=subject)
                    self.texts[subject] += 1
            case "prompt":
                await self.prompt(thread, subject)
            case "desk":
                await self.desk(thread, subject)
            case "tidy":
                await self.tidy(thread, f"{len(self.owed)}")
        self.owed.append(f"{what} {subject}")

    async def play(self, told: Sequence[tuple[str, str]]) -> None:
        for number, (subject, place) in enumerate(LINKS.items()):
            await self.world.add_link(place, id=subject, public_token=f"{number}" * 32)
        self.draft_at = await self.thread()
        for what, about in told:
            if what == "wait":
                self.world.clock.advance(minutes=int(about))
            elif what == "run":
                await self.run_lanes()
            else:
                await self.owe(what, about)
        for _ in range(20):
            await self.run_lanes()
            self.world.clock.advance(minutes=15)

    def rows(self, database: Path) -> list[tuple[str, str, str]]:
        """Kind, key and state of every message that was ever owed."""
        connection = sqlite3.connect(database)
        found = connection.execute("select say, key, state from outbox").fetchall()
        connection.close()
        return found


def play(
    folder: Path, template: Path, told: Sequence[tuple[str, str]], failing: Sequence[str | None]
) -> Story:
    database = folder / "story.db"
    for old in folder.glob("story.db*"):
        old.unlink()
    shutil.copy(template, database)

    async def run() -> Story:
        world = await World.begin(f"sqlite:///{database}")
        try:
            story = Story(world, failing)
            await story.play(told)
            return story
        finally:
            await world.storage.close()

    return asyncio.run(run())


@settings(max_examples=60)
@given(told=st.lists(steps, max_size=14), failing=failures)
def check(folder: Path, template: Path, told: list[tuple[str, str]], failing: list[str | None]) -> None:
    story = play(folder, template, told, failing)
    everything_ends(story, folder / "story.db", {name for name in failing if name})
    nothing_is_said_too_often(story)
    a_card_is_posted_once_more_at_most(story)
    replies_keep_their_order(story)
    nothing_is_said_before_its_card(story)


def everything_ends(story: Story, database: Path, failed: set[str]) -> None:
    for say, key, state in story.rows(database):
        assert state in {"said", "lost", "dead"}, (say, key, state)
        if state == "lost":
            assert say in _MAY_BE_LOST
            assert "lost" in failed
        if state == "dead":
            assert failed & ENDING or (say in {"desk", "tidy"} and failed & NOT_FOR_DESKS)


def nothing_is_said_too_often(story: Story) -> None:
    """A line is seen once; one about money that came perhaps twice, the second time saying so."""
    seen = [call for call in story.calls if call.kind == "reply" and call.outcome in {"ok", "lost"}]
    for line, times in Counter(call.text for call in seen).items():
        assert times == 1, line
        if line.endswith(" again"):
            assert line.split()[1] in REPEATED_IF_LOST
            assert Call("reply", line.removesuffix(" again"), "lost") in seen


def a_card_is_posted_once_more_at_most(story: Story) -> None:
    """Until its place has changed, or somebody has deleted it."""
    lost: Counter[str] = Counter()
    for call in story.calls:
        subject = call.text.split()[0] if call.text else ""
        if call.outcome in FRESH:
            lost.clear()
        elif call.kind == "post":
            assert lost[subject] < 2, story.calls
            lost[subject] += call.outcome == "lost"


def replies_keep_their_order(story: Story) -> None:
    for subject in LINKS:
        tried = [
            call.text.split()[1]
            for call in story.calls
            if call.kind == "reply" and call.text.startswith(subject)
        ]
        places = [KEYS.index(key) for key in tried if key in KEYS]
        assert places == sorted(places), (subject, tried)


def nothing_is_said_before_its_card(story: Story) -> None:
    """Where a card was owed first, nothing is tried below it before it may have been seen, or is refused.

    Or before there is nowhere left: what comes later is tried, since they may let us in again.
    """
    for subject, place in LINKS.items():
        owed = [each.split()[0] for each in story.owed if each.endswith(subject)]
        if next((what for what in owed if what in {"card", "reply", "prompt"}), None) == "card":
            about = [call for call in story.calls if call.text.startswith(subject)]
            below = next((at for at, call in enumerate(about) if call.kind in {"reply", "prompt"}), 0)
            posts = Counter(call.outcome for call in about[:below] if call.kind == "post")
            nowhere_left = posts["gone"] + posts["thread gone"] > (0 if place.private else 1)
            assert not below or posts.keys() & {"ok", "lost", "refused"} or nowhere_left, about


def test_any_messages_end_in_order_and_none_is_said_too_often(tmp_path: Path, migrated: Path) -> None:
    check(tmp_path, migrated)
