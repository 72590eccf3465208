"""Drafts on a real database: begun, answered, confirmed once, or closed."""

from dataclasses import replace

import pytest

from bot.conversation.talk import DRAFT_LIFETIME, Talk
from bot.errors import NothingOpen, NotYours, StaleDraft
from bot.money import Money
from bot.ports.model import Draft, DraftState, LinkState, Place
from bot.ports.storage import Wake
from tests.unit.records import ALICE, BOB, OFFER, SALES
from tests.unit.world import World

COMPLETE = "49.90 EUR jane@example.com Invoice 12"
ELSEWHERE = Place("slack", "C0OTHER", "T1")


@pytest.fixture
def talk(world: World) -> Talk:
    return Talk([OFFER], world.clock)


async def begin(world: World, talk: Talk, text: str = COMPLETE, place: Place = SALES) -> Draft:
    return await world.write(lambda tx: talk.begin(tx, ALICE, place, text))


async def draft_of(world: World, draft_id: str) -> Draft:
    draft = await world.read(lambda tx: tx.drafts.get(draft_id))
    assert draft is not None
    return draft


async def test_a_command_begins_a_draft_and_owes_its_card(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    assert (draft.state, draft.version, draft.answers["minor"]) == (DraftState.OPEN, 1, "4990")
    assert await draft_of(world, draft.id) == draft
    assert await world.owed() == ["card"]
    assert Wake("delivery", SALES.lane) in world.wakes


async def test_a_draft_has_an_id_of_its_own_that_the_link_will_carry(world: World, talk: Talk) -> None:
    ids = {(await begin(world, talk)).id for _ in range(3)}
    assert len(ids) == 3
    assert all(len(link_id) == 14 and link_id.startswith("PL") for link_id in ids)


async def test_answers_come_one_after_another_and_the_asking_goes_on(world: World, talk: Talk) -> None:
    draft = await begin(world, talk, "")
    asked = []
    for text in ("49.90", "EUR", "jane@example.com", "Invoice 12"):
        asked.append(talk.asking(draft))
        draft = await world.write(lambda tx, text=text: talk.reply(tx, draft, text))  # type: ignore[misc]  # noqa: B023
    assert asked == ["amount", "currency", "email", "description"]
    assert (talk.asking(draft), draft.version) == (None, 5)


async def test_a_reply_to_a_draft_that_asks_nothing_is_refused(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    with pytest.raises(NothingOpen):
        await world.write(lambda tx: talk.reply(tx, draft, "100"))


async def test_a_bad_answer_is_kept_as_a_problem_and_asked_again(world: World, talk: Talk) -> None:
    draft = await begin(world, talk, "")
    draft = await world.write(lambda tx: talk.answer(tx, draft.id, ALICE, {"amount": "5m"}))
    assert (await draft_of(world, draft.id)).problems["amount"].key == "amount_unreadable"
    assert talk.asking(draft) == "amount"


async def test_a_button_of_the_present_version_is_taken(world: World, talk: Talk) -> None:
    draft = await begin(world, talk, "")
    draft = await world.write(lambda tx: talk.press(tx, draft.id, 1, ALICE, {"amount": "5 EUR"}))
    assert (draft.answers["minor"], draft.version) == ("500", 2)


async def test_a_button_of_an_older_version_changes_nothing(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    newer = await world.write(lambda tx: talk.answer(tx, draft.id, ALICE, {"amount": "51"}))
    with pytest.raises(StaleDraft):
        await world.write(lambda tx: talk.press(tx, draft.id, 1, ALICE, {"amount": "5"}))
    with pytest.raises(StaleDraft):
        await world.write(lambda tx: talk.choose(tx, draft.id, 1, ALICE, None))
    with pytest.raises(StaleDraft):
        await world.write(lambda tx: talk.confirm(tx, draft.id, 1, ALICE))
    with pytest.raises(StaleDraft):
        await world.write(lambda tx: talk.use(tx, draft.id, 1, ALICE, "PL0123456789AB"))
    assert await draft_of(world, draft.id) == newer


async def test_an_amount_changed_after_it_was_shown_is_not_created_by_the_old_button(
    world: World, talk: Talk
) -> None:
    draft = await begin(world, talk)
    await world.write(lambda tx: talk.answer(tx, draft.id, ALICE, {"amount": "4990"}))
    with pytest.raises(StaleDraft):
        await world.write(lambda tx: talk.confirm(tx, draft.id, draft.version, ALICE))
    assert await world.read(lambda tx: tx.links.get(draft.id)) is None


async def test_nobody_else_may_touch_a_draft(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    for act in (
        lambda tx: talk.answer(tx, draft.id, BOB, {"amount": "1"}),
        lambda tx: talk.press(tx, draft.id, 1, BOB, {"amount": "1"}),
        lambda tx: talk.choose(tx, draft.id, 1, BOB, None),
        lambda tx: talk.confirm(tx, draft.id, 1, BOB),
        lambda tx: talk.submit(tx, draft.id, BOB, {}, {}),
        lambda tx: talk.back(tx, draft.id, 1, BOB),
        lambda tx: talk.use(tx, draft.id, 1, BOB, "PL0123456789AB"),
        lambda tx: talk.cancel(tx, draft.id, BOB),
    ):
        with pytest.raises(NotYours):
            await world.write(act)
    assert await draft_of(world, draft.id) == draft


async def test_a_person_renamed_meanwhile_is_still_the_same(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    renamed = replace(ALICE, name="Alice the Second")
    assert (await world.write(lambda tx: talk.confirm(tx, draft.id, 1, renamed))).id == draft.id


async def test_a_confirmed_draft_becomes_a_link_to_be_created(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    await world.write(lambda tx: talk.confirm(tx, draft.id, 1, ALICE))
    link = await world.link(draft.id)
    assert (link.state, link.amount, link.creator) == (LinkState.CREATING, Money(4990, "EUR"), ALICE)
    assert (link.customer.email, link.customer.country, link.description) == (
        *("jane@example.com", "DE"),
        "Invoice 12",
    )
    assert link.expires_at - link.created_at == OFFER.expiry
    assert (await draft_of(world, draft.id)).state is DraftState.CONFIRMED
    assert Wake("link", f"{draft.account_id}:{draft.id}") in world.wakes
    (deed,) = await world.read(lambda tx: tx.deeds.of(draft.id))
    assert (deed.act, deed.person, deed.at) == ("create", ALICE, world.clock.now())


async def test_confirming_twice_gives_one_link(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    links = [await world.write(lambda tx: talk.confirm(tx, draft.id, 1, ALICE)) for _ in range(2)]
    assert links[0] == links[1]
    assert [wake for wake in world.wakes if wake.kind == "link"] == [
        Wake("link", f"{draft.account_id}:{draft.id}")
    ]
    with pytest.raises(NotYours):
        await world.write(lambda tx: talk.confirm(tx, draft.id, 1, BOB))


async def test_an_unfinished_draft_is_not_confirmed(world: World, talk: Talk) -> None:
    draft = await begin(world, talk, "49.90")
    with pytest.raises(StaleDraft):
        await world.write(lambda tx: talk.confirm(tx, draft.id, 1, ALICE))
    assert await world.read(lambda tx: tx.links.get(draft.id)) is None


async def test_choosing_a_field_forgets_its_answer_and_asks_it(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    offered = await world.write(lambda tx: talk.choose(tx, draft.id, 1, ALICE, None))
    assert (offered.choosing, offered.answers) == (True, draft.answers)
    chosen = await world.write(lambda tx: talk.choose(tx, draft.id, 2, ALICE, "amount"))
    assert (chosen.choosing, talk.asking(chosen)) == (False, "amount")
    assert not {"amount", "minor", "currency"} & chosen.answers.keys()


async def test_cancelling_creates_nothing_and_is_final(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    await world.write(lambda tx: talk.cancel(tx, draft.id, ALICE))
    assert (await draft_of(world, draft.id)).state is DraftState.CANCELLED
    for act in (
        lambda tx: talk.confirm(tx, draft.id, None, ALICE),
        lambda tx: talk.answer(tx, draft.id, ALICE, {"amount": "1"}),
        lambda tx: talk.cancel(tx, draft.id, ALICE),
    ):
        with pytest.raises(NothingOpen):
            await world.write(act)
    assert await world.read(lambda tx: tx.links.get(draft.id)) is None


async def test_a_confirmed_draft_cannot_be_cancelled_any_more(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    await world.write(lambda tx: talk.confirm(tx, draft.id, 1, ALICE))
    with pytest.raises(NothingOpen):
        await world.write(lambda tx: talk.cancel(tx, draft.id, ALICE))


async def test_what_never_was_is_not_open(world: World, talk: Talk) -> None:
    with pytest.raises(NothingOpen):
        await world.write(lambda tx: talk.confirm(tx, "PLNOSUCHDRAFT0", 1, ALICE))


async def test_a_draft_nobody_finishes_expires_and_its_card_says_so(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    await world.say_all()
    world.clock.advance(seconds=DRAFT_LIFETIME.total_seconds() - 1)
    await world.write(talk.expire)
    assert (await draft_of(world, draft.id)).state is DraftState.OPEN
    world.clock.advance(seconds=1)
    await world.write(talk.expire)
    assert (await draft_of(world, draft.id)).state is DraftState.EXPIRED
    assert await world.owed() == ["card"]
    with pytest.raises(NothingOpen):
        await world.write(lambda tx: talk.confirm(tx, draft.id, None, ALICE))


async def test_every_answer_gives_a_draft_its_whole_time_again(world: World, talk: Talk) -> None:
    draft = await begin(world, talk, "49.90")
    world.clock.advance(hours=23)
    draft = await world.write(lambda tx: talk.answer(tx, draft.id, ALICE, {"currency": "EUR"}))
    assert draft.expires_at == world.clock.now() + DRAFT_LIFETIME


async def test_a_new_command_closes_the_older_draft_of_that_person_in_that_place(
    world: World, talk: Talk
) -> None:
    older, elsewhere = await begin(world, talk), await begin(world, talk, place=ELSEWHERE)
    others = await world.write(lambda tx: talk.begin(tx, BOB, SALES, COMPLETE))
    newer = await begin(world, talk)
    states = [(await draft_of(world, draft.id)).state for draft in (older, elsewhere, others, newer)]
    assert states == [DraftState.CANCELLED, DraftState.OPEN, DraftState.OPEN, DraftState.OPEN]
    assert await world.read(lambda tx: tx.drafts.active(ALICE, SALES)) == newer
