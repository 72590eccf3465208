"""What goes wrong with one thing hides nothing else of a link: not its money, and not its end."""

from datetime import timedelta

import pytest

from bot.errors import BackendAuthFailed, BackendGone, BackendProtocolError, BackendUnavailable, PaylinkError
from bot.links.schedule import SOONEST
from bot.ports.model import Closed, LinkState
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLinkState
from tests.unit.link_rig import LATER, LinkRig
from tests.unit.watching_rig import CAPTURED, ID, WatchingRig, fetched

GONE, UNREADABLE = BackendGone("404"), BackendProtocolError("no amount")


@pytest.mark.parametrize(
    "trouble", [BackendAuthFailed("403"), BackendUnavailable("500", sent="unknown"), LookupError("ours")]
)
async def test_money_is_found_although_what_was_asked_for_cannot_be_done(
    shop: LinkRig, trouble: Exception
) -> None:
    await shop.act(shop.acts.extend, LATER)
    shop.backend.show(f"pl_{ID}", received=True, payment_ids=("pay_1",))
    shop.backend.payments["pay_1"] = (CAPTURED,)
    shop.backend.refusals.append(trouble)  # type: ignore[arg-type]
    assert (await shop.looks()).closed is Closed.PAID
    assert await shop.said() == ["paid"]


@pytest.mark.parametrize("act", ["resume", "extend", "edit"])
async def test_an_answer_that_is_not_understood_ends_what_was_asked_for(shop: LinkRig, act: str) -> None:
    if act == "resume":
        await shop.act(shop.acts.pause)
        await shop.looks()
    values = {"extend": [LATER], "edit": ["Chairs"]}.get(act, [])
    await shop.act(getattr(shop.acts, act), *values)
    shop.backend.refusals.append(GONE)
    await shop.looks()
    assert (await shop.notices())[f"{act}_refused"] == {"by": "Alice", "reason": "answer_unclear"}
    assert (await shop.objects())[0].owed == {}


async def test_what_is_gone_need_not_be_taken_back(shop: LinkRig) -> None:
    await shop.act(shop.acts.cancel)
    shop.backend.refusals += [GONE, GONE]
    await shop.looks()
    shop.world.clock.advance(minutes=1)
    await shop.looks()
    assert shop.backend.looks == [f"cancel pl_{ID}", f"link pl_{ID}", f"link pl_{ID}"]


async def test_a_payment_that_cannot_be_read_hides_no_other(outlook: WatchingRig) -> None:
    await outlook.begin()
    outlook.shows("pay_1", "pay_2", received=True)
    outlook.backend.payments["pay_2"] = (fetched(K.CAPTURED, "pay_2", captured=4990),)
    outlook.backend.refusals += [None, UNREADABLE]
    assert (await outlook.look()).closed is Closed.PAID


@pytest.mark.parametrize("trouble", [UNREADABLE, GONE])
async def test_payments_that_cannot_be_searched_for_hide_neither_money_nor_the_end(
    outlook: WatchingRig, trouble: PaylinkError
) -> None:
    """Searching may be what an account does not have: attempts whose answer was lost come first."""
    made = await outlook.begin()
    await outlook.world.add_attempt(made, 0, state=ProviderLinkState.ORPHAN, provider_id=None)
    outlook.shows("pay_1", received=True)
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    outlook.backend.refusals.append(trouble)
    assert (await outlook.look()).closed is Closed.PAID
    assert outlook.backend.looks[0].startswith("reference ")


async def test_a_link_that_its_backend_no_longer_has_expires_when_its_time_is_over(
    outlook: WatchingRig,
) -> None:
    made = await outlook.begin()
    outlook.backend.refusals += [GONE] * 1000
    found = await outlook.looks_until(made.expires_at - outlook.world.clock.now() - timedelta(minutes=1))
    assert (found.state, await outlook.said()) == (LinkState.OPEN, [])
    found = await outlook.looks_until(timedelta(minutes=2))
    assert (found.closed, await outlook.said()) == (Closed.EXPIRED, ["expired"])


@pytest.mark.parametrize(
    ("begun", "closed"), [(K.AUTHORISED, None), (K.PENDING, Closed.EXPIRED), (K.DECLINED, Closed.EXPIRED)]
)
async def test_what_is_begun_in_time_is_not_unpaid_as_long_as_it_is_under_way(
    outlook: WatchingRig, begun: K, closed: Closed | None
) -> None:
    made = await outlook.begin()
    outlook.shows("pay_1", usable=False)
    outlook.backend.payments["pay_1"] = (fetched(begun),)
    await outlook.looks_until(made.expires_at - outlook.world.clock.now() + timedelta(hours=1))
    assert ((await outlook.link()).closed is None) is (begun is not K.DECLINED)
    assert (await outlook.looks_until(timedelta(days=2))).closed is closed


async def test_money_that_was_held_in_time_is_paid_however_late_it_is_taken(outlook: WatchingRig) -> None:
    made = await outlook.begin()
    outlook.shows("pay_1", usable=False)
    outlook.backend.payments["pay_1"] = (fetched(K.AUTHORISED, authorised=4990),)
    await outlook.looks_until(made.expires_at - outlook.world.clock.now() + timedelta(days=3))
    outlook.backend.payments["pay_1"] = (CAPTURED,)
    assert (await outlook.look()).closed is Closed.PAID
    assert await outlook.said() == ["authorised", "paid"]


async def test_a_mistake_of_ours_is_not_made_again_at_once(outlook: WatchingRig) -> None:
    await outlook.begin()
    outlook.backend.refusals.append(LookupError("ours"))  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        await outlook.look()
    assert (await outlook.link()).poll_at == outlook.world.clock.now() + SOONEST


async def test_what_cannot_be_asked_any_more_when_its_time_is_over_is_left_alone(
    outlook: WatchingRig,
) -> None:
    await outlook.begin(state=LinkState.CLOSED, closed=Closed.CANCELLED)
    outlook.world.clock.advance(days=30)
    outlook.backend.refusals.append(BackendUnavailable("503", sent="no"))
    assert (await outlook.look()).poll_at is None
