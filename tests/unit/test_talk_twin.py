"""An open link for the same customer and amount is offered before another one is made."""

from dataclasses import replace

import pytest

from bot.errors import NothingOpen, StaleDraft
from bot.ports.chat import Act
from bot.ports.model import Closed, Draft, DraftState, Link, LinkState
from tests.unit.records import BOB
from tests.unit.talking import COMPLETE, GROUP, Conversation, acts
from tests.unit.world import World

URL = "https://pay.test/twin"
FORM = {
    "amount": "49.90",
    "currency": "EUR",
    "email": "jane@example.com",
    **dict.fromkeys(("phone", "name", "description", "reference", "expires"), ""),
}


async def opened(alice: Conversation, text: str = COMPLETE) -> Link:
    """A link of Alice's that waits for its payment."""
    made = await alice.begin(text) and await alice.confirm()
    made = replace(made, state=LinkState.OPEN)
    await alice.world.write(lambda tx: tx.links.put(made))
    await alice.world.add_attempt(made, url=URL)
    return made


async def links(world: World) -> list[str]:
    return [link.id for link in await world.read(lambda tx: tx.links.recent(10))]


async def test_a_one_liner_shows_the_open_link_beside_create(alice: Conversation) -> None:
    twin = await opened(alice)
    await alice.begin("EUR 49.9 jane@example.com something else")
    card = await alice.card()
    assert [act for act in acts(card) if act in {"use", "create"}] == ["use", "create"]
    (said,) = [note for note in card.notes if twin.id in note]
    assert "Sat 28 Nov 2026, 09:00 UTC" in said


async def test_a_dialogue_shows_it_as_soon_as_nothing_is_open_and_not_before(alice: Conversation) -> None:
    await opened(alice)
    await alice.begin()
    for text in ("49.90", "EUR", "jane@example.com", "lunch"):
        assert str(Act.USE) not in acts(await alice.card())
        await alice.reply(text)
    assert str(Act.USE) in acts(await alice.card())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("5 EUR +49 171 2345678", "5 EUR 0171 2345678 again"),
        ("5 EUR jane@example.com +49 171 2345678", "5 EUR 0171 2345678"),
    ],
)
async def test_a_customer_is_known_by_telephone_too(alice: Conversation, first: str, second: str) -> None:
    twin = await opened(alice, first)
    await alice.begin(second)
    assert await alice.world.read(lambda tx: alice.talk.twin(tx, alice.draft)) == twin


@pytest.mark.parametrize(
    "text",
    ["49.91 EUR jane@example.com", "49.90 USD jane@example.com", "49.90 EUR john@example.com", "49.90 EUR"],
)
async def test_another_amount_currency_or_customer_is_no_twin(alice: Conversation, text: str) -> None:
    await opened(alice)
    await alice.begin(text)
    assert str(Act.USE) not in acts(await alice.card())


async def test_what_is_over_is_no_twin(alice: Conversation) -> None:
    twin = await opened(alice)
    await alice.world.write(
        lambda tx: tx.links.put(replace(twin, state=LinkState.CLOSED, closed=Closed.PAID))
    )
    await alice.begin(COMPLETE)
    assert str(Act.USE) not in acts(await alice.card())


async def test_using_it_creates_nothing_and_shows_its_address(alice: Conversation) -> None:
    twin = await opened(alice)
    await alice.begin(COMPLETE)
    await alice.use(twin.id)
    card = await alice.card()
    assert (alice.draft.state, await links(alice.world)) == (DraftState.CANCELLED, [twin.id])
    assert (dict(card.rows)["Link"], card.buttons) == (URL, ())
    assert twin.id in card.headline
    with pytest.raises(NothingOpen):
        await alice.confirm()


async def test_that_it_was_used_is_still_shown_when_it_is_over(alice: Conversation) -> None:
    twin = await opened(alice)
    await alice.begin(COMPLETE)
    await alice.use(twin.id)
    await alice.world.write(
        lambda tx: tx.links.put(replace(twin, state=LinkState.CLOSED, closed=Closed.PAID))
    )
    assert twin.id in (await alice.card()).headline


async def test_making_one_all_the_same_makes_one(alice: Conversation) -> None:
    twin = await opened(alice)
    await alice.begin(COMPLETE)
    made = [await alice.confirm() for _ in range(2)]
    assert made[0] == made[1]
    assert await links(alice.world) in ([made[0].id, twin.id], [twin.id, made[0].id])


async def test_a_form_comes_back_with_the_open_link_and_creates_nothing_yet(alice: Conversation) -> None:
    twin = await opened(alice)
    await alice.begin(desk={"view": "V1"})
    assert isinstance(await alice.submit(FORM), Draft)
    assert str(Act.USE) in acts(await alice.card())
    assert await links(alice.world) == [twin.id]
    made = await alice.confirm()
    assert made.id == alice.draft.id
    assert await alice.submit(FORM) == made


async def test_a_form_with_no_such_link_becomes_one_at_once(alice: Conversation) -> None:
    await opened(alice)
    await alice.begin(desk={"view": "V1"})
    assert isinstance(await alice.submit(FORM | {"email": "john@example.com"}), Link)


async def test_a_link_that_was_paid_meanwhile_is_not_used(alice: Conversation) -> None:
    twin = await opened(alice)
    await alice.begin(COMPLETE)
    await alice.world.write(
        lambda tx: tx.links.put(replace(twin, state=LinkState.CLOSED, closed=Closed.PAID))
    )
    with pytest.raises(StaleDraft):
        await alice.use(twin.id)
    assert (await alice.stored()).state is DraftState.OPEN


@pytest.mark.parametrize("named", ["PLNOSUCHLINK00", "stranger"])
async def test_only_the_link_that_was_offered_can_be_used(alice: Conversation, named: str) -> None:
    """A button's argument comes from outside: it shows nobody a link that was never shown to them."""
    stranger = await opened(Conversation(alice.world, person=BOB, place=GROUP), "77 EUR secret@example.com")
    await alice.begin(COMPLETE)
    with pytest.raises((StaleDraft, NothingOpen)):
        await alice.use(stranger.id if named == "stranger" else named)
    assert (await alice.stored()).state is DraftState.OPEN
