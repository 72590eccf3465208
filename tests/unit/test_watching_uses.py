"""A link for several uses is watched as long as somebody can still use it, and ends as it must."""

from datetime import timedelta

import pytest

from bot.links.schedule import LONGEST, next_look
from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Event, EventKind, LinkState
from bot.ports.provider_links import ProviderLinkState
from tests.fakes import START
from tests.unit.records import event, link
from tests.unit.test_taken_back import ID, Office
from tests.unit.test_watching_schedule import opened, paid
from tests.unit.watching_rig import WatchingRig, fetched
from tests.unit.world import World

K = EventKind


def use(number: int) -> Event:
    return fetched(K.CAPTURED, f"pay_{number}", captured=4990)


async def paid_times(world: World, count: int, *, usable: bool, **changes: object) -> WatchingRig:
    """So many payments, told by a look."""
    outlook = WatchingRig(world)
    await outlook.begin(**changes)
    names = [f"pay_{number}" for number in range(count)]
    outlook.backend.payments = {name: (use(number),) for number, name in enumerate(names)}
    outlook.shows(*names, usable=usable, received=True)
    return outlook


async def test_payments_leave_it_open_until_the_last_use(world: World) -> None:
    outlook = await paid_times(world, 2, usable=True, uses=3)
    found = await outlook.look()
    assert (found.state, await outlook.said()) == (LinkState.OPEN, ["paid", "paid"])
    outlook = WatchingRig(world)
    outlook.backend.payments["pay_2"] = (use(2),)
    outlook.shows("pay_0", "pay_1", "pay_2", usable=False, received=True)
    world.clock.advance(hours=1)
    assert (await outlook.look()).closed is Closed.USED_UP


async def test_what_has_come_of_it_does_not_keep_it_from_expiring(world: World) -> None:
    outlook = await paid_times(world, 2, usable=True, uses=3)
    await outlook.look()
    world.clock.advance(days=8)
    outlook.shows("pay_0", "pay_1", usable=False, received=True)
    found = await outlook.look()
    assert (found.closed, (await outlook.said())[-1]) == (Closed.EXPIRED, "expired_used")
    (noted,) = [note.facts for note in world.notes if note.event == "link.ended"]
    assert noted == {"link": ID, "why": Closed.EXPIRED}


@pytest.mark.parametrize("used", [0, 1])
async def test_what_was_taken_back_at_the_provider_has_ended_however_often_it_was_used(
    world: World, used: int
) -> None:
    outlook = await paid_times(world, used, usable=True, uses=20)
    await outlook.look()
    await outlook.said()
    names = [f"pay_{number}" for number in range(used)]
    outlook.shows(*names, usable=False, received=bool(used), taken_back=True)
    assert ((await outlook.look()).closed, await outlook.said()) == (Closed.CANCELLED, ["ended_there"])


async def test_used_up_there_it_waits_for_the_payments_that_are_still_to_be_told(world: World) -> None:
    outlook = await paid_times(world, 1, usable=False, uses=2)
    assert (await outlook.look()).state is LinkState.OPEN


@pytest.mark.parametrize("uses", [3, None])
def test_an_open_link_is_asked_about_as_eagerly_as_if_nobody_had_paid(uses: int | None) -> None:
    of = link(uses=uses)
    soon = of.expires_at - timedelta(minutes=1)
    assert next_look(of, [opened()], [paid(START)], soon) == next_look(of, [opened()], [], soon)
    closed = link(uses=uses, state=LinkState.CLOSED, closed=Closed.CANCELLED)
    assert (next_look(closed, [opened()], [paid(START)], START) or START) >= START + LONGEST


async def test_what_does_not_end_by_itself_is_taken_back_after_the_last_use_and_not_before(
    world: World,
) -> None:
    made = await world.add_link(poll_at=world.clock.now() + timedelta(hours=1), uses=2)
    await world.add_attempt(made)
    office = Office(world)
    office.backend.webhooks[b"second"] = (second := event(K.CAPTURED, "pay_2"),)
    office.backend.payments["pay_2"] = (second,)
    await office.is_paid()
    await office.looks()
    assert (office.backend.cancelled, (await world.link(ID)).state) == ([], LinkState.OPEN)
    await office.hears(b"second")
    await office.looks()
    assert (office.backend.cancelled, await office.state()) == ([f"pl_{ID}"], ProviderLinkState.CLOSED)
    assert (await world.link(ID)).closed is Closed.USED_UP


async def test_a_saved_means_of_payment_ends_its_link(world: World) -> None:
    made = await world.add_link(kind=LinkKind.SETUP, amount=Money(0, "EUR"))
    await world.add_attempt(made)
    await world.hear(event(K.SAVED))
    assert ((await world.link(ID)).closed, await world.replies(ID)) == (Closed.USED_UP, ["saved"])


async def test_what_a_subscription_is_paid_next_is_found_although_its_link_is_used_up(world: World) -> None:
    outlook = await paid_times(world, 1, usable=False, kind=LinkKind.SUBSCRIPTION)
    assert (await outlook.look()).closed is Closed.USED_UP
    outlook.backend.payments["pay_1"] = (use(1),)
    outlook.shows("pay_0", "pay_1", usable=False, received=True)
    await outlook.look()
    assert await outlook.said() == ["paid", "paid"]
