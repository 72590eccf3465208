"""Several people, several places, several drafts, and time going by."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.talk import DRAFT_LIFETIME
from bot.errors import ExpiryPassed, NothingOpen, NotYours
from bot.ports.model import Draft, DraftState, Person, Place
from tests.unit.records import ALICE, BOB, SALES
from tests.unit.talking import COMPLETE, GROUP, Conversation
from tests.unit.world import World

TOPIC = replace(GROUP, thread="7")
ELSEWHERE = Place("slack", "C0OTHER", "T1")


async def state(at: Conversation, draft: Draft) -> DraftState:
    return (await at.stored(draft.id)).state


async def test_two_people_in_one_group_each_have_their_own(world: World) -> None:
    alice = Conversation(world, person=Person("telegram", "1001"), place=GROUP)
    bob = Conversation(world, person=Person("telegram", "1002"), place=GROUP)
    await alice.begin()
    await bob.begin()
    await alice.reply("49.90 EUR")
    await bob.reply("77 USD")
    found = [
        await world.read(lambda tx, person=who.person: tx.drafts.active(person, GROUP))  # type: ignore[misc]
        for who in (alice, bob)
    ]
    assert found == [alice.draft, bob.draft]
    with pytest.raises(NotYours):
        await world.write(lambda tx: bob.talk.press(tx, alice.draft.id, 2, bob.person, {"amount": "1 EUR"}))


async def test_one_person_in_two_channels_has_two_drafts(world: World) -> None:
    here, there = Conversation(world), Conversation(world, place=ELSEWHERE)
    await here.begin(COMPLETE)
    await there.begin("77 USD")
    assert [await state(here, draft) for draft in (here.draft, there.draft)] == [DraftState.OPEN] * 2
    assert (await here.confirm()).id != (await there.confirm()).id


async def test_a_topic_is_a_place_of_its_own(world: World) -> None:
    top, topic = Conversation(world, place=GROUP), Conversation(world, place=TOPIC)
    await top.begin()
    await topic.begin()
    assert await state(top, top.draft) is DraftState.OPEN


async def test_people_of_one_id_in_two_workspaces_are_two(world: World) -> None:
    alice = Conversation(world)
    await alice.begin(COMPLETE)
    namesake = replace(ALICE, team="T2")
    with pytest.raises(NotYours):
        await world.write(lambda tx: alice.talk.cancel(tx, alice.draft.id, namesake))


async def test_forms_are_open_beside_each_other_and_a_dialogue_is_the_only_one(world: World) -> None:
    at, desks = Conversation(world), ({"view": "V1"}, {"view": "V2"}, None, None)
    drafts = [(await at.begin("", desk)).draft for desk in desks]
    states = [await state(at, draft) for draft in drafts]
    assert states == [DraftState.OPEN, DraftState.OPEN, DraftState.CANCELLED, DraftState.OPEN]


async def test_a_closed_draft_takes_no_answer_of_any_kind(world: World) -> None:
    at = await Conversation(world).begin(COMPLETE)
    await at.cancel()
    for act in (at.reply("5"), at.press(email=""), at.choose(None), at.back(), at.use("PL1"), at.cancel()):
        with pytest.raises(NothingOpen):
            await act
    with pytest.raises(NothingOpen):
        await at.submit({"amount": "5 EUR"})


async def test_a_draft_past_its_time_is_closed_once(world: World) -> None:
    at = await Conversation(world).begin(COMPLETE)
    world.clock.advance(seconds=DRAFT_LIFETIME.total_seconds())
    for _ in range(2):
        await world.write(at.talk.expire)
    expired = await at.stored()
    assert (expired.state, expired.version) == (DraftState.EXPIRED, 2)
    assert "/paylink" in (await at.card()).headline


async def test_a_moment_that_passed_before_create_was_pressed_creates_nothing_and_can_be_changed(
    world: World,
) -> None:
    at = await Conversation(world).begin(f"{COMPLETE} 2h")
    world.clock.advance(hours=2)
    with pytest.raises(ExpiryPassed):
        await at.confirm()
    assert await world.read(lambda tx: tx.links.get(at.draft.id)) is None
    await at.choose("expires")
    await at.reply("2h")
    made = await at.confirm()
    assert made.expires_at - made.created_at == timedelta(hours=2)


async def test_a_moment_that_passed_before_a_form_was_submitted_is_told_at_its_field(world: World) -> None:
    at = await Conversation(world).begin(f"{COMPLETE} 2h", {"view": "V1"})
    shown = dict(at.draft.answers)
    world.clock.advance(hours=3)
    await at.submit({key: value for key, value in shown.items() if key != "minor"})
    assert at.problems == {"expires": "expires_past"}
    assert await world.read(lambda tx: tx.links.get(at.draft.id)) is None


async def test_a_moment_chosen_with_a_clock_that_has_fractions_is_taken(world: World) -> None:
    world.clock.advance(seconds=0.123456)
    at = await Conversation(world).begin(f"{COMPLETE} 3d")
    assert at.problems == {}
    made = await at.confirm()
    assert abs(made.expires_at - made.created_at - timedelta(days=3)) < timedelta(seconds=1)


async def test_bob_does_not_confirm_or_redo_what_alice_asked_for(world: World) -> None:
    at = await Conversation(world).begin(COMPLETE)
    bob = Conversation(world, person=BOB, place=SALES)
    bob.draft = at.draft
    for act in (bob.confirm(), bob.choose("amount"), bob.back(), bob.press(amount="1 EUR")):
        with pytest.raises((NotYours, NothingOpen)):
            await act
    assert await bob.stored() == at.draft
