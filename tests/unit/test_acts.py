"""What people do to a link that is there: who may, when, and what is left written."""

from dataclasses import replace

import pytest

from bot.errors import NothingOpen, NotPossible, NotYours
from bot.links.acts import Acts
from bot.ports.model import Closed, Event, EventKind, Link, LinkState, Person
from bot.ports.provider_links import ProviderLinkState
from bot.ports.storage import Wake
from bot.ports.traffic import Deed
from tests.unit.records import ALICE, BOB, SALES, event, link
from tests.unit.world import World

K = EventKind
ID = "PL0123456789AB"
CLOSED = LinkState.CLOSED


@pytest.fixture
def acts(world: World) -> Acts:
    """Bob is an administrator."""
    return Acts({("slack", BOB.user)}, world.clock)


@pytest.fixture
async def opened(world: World) -> Link:
    made = await world.add_link()
    await world.add_attempt(made)
    return made


async def cancel(world: World, acts: Acts, person: Person = ALICE) -> Link:
    return await world.write(lambda tx: acts.cancel(tx, ID, person))


async def test_what_is_being_created_can_be_cancelled_whatever_an_attempt_has_brought(
    world: World, acts: Acts
) -> None:
    made = await world.add_link(state=LinkState.CREATING)
    await world.add_attempt(made, state=ProviderLinkState.ORPHAN, provider_id=None)
    await world.hear(event(K.AUTHORISED))
    assert (await cancel(world, acts)).closed is Closed.CANCELLED


@pytest.mark.parametrize("person", [ALICE, replace(ALICE, name="Alice at work"), BOB])
async def test_the_creator_and_administrators_may_cancel(
    world: World, acts: Acts, opened: Link, person: Person
) -> None:
    assert await cancel(world, acts, person) == await world.link(ID)
    found = await world.link(ID)
    assert (found.state, found.closed) == (CLOSED, Closed.CANCELLED)
    now = world.clock.now()
    assert await world.read(lambda tx: tx.deeds.of(ID)) == [Deed(ID, "cancel", person, now)]
    (managed,) = [note.facts for note in world.notes if note.event == "link.managed"]
    assert managed == {"link": ID, "act": "cancel"}
    assert await world.replies(ID) == ["cancelled"]


async def test_who_has_no_name_is_called_by_what_their_chat_knows_them_as(
    world: World, acts: Acts, opened: Link
) -> None:
    await cancel(world, acts, replace(BOB, name=""))
    told = await world.read(lambda tx: [owed.params for owed in tx.outbox.unsaid() if owed.key])
    assert told == [{"by": BOB.user}]


@pytest.mark.parametrize(
    "stranger",
    [
        Person("slack", "U0CAROL", "T1", ALICE.name),
        replace(ALICE, team="T2"),
        replace(ALICE, chat="telegram"),
        replace(BOB, chat="telegram"),
    ],
)
async def test_nobody_else_may_and_nothing_changes(
    world: World, acts: Acts, opened: Link, stranger: Person
) -> None:
    for act in (acts.cancel, acts.refresh):
        with pytest.raises(NotYours):
            await world.write(lambda tx, act=act: act(tx, ID, stranger))  # type: ignore[misc]
    assert await world.link(ID) == opened
    assert await world.read(lambda tx: tx.deeds.of(ID)) == []


async def test_a_link_that_nobody_made_cannot_be_acted_on(world: World, acts: Acts) -> None:
    for act in (acts.cancel, acts.refresh):
        with pytest.raises(NothingOpen):
            await world.write(lambda tx, act=act: act(tx, ID, ALICE))  # type: ignore[misc]


@pytest.mark.parametrize("told", [[], [event(K.PENDING)], [event(K.DECLINED)]])
@pytest.mark.parametrize("state", [LinkState.OPEN, LinkState.PAUSED])
async def test_what_nobody_has_paid_can_be_cancelled(
    world: World, acts: Acts, state: LinkState, told: list[Event]
) -> None:
    await world.add_attempt(await world.add_link(state=state))
    await world.hear(*told)
    assert (await cancel(world, acts)).closed is Closed.CANCELLED


