"""Extending a link, by its provider or by us: told with the expiry that the provider gives."""

from datetime import timedelta

import pytest

from bot.errors import (
    BackendRateLimited,
    BackendUnavailable,
    NotPossible,
    PaylinkError,
)
from bot.ports.backend import Feature
from bot.ports.model import Closed, LinkState
from tests.unit.link_rig import END, ID, LATER, LinkRig
from tests.unit.records import BOB
from tests.unit.world import World

DOWN = BackendUnavailable("503", sent="unknown")


async def test_an_extension_is_told_with_the_providers_own_answer(shop: LinkRig) -> None:
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
    shop: LinkRig, trouble: PaylinkError, again: str
) -> None:
    """In whichever process, and however the one before has ended."""
    await shop.act(shop.acts.extend, LATER)
    shop.backend.refusals.append(trouble)
    await shop.looks()
    shop.world.clock.advance(minutes=1)
    await shop.looks()
    assert shop.backend.done == [f"extend pl_{ID} 2026-12-05{again}"]
    assert (await shop.objects())[0].owed == {}


async def test_another_extension_is_not_taken_for_the_one_that_may_have_been_done(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    shop.backend.refusals.append(DOWN)
    await shop.looks()
    await shop.act(shop.acts.extend, LATER + timedelta(days=1))
    await shop.looks()
    assert shop.backend.done == [f"extend pl_{ID} 2026-12-06"]


async def test_an_extension_of_what_was_cancelled_meanwhile_is_neither_done_nor_told(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    await shop.act(shop.acts.cancel)
    await shop.looks()
    assert shop.backend.done == [f"cancel pl_{ID}"]
    assert await shop.said() == ["cancelled"]


async def test_where_the_provider_knows_no_end_it_is_ours_and_moved_at_once(world: World) -> None:
    shop = await LinkRig.begin(world, Feature.CANCEL, ends=False)
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
    shop = await LinkRig.begin(world, Feature.CANCEL, ends=False)
    end = (await shop.link()).expires_at
    world.clock.advance(seconds=(end - world.clock.now()).total_seconds())
    with pytest.raises(NotPossible, match="time_is_over"):
        await shop.act(shop.acts.extend, LATER)
    await shop.act(shop.acts.refresh)
    await shop.looks()
    assert shop.backend.done == [f"cancel pl_{ID}"]
