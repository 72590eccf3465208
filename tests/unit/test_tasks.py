"""Tasks in general: retried, refused, replaced while they run, and who may ask for them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.errors import (
    BackendRateLimited,
    BackendRejected,
    BackendUnavailable,
    NotPossible,
    NotYours,
)
from bot.links.schedule import SOONEST
from bot.links.tasks import PendingTask, Task, begin
from bot.ports.model import Closed, Person
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLinkState
from tests.unit.link_rig import ID, LATER, PAUSES, LinkRig
from tests.unit.records import BOB, event
from tests.unit.world import World

DOWN = BackendUnavailable("503", sent="unknown")
NO = BackendRejected(("not_now",))
OPEN, CLOSED = ProviderLinkState.OPEN, ProviderLinkState.CLOSED


async def test_what_is_wished_for_meanwhile_is_not_forgotten_because_nobody_was_asked(shop: LinkRig) -> None:
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


async def test_an_extension_that_was_asked_for_anew_before_it_begins_is_not_begun(shop: LinkRig) -> None:
    """As another process does that looks at the same time."""
    await shop.act(shop.acts.extend, LATER)
    [before] = await shop.objects()
    await shop.act(shop.acts.extend, LATER + timedelta(days=1))
    stale = PendingTask(Task.EXTEND, before, before.owed[Task.EXTEND])
    assert not await shop.world.write(lambda tx: begin(tx, stale))
    assert (await shop.objects())[0].owed == {Task.EXTEND: (LATER + timedelta(days=1)).isoformat()}


async def test_what_is_paid_and_closes_by_itself_is_not_cancelled(shop: LinkRig) -> None:
    await shop.world.hear(event(K.CAPTURED))
    await shop.act(shop.acts.refresh)
    assert (await shop.looks()).closed is Closed.PAID
    assert shop.backend.done == []


async def test_what_is_used_up_and_closes_by_itself_is_not_cancelled(shop: LinkRig) -> None:
    several = replace(await shop.link(), uses=2)
    await shop.world.write(lambda tx: tx.links.put(several))
    await shop.world.hear(event(K.CAPTURED), event(K.CAPTURED, "pay_2"))
    await shop.act(shop.acts.refresh)
    assert (await shop.looks()).closed is Closed.USED_UP
    assert shop.backend.done == []


async def test_what_has_expired_and_closes_by_itself_is_not_cancelled(shop: LinkRig) -> None:
    shop.world.clock.advance(days=8)
    shop.backend.show(f"pl_{ID}", usable=False)
    await shop.act(shop.acts.refresh)
    assert (await shop.looks()).closed is Closed.EXPIRED
    assert shop.backend.done == []


async def test_what_a_backend_can_no_longer_do_is_not_told_as_done(shop: LinkRig) -> None:
    await shop.act(shop.acts.edit, "Chairs")
    shop.backend.info = replace(shop.backend.info, features=frozenset(PAUSES))
    await shop.looks()
    assert ((await shop.link()).description, await shop.said()) == ("Invoice 12", [])


async def test_only_the_last_of_several_wishes_is_asked_for(shop: LinkRig) -> None:
    await shop.act(shop.acts.extend, LATER)
    await shop.act(shop.acts.extend, LATER + timedelta(days=1))
    await shop.act(shop.acts.edit, "Chairs")
    await shop.looks()
    assert shop.backend.done == [f"extend pl_{ID} 2026-12-06", f"edit pl_{ID} Chairs"]


async def test_what_is_wished_for_while_the_last_wish_is_granted_is_not_forgotten(shop: LinkRig) -> None:
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


async def test_what_it_is_for_changes_when_the_provider_has_it(shop: LinkRig) -> None:
    before = await shop.act(shop.acts.edit, "Chairs")
    assert before.description == "Invoice 12"
    assert (await shop.looks()).description == "Chairs"
    assert await shop.notices() == {"edited": {"by": "Alice", "text": "Chairs"}}


async def test_who_asked_for_it_is_named_whatever_others_did_since(shop: LinkRig) -> None:
    await shop.act(shop.acts.edit, "Chairs", person=BOB)
    await shop.act(shop.acts.refresh)
    await shop.looks()
    assert (await shop.notices())["edited"] == {"by": "Bob", "text": "Chairs"}


@pytest.mark.parametrize(("act", "value"), [("extend", LATER), ("edit", "Chairs")])
async def test_what_the_provider_refuses_is_told_and_not_tried_again(
    shop: LinkRig, act: str, value: datetime | str
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
    shop: LinkRig, act: str, values: tuple[object, ...]
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
    shop: LinkRig,
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


async def test_a_provider_that_asks_to_be_left_alone_is_not_looked_at_before_either(shop: LinkRig) -> None:
    await shop.act(shop.acts.edit, "Chairs")
    shop.backend.refusals.append(BackendRateLimited(3600))
    found = await shop.looks()
    assert found.poll_at == shop.world.clock.now() + timedelta(hours=1)


async def test_what_comes_true_while_the_link_is_cancelled_is_no_news_any_more(shop: LinkRig) -> None:
    await shop.act(shop.acts.edit, "Chairs")
    edit = shop.backend.edit

    async def meanwhile(provider_id: str, description: str) -> None:
        await edit(provider_id, description)
        await shop.act(shop.acts.cancel)

    shop.backend.edit = meanwhile  # type: ignore[method-assign]
    await shop.looks()
    assert await shop.said() == ["cancelled"]


async def test_what_the_backend_cannot_do_is_refused_and_changes_nothing(world: World) -> None:
    shop = await LinkRig.begin(world)
    before = await shop.link()
    for act, values in ((shop.acts.pause, ()), (shop.acts.edit, ("Chairs",)), (shop.acts.resume, ())):
        with pytest.raises(NotPossible):
            await shop.act(act, *values)
    assert (await shop.link(), await shop.notices()) == (before, {})


async def test_nobody_else_may_do_any_of_it(shop: LinkRig) -> None:
    stranger = Person("slack", "U0CAROL", "T1", "Carol")
    acts = shop.acts
    for act, values in (
        *((acts.pause, ()), (acts.resume, ()), (acts.resend, ())),
        *((acts.extend, (LATER,)), (acts.edit, ("Chairs",))),
    ):
        with pytest.raises(NotYours):
            await shop.act(act, *values, person=stranger)
    assert (await shop.notices(), await shop.world.read(lambda tx: tx.deeds.of(ID))) == ({}, [])


async def test_the_text_to_forward_is_said_as_often_as_it_is_asked_for(shop: LinkRig) -> None:
    for _ in range(2):
        await shop.act(shop.acts.resend)
        shop.world.clock.advance(seconds=1)
    assert await shop.said() == ["forward", "forward"]


async def test_a_look_keeps_what_the_backend_showed(shop: LinkRig) -> None:
    await shop.act(shop.acts.refresh)
    await shop.looks()
    (known,) = await shop.objects()
    assert known.sight is not None
    assert (known.sight.at, known.sight.usable, known.sight.received) == (shop.world.clock.now(), True, False)


async def test_a_paid_link_that_was_made_twice_is_looked_at_until_its_other_object_is_over(
    world: World,
) -> None:
    shop = await LinkRig.begin(world)
    made = await shop.link()
    await world.add_attempt(made, 2, expires_on=LATER)
    shop.backend.show(f"pl_{ID}-2", usable=False, received=True)
    await world.hear(event(K.CAPTURED, reference=f"{ID}-2"))
    assert (await shop.link()).closed is Closed.PAID
    await world.write(lambda tx: tx.links.put(replace(tx.links.get(ID), poll_at=world.clock.now())))  # type: ignore[type-var]
    await shop.looks()
    assert {f"link pl_{ID}", f"link pl_{ID}-2"} <= set(shop.backend.looks)
    assert [known.state for known in await shop.objects()] == [OPEN, CLOSED]