@pytest.mark.parametrize(
    "told",
    [
        [event(K.AUTHORISED)],
        [event(K.AUTHORISED), event(K.CAPTURE_FAILED)],
        [event(K.AUTHORISED), event(K.VOIDED)],
        [event(K.CAPTURED)],
        [event(K.DISPUTED)],
    ],
)
async def test_what_somebody_has_paid_or_is_paying_cannot(
    world: World, acts: Acts, opened: Link, told: list[Event]
) -> None:
    await world.hear(*told)
    before = await world.link(ID)
    with pytest.raises(NotPossible, match="closed" if before.state is CLOSED else "being_paid"):
        await cancel(world, acts)
    assert await world.link(ID) == before
    assert "cancelled" not in await world.replies(ID)


@pytest.mark.parametrize("closed", Closed)
async def test_what_is_over_cannot_be_cancelled(world: World, acts: Acts, closed: Closed) -> None:
    await world.add_link(state=CLOSED, closed=closed)
    with pytest.raises(NotPossible, match="closed"):
        await cancel(world, acts)
    assert (await world.link(ID)).closed is closed


async def test_cancelling_twice_is_said_once(world: World, acts: Acts, opened: Link) -> None:
    await cancel(world, acts)
    with pytest.raises(NotPossible, match="closed"):
        await cancel(world, acts, BOB)
    assert await world.replies(ID) == ["cancelled"]


@pytest.mark.parametrize("state", [LinkState.CREATING, LinkState.OPEN])
async def test_what_was_cancelled_is_looked_after_because_it_may_still_be_paid(
    world: World, acts: Acts, state: LinkState
) -> None:
    await world.add_link(state=state, retry_at=world.clock.now())
    await cancel(world, acts)
    found = await world.link(ID)
    assert (found.poll_at, found.retry_at) == (world.clock.now(), None)


async def test_money_after_a_cancellation_is_told_and_the_link_stays_cancelled(
    world: World, acts: Acts, opened: Link
) -> None:
    await cancel(world, acts)
    await world.hear(event(K.AUTHORISED), event(K.CAPTURED))
    assert (await world.link(ID)).closed is Closed.CANCELLED
    assert await world.replies(ID) == ["cancelled", "authorised_after_cancel", "paid_after_cancel"]


@pytest.mark.parametrize("state", [LinkState.OPEN, LinkState.CLOSED])
async def test_looking_again_is_due_at_once(world: World, acts: Acts, state: LinkState) -> None:
    made = await world.add_link(state=state, poll_at=None)
    await world.write(lambda tx: acts.refresh(tx, ID, ALICE))
    assert await world.link(ID) == replace(made, poll_at=world.clock.now())
    assert Wake("watch", ID) in world.wakes


async def pressed(world: World, acts: Acts, subject: str, channel: str) -> None:
    await world.write(lambda tx: acts.found(tx, subject, channel, "171.5"))


@pytest.mark.parametrize("subject", [ID, "PLDRAFTALONE00"])
async def test_a_card_whose_post_got_no_answer_is_the_one_that_is_pressed(
    world: World, acts: Acts, opened: Link, subject: str
) -> None:
    draft = await world.read(lambda tx: tx.drafts.get(ID))
    assert draft is not None
    await world.write(lambda tx: tx.drafts.add(replace(draft, id="PLDRAFTALONE00")))
    await pressed(world, acts, subject, SALES.channel)
    assert (await world.read(lambda tx: tx.destinations.get(opened.destination_id))).root == "171.5"
    assert (await world.owed(), world.wakes) == (["card"], [Wake("delivery", SALES.lane)])


@pytest.mark.parametrize(
    ("press", "root"),
    [
        (("PLNOSUCHLINK00", SALES.channel), None),  # nobody's
        ((ID, "D0BOB"), None),  # drawn elsewhere, say in a list
        ((ID, SALES.channel), "170.1"),  # another one is the card
    ],
)
async def test_any_other_press_changes_no_card(
    world: World, acts: Acts, opened: Link, press: tuple[str, str], root: str | None
) -> None:
    to = await world.read(lambda tx: tx.destinations.get(opened.destination_id))
    await world.write(lambda tx: tx.destinations.put(replace(to, root=root)))
    await pressed(world, acts, *press)
    assert (await world.read(lambda tx: tx.destinations.get(to.id))).root == root
    assert (await world.owed(), world.wakes) == ([], [])


def test_an_administrator_is_one_in_one_chat() -> None:
    acts = Acts({("telegram", "1001")}, None)  # type: ignore[arg-type]  # the clock is not asked
    assert acts.may(link(), Person("telegram", "1001"))
    assert not acts.may(link(), Person("slack", "1001"))
