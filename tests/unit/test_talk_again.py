"""Making a link again that failed, expired or was cancelled: its answers, in a new draft of their own."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.errors import ChatGone, NothingOpen, NotYours
from bot.ports.chat import Act
from bot.ports.model import Closed, DraftState, EventKind, LinkState
from tests.unit.records import BOB, SALES, event
from tests.unit.talking import COMPLETE, OTHER, TWO_OFFERS, Conversation, acts
from tests.unit.world import World


async def closed(
    alice: Conversation,
    why: Closed = Closed.FAILED,
    text: str = COMPLETE,
    trouble: Mapping[str, str] | None = None,
) -> str:
    """The id of a link that was asked for and has ended."""
    await alice.begin(text)
    made = await alice.confirm()
    ended = replace(made, state=LinkState.CLOSED, closed=why, trouble=trouble)
    await alice.world.write(lambda tx: tx.links.put(ended))
    return made.id


@pytest.mark.parametrize("why", [Closed.FAILED, Closed.EXPIRED, Closed.CANCELLED])
async def test_trying_again_begins_a_new_draft_with_the_old_answers(alice: Conversation, why: Closed) -> None:
    old = await closed(alice, why)
    answers = (await alice.stored(old)).answers
    await alice.again(old)
    assert (alice.draft.state, alice.draft.choosing, alice.asking) == (DraftState.OPEN, True, None)
    assert (alice.draft.answers, alice.draft.id != old) == (answers, True)
    assert (await alice.confirm()).id == alice.draft.id


async def test_the_account_that_was_named_makes_it_again(world: World) -> None:
    alice = Conversation(world, offers=TWO_OFFERS)
    await alice.again(await closed(alice, text=f"{COMPLETE} via otherpay"))
    assert (await alice.confirm()).account_id == OTHER


async def test_a_moment_that_was_chosen_is_not_taken_over(alice: Conversation) -> None:
    """It may be over, and three days were meant from then on."""
    old = await closed(alice, Closed.EXPIRED, f"{COMPLETE} 3d")
    assert (await alice.stored(old)).answers["expires"]
    alice.world.clock.advance(days=4)
    await alice.again(old)
    made = await alice.confirm()
    assert made.expires_at - made.created_at == alice.talk.offer.expiry


async def test_a_refused_field_is_pointed_out_and_keeps_its_answer(alice: Conversation) -> None:
    trouble = {"key": "rejected", "codes": "phone_number_invalid", "field": "description", "backend": ""}
    await alice.again(await closed(alice, trouble=trouble))
    assert alice.problems == {"description": "rejected"}
    assert alice.draft.answers["description"] == "Invoice 12"
    assert any("telephone number is missing" in note for note in (await alice.card()).notes)
    await alice.choose("description")
    assert "telephone number is missing" in str((await alice.card()).ask)
    await alice.reply("Invoice 13")
    assert (alice.problems, alice.asking) == ({}, None)


@pytest.mark.parametrize("trouble", [None, {"key": "rejected", "codes": "x", "field": "", "backend": ""}])
async def test_trouble_with_no_field_of_ours_points_at_none(
    alice: Conversation, trouble: Mapping[str, str] | None
) -> None:
    await alice.again(await closed(alice, trouble=trouble))
    assert alice.problems == {}
    assert str(Act.CREATE) in acts(await alice.card())


async def test_only_whoever_asked_tries_again(alice: Conversation) -> None:
    old = await closed(alice)
    with pytest.raises(NotYours):
        await Conversation(alice.world, person=BOB).again(old)


@pytest.mark.parametrize("why", [Closed.PAID, Closed.USED_UP])
async def test_what_was_paid_or_replaced_is_not_made_again(alice: Conversation, why: Closed) -> None:
    old = await closed(alice, why)
    with pytest.raises(NothingOpen):
        await alice.again(old)


async def test_what_was_used_up_by_an_authorisation_that_was_let_go_is_made_again(
    alice: Conversation,
) -> None:
    old = await closed(alice, Closed.USED_UP)
    await alice.world.add_attempt(await alice.world.link(old))
    held, let_go = (event(kind, reference=old) for kind in (EventKind.AUTHORISED, EventKind.VOIDED))
    await alice.world.hear(held)
    with pytest.raises(NothingOpen):
        await alice.again(old)
    await alice.world.hear(let_go)
    await alice.again(old)
    assert (await alice.confirm()).id != old


async def test_what_is_open_was_never_made_or_never_was_is_not_made_again(alice: Conversation) -> None:
    await alice.begin(COMPLETE)
    for draft_id in (alice.draft.id, "PLNOSUCHDRAFT0"):
        with pytest.raises(NothingOpen):
            await alice.again(draft_id)
    made = await alice.confirm()
    with pytest.raises(NothingOpen):
        await alice.again(made.id)


async def test_trying_again_twice_leaves_one_draft_open(alice: Conversation) -> None:
    old = await closed(alice)
    await alice.again(old)
    first = alice.draft.id
    await alice.again(old)
    assert (await alice.stored(first)).state is DraftState.CANCELLED
    assert (await alice.confirm()).id != first


async def test_a_link_that_moved_to_its_creator_is_made_again_there(alice: Conversation) -> None:
    """The channel is gone: what is asked there would never be seen."""
    await alice.begin(COMPLETE)
    made = await alice.confirm()
    alice.world.chat.troubles.append(ChatGone("archived"))
    await alice.delivery().run(SALES.lane)
    ended = replace(await alice.world.link(made.id), state=LinkState.CLOSED, closed=Closed.EXPIRED)
    await alice.world.write(lambda tx: tx.links.put(ended))
    await alice.again(made.id)
    to = await alice.world.read(lambda tx: tx.destinations.get(alice.draft.destination_id))
    assert to.place.channel == f"D{alice.person.user}"
