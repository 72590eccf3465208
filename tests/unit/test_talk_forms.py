"""Forms with every answer on them, and a second try after a failure."""

import pytest

from bot.conversation.talk import Talk
from bot.errors import NotYours
from bot.links.announcements import DESK_PAUSE
from bot.ports.model import Draft, Link
from tests.unit.records import ALICE, BOB, OFFER, SALES
from tests.unit.world import World

DESK = {"view": "V1"}
ANSWERS = {
    "amount": "49.90",
    "currency": "EUR",
    "email": "jane@example.com",
    "name": "Jane",
    "description": "Invoice 12",
}


@pytest.fixture
def talk(world: World) -> Talk:
    return Talk([OFFER], world.clock)


async def begin(world: World, talk: Talk, text: str = "") -> Draft:
    return await world.write(lambda tx: talk.begin(tx, ALICE, SALES, text, DESK))


async def submit(world: World, talk: Talk, draft_id: str, **changes: str) -> Draft | Link:
    return await world.write(lambda tx: talk.submit(tx, draft_id, ALICE, ANSWERS | changes, {"view": "V2"}))


async def test_an_open_form_owes_no_card_to_the_channel(world: World, talk: Talk) -> None:
    await begin(world, talk)
    assert await world.owed() == []


async def test_a_complete_form_becomes_a_link(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    made = await submit(world, talk, draft.id)
    assert isinstance(made, Link)
    assert made.id == draft.id


async def test_a_form_submitted_twice_gives_the_link_of_the_first_time(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    first = await submit(world, talk, draft.id)
    assert await submit(world, talk, draft.id, amount="77") == first
    assert (await world.link(draft.id)).amount.minor == 4990


async def test_a_form_submitted_twice_shows_what_there_is_by_then(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    for _ in range(2):
        await submit(world, talk, draft.id)
    heads = await world.read(lambda tx: list(tx.outbox.heads(SALES.lane)))
    assert [(owed.say, owed.not_before) for owed in heads] == [("desk", world.clock.now() + DESK_PAUSE)]


async def test_a_link_made_by_a_form_is_not_handed_to_somebody_else(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    await submit(world, talk, draft.id)
    with pytest.raises(NotYours):
        await world.write(lambda tx: talk.submit(tx, draft.id, BOB, ANSWERS, {}))


async def test_a_form_with_a_mistake_comes_back_with_it_and_creates_nothing(world: World, talk: Talk) -> None:
    draft = await begin(world, talk)
    back = await submit(world, talk, draft.id, amount="1,234", currency="KWD", email="jane@")
    assert isinstance(back, Draft)
    assert {field: problem.key for field, problem in back.problems.items()} == {
        "amount": "amount_ambiguous",
        "email": "email_invalid",
    }
    assert await world.read(lambda tx: tx.links.get(draft.id)) is None
    assert isinstance(await submit(world, talk, draft.id, amount="1234", currency="KWD"), Link)


async def test_a_form_emptied_by_hand_takes_no_old_answer(world: World, talk: Talk) -> None:
    draft = await begin(world, talk, "49.90 EUR jane@example.com")
    back = await submit(world, talk, draft.id, amount="")
    assert isinstance(back, Draft)
    assert back.problems["amount"].key == "required"


async def test_where_the_person_watches_is_added_to(world: World, talk: Talk) -> None:
    draft = await world.write(lambda tx: talk.begin(tx, ALICE, SALES, "", {"url": "U", "view": "V1"}))
    await submit(world, talk, draft.id)
    kept = await world.read(lambda tx: tx.drafts.get(draft.id))
    assert kept is not None
    assert kept.desk == {"url": "U", "view": "V2"}


async def test_the_desk_of_a_confirmed_message_is_drawn_after_the_acknowledgement(
    world: World, talk: Talk
) -> None:
    draft = await world.write(lambda tx: talk.begin(tx, ALICE, SALES, "5 EUR", DESK))
    await world.write(lambda tx: talk.confirm(tx, draft.id, draft.version, ALICE))
    heads = await world.read(lambda tx: list(tx.outbox.heads(SALES.lane)))
    assert [(owed.say, owed.not_before) for owed in heads] == [("desk", world.clock.now() + DESK_PAUSE)]


async def test_what_takes_the_place_of_a_form_shows_itself_that_the_link_is_being_made(
    world: World, talk: Talk
) -> None:
    draft = await begin(world, talk)
    assert isinstance(await submit(world, talk, draft.id), Link)
    assert await world.owed() == []


async def test_a_redrawn_draft_owes_its_picture_again(world: World, talk: Talk) -> None:
    carded = await world.write(lambda tx: talk.begin(tx, BOB, SALES, "5 EUR"))
    await world.say_all()
    watched = await begin(world, talk)
    for draft in (carded, watched):
        await world.write(lambda tx, draft=draft: talk.redraw(tx, draft.id))  # type: ignore[misc]
    await world.write(lambda tx: talk.redraw(tx, "PLNOSUCHDRAFT0"))
    assert await world.owed() == ["card", "desk"]
