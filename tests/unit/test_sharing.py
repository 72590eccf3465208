"""The provider writes to the customer: once for each time that it was wished for, whatever is lost."""

import asyncio

import pytest

from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendRejected,
    BackendUnavailable,
    NotPossible,
    PaylinkError,
)
from bot.links.schedule import SOONEST
from bot.links.tasks import BEGUN
from bot.ports.backend import Feature
from bot.ports.model import Customer
from tests.unit.link_rig import ID, PAUSES, LinkRig
from tests.unit.records import BOB
from tests.unit.world import World

SENT = f"share pl_{ID} jane@example.com"


@pytest.fixture
async def shop(world: World) -> LinkRig:
    return await LinkRig.begin(world, *PAUSES, Feature.SHARE)


async def looks_again(shop: LinkRig) -> None:
    shop.world.clock.advance(minutes=1)
    await shop.looks()


async def test_it_is_sent_once_and_told_with_who_asked(shop: LinkRig) -> None:
    await shop.act(shop.acts.share, person=BOB)
    assert await shop.notices() == {}
    await shop.looks()
    await looks_again(shop)
    assert shop.backend.done == [SENT]
    assert await shop.notices() == {"shared": {"by": "Bob"}}
    assert (await shop.objects())[0].owed == {}


async def test_it_can_be_sent_again_but_not_while_it_is_being_sent(shop: LinkRig) -> None:
    await shop.act(shop.acts.share)
    with pytest.raises(NotPossible, match="being_shared"):
        await shop.act(shop.acts.share)
    await shop.looks()
    shop.world.clock.advance(minutes=1)
    await shop.act(shop.acts.share)
    await shop.looks()
    assert shop.backend.done == [SENT, SENT]
    assert await shop.said() == ["shared", "shared"]


@pytest.mark.parametrize("lost", [BackendUnavailable("504", sent="unknown"), BackendProtocolError("<html>")])
async def test_a_lost_answer_may_have_been_a_sent_message_and_is_not_repeated(
    shop: LinkRig, lost: PaylinkError
) -> None:
    await shop.act(shop.acts.share)
    shop.backend.refusals.append(lost)
    await shop.looks()
    assert await shop.notices() == {"share_lost": {"by": "Alice"}}, "at once"
    await looks_again(shop)
    assert shop.backend.done == []
    assert await shop.notices() == {"share_lost": {"by": "Alice"}}


@pytest.mark.parametrize(
    "unsent",
    [BackendUnavailable("refused", sent="no"), BackendRateLimited(None), BackendAuthFailed("401")],
)
async def test_what_was_surely_not_sent_is_tried_again_and_told_once(
    shop: LinkRig, unsent: PaylinkError
) -> None:
    shop.world.clock.advance(days=3)  # it would not be asked for hours
    await shop.act(shop.acts.share)
    shop.backend.refusals.append(unsent)
    assert (await shop.looks()).poll_at == shop.world.clock.now() + SOONEST
    await looks_again(shop)
    assert shop.backend.done == [SENT]
    assert await shop.said() == ["shared"]


async def test_what_a_crash_cut_off_may_have_been_sent_and_is_not_repeated(shop: LinkRig) -> None:
    await shop.act(shop.acts.share)

    async def killed(provider_id: str, customer: Customer) -> None:
        raise asyncio.CancelledError

    share, shop.backend.share = shop.backend.share, killed  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await shop.looks()
    assert (await shop.objects())[0].owed == {"share": BEGUN}
    shop.backend.share = share  # type: ignore[method-assign]
    await shop.looks()
    assert (shop.backend.done, (await shop.objects())[0].owed) == ([], {})
    assert await shop.said() == ["share_lost"]


async def test_nothing_is_sent_for_a_link_that_is_cancelled_just_before(world: World) -> None:
    shop = await LinkRig.begin(world, *PAUSES, Feature.EDIT, Feature.SHARE)
    await shop.act(shop.acts.edit, "Chairs")
    await shop.act(shop.acts.share)
    edit = shop.backend.edit

    async def meanwhile(provider_id: str, description: str) -> None:
        await edit(provider_id, description)
        await shop.act(shop.acts.cancel)

    shop.backend.edit = meanwhile  # type: ignore[method-assign]
    await shop.looks()
    await looks_again(shop)
    assert shop.backend.done == [f"edit pl_{ID} Chairs", f"cancel pl_{ID}"]
    assert await shop.said() == ["cancelled"]


async def test_what_the_provider_refuses_is_told_and_not_tried_again(shop: LinkRig) -> None:
    await shop.act(shop.acts.share)
    shop.backend.refusals.append(BackendRejected(("not_now",)))
    await shop.looks()
    await looks_again(shop)
    assert shop.backend.done == []
    assert await shop.notices() == {"share_refused": {"by": "Alice", "reason": "not_now"}}


async def test_what_was_sent_is_told_although_it_was_cancelled_meanwhile(shop: LinkRig) -> None:
    await shop.act(shop.acts.share)
    share = shop.backend.share

    async def meanwhile(provider_id: str, customer: Customer) -> None:
        await share(provider_id, customer)
        await shop.act(shop.acts.cancel)

    shop.backend.share = meanwhile  # type: ignore[method-assign]
    await shop.looks()
    assert await shop.said() == ["cancelled", "shared"]


async def test_what_is_paused_before_it_was_sent_is_not_sent_when_it_is_resumed(shop: LinkRig) -> None:
    await shop.act(shop.acts.share)
    await shop.act(shop.acts.pause)
    await shop.act(shop.acts.resume)
    await shop.looks()
    assert SENT not in shop.backend.done


@pytest.mark.parametrize("act", ["pause", "cancel"])
async def test_it_is_not_sent_where_that_was_thought_better_of_while_something_else_was_done(
    world: World, act: str
) -> None:
    shop = await LinkRig.begin(world, *PAUSES, Feature.EDIT, Feature.SHARE)
    await shop.act(shop.acts.edit, "Chairs")
    await shop.act(shop.acts.share)
    edit = shop.backend.edit

    async def meanwhile(provider_id: str, description: str) -> None:
        await edit(provider_id, description)
        await shop.act(getattr(shop.acts, act))

    shop.backend.edit = meanwhile  # type: ignore[method-assign]
    await shop.looks()
    await looks_again(shop)
    assert SENT not in shop.backend.done
    assert "shared" not in await shop.said()


async def test_it_is_not_sent_after_all_where_it_was_withdrawn_before_the_provider_was_reached(
    shop: LinkRig,
) -> None:
    await shop.act(shop.acts.share)

    async def meanwhile(provider_id: str, customer: Customer) -> None:
        await shop.act(shop.acts.pause)
        raise BackendRateLimited(None)

    shop.backend.share = meanwhile  # type: ignore[method-assign]
    await shop.looks()
    assert (await shop.objects())[0].owed == {}


async def test_what_else_is_owed_stays_owed_while_it_is_sent(world: World) -> None:
    shop = await LinkRig.begin(world, Feature.EDIT, Feature.SHARE)
    await shop.act(shop.acts.edit, "Chairs")
    await shop.act(shop.acts.share)
    shop.backend.refusals.append(BackendUnavailable("503", sent="no"))
    await shop.looks()
    assert (shop.backend.done, (await shop.objects())[0].owed) == ([SENT], {"edit": "Chairs"})
