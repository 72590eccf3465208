"""Looking after what is over or lost: orphans, cancelled links, money that came in long ago."""

from dataclasses import replace
from datetime import timedelta

from bot.links.acts import Acts
from bot.links.schedule import PAID_FOR
from bot.ports.model import Closed, EventKind, LinkState
from bot.ports.provider_links import ProviderLinkState
from tests.unit.records import ALICE, event
from tests.unit.watching_rig import CAPTURED, ID, WatchingRig, fetched

K = EventKind
ORPHAN = ProviderLinkState.ORPHAN


async def test_money_through_an_orphan_is_found_by_its_reference(outlook: WatchingRig) -> None:
    made = await outlook.begin()
    await outlook.world.add_attempt(made, 2, state=ORPHAN, provider_id=None)
    await outlook.look()
    assert f"reference {ID}-2" in outlook.backend.looks
    outlook.backend.found[f"{ID}-2"] = ("pay_9",)
    outlook.backend.payments["pay_9"] = (replace(CAPTURED, provider_payment_id="pay_9", reference=f"{ID}-2"),)
    assert ((await outlook.look()).closed, await outlook.said()) == (Closed.PAID, ["paid"])


async def test_money_through_an_orphan_that_does_not_repeat_our_reference_is_its_links(
    outlook: WatchingRig,
) -> None:
    made = await outlook.begin()
    await outlook.world.add_attempt(made, 2, state=ORPHAN, provider_id=None)
    outlook.backend.found[f"{ID}-2"] = ("pay_9",)
    nameless = replace(CAPTURED, provider_payment_id="pay_9", reference=None)
    outlook.backend.payments["pay_9"] = (nameless,)
    assert ((await outlook.look()).closed, await outlook.said()) == (Closed.PAID, ["paid"])


async def test_a_second_payment_through_an_orphan_is_found_although_the_link_is_paid(
    outlook: WatchingRig,
) -> None:
    made = await outlook.begin()
    await outlook.world.add_attempt(made, 2, state=ORPHAN, provider_id=None)
    outlook.shows("pay_1", usable=False, received=True)
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    assert ((await outlook.look()).closed, await outlook.said()) == (Closed.PAID, ["paid"])
    outlook.backend.found[f"{ID}-2"] = ("pay_9",)
    again = replace(CAPTURED, key="again", provider_payment_id="pay_9", reference=f"{ID}-2")
    outlook.backend.payments["pay_9"] = (again,)
    await outlook.looks_until(timedelta(days=1))
    assert (await outlook.said(), await outlook.headline()) == (["paid_twice"], "paid_twice")


async def test_a_link_with_an_orphan_has_not_expired_before_its_own_time(outlook: WatchingRig) -> None:
    made = await outlook.begin()
    await outlook.world.add_attempt(made, 2, state=ORPHAN, provider_id=None)
    outlook.shows(usable=False)
    assert (await outlook.look()).state is LinkState.OPEN
    await outlook.looks_until(timedelta(days=8))
    assert ((await outlook.link()).closed, await outlook.said()) == (Closed.EXPIRED, ["expired"])


async def test_a_cancelled_link_that_is_paid_later_is_told(outlook: WatchingRig) -> None:
    await outlook.begin()
    acts = Acts(frozenset(), outlook.world.clock)
    await outlook.world.write(lambda tx: acts.cancel(tx, ID, ALICE))
    await outlook.looks_until(timedelta(days=2))
    assert await outlook.said() == ["cancelled"]
    outlook.shows("pay_1", usable=False, received=True)
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    await outlook.looks_until(timedelta(days=1))
    assert await outlook.said() == ["paid_after_cancel"]
    assert ((await outlook.link()).closed, await outlook.headline()) == (
        Closed.CANCELLED,
        "paid_after_cancel",
    )


async def test_a_cancelled_link_is_never_said_to_have_expired(outlook: WatchingRig) -> None:
    await outlook.begin(state=LinkState.CLOSED, closed=Closed.CANCELLED)
    outlook.shows(usable=False)
    found = await outlook.looks_until(timedelta(days=30))
    assert (found.closed, found.poll_at, await outlook.said()) == (Closed.CANCELLED, None, [])


async def test_a_refund_months_later_is_found(outlook: WatchingRig) -> None:
    await outlook.begin()
    await outlook.world.hear(event(K.CAPTURED))
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    await outlook.looks_until(timedelta(days=100))
    outlook.backend.payments["pay_1"] = (fetched(K.REFUNDED, captured=4990, refunded=4990),)
    await outlook.looks_until(timedelta(days=10))
    assert await outlook.said() == ["paid", "refunded"]
    assert (await outlook.looks_until(PAID_FOR)).poll_at is None


async def test_of_a_paid_link_only_its_payments_are_asked_about(outlook: WatchingRig) -> None:
    await outlook.begin()
    await outlook.world.hear(event(K.CAPTURED))
    await outlook.look()
    assert outlook.backend.looks == ["payment pay_1"]


async def test_money_that_comes_after_all_looking_has_ended_is_looked_at_again(outlook: WatchingRig) -> None:
    await outlook.begin(state=LinkState.CLOSED, closed=Closed.CANCELLED)
    outlook.shows(usable=False)
    assert (await outlook.looks_until(timedelta(days=30))).poll_at is None
    late = replace(event(K.CAPTURED), occurred_at=outlook.world.clock.now())
    await outlook.world.hear(late)
    assert (await outlook.said(), (await outlook.link()).poll_at is None) == (["paid_after_cancel"], False)


async def test_the_backends_own_expiry_is_kept(outlook: WatchingRig) -> None:
    made = await outlook.begin()
    later = made.expires_at + timedelta(hours=1)
    outlook.backend.links[f"pl_{ID}"] = replace(outlook.shows(), expires_on=later)
    await outlook.look()
    outlook.shows()
    await outlook.look()
    assert [known.expires_on for known in await outlook.objects()] == [later]
