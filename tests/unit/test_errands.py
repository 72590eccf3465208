"""Pausing, resuming, extending and editing: owed by rows, done by a look, told when the provider says yes."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.errors import (
    BackendRateLimited,
    BackendRejected,
    BackendUnavailable,
    NotPossible,
    NotYours,
    PaylinkError,
)
from bot.links.schedule import SOONEST
from bot.ports.backend import Feature, FetchedLink
from bot.ports.model import Closed, LinkState, Person
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLinkState
from bot.ports.storage import Wake
from bot.ports.traffic import Deed
from tests.unit.records import BOB, event
from tests.unit.workshop import END, ID, LATER, PAUSES, Workshop
from tests.unit.world import World

DOWN = BackendUnavailable("503", sent="unknown")
NO = BackendRejected(("not_now",))
OPEN, CLOSED = ProviderLinkState.OPEN, ProviderLinkState.CLOSED


@pytest.fixture
async def shop(world: World) -> Workshop:
    return await Workshop.begin(world, *PAUSES, Feature.EXTEND, Feature.EDIT)


async def test_a_paused_link_is_taken_back_at_its_provider_and_told_with_who_did_it(shop: Workshop) -> None:
    paused = await shop.act(shop.acts.pause, person=BOB)
    assert (paused.state, Wake("watch", ID) in shop.world.wakes) == (LinkState.PAUSED, True)
    assert await shop.notices() == {}
    assert await shop.world.read(lambda tx: tx.deeds.of(ID)) == [
        Deed(ID, "pause", BOB, shop.world.clock.now())
    ]
    await shop.looks()
    assert shop.backend.done == [f"cancel pl_{ID}"]
    assert ((await shop.objects())[0].state, (await shop.link()).state) == (CLOSED, LinkState.PAUSED)
    assert await shop.notices() == {"paused": {"by": "Bob"}}
    await shop.looks()
    assert (shop.backend.done, await shop.said()) == ([f"cancel pl_{ID}"], ["paused"])


async def test_a_pause_is_told_once_its_provider_shows_it_and_draws_nothing_after_that(
    shop: Workshop,
) -> None:
    await shop.act(shop.acts.pause)
    await shop.world.say_all()
    shop.backend.refusals.append(DOWN)
    await shop.looks()
    assert await shop.notices() == {}
    shop.world.clock.advance(minutes=1)
    await shop.looks()
    assert await shop.said() == ["paused"]
    shop.world.clock.advance(days=1)
    await shop.looks()
    assert await shop.world.owed() == []


async def test_a_resumed_link_is_told_when_its_provider_has_put_it_back(shop: Workshop) -> None:
    await shop.act(shop.acts.pause)
    await shop.looks()
    assert (await shop.act(shop.acts.resume)).state is LinkState.OPEN
    assert "resumed" not in await shop.notices()
    found = await shop.looks()
    assert shop.backend.done[1:] == [f"resume pl_{ID}"]
    assert (found.state, (await shop.objects())[0].state) == (LinkState.OPEN, OPEN)
    assert await shop.said() == ["paused", "resumed"]


async def test_what_is_paused_and_resumed_before_anybody_was_asked_stays_open(shop: Workshop) -> None:
    await shop.act(shop.acts.pause)
    await shop.act(shop.acts.resume)
    found = await shop.looks()
    assert (found.state, shop.backend.done) == (LinkState.OPEN, [f"resume pl_{ID}"])
    await shop.act(shop.acts.pause)
    await shop.act(shop.acts.resume)
    await shop.act(shop.acts.pause)
    assert (await shop.objects())[0].owed == {}
    assert (await shop.looks()).state is LinkState.PAUSED
    assert shop.backend.done == [f"resume pl_{ID}", f"cancel pl_{ID}"]


async def test_a_link_resumed_while_it_is_being_taken_back_is_not_taken_for_expired(shop: Workshop) -> None:
    await shop.act(shop.acts.pause)
    cancel = shop.backend.cancel

    async def meanwhile(provider_id: str) -> None:
        await cancel(provider_id)
        await shop.act(shop.acts.resume)

    shop.backend.cancel = meanwhile  # type: ignore[method-assign]
    assert (await shop.looks()).state is LinkState.OPEN
    shop.world.clock.advance(minutes=1)
    assert (await shop.looks()).state is LinkState.OPEN
    assert (await shop.objects())[0].state is OPEN
    assert await shop.said() == ["resumed"]


@pytest.mark.parametrize("trouble", [[], [DOWN]])
async def test_who_cancels_a_link_while_it_is_looked_at_does_not_wait_for_the_next_usual_look(
    shop: Workshop, trouble: list[BackendUnavailable]
) -> None:
    fetch = shop.backend.fetch

    async def meanwhile(provider_id: str) -> FetchedLink:
        shop.world.clock.advance(seconds=1)
        await shop.act(shop.acts.cancel)
        if trouble:
            raise trouble.pop()
        return await fetch(provider_id)

    shop.backend.fetch = meanwhile  # type: ignore[method-assign]
    await shop.act(shop.acts.refresh)
    found = await shop.looks()
    assert (found.poll_at, shop.backend.done) == (shop.world.clock.now(), [])
    assert shop.world.wakes[-1] == Wake("watch", ID, found.poll_at)
    shop.backend.fetch = fetch  # type: ignore[method-assign]
    await shop.looks()
    assert shop.backend.done == [f"cancel pl_{ID}"]


async def test_the_card_of_a_paused_link_is_drawn_again_when_it_is_taken_back(shop: Workshop) -> None:
    await shop.act(shop.acts.pause)
    await shop.world.say_all()
    await shop.looks()
    assert (await shop.world.owed(), await shop.said()) == (["card"], ["paused"])


async def test_a_paused_link_whose_time_is_over_has_expired(shop: Workshop) -> None:
    await shop.act(shop.acts.pause)
    await shop.looks()
    shop.world.clock.advance(days=7, minutes=1)
    found = await shop.looks()
    assert (found.state, found.closed) == (LinkState.CLOSED, Closed.EXPIRED)
    assert await shop.said() == ["paused", "expired"]


async def test_a_paused_link_that_is_paid_all_the_same_is_paid(shop: Workshop) -> None:
    await shop.act(shop.acts.pause)
    await shop.world.hear(event(K.CAPTURED))
    assert (await shop.link()).closed is Closed.PAID
    assert await shop.said() == ["paid"]


async def test_a_cancellation_that_the_provider_refuses_is_told_once_and_asked_for_again(
    shop: Workshop,
) -> None:
    await shop.act(shop.acts.cancel)
    shop.backend.refusals += [NO, None, NO, None]
    for _ in range(3):
        await shop.looks()
        shop.world.clock.advance(minutes=1)
    assert await shop.said() == ["cancelled", "cancel_refused"]
    assert (shop.backend.done, (await shop.objects())[0].state) == ([f"cancel pl_{ID}"], CLOSED)


async def test_a_link_that_is_cancelled_while_it_is_put_back_stays_so_though_that_is_refused(
    shop: Workshop,
) -> None:
    await shop.act(shop.acts.pause)
    await shop.looks()
    await shop.act(shop.acts.resume)

    async def meanwhile(_: str) -> None:
        await shop.act(shop.acts.cancel)
        raise NO

    shop.backend.resume = meanwhile  # type: ignore[method-assign]
    found = await shop.looks()
    assert (found.state, found.closed) == (LinkState.CLOSED, Closed.CANCELLED)
    assert "resume_refused" not in await shop.said()


async def test_a_link_that_its_provider_does_not_put_back_stays_paused_and_that_is_told(
    shop: Workshop,
) -> None:
    await shop.act(shop.acts.pause)
    await shop.looks()
    await shop.act(shop.acts.resume, person=BOB)
    shop.backend.refusals.append(NO)
    found = await shop.looks()
    assert (found.state, (await shop.objects())[0].owed) == (LinkState.PAUSED, {})
    assert (await shop.notices())["resume_refused"] == {"by": "Bob", "reason": "not_now"}


async def test_an_extension_is_told_with_the_providers_own_answer(shop: Workshop) -> None:
    await shop.act(shop.acts.extend, LATER, person=BOB)
    assert ((await shop.link()).expires_at, await shop.notices()) == (END, {})
    found = await shop.looks()
    whole = LATER.replace(hour=0)
    assert (found.expires_at, (await shop.objects())[0].expires_on) == (whole, whole)
    assert await shop.notices() == {"extended": {"by": "Bob", "until": whole.isoformat()}}
    await shop.looks()
    assert shop.backend.done == [f"extend pl_{ID} 2026-12-05"]


@pytest.mark.parametrize(("trouble", "again"), [(DOWN, " again"), (BackendRateLimited(1), "")])
async def test_whoever_asks_next_knows_that_an_extension_may_have_been_done(
    shop: Workshop, trouble: PaylinkError, again: str
) -> None:
    """In whichever process, and however the one before has ended."""
    await shop.act(shop.acts.extend, LATER)
    shop.backend.refusals.append(trouble)
    await shop.looks()
    shop.world.clock.advance(minutes=1)
    await shop.looks()
    assert shop.backend.done == [f"extend pl_{ID} 2026-12-05{again}"]
    assert (await shop.objects())[0].owed == {}


async def test_what_is_wished_for_meanwhile_is_not_forgotten_because_nobody_was_asked(shop: Workshop) -> None:
    await shop.act(shop.acts.extend, LATER)

    async def meanwhile(*_: object, **__: object) -> datetime:
        await shop.act(shop.acts.extend, LATER + timedelta(days=1))
        raise BackendRateLimited(1)

    extend, shop.backend.extend = shop.backend.extend, meanwhile  # type: ignore[method-assign]
    await shop.looks()
    shop.backend.extend = extend  # type: ignore[method-assign]
    shop.world.clock.advance(minutes=1)
    await shop.looks()
    assert shop.backend.done == [f"extend pl_{ID} 2026-12-06"]


async def test_another_extension_is_not_taken_for_the_one_that_may_have_been_done(shop: Workshop) -> None:
    await shop.act(shop.acts.extend, LATER)
    shop.backend.refusals.append(DOWN)
    await shop.looks()
    await shop.act(shop.acts.extend, LATER + timedelta(days=1))
    await shop.looks()
    assert shop.backend.done == [f"extend pl_{ID} 2026-12-06"]


async def test_only_the_last_of_several_wishes_is_asked_for(shop: Workshop) -> None:
    await shop.act(shop.acts.extend, LATER)
    await shop.act(shop.acts.extend, LATER + timedelta(days=1))
    await shop.act(shop.acts.edit, "Chairs")
    await shop.looks()
    assert shop.backend.done == [f"extend pl_{ID} 2026-12-06", f"edit pl_{ID} Chairs"]


async def test_what_is_wished_for_while_the_last_wish_is_granted_is_not_forgotten(shop: Workshop) -> None:
    await shop.act(shop.acts.edit, "Chairs")
    edit = shop.backend.edit

    async def meanwhile(provider_id: str, description: str) -> None:
        await edit(provider_id, description)
        shop.backend.edit = edit  # type: ignore[method-assign]
        shop.world.clock.advance(seconds=1)
        await shop.act(shop.acts.edit, "Tables")

    shop.backend.edit = meanwhile  # type: ignore[method-assign]
    await shop.looks()
    assert (await shop.objects())[0].owed == {"edit": "Tables"}
    shop.world.clock.advance(minutes=1)
    assert (await shop.looks()).description == "Tables"
    assert (await shop.objects())[0].owed == {}


async def test_what_it_is_for_changes_when_the_provider_has_it(shop: Workshop) -> None:
    before = await shop.act(shop.acts.edit, "Chairs")
    assert before.description == "Invoice 12"
    assert (await shop.looks()).description == "Chairs"
    assert await shop.notices() == {"edited": {"by": "Alice", "text": "Chairs"}}


@pytest.mark.parametrize(("act", "value"), [("extend", LATER), ("edit", "Chairs")])
async def test_what_the_provider_refuses_is_told_and_not_tried_again(
    shop: Workshop, act: str, value: datetime | str
) -> None:
    before = await shop.link()
    await shop.act(getattr(shop.acts, act), value)
    shop.backend.refusals.append(NO)
    found = await shop.looks()
    assert (found.expires_at, found.description) == (before.expires_at, before.description)
    assert (await shop.notices())[f"{act}_refused"] == {"by": "Alice", "reason": "not_now"}
    await shop.looks()
    assert shop.backend.done == []


@pytest.mark.parametrize(("act", "values"), [("pause", ()), ("extend", (LATER,)), ("edit", ("Chairs",))])
async def test_what_did_not_get_through_is_tried_again_soon_also_after_a_restart(
    shop: Workshop, act: str, values: tuple[object, ...]
) -> None:
    shop.world.clock.advance(days=3)  # it would not be asked for hours
    await shop.act(getattr(shop.acts, act), *values)
    shop.backend.refusals += [DOWN] * 4  # what was asked for, and what has come of the link
    for _ in range(2):
        found = await shop.looks()
        assert found.poll_at == shop.world.clock.now() + SOONEST
        shop.world.clock.advance(minutes=1)
    await shop.looks()
    assert len(shop.backend.done) == 1


async def test_what_is_wished_for_while_the_last_wish_does_not_get_through_is_not_forgotten(
    shop: Workshop,
) -> None:
    await shop.act(shop.acts.edit, "Chairs")
    edit = shop.backend.edit

    async def meanwhile(provider_id: str, description: str) -> None:
        await shop.act(shop.acts.edit, "Tables")
        raise DOWN

    shop.backend.edit = meanwhile  # type: ignore[method-assign]
    await shop.looks()
    shop.backend.edit = edit  # type: ignore[method-assign]
    shop.world.clock.advance(minutes=1)
    assert (await shop.looks()).description == "Tables"


async def test_a_provider_that_asks_to_be_left_alone_is_not_looked_at_before_either(shop: Workshop) -> None:
    await shop.act(shop.acts.edit, "Chairs")
    shop.backend.refusals.append(BackendRateLimited(3600))
    found = await shop.looks()
    assert found.poll_at == shop.world.clock.now() + timedelta(hours=1)


async def test_an_extension_of_what_was_cancelled_meanwhile_is_neither_done_nor_told(shop: Workshop) -> None:
    await shop.act(shop.acts.extend, LATER)
    await shop.act(shop.acts.cancel)
    await shop.looks()
    assert shop.backend.done == [f"cancel pl_{ID}"]
    assert await shop.said() == ["cancelled"]


async def test_what_comes_true_while_the_link_is_cancelled_is_no_news_any_more(shop: Workshop) -> None:
    await shop.act(shop.acts.edit, "Chairs")
    edit = shop.backend.edit

    async def meanwhile(provider_id: str, description: str) -> None:
        await edit(provider_id, description)
        await shop.act(shop.acts.cancel)

    shop.backend.edit = meanwhile  # type: ignore[method-assign]
    await shop.looks()
    assert await shop.said() == ["cancelled"]


async def test_where_the_provider_knows_no_end_it_is_ours_and_moved_at_once(world: World) -> None:
    shop = await Workshop.begin(world, Feature.CANCEL, ends=False)
    assert (await shop.act(shop.acts.extend, LATER)).expires_at == LATER
    assert await shop.notices() == {"extended": {"by": "Alice", "until": LATER.isoformat()}}
    world.clock.advance(days=8)
    assert (await shop.looks()).state is LinkState.OPEN
    world.clock.advance(days=7)
    assert (await shop.looks()).closed is Closed.EXPIRED
    assert shop.backend.done == [f"cancel pl_{ID}"]


async def test_it_is_taken_back_the_moment_its_time_is_over_and_can_no_longer_be_extended(
    world: World,
) -> None:
    shop = await Workshop.begin(world, Feature.CANCEL, ends=False)
    end = (await shop.link()).expires_at
    world.clock.advance(seconds=(end - world.clock.now()).total_seconds())
    with pytest.raises(NotPossible, match="time_is_over"):
        await shop.act(shop.acts.extend, LATER)
    await shop.act(shop.acts.refresh)
    await shop.looks()
    assert shop.backend.done == [f"cancel pl_{ID}"]


async def test_what_the_backend_cannot_do_is_refused_and_changes_nothing(world: World) -> None:
    shop = await Workshop.begin(world)
    before = await shop.link()
    for act, values in ((shop.acts.pause, ()), (shop.acts.edit, ("Chairs",)), (shop.acts.resume, ())):
        with pytest.raises(NotPossible):
            await shop.act(act, *values)
    assert (await shop.link(), await shop.notices()) == (before, {})


async def test_nobody_else_may_do_any_of_it(shop: Workshop) -> None:
    stranger = Person("slack", "U0CAROL", "T1", "Carol")
    acts = shop.acts
    for act, values in (
        *((acts.pause, ()), (acts.resume, ()), (acts.resend, ())),
        *((acts.extend, (LATER,)), (acts.edit, ("Chairs",))),
    ):
        with pytest.raises(NotYours):
            await shop.act(act, *values, person=stranger)
    assert (await shop.notices(), await shop.world.read(lambda tx: tx.deeds.of(ID))) == ({}, [])


async def test_the_text_to_forward_is_said_as_often_as_it_is_asked_for(shop: Workshop) -> None:
    for _ in range(2):
        await shop.act(shop.acts.resend)
        shop.world.clock.advance(seconds=1)
    assert await shop.said() == ["forward", "forward"]


async def test_a_look_keeps_what_the_backend_showed(shop: Workshop) -> None:
    await shop.act(shop.acts.refresh)
    await shop.looks()
    (known,) = await shop.objects()
    assert known.sight is not None
    assert (known.sight.at, known.sight.usable, known.sight.received) == (shop.world.clock.now(), True, False)


async def test_two_presses_at_once_are_one_pause(shop: Workshop) -> None:
    outcomes = await asyncio.gather(*(shop.act(shop.acts.pause) for _ in range(2)), return_exceptions=True)
    assert [type(each).__name__ for each in outcomes if isinstance(each, Exception)] == ["NotPossible"]
    await shop.looks()
    assert await shop.said() == ["paused"]


async def test_a_paid_link_that_was_made_twice_is_looked_at_until_its_other_object_is_over(
    world: World,
) -> None:
    shop = await Workshop.begin(world)
    made = await shop.link()
    await world.add_attempt(made, 2, expires_on=LATER)
    shop.backend.show(f"pl_{ID}-2", usable=False, received=True)
    await world.hear(event(K.CAPTURED, reference=f"{ID}-2"))
    assert (await shop.link()).closed is Closed.PAID
    await world.write(lambda tx: tx.links.put(replace(tx.links.get(ID), poll_at=world.clock.now())))  # type: ignore[type-var]
    await shop.looks()
    assert {f"link pl_{ID}", f"link pl_{ID}-2"} <= set(shop.backend.looks)
    assert [known.state for known in await shop.objects()] == [OPEN, CLOSED]
