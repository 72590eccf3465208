"""A link is asked about: its payments are found without a webhook, and its end is said after a last look."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendUnavailable,
    PaylinkError,
)
from bot.links.acts import Acts
from bot.links.schedule import SOONEST
from bot.ports.model import Closed, Event, EventKind, LinkState
from bot.ports.provider_links import ProviderLinkState
from tests.fakes import START
from tests.unit.records import ALICE, event
from tests.unit.watching_rig import CAPTURED, ID, WatchingRig, fetched

K = EventKind
OPEN, CLOSED, ORPHAN = ProviderLinkState.OPEN, ProviderLinkState.CLOSED, ProviderLinkState.ORPHAN
DOWN = BackendUnavailable("503", sent="unknown")


async def test_what_is_not_due_is_not_asked(outlook: WatchingRig) -> None:
    made = await outlook.begin()
    for poll_at in (None, outlook.world.clock.now() + timedelta(seconds=1)):
        changed = replace(made, poll_at=poll_at)
        await outlook.world.write(lambda tx, changed=changed: tx.links.put(changed))  # type: ignore[misc]
        await outlook.watch.run(ID)
    await outlook.watch.run("PLNOSUCHLINK00")
    assert outlook.backend.looks == []


async def test_a_link_that_waits_is_left_as_it_is_and_asked_again_later(outlook: WatchingRig) -> None:
    made = await outlook.begin()
    found = await outlook.look()
    assert found == replace(made, poll_at=outlook.world.clock.now() + SOONEST)
    assert (await outlook.said(), outlook.backend.looks) == ([], [f"link pl_{ID}"])


async def test_a_payment_whose_webhook_was_lost_is_found(outlook: WatchingRig) -> None:
    await outlook.begin()
    outlook.shows("pay_1", usable=False, received=True)
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    found = await outlook.look()
    assert (found.closed, await outlook.said()) == (Closed.PAID, ["paid"])
    await outlook.world.hear(event(K.AUTHORISED), event(K.CAPTURED))  # and here they are
    await outlook.looks_until(timedelta(days=3))
    assert await outlook.said() == []


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ((), []),
        ((fetched(K.PENDING),), ["pending"]),
        ((fetched(K.AUTHORISED, authorised=4990),), ["authorised"]),
        ((fetched(K.CAPTURED, authorised=4990, captured=2000),), ["paid_part"]),
        ((fetched(K.CAPTURED, authorised=2000, captured=2000),), ["paid_different"]),
        ((fetched(K.CAPTURED),), ["paid_unconfirmed"]),
    ],
)
async def test_received_alone_is_never_paid(
    outlook: WatchingRig, shown: tuple[Event, ...], said: list[str]
) -> None:
    await outlook.begin()
    outlook.shows("pay_1", usable=False, received=True)
    outlook.backend.payments["pay_1"] = shown
    found = await outlook.look()
    assert found.closed is not Closed.EXPIRED
    assert await outlook.said() == said


@pytest.mark.parametrize("shown", [(), (fetched(K.IGNORED),), (fetched(K.DECLINED),)])
async def test_what_is_received_by_a_payment_that_nobody_can_name_is_said_once_at_the_second_look(
    outlook: WatchingRig, shown: tuple[Event, ...]
) -> None:
    """Say of an account whose mode is set wrong: else nothing would ever be said of it."""
    await outlook.begin()
    outlook.shows("pay_1", usable=False, received=True)
    outlook.backend.payments["pay_1"] = shown
    await outlook.look()
    assert "untold" not in await outlook.said()
    await outlook.looks_until(timedelta(days=2))
    assert await outlook.said() == ["untold"]
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    assert (await outlook.look()).closed is Closed.PAID
    assert await outlook.said() == ["paid"]


async def test_an_attempt_that_failed_before_does_not_end_a_link_that_was_received_since(
    outlook: WatchingRig,
) -> None:
    await outlook.begin()
    await outlook.world.hear(event(K.DECLINED, "pay_0"))
    outlook.shows("pay_1", usable=False, received=True)
    outlook.backend.payments["pay_1"] = (fetched(K.IGNORED),)
    assert (await outlook.look()).state is LinkState.OPEN
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    assert (await outlook.look()).closed is Closed.PAID
    assert await outlook.said() == ["declined", "paid"]


async def test_a_link_whose_only_payment_was_voided_is_used_up_and_says_so_once(outlook: WatchingRig) -> None:
    await outlook.begin()
    await outlook.world.hear(event(K.AUTHORISED), event(K.VOIDED))
    outlook.shows("pay_1", usable=False, received=True)
    assert (await outlook.look()).closed is Closed.USED_UP
    await outlook.looks_until(timedelta(days=1))
    assert await outlook.said() == ["authorised", "voided"]


async def test_so_is_one_whose_payments_were_voided_or_could_not_be_taken(outlook: WatchingRig) -> None:
    await outlook.begin()
    await outlook.world.hear(event(K.AUTHORISED), event(K.VOIDED))
    await outlook.world.hear(event(K.AUTHORISED, "pay_2"), event(K.CAPTURE_FAILED, "pay_2"))
    outlook.shows("pay_1", "pay_2", usable=False, received=True)
    assert (await outlook.look()).closed is Closed.USED_UP


async def test_expired_is_said_after_a_last_look_and_once(outlook: WatchingRig) -> None:
    await outlook.begin()
    await outlook.looks_until(timedelta(days=6))
    assert ((await outlook.link()).state, await outlook.said()) == (LinkState.OPEN, [])
    outlook.shows(usable=False)
    outlook.world.clock.advance(days=2)
    before = len(outlook.backend.looks)
    found = await outlook.look()
    assert len(outlook.backend.looks) == before + 1
    assert (found.state, found.closed) == (LinkState.CLOSED, Closed.EXPIRED)
    assert [known.state for known in await outlook.objects()] == [CLOSED]
    await outlook.looks_until(timedelta(days=9))
    assert (await outlook.said(), (await outlook.link()).poll_at) == (["expired"], None)


async def test_what_somebody_took_back_at_the_provider_is_not_said_to_have_expired(
    outlook: WatchingRig,
) -> None:
    await outlook.begin()
    outlook.shows(usable=False, taken_back=True)
    found = await outlook.look()
    assert (found.state, found.closed) == (LinkState.CLOSED, Closed.CANCELLED)
    assert [known.state for known in await outlook.objects()] == [CLOSED]
    await outlook.looks_until(timedelta(days=9))
    assert await outlook.said() == ["ended_there"]


@pytest.mark.parametrize("taken_back", [False, True])
async def test_what_says_that_it_was_paid_has_not_ended_before_its_payment_is_known(
    outlook: WatchingRig, *, taken_back: bool
) -> None:
    await outlook.begin()
    outlook.shows(usable=False, received=True, taken_back=taken_back)
    assert ((await outlook.look()).state, await outlook.said()) == (LinkState.OPEN, [])


@pytest.mark.parametrize("received", [False, True])
async def test_what_one_of_several_objects_shows_is_true_of_their_link(
    outlook: WatchingRig, *, received: bool
) -> None:
    made = await outlook.begin()
    await outlook.world.add_attempt(made, 2)
    outlook.shows(usable=False)
    outlook.shows(reference=f"{ID}-2", usable=False, received=received, taken_back=not received)
    assert (await outlook.look()).closed is (None if received else Closed.CANCELLED)


async def test_what_its_provider_ends_before_its_time_and_nobody_took_back_has_expired(
    outlook: WatchingRig,
) -> None:
    """Their clock is not ours, and nobody may be said to have done what nobody did."""
    await outlook.begin()
    outlook.shows(usable=False)
    assert ((await outlook.look()).closed, await outlook.said()) == (Closed.EXPIRED, ["expired"])


async def test_what_is_taken_back_because_its_time_is_over_has_expired(outlook: WatchingRig) -> None:
    await outlook.begin()
    outlook.world.clock.advance(days=7)
    outlook.shows(usable=False, taken_back=True)
    assert ((await outlook.look()).closed, await outlook.said()) == (Closed.EXPIRED, ["expired"])


@pytest.mark.parametrize("begun", [K.PENDING, K.AUTHORISED])
async def test_what_was_begun_in_time_is_found_days_after_the_link_was_closed(
    outlook: WatchingRig, begun: EventKind
) -> None:
    made = await outlook.begin()
    acts = Acts(frozenset(), outlook.world.clock)
    await outlook.world.write(lambda tx: acts.cancel(tx, ID, ALICE))
    told = fetched(begun, authorised=4990) if begun is K.AUTHORISED else fetched(begun)
    outlook.backend.payments["pay_1"] = (told,)
    outlook.shows("pay_1", usable=False)
    await outlook.looks_until(made.expires_at - START + timedelta(days=3))
    taken = replace(CAPTURED, occurred_at=outlook.world.clock.now())
    outlook.backend.payments["pay_1"] = (taken,)
    await outlook.looks_until(timedelta(days=3))
    assert (await outlook.said())[-1].startswith("paid_after_cancel")


@pytest.mark.parametrize(("begun", "ends"), [(K.AUTHORISED, None), (K.PENDING, Closed.EXPIRED)])
async def test_money_that_is_held_keeps_a_link_from_expiring_and_what_is_under_way_does_for_a_day(
    outlook: WatchingRig, begun: EventKind, ends: Closed | None
) -> None:
    made = await outlook.begin()
    told = fetched(begun, authorised=4990) if begun is K.AUTHORISED else fetched(begun)
    outlook.backend.payments["pay_1"] = (told,)
    outlook.shows("pay_1", usable=False)
    until_then = made.expires_at - START
    assert (await outlook.looks_until(until_then + timedelta(hours=23))).closed is None
    assert (await outlook.looks_until(timedelta(days=2))).closed is ends


async def test_the_last_look_finds_the_payment_made_in_the_last_minute(outlook: WatchingRig) -> None:
    await outlook.begin()
    outlook.world.clock.advance(days=7)
    outlook.shows("pay_1", usable=False)
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    assert ((await outlook.look()).closed, await outlook.said()) == (Closed.PAID, ["paid"])


@pytest.mark.parametrize("trouble", [DOWN, BackendAuthFailed("401"), BackendProtocolError("not JSON")])
async def test_without_an_answer_nothing_is_said_to_have_expired(
    outlook: WatchingRig, trouble: PaylinkError
) -> None:
    made = await outlook.begin()
    outlook.shows(usable=False)
    outlook.world.clock.advance(days=8)
    outlook.backend.refusals.extend([trouble] * 3)
    for _ in range(3):
        found = await outlook.look()
        assert found == replace(made, poll_at=found.poll_at)
        assert found.poll_at is not None
        assert found.poll_at >= outlook.world.clock.now() + SOONEST
    assert (await outlook.look()).closed is Closed.EXPIRED


@pytest.mark.parametrize("wait_s", [90.0, 86_400.0])
async def test_a_busy_backend_is_given_the_time_it_asks_for(outlook: WatchingRig, wait_s: float) -> None:
    await outlook.begin()
    outlook.backend.refusals.append(BackendRateLimited(wait_s))
    found = await outlook.look()
    assert found.poll_at is not None
    assert found.poll_at >= outlook.world.clock.now() + timedelta(seconds=wait_s)


async def test_trouble_in_the_middle_of_a_look_changes_nothing(outlook: WatchingRig) -> None:
    await outlook.begin()
    outlook.shows("pay_1", usable=False, received=True)
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    outlook.backend.refusals.extend([None, DOWN])
    found = await outlook.look()
    assert (found.state, [known.state for known in await outlook.objects()]) == (LinkState.OPEN, [OPEN])
    assert (await outlook.look()).closed is Closed.PAID


async def test_one_object_that_cannot_be_read_does_not_hide_what_another_tells(outlook: WatchingRig) -> None:
    made = await outlook.begin()
    del outlook.backend.links[f"pl_{ID}"]
    await outlook.world.add_attempt(made, 2)
    outlook.shows("pay_1", reference=f"{ID}-2", usable=False, received=True)
    outlook.backend.payments["pay_1"] = (replace(CAPTURED, reference=f"{ID}-2"),)
    await outlook.look()
    assert await outlook.said() == ["paid"]
