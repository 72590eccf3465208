"""Any conversation, in any order, across restarts: one link per draft, and only what was shown."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from bot.conversation.talk import DRAFT_LIFETIME
from bot.errors import NothingOpen, NotYours, StaleDraft
from bot.money import Money
from bot.ports.chat import Act
from bot.ports.model import Closed, Draft, DraftState, Link, LinkState
from tests.unit.records import ALICE, BOB, SALES
from tests.unit.talking import GROUP, TWO_OFFERS, Conversation, acts
from tests.unit.world import World

pytestmark = pytest.mark.slow

T = TypeVar("T")
DOCUMENTED = (NothingOpen, NotYours, StaleDraft)
KEYS = [field.key for field in TWO_OFFERS[0].form.fields]
COMMANDS = st.sampled_from(
    [
        *(
            "",
            "49.90 EUR jane@example.com Invoice 12",
            "1,234 KWD",
            "$25 jane@example.com",
            "5m",
            "77 GBP 2h",
        ),
        *("10 EUR via otherpay jane@example.com", "10 EUR until yesterday", "5 CLP", "20 EUR or 25 USD"),
    ]
)
TYPED = st.sampled_from(
    [
        *("49.90", "51 EUR", "1,234", "1.234 KWD", "5m", "-1", "EUR", "KWD", "XYZ", "", "jane@example.com"),
        *("jane@", "0171 2345678", "Jane", "3d", "2h", "soon", "other", "OtherPay", "x" * 120, "{amount}"),
    ]
)
ANSWERS = st.dictionaries(st.sampled_from(KEYS), TYPED, max_size=4)
WHOLE = st.fixed_dictionaries({key: TYPED | st.just("") for key in KEYS})
PEOPLE = st.sampled_from([*[ALICE] * 6, BOB])
LATE = st.sampled_from([0, 0, 0, 0, 0, 1, 2])  # versions behind


class TalkMachine(RuleBasedStateMachine):
    """Two people, two places, two accounts, one database."""

    migrated: Path

    drafts = Bundle("drafts")

    @initialize()
    def open_the_house(self) -> None:
        self.runner, self.folder = asyncio.Runner(), Path(tempfile.mkdtemp())
        shutil.copy(self.migrated, self.folder / "paylink.db")
        self.world: World = self.wait(World.begin(f"sqlite:///{self.folder / 'paylink.db'}"))
        self.at = Conversation(self.world, TWO_OFFERS)
        self.shown: dict[tuple[str, int], Money | None] = {}  # by draft and version: the amount with Create
        self.made: dict[str, Money] = {}
        self.seen: tuple[list[Draft], list[Link]] = ([], [])

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.wait(self.world.storage.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def wait(self, work: Any) -> Any:
        return self.runner.run(work)

    def do(self, work: Callable[..., T]) -> T | None:
        """What came of it; None if it was refused, which changes nothing."""
        try:
            return self.wait(self.world.write(work))  # type: ignore[no-any-return]
        except DOCUMENTED:
            assert self.rows() == self.seen
            return None

    def rows(self) -> tuple[list[Draft], list[Link]]:
        ids = sorted({draft_id for draft_id, _ in self.shown})

        def look(tx: Any) -> tuple[list[Draft], list[Link]]:
            return [tx.drafts.get(each) for each in ids], list(tx.links.recent(100))

        return self.wait(self.world.read(look))  # type: ignore[no-any-return]

    def stored(self, draft_id: str) -> Draft:
        return self.wait(self.at.stored(draft_id))  # type: ignore[no-any-return]

    def show(self, draft: Draft) -> None:
        """What the person sees of it now: it can always be drawn."""
        self.at.draft = draft
        card = self.wait(self.at.card())
        amount = None
        if draft.state is DraftState.OPEN and str(Act.CREATE) in acts(card):
            amount = Money(int(draft.answers["minor"]), draft.answers["currency"])
            figures = f"{amount.major:,} {amount.currency}"
            assert figures in card.headline, card.headline
        self.shown[draft.id, draft.version] = amount

    def look(self, draft_id: str) -> None:
        self.show(self.stored(draft_id))

    @rule(
        target=drafts, text=COMMANDS, person=PEOPLE, place=st.sampled_from([SALES, GROUP]), desk=st.booleans()
    )
    def begin(self, text: str, person: Any, place: Any, *, desk: bool) -> str:
        watched = {"view": "V1"} if desk else None
        draft = self.do(lambda tx: self.at.talk.begin(tx, person, place, text, watched))
        assert draft is not None
        self.look(draft.id)
        return draft.id

    @rule(draft_id=drafts, person=PEOPLE, text=TYPED)
    def reply(self, draft_id: str, person: Any, text: str) -> None:
        at = self.stored(draft_id)
        if at.state is DraftState.OPEN and at.person == person:
            self.do(lambda tx: self.at.talk.reply(tx, at, text))
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE, answers=ANSWERS)
    def answer(self, draft_id: str, person: Any, answers: dict[str, str]) -> None:
        self.do(lambda tx: self.at.talk.answer(tx, draft_id, person, answers))
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE, answers=ANSWERS, late=LATE)
    def press(self, draft_id: str, person: Any, answers: dict[str, str], late: int) -> None:
        version = self.stored(draft_id).version - late
        taken = self.do(lambda tx: self.at.talk.press(tx, draft_id, version, person, answers))
        assert taken is None or late == 0
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE, key=st.sampled_from([None, *KEYS]), late=LATE)
    def choose(self, draft_id: str, person: Any, key: str | None, late: int) -> None:
        version = self.stored(draft_id).version - late
        taken = self.do(lambda tx: self.at.talk.choose(tx, draft_id, version, person, key))
        assert taken is None or late == 0
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE)
    def back(self, draft_id: str, person: Any) -> None:
        at = self.stored(draft_id)
        went = self.do(lambda tx: self.at.talk.back(tx, draft_id, at.version, person))
        if went is not None and went.choosing and at.earlier[-1].choosing:
            assert went.answers == at.earlier[-1].answers
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE, late=LATE)
    def keep_it(self, draft_id: str, person: Any, late: int) -> None:
        version = self.stored(draft_id).version - late
        taken = self.do(lambda tx: self.at.talk.keep(tx, draft_id, version, person))
        assert taken is None or late == 0
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE)
    def skip(self, draft_id: str, person: Any) -> None:
        at = self.stored(draft_id)
        if (key := self.at.talk.asking(at)) is not None:
            self.do(lambda tx: self.at.talk.press(tx, draft_id, at.version, person, {key: ""}))
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE)
    def cancel(self, draft_id: str, person: Any) -> None:
        self.do(lambda tx: self.at.talk.cancel(tx, draft_id, person))
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE, late=LATE)
    def confirm(self, draft_id: str, person: Any, late: int) -> None:
        version = self.stored(draft_id).version - late
        made = self.do(lambda tx: self.at.talk.confirm(tx, draft_id, version, person))
        if made is not None and draft_id not in self.made:
            assert (late, self.shown[draft_id, version]) == (0, made.amount)
            self.keep(made)
        self.look(draft_id)

    @rule(draft_id=drafts, amount=st.sampled_from(["51 EUR", "77 USD"]))
    def press_create_on_a_card_that_changed_meanwhile(self, draft_id: str, amount: str) -> None:
        at = self.stored(draft_id)
        corrected = self.do(lambda tx: self.at.talk.answer(tx, draft_id, at.person, {"amount": amount}))
        if corrected is not None:
            self.seen = self.rows()
            assert self.do(lambda tx: self.at.talk.confirm(tx, draft_id, at.version, at.person)) is None
        self.look(draft_id)

    @rule(draft_id=drafts, person=PEOPLE, answers=WHOLE)
    def submit(self, draft_id: str, person: Any, answers: dict[str, str]) -> None:
        made = self.do(lambda tx: self.at.talk.submit(tx, draft_id, person, answers, {"view": "V2"}))
        if isinstance(made, Link) and draft_id not in self.made:
            typed = answers["amount"] + answers["currency"]
            assert any(digit in typed for digit in "0123456789")
            self.keep(made)
        self.look(draft_id)

    @rule(draft_id=drafts)
    def use(self, draft_id: str) -> None:
        at = self.stored(draft_id)
        twin = self.wait(self.world.read(lambda tx: self.at.talk.twin(tx, at)))
        if at.state is DraftState.OPEN and twin is not None:
            self.do(lambda tx: self.at.talk.use(tx, draft_id, at.version, at.person, twin.id))
            assert self.stored(draft_id).state is DraftState.CANCELLED
        self.look(draft_id)

    @rule(draft_id=drafts, state=st.sampled_from([None, *Closed]))
    def goes_on(self, draft_id: str, state: Closed | None) -> None:
        """A link is opened at its backend, or ends there."""
        if draft_id in self.made:
            link = self.wait(self.world.link(draft_id))
            now = LinkState.CLOSED if state else LinkState.OPEN
            self.do(lambda tx: tx.links.put(replace(link, state=now, closed=state)))

    @rule(target=drafts, draft_id=drafts, person=PEOPLE)
    def again(self, draft_id: str, person: Any) -> str:
        fresh = self.do(lambda tx: self.at.talk.again(tx, draft_id, person))
        if fresh is None:
            return draft_id
        assert fresh.id not in self.made
        self.look(fresh.id)
        return fresh.id

    @rule(hours=st.sampled_from([1, 3, 23]))
    def time_goes_by(self, hours: int) -> None:
        self.world.clock.advance(hours=hours)
        self.do(self.at.talk.expire)
        for draft_id in {draft_id for draft_id, _ in self.shown}:
            self.look(draft_id)

    @rule()
    def restart(self) -> None:
        self.at.restart()
        assert self.rows() == self.seen

    def keep(self, made: Link) -> None:
        offer = self.at.talk.offer_of(self.stored(made.id))
        assert (made.creator, made.account_id) == (self.stored(made.id).person, offer.account_id)
        assert made.amount.currency in offer.form.info.currencies
        self.made[made.id] = made.amount

    @invariant()
    def rows_agree(self) -> None:
        if hasattr(self, "world"):
            self.seen = self.rows()
            self.there_is_a_link_for_each_confirmed_draft_and_for_no_other(*self.seen)
            self.what_is_answered_is_not_a_problem(self.seen[0])

    def there_is_a_link_for_each_confirmed_draft_and_for_no_other(
        self, drafts: list[Draft], links: list[Link]
    ) -> None:
        confirmed = {draft.id for draft in drafts if draft.state is DraftState.CONFIRMED}
        assert {link.id: link.amount for link in links} == self.made
        assert confirmed == self.made.keys()

    def what_is_answered_is_not_a_problem(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            if draft.state is DraftState.OPEN:
                assert draft.expires_at <= self.world.clock.now() + DRAFT_LIFETIME
                wrong = {key for key, problem in draft.problems.items() if problem.key != "rejected"}
                assert not wrong & draft.answers.keys()


def test_any_conversation_comes_to_one_link_or_none(migrated: Path) -> None:
    machine = type("Machine", (TalkMachine,), {"migrated": migrated})
    case = machine.TestCase
    case.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
    case().runTest()
