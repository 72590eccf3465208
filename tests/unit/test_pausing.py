"""Pausing, resuming and cancelling: stored at once, done by a look, told once the provider has confirmed."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.errors import (
    BackendProtocolError,
    BackendRejected,
    BackendUnavailable,
)
from bot.ports.backend import FetchedLink
from bot.ports.model import Closed, LinkState
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLinkState
from bot.ports.storage import Wake
from bot.ports.traffic import Deed
from tests.unit.link_rig import ID, LinkRig
from tests.unit.records import BOB, event

DOWN = BackendUnavailable("503", sent="unknown")
NO = BackendRejected(("not_now",))
OPEN, CLOSED = ProviderLinkState.OPEN, ProviderLinkState.CLOSED


async def test_a_paused_link_is_taken_back_at_its_provider_and_told_with_who_did_it(shop: LinkRig) -> None:
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
    shop: LinkRig,
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


async def test_a_resumed_link_is_told_when_its_provider_has_put_it_back(shop: LinkRig) -> None:
    await shop.act(shop.acts.pause)
    await shop.looks()
    assert (await shop.act(shop.acts.resume)).state is LinkState.OPEN
    assert "resumed" not in await shop.notices()
    found = await shop.looks()
    assert shop.backend.done[1:] == [f"resume pl_{ID}"]
    assert (found.state, (await shop.objects())[0].state) == (LinkState.OPEN, OPEN)
    assert await shop.said() == ["paused", "resumed"]


async def test_what_is_paused_and_resumed_before_anybody_was_asked_stays_open(shop: LinkRig) -> None:
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


async def test_a_link_resumed_while_it_is_being_taken_back_is_not_taken_for_expired(shop: LinkRig) -> None:
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
    shop: LinkRig, trouble: list[BackendUnavailable]
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


async def test_the_card_of_a_paused_link_is_drawn_again_when_it_is_taken_back(shop: LinkRig) -> None:
    await shop.act(shop.acts.pause)
    await shop.world.say_all()
    await shop.looks()
    assert (await shop.world.owed(), await shop.said()) == (["card"], ["paused"])


async def test_a_paused_link_whose_time_is_over_has_expired(shop: LinkRig) -> None:
    await shop.act(shop.acts.pause)
    await shop.looks()
    shop.world.clock.advance(days=7, minutes=1)
    found = await shop.looks()
    assert (found.state, found.closed) == (LinkState.CLOSED, Closed.EXPIRED)
    assert await shop.said() == ["paused", "expired"]


async def test_a_paused_link_whose_time_is_over_has_not_expired_before_a_look_can_be_read(
    shop: LinkRig,
) -> None:
    """It may have been paid before it was paused."""
    await shop.act(shop.acts.pause)
    await shop.looks()
    shop.world.clock.advance(days=8)
    for unreadable in (True, False):
        shop.backend.refusals.extend([BackendProtocolError("not JSON")] * unreadable)
        with capture_logs():
            await shop.looks()
        assert (await shop.link()).state is (LinkState.PAUSED if unreadable else LinkState.CLOSED)
        shop.world.clock.advance(hours=7)


async def test_a_paused_link_that_is_paid_all_the_same_is_paid(shop: LinkRig) -> None:
    await shop.act(shop.acts.pause)
    await shop.world.hear(event(K.CAPTURED))
    assert (await shop.link()).closed is Closed.PAID
    assert await shop.said() == ["paid"]


async def test_a_cancellation_that_the_provider_refuses_is_told_once_and_asked_for_again(
    shop: LinkRig,
) -> None:
    await shop.act(shop.acts.cancel)
    shop.backend.refusals += [NO, None, NO, None]
    for _ in range(3):
        await shop.looks()
        shop.world.clock.advance(minutes=1)
    assert await shop.said() == ["cancelled", "cancel_refused"]
    assert (shop.backend.done, (await shop.objects())[0].state) == ([f"cancel pl_{ID}"], CLOSED)


async def test_a_link_that_is_cancelled_while_it_is_put_back_stays_so_though_that_is_refused(
    shop: LinkRig,
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
    shop: LinkRig,
) -> None:
    await shop.act(shop.acts.pause)
    await shop.looks()
    await shop.act(shop.acts.resume, person=BOB)
    shop.backend.refusals.append(NO)
    found = await shop.looks()
    assert (found.state, (await shop.objects())[0].owed) == (LinkState.PAUSED, {})
    assert (await shop.notices())["resume_refused"] == {"by": "Bob", "reason": "not_now"}


async def test_two_presses_at_once_are_one_pause(shop: LinkRig) -> None:
    outcomes = await asyncio.gather(*(shop.act(shop.acts.pause) for _ in range(2)), return_exceptions=True)
    assert [type(each).__name__ for each in outcomes if isinstance(each, Exception)] == ["NotPossible"]
    await shop.looks()
    assert await shop.said() == ["paused"]
