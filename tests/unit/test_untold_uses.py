"""Where a link can be paid more than once, each use is a payment, and one that is only counted is none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.replies import reply
from bot.ports.chat import Tone
from bot.ports.model import Closed, Event, EventKind, LinkState
from tests.fakes import INFO
from tests.unit.headlines import PUBLIC
from tests.unit.records import event, link
from tests.unit.watching_rig import CAPTURED, ID, WatchingRig

K = EventKind


def use(checkout: str, key: str = "") -> Event:
    """Money whose payment goes by the link's own id where the link is for one use."""
    key = key or f"evt_{checkout}"
    return replace(event(K.CAPTURED, "pl_itself", key=key, amounts=CAPTURED.amounts), use=checkout)


LOOKED = replace(use("", "fetched:pl_itself"), use=None, amounts={})  # which checkout it was is not told


@pytest.mark.parametrize("told", [[use("cs_1")], [LOOKED, use("cs_1")], [use("cs_1"), LOOKED]])
async def test_of_a_link_for_one_use_its_use_is_told_once_however_often_it_is_heard_of(
    outlook: WatchingRig, told: list[Event]
) -> None:
    await outlook.begin()
    await outlook.world.hear(*told, use("cs_1", "evt_again"), replace(LOOKED, key="fetched:again"))
    assert [one.provider_payment_id for one in await outlook.world.payments(ID)] == ["pl_itself"]
    assert (await outlook.said())[0].startswith("paid")
    await outlook.world.hear(use("cs_1", "evt_once_more"))
    assert await outlook.said() == []


@pytest.mark.parametrize("told", [[use("cs_1")], [LOOKED, use("cs_1")], [use("cs_1"), LOOKED]])
async def test_a_second_use_of_a_link_for_one_is_a_second_payment(
    outlook: WatchingRig, told: list[Event]
) -> None:
    await outlook.begin()
    await outlook.world.hear(*told)
    await outlook.said()
    await outlook.world.hear(use("cs_2"), use("cs_2", "evt_again"), use("cs_1", "evt_1_again"), LOOKED)
    assert {one.provider_payment_id for one in await outlook.world.payments(ID)} == {"pl_itself", "cs_2"}
    assert await outlook.said() == ["paid_twice"]


async def test_what_only_its_key_tells_from_another_may_be_the_same_use(outlook: WatchingRig) -> None:
    await outlook.begin()
    await outlook.world.hear(use("evt_1", "evt_1"), use("cs_1"), use("evt_2", "evt_2"))
    assert [one.provider_payment_id for one in await outlook.world.payments(ID)] == ["pl_itself"]
    assert await outlook.said() == ["paid"]


@pytest.mark.parametrize("uses", [20, None])
async def test_of_a_link_for_several_each_use_is_a_payment(outlook: WatchingRig, uses: int | None) -> None:
    await outlook.begin(uses=uses)
    await outlook.world.hear(use("cs_1"), use("cs_2"), use("cs_1"))
    payments = await outlook.world.payments(ID)
    assert {one.provider_payment_id for one in payments} == {"cs_1", "cs_2"}
    assert await outlook.said() == ["paid", "paid"]


async def test_payments_that_are_only_counted_are_said_once_and_are_no_money(outlook: WatchingRig) -> None:
    await outlook.begin(uses=20)
    await outlook.world.hear(use("cs_1"))
    shown = replace(outlook.shows(received=True), times=3)
    outlook.backend.links[shown.provider_id] = shown
    assert await outlook.said() == ["paid"]
    for _ in range(2):
        assert (await outlook.look()).state is LinkState.OPEN
    assert await outlook.said() == ["untold"]
    assert len(await outlook.world.payments(ID)) == 1
    await outlook.world.hear(use("cs_2"), use("cs_3"))  # and here they are
    await outlook.looks_until(timedelta(days=1))
    assert await outlook.said() == ["paid", "paid"]


@pytest.mark.parametrize("uses", [1, 2])
async def test_a_payment_too_many_that_is_only_counted_is_told_although_its_link_is_used_up(
    outlook: WatchingRig, uses: int
) -> None:
    """Where somebody can still pay a page that was open, of which a webhook may have been lost."""
    outlook.backend.info = replace(INFO, lingers_s=100, lingers_of_many_s=100)
    await outlook.begin(uses=uses)
    await outlook.world.hear(*(use(f"cs_{number}") for number in range(uses)))
    shown = replace(outlook.shows(received=True, usable=False), times=uses + 1)
    outlook.backend.links[shown.provider_id] = shown
    await outlook.looks_until(timedelta(days=1))
    assert await outlook.said() == ["paid"] * uses + ["untold"]


async def test_a_link_whose_payments_are_only_counted_ends_by_its_time(outlook: WatchingRig) -> None:
    made = await outlook.begin(uses=2)
    shown = replace(outlook.shows(received=True, usable=False), times=2)
    outlook.backend.links[shown.provider_id] = shown
    assert (await outlook.look()).state is LinkState.OPEN
    assert await outlook.said() == ["untold"]
    left = made.expires_at - outlook.world.clock.now()
    assert (await outlook.looks_until(left + timedelta(hours=2))).closed is Closed.EXPIRED
    assert await outlook.said() == ["expired_used"]


async def test_of_a_renewed_link_one_page_whose_payments_are_counted_is_enough_to_end_it(
    outlook: WatchingRig,
) -> None:
    made = await outlook.begin(uses=20)
    await outlook.world.add_attempt(made, 2)
    shown = replace(outlook.shows(received=True, usable=False), times=2)
    outlook.backend.links[shown.provider_id] = shown
    outlook.shows(reference=f"{ID}-2", usable=False)
    left = made.expires_at - outlook.world.clock.now()
    assert (await outlook.looks_until(left + timedelta(hours=2))).closed is Closed.EXPIRED
    assert await outlook.said() == ["untold", "expired_used"]


async def test_what_was_paid_before_its_end_is_not_called_unpaid(outlook: WatchingRig) -> None:
    made = await outlook.begin(uses=20)
    await outlook.world.hear(use("cs_1"))
    outlook.shows(received=True, usable=False)
    await outlook.looks_until(made.expires_at - outlook.world.clock.now() + timedelta(hours=2))
    assert await outlook.said() == ["paid", "expired_used"]


def test_it_is_said_with_both_counts_and_to_whoever_asked() -> None:
    said = reply(PUBLIC, link(), "untold", {"times": "3", "told": "1"})
    assert "own count: 3; told to us: 1." in said.text
    assert (said.tone, said.mention is not None) == (Tone.BAD, True)
