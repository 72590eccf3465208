"""An extension where the provider has none: another object, and what the customer has stays as it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import BackendRejected, BackendUnavailable
from bot.links.retries import LONGEST_RETRY, PATIENCE
from bot.ports.backend import CreatedLink, Feature, LinkRequest
from bot.ports.model import Closed, LinkState
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLinkState
from bot.ports.storage import Transaction, Wake
from tests.fakes import AbleBackend
from tests.unit.link_rig import END, ID, LATER, LinkRig
from tests.unit.records import ACCOUNT, BOB, event
from tests.unit.world import World

OPEN = ProviderLinkState.OPEN


def _watched_apart(tx: Transaction) -> None:
    draft = tx.drafts.get(ID)
    assert draft is not None
    tx.drafts.put(replace(draft, desk={"view": "V1"}))


@pytest.fixture
async def shop(world: World) -> LinkRig:
    """Days after it was made."""
    shop = await LinkRig.begin(world)
    world.clock.advance(days=3)
    return shop


async def test_a_new_object_is_made_under_the_next_reference_and_the_old_one_is_told_of(
    shop: LinkRig,
) -> None:
    begun = await shop.act(shop.acts.extend, LATER)
    assert (begun.state, begun.expires_at) == (LinkState.CREATING, LATER)
    assert Wake("link", f"{ACCOUNT}:{ID}") in shop.world.wakes
    found = await shop.creates()
    assert (found.state, found.expires_at) == (LinkState.OPEN, LATER)
    assert [request.reference for request in shop.backend.requests] == [f"{ID}-2"]
    first, second = await shop.objects()
    assert (first.state, first.expires_on, second.state, second.expires_on) == (OPEN, END, OPEN, LATER)
    told = await shop.notices()
    assert told["extended_anew"] == {"by": "Alice", "until": LATER.isoformat(), "earlier": END.isoformat()}
    assert await shop.said() == ["extended_anew", "forward"]


class Sooner(AbleBackend):
    """Its links end an hour before the moment that was asked for."""

    async def create(self, request: LinkRequest) -> CreatedLink:
        return await super().create(replace(request, expires_at=request.expires_at - timedelta(hours=1)))


async def test_until_when_the_new_one_can_be_paid_is_told_as_its_provider_has_it(shop: LinkRig) -> None:
    shop.backend = Sooner()
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    until = LATER - timedelta(hours=1)
    assert (await shop.notices())["extended_anew"]["until"] == until.isoformat()


class Silent(AbleBackend):
    """Says of none of its links when it ends."""

    async def create(self, request: LinkRequest) -> CreatedLink:
        return replace(await super().create(request), expires_on=None)


async def test_where_its_provider_says_nothing_of_that_it_is_what_was_asked_for(shop: LinkRig) -> None:
    shop.backend = Silent()
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    assert (await shop.notices())["extended_anew"]["until"] == LATER.isoformat()


async def test_the_end_of_the_earlier_one_is_kept_where_its_provider_names_none(shop: LinkRig) -> None:
    (first,) = await shop.objects()
    await shop.world.write(lambda tx: tx.provider_links.put(replace(first, expires_on=None)))
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    assert (await shop.notices())["extended_anew"]["earlier"] == END.isoformat()
    assert [known.expires_on for known in await shop.objects()] == [END, LATER]


async def test_who_extended_it_is_named_whatever_others_did_since(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER, person=BOB)
    await shop.act(shop.acts.refresh)
    await shop.creates()
    assert (await shop.notices())["extended_anew"]["by"] == "Bob"


async def test_whichever_of_the_two_is_paid_it_is_paid_once_and_a_second_time_is_told(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    await shop.world.hear(event(K.CAPTURED))
    assert (await shop.link()).closed is Closed.PAID
    await shop.world.hear(event(K.CAPTURED, "pay_2", reference=f"{ID}-2"))
    assert [key for key in await shop.said() if key.startswith("paid")] == ["paid", "paid_twice"]


async def test_what_somebody_begins_to_pay_while_the_new_one_is_made_is_not_made_anew(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    shop.backend.troubles.append(BackendUnavailable("503", sent="no"))
    await shop.creates()
    await shop.world.hear(event(K.AUTHORISED))
    shop.world.clock.advance(minutes=1)
    found = await shop.creates()
    assert (found.state, found.expires_at) == (LinkState.OPEN, END)
    assert (await shop.notices())["extend_failed"] == {"by": "Alice"}
    assert await shop.said() == ["authorised", "extend_failed"]
    assert len(shop.backend.requests) == 1


async def test_what_is_paid_while_the_new_one_is_made_ends_the_making(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    await shop.world.hear(event(K.CAPTURED))
    assert (await shop.creates()).closed is Closed.PAID
    assert shop.backend.requests == []


@pytest.mark.parametrize(
    "trouble", [BackendRejected(("no",)), *[BackendUnavailable("503", sent="no")]], ids=["refused", "down"]
)
async def test_what_could_not_be_made_anew_is_as_it_was_and_that_is_told(
    shop: LinkRig, trouble: Exception
) -> None:
    await shop.act(shop.acts.extend, LATER)
    shop.backend.troubles += [trouble] * 100  # type: ignore[list-item]
    begun = shop.world.clock.now()
    while (found := await shop.creates()).state is LinkState.CREATING:
        assert found.retry_at is not None
        shop.world.clock.advance(seconds=(found.retry_at - shop.world.clock.now()).total_seconds())
    assert (found.state, found.expires_at, found.trouble) == (LinkState.OPEN, END, None)
    assert shop.world.clock.now() - begun <= PATIENCE
    assert (shop.world.clock.now() > begun) is isinstance(trouble, BackendUnavailable)
    reason = {"reason": "no"} if isinstance(trouble, BackendRejected) else {}
    assert (await shop.notices())["extend_failed"] == {"by": "Alice", "until": END.isoformat(), **reason}
    assert await shop.said() == ["extend_failed"]
    assert [known.reference for known in await shop.objects()] == [ID]
    assert found.poll_at == shop.world.clock.now(), "it may have ended meanwhile"


async def test_patience_begins_with_the_last_extension_whatever_else_was_asked_for_since(
    shop: LinkRig,
) -> None:
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    shop.world.clock.advance(days=1)
    await shop.act(shop.acts.extend, LATER + timedelta(days=1))
    shop.backend.troubles += [BackendUnavailable("503", sent="no")] * 100
    begun = shop.world.clock.now()
    while (await shop.creates()).state is LinkState.CREATING:
        await shop.act(shop.acts.refresh)
        shop.world.clock.advance(minutes=1)
    assert PATIENCE - LONGEST_RETRY <= shop.world.clock.now() - begun <= PATIENCE


async def test_the_card_says_again_what_is_true_where_whoever_asked_watches_apart(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    shop.backend.troubles.append(BackendRejected(("no",)))
    await shop.world.write(_watched_apart)
    await shop.world.say_all()
    await shop.creates()
    assert set(await shop.world.owed()) == {"desk", "card"}


async def test_an_answer_that_was_lost_leaves_an_orphan_that_is_watched(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    shop.backend.troubles.append(BackendUnavailable("time-out", sent="unknown"))
    await shop.creates()
    shop.world.clock.advance(minutes=1)
    await shop.creates()
    states = {known.reference: known.state for known in await shop.objects()}
    assert states == {ID: OPEN, f"{ID}-2": ProviderLinkState.ORPHAN, f"{ID}-3": OPEN}


async def test_the_link_ends_with_the_later_of_the_two(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    shop.backend.show(f"pl_{ID}", usable=False)
    shop.world.clock.advance(days=5)
    assert (await shop.looks()).state is LinkState.OPEN
    shop.backend.show(f"pl_{ID}-2", usable=False)
    shop.world.clock.advance(seconds=(LATER - shop.world.clock.now() + timedelta(minutes=1)).total_seconds())
    assert (await shop.looks()).closed is Closed.EXPIRED


async def test_it_can_be_extended_twice(shop: LinkRig) -> None:
    for days in (1, 2):
        await shop.act(shop.acts.extend, LATER + timedelta(days=days))
        await shop.creates()
        shop.world.clock.advance(seconds=1)
    assert [known.reference for known in await shop.objects()] == [ID, f"{ID}-2", f"{ID}-3"]
    assert await shop.said() == ["extended_anew", "forward", "extended_anew", "forward"]


async def test_what_else_was_wished_for_waits_until_the_new_one_is_there_and_is_told(world: World) -> None:
    shop = await LinkRig.begin(world, Feature.EDIT)
    await shop.act(shop.acts.edit, "Chairs")
    await shop.act(shop.acts.extend, LATER)
    await shop.looks()
    assert shop.backend.done == []
    await shop.creates()
    world.clock.advance(minutes=1)
    assert (await shop.looks()).description == "Chairs"
    assert await shop.said() == ["extended_anew", "forward", "edited"]


async def test_a_text_to_forward_that_would_say_the_same_is_not_posted_again(world: World) -> None:
    shop = await LinkRig.begin(world, Feature.EDIT)
    shop.public_url = "https://pay.example"
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    assert await shop.said() == ["extended_anew"]
    world.clock.advance(minutes=1)
    await shop.act(shop.acts.edit, "Chairs")
    await shop.looks()
    await shop.act(shop.acts.extend, LATER + timedelta(days=1))
    await shop.creates()
    assert await shop.said() == ["edited", "extended_anew", "forward"]
