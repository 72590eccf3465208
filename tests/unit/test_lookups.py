"""What came in unclear is fetched: then it is said once, and as it is."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from structlog.testing import capture_logs

from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendUnavailable,
    PaylinkError,
)
from bot.links.lookups import PATIENCE, key_of
from bot.money import Money
from bot.ports.model import Event, EventKind, LinkState
from bot.ports.traffic import Say
from tests.unit.lookups_rig import BARE, FETCHED, ID, LookupsRig
from tests.unit.records import ACCOUNT, AMOUNT, SALES, event
from tests.unit.world import World

K = EventKind
DOWN = BackendUnavailable("503", sent="unknown")
NAMELESS = event(K.AUTHORISED, key="evt_nameless", reference=None)


@pytest.fixture
async def rig(world: World) -> LookupsRig:
    await world.add_attempt(await world.add_link())
    return LookupsRig(world)


@pytest.mark.parametrize("refusal", [None, DOWN])
async def test_every_line_about_a_payment_that_is_known_names_its_link(
    rig: LookupsRig, refusal: PaylinkError | None
) -> None:
    rig.backend.payments["pay_1"] = (FETCHED,)
    rig.backend.refusals.append(refusal)
    await rig.hears(event(K.AUTHORISED), BARE)
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        await rig.looks()
    assert "backend.asked" in {line["event"] for line in lines}
    assert {line.get("link") for line in lines} == {ID}


async def test_what_is_clear_is_not_fetched(rig: LookupsRig) -> None:
    await rig.hears(event(K.AUTHORISED), event(K.CAPTURED))
    assert (await rig.due(), rig.backend.looks) == ([], [])
    assert await rig.said() == ["authorised", "paid"]


@pytest.mark.parametrize("first", [K.AUTHORISED, K.DECLINED])
async def test_an_authorisation_that_has_failed_since_is_looked_at_and_told_as_released(
    rig: LookupsRig, first: EventKind
) -> None:
    """Of a second try of the same payment both are told, too: only the payment itself says which it is."""
    released = event(K.VOIDED, key="fetched:pay_1:Expired", amounts={K.AUTHORISED: AMOUNT})
    rig.backend.payments["pay_1"] = (released,)
    for kind in (first, K.AUTHORISED, K.DECLINED):
        await rig.hears(event(kind))
    await rig.looks()
    assert (await rig.said())[-2:] == ["authorised", "voided"]
    assert (await rig.headline(), await rig.left()) == ("voided", 0)


async def test_what_failed_before_it_was_authorised_is_held_still(rig: LookupsRig) -> None:
    rig.backend.payments["pay_1"] = (event(K.AUTHORISED, key="fetched:pay_1:Authorized"),)
    await rig.hears(event(K.AUTHORISED), event(K.DECLINED))
    await rig.looks()
    assert (await rig.said(), await rig.headline()) == (["authorised"], "authorised")
    await rig.hears(event(K.CAPTURED), event(K.DECLINED, key="evt_late"))
    assert await rig.due() == []


async def test_money_without_an_amount_waits_for_the_truth_and_is_then_said_once(rig: LookupsRig) -> None:
    rig.backend.payments["pay_1"] = (FETCHED,)
    await rig.hears(BARE)
    assert (await rig.said(), (await rig.world.link(ID)).state) == ([], LinkState.OPEN)
    await rig.looks()
    assert (await rig.said(), await rig.left()) == (["paid"], 0)
    assert rig.backend.looks == ["payment pay_1"]


async def test_a_payment_of_which_we_do_not_know_the_link_is_fetched(rig: LookupsRig) -> None:
    rig.backend.payments["pay_1"] = (event(K.AUTHORISED, key="fetched:pay_1:Authorized"),)
    await rig.hears(NAMELESS)
    await rig.looks()
    assert await rig.said() == ["authorised"]


async def test_of_two_payments_in_one_webhook_each_waits_for_its_own_truth(rig: LookupsRig) -> None:
    other = "PL000000000000"
    made = await rig.world.add_link(id=other, public_token=other)
    await rig.world.add_attempt(made)
    await rig.world.hear(event(K.CAPTURED), event(K.CAPTURED, "pay_2", reference=other))
    assert await rig.said() == ["paid"]
    told = {"pay_1": ID, "pay_2": other}
    bare = [event(K.REFUNDED, name, key=name, amounts={}, reference=of) for name, of in told.items()]
    for name, of in told.items():
        amounts = {K.CAPTURED: AMOUNT, K.REFUNDED: AMOUNT}
        found = event(K.REFUNDED, name, key=f"fetched:{name}", reference=of, amounts=amounts)
        rig.backend.payments[name] = (found,)
    rig.backend.webhooks[b"both"] = tuple(bare)
    await rig.gets(b"both")
    await rig.looks()
    said: list[str] = []
    while heads := await rig.world.read(lambda tx: list(tx.outbox.heads(SALES.lane))):
        said += [owed.key for owed in heads if owed.say is Say.REPLY]
        await rig.world.say_all()
    assert said == ["refunded", "refunded"]


async def test_a_payment_that_turns_out_to_be_nobodys_is_told_nowhere(rig: LookupsRig) -> None:
    rig.backend.payments["pay_1"] = (event(K.CAPTURED, key="fetched:pay_1", reference="ORDER-7"),)
    await rig.hears(NAMELESS)
    await rig.looks()
    assert (await rig.said(), await rig.left()) == ([], 0)


async def test_a_nameless_event_of_a_payment_we_know_is_not_fetched(rig: LookupsRig) -> None:
    await rig.hears(event(K.AUTHORISED), event(K.CAPTURED, reference=None))
    assert (await rig.due(), await rig.said()) == ([], ["authorised", "paid"])


async def test_what_belongs_to_somebody_else_is_not_fetched(rig: LookupsRig) -> None:
    with capture_logs():
        await rig.hears(event(K.CAPTURED, reference="ORDER-7"))
    assert (await rig.due(), await rig.said()) == ([], [])


@pytest.mark.parametrize("told", [event(K.IGNORED, reference=None), event(K.DECLINED, None, reference=None)])
async def test_what_moves_no_money_or_names_no_payment_is_not_fetched(rig: LookupsRig, told: Event) -> None:
    with capture_logs():
        await rig.hears(told)
    assert (await rig.due(), await rig.world.read(lambda tx: tx.inbox.failed())) == ([], [])


async def test_a_body_that_cannot_be_read_but_names_its_payment_is_fetched(rig: LookupsRig) -> None:
    rig.backend.payments["pay_1"] = (FETCHED,)
    rig.backend.mentioned[b"{broken"] = ("pay_1",)
    with capture_logs():
        await rig.gets(b"{broken")
    assert [note.event for note in rig.world.notes if note.warns] == ["webhook.unreadable"]
    assert await rig.said() == []
    await rig.looks()
    assert (await rig.said(), await rig.left()) == (["paid"], 0)


async def test_two_unclear_events_of_one_payment_are_told_once(rig: LookupsRig) -> None:
    rig.backend.payments["pay_1"] = (FETCHED,)
    await rig.hears(BARE, event(K.CAPTURED, key="evt_again", amounts={}))
    await rig.looks()
    assert (await rig.said(), await rig.left()) == (["paid"], 0)


async def test_a_refund_without_its_amount_is_fetched(rig: LookupsRig) -> None:
    all_of_it = {K.CAPTURED: AMOUNT, K.REFUNDED: Money(1000, "EUR")}
    rig.backend.payments["pay_1"] = (event(K.REFUNDED, key="fetched:pay_1:Refunded", amounts=all_of_it),)
    await rig.hears(event(K.CAPTURED), event(K.REFUNDED, key="evt_bare", amounts={}))
    await rig.looks()
    assert await rig.said() == ["paid", "part_refunded"]


@pytest.mark.parametrize("trouble", [DOWN, BackendAuthFailed("401"), BackendProtocolError("not JSON")])
async def test_a_backend_in_trouble_is_asked_again_ever_less_often(
    rig: LookupsRig, trouble: PaylinkError
) -> None:
    rig.backend.payments["pay_1"] = (FETCHED,)
    rig.backend.refusals.extend([trouble] * 6)
    await rig.hears(BARE)
    waits = []
    with capture_logs():
        while await rig.left():
            await rig.looks()
            waits.append(await rig.waits() if await rig.left() else timedelta())
    assert all(timedelta(seconds=1) <= wait <= PATIENCE for wait in waits[:-1])
    assert waits[:-1] == sorted(waits[:-1])
    assert await rig.said() == ["paid"]


async def test_a_busy_backend_is_given_the_time_it_asks_for(rig: LookupsRig) -> None:
    rig.backend.refusals.append(BackendRateLimited(90))
    await rig.hears(BARE)
    with capture_logs():
        await rig.looks()
    assert await rig.waits() >= timedelta(seconds=90)


async def test_a_mistake_of_ours_is_not_made_again_at_once_and_hides_no_money_for_ever(
    rig: LookupsRig,
) -> None:
    rig.backend.refusals += [LookupError("ours")] * 100  # type: ignore[list-item]
    await rig.hears(BARE)
    while await rig.left():
        with contextlib.suppress(LookupError):
            await rig.looks()
        if await rig.left():
            await rig.waits()
    assert len(rig.backend.looks) < 25
    assert await rig.said() == ["paid_unconfirmed"]


async def test_what_cannot_be_applied_is_laid_aside_and_can_be_applied_once_that_is_mended(
    rig: LookupsRig,
) -> None:
    rig.backend.payments["pay_1"] = (replace(FETCHED, amounts=None),)  # type: ignore[arg-type]
    await rig.hears(BARE)
    with pytest.raises(AttributeError):
        await rig.looks()
    ((row, trouble),) = await rig.world.read(lambda tx: tx.inbox.failed())
    assert (trouble, await rig.left(), await rig.said()) == ("AttributeError", 0, [])
    rig.backend.payments["pay_1"] = (FETCHED,)
    await rig.world.write(lambda tx: tx.inbox.replay(row.id))
    await rig.works()
    await rig.looks()
    assert await rig.said() == ["paid"]


async def test_what_is_not_due_is_not_asked(rig: LookupsRig) -> None:
    rig.backend.refusals.append(DOWN)
    await rig.hears(BARE)
    (lookup,) = await rig.due()
    with capture_logs():
        for _ in range(3):
            await rig.lookups.run(key_of(lookup))
    await rig.lookups.run(f"{ACCOUNT}:7:pay_nosuch")
    assert rig.backend.looks == ["payment pay_1"]
    assert any(wake.kind == "lookup" and wake.at for wake in rig.world.wakes)


async def test_after_all_patience_the_amount_is_said_not_to_be_confirmed(rig: LookupsRig) -> None:
    rig.backend.refusals.extend([DOWN] * 1000)
    await rig.hears(BARE)
    begun = rig.world.clock.now()
    with capture_logs():
        while await rig.left():
            await rig.waits()
            await rig.looks()
    assert await rig.said() == ["paid_unconfirmed"]
    assert await rig.headline() == "paid_unconfirmed"
    assert await rig.world.read(lambda tx: tx.inbox.failed()) == [], "an operator has nothing to do"
    assert PATIENCE <= rig.world.clock.now() - begun <= 2 * PATIENCE
    assert len(rig.backend.looks) < 50


async def test_an_amount_that_is_learnt_after_all_patience_is_said(rig: LookupsRig) -> None:
    await rig.hears(BARE)
    await rig.looks()  # there is no such payment: what came in is all there is
    await rig.hears(FETCHED)
    assert await rig.said() == ["paid_unconfirmed", "paid"]


async def test_what_can_never_be_read_or_fetched_is_kept_for_the_operator(rig: LookupsRig) -> None:
    rig.backend.mentioned[b"{broken"] = ("pay_1",)
    rig.backend.refusals.extend([DOWN] * 1000)
    with capture_logs():
        await rig.gets(b"{broken")
        while await rig.left():
            await rig.waits()
            await rig.looks()
    failed = await rig.world.read(lambda tx: tx.inbox.failed())
    assert [inbound.fact.body for inbound, _ in failed] == [b"{broken"]


async def test_a_lookup_survives_a_restart(rig: LookupsRig) -> None:
    rig.backend.payments["pay_1"] = (FETCHED,)
    await rig.hears(BARE)
    again = LookupsRig(rig.world)
    await again.looks()
    assert await again.said() == ["paid"]
