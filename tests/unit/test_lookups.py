"""What came in unclear is fetched: then it is said once, and as it is."""

import asyncio
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
from bot.inbox.process import Processor, WebhookHandler
from bot.inbox.receive import Receiver
from bot.links import lifecycle
from bot.links.lookups import PATIENCE, Lookups, key_of
from bot.money import Money
from bot.ports.model import Event, EventKind, LinkState
from bot.ports.traffic import Lookup, Say, inbox_key
from tests.fakes import PROOF
from tests.unit.records import ACCOUNT, AMOUNT, SALES, event
from tests.unit.world import World

K = EventKind
ID = "PL0123456789AB"
DOWN = BackendUnavailable("503", sent="unknown")
BARE = event(K.CAPTURED, key="evt_bare", amounts={})
NAMELESS = event(K.AUTHORISED, key="evt_nameless", reference=None)
FETCHED = event(K.CAPTURED, key="fetched:pay_1:Captured", amounts={K.AUTHORISED: AMOUNT, K.CAPTURED: AMOUNT})


class Desk:
    """A link that is open at its backend, webhooks that come in, and the lookups that follow."""

    def __init__(self, world: World) -> None:
        self.world, self.backend = world, world.backend
        self.lookups = Lookups(world.storage, {ACCOUNT: self.backend}, world.clock)
        self.handler = WebhookHandler({ACCOUNT: self.backend}, world.clock)

    async def hears(self, *told: Event) -> None:
        for one in told:
            self.backend.webhooks[one.key.encode()] = (one,)
            await self.gets(one.key.encode())

    async def gets(self, body: bytes) -> None:
        """A webhook comes in and is worked off."""
        await Receiver(self.world.storage, {ACCOUNT: self.backend}, self.world.clock).webhook(
            ACCOUNT, PROOF, body
        )
        await self.works()

    async def works(self) -> None:
        """What waits is worked off."""
        for kind, stripe in await self.world.read(lambda tx: tx.inbox.stripes()):
            await Processor(self.world.storage, {"webhook": self.handler}, self.world.clock).run(
                inbox_key(kind, stripe)
            )
        await asyncio.sleep(0)  # the last notes come once it has ended

    async def due(self) -> list[Lookup]:
        return list(await self.world.read(lambda tx: tx.lookups.due(self.world.clock.now())))

    async def looks(self) -> None:
        """Everything that is due now is looked up."""
        for lookup in await self.due():
            await self.lookups.run(key_of(lookup))

    async def waits(self) -> timedelta:
        """Until the next lookup is due; how long that was."""
        pending = await self.world.read(lambda tx: tx.lookups.due(self.world.clock.now() + timedelta(days=9)))
        wait = min(lookup.not_before for lookup in pending) - self.world.clock.now()
        self.world.clock.advance(seconds=max(wait.total_seconds(), 0))
        return wait

    async def left(self) -> int:
        far = self.world.clock.now() + timedelta(days=9)
        return len(await self.world.read(lambda tx: tx.lookups.due(far)))

    async def said(self) -> list[str]:
        return await self.world.replies(ID)

    async def headline(self) -> str:
        return lifecycle.headline(await self.world.link(ID), await self.world.payments(ID))


@pytest.fixture
async def desk(world: World) -> Desk:
    await world.add_attempt(await world.add_link())
    return Desk(world)


@pytest.mark.parametrize("refusal", [None, DOWN])
async def test_every_line_about_a_payment_that_is_known_names_its_link(
    desk: Desk, refusal: PaylinkError | None
) -> None:
    desk.backend.payments["pay_1"] = (FETCHED,)
    desk.backend.refusals.append(refusal)
    await desk.hears(event(K.AUTHORISED), BARE)
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        await desk.looks()
    assert "backend.asked" in {line["event"] for line in lines}
    assert {line.get("link") for line in lines} == {ID}


async def test_what_is_clear_is_not_fetched(desk: Desk) -> None:
    await desk.hears(event(K.AUTHORISED), event(K.CAPTURED))
    assert (await desk.due(), desk.backend.looks) == ([], [])
    assert await desk.said() == ["authorised", "paid"]


@pytest.mark.parametrize("first", [K.AUTHORISED, K.DECLINED])
async def test_an_authorisation_that_has_failed_since_is_looked_at_and_told_as_released(
    desk: Desk, first: EventKind
) -> None:
    """Of a second try of the same payment both are told, too: only the payment itself says which it is."""
    released = event(K.VOIDED, key="fetched:pay_1:Expired", amounts={K.AUTHORISED: AMOUNT})
    desk.backend.payments["pay_1"] = (released,)
    for kind in (first, K.AUTHORISED, K.DECLINED):
        await desk.hears(event(kind))
    await desk.looks()
    assert (await desk.said())[-2:] == ["authorised", "voided"]
    assert (await desk.headline(), await desk.left()) == ("voided", 0)


async def test_what_failed_before_it_was_authorised_is_held_still(desk: Desk) -> None:
    desk.backend.payments["pay_1"] = (event(K.AUTHORISED, key="fetched:pay_1:Authorized"),)
    await desk.hears(event(K.AUTHORISED), event(K.DECLINED))
    await desk.looks()
    assert (await desk.said(), await desk.headline()) == (["authorised"], "authorised")
    await desk.hears(event(K.CAPTURED), event(K.DECLINED, key="evt_late"))
    assert await desk.due() == []


async def test_money_without_an_amount_waits_for_the_truth_and_is_then_said_once(desk: Desk) -> None:
    desk.backend.payments["pay_1"] = (FETCHED,)
    await desk.hears(BARE)
    assert (await desk.said(), (await desk.world.link(ID)).state) == ([], LinkState.OPEN)
    await desk.looks()
    assert (await desk.said(), await desk.left()) == (["paid"], 0)
    assert desk.backend.looks == ["payment pay_1"]


async def test_a_payment_of_which_we_do_not_know_the_link_is_fetched(desk: Desk) -> None:
    desk.backend.payments["pay_1"] = (event(K.AUTHORISED, key="fetched:pay_1:Authorized"),)
    await desk.hears(NAMELESS)
    await desk.looks()
    assert await desk.said() == ["authorised"]


async def test_of_two_payments_in_one_webhook_each_waits_for_its_own_truth(desk: Desk) -> None:
    other = "PL000000000000"
    made = await desk.world.add_link(id=other, public_token=other)
    await desk.world.add_attempt(made)
    await desk.world.hear(event(K.CAPTURED), event(K.CAPTURED, "pay_2", reference=other))
    assert await desk.said() == ["paid"]
    told = {"pay_1": ID, "pay_2": other}
    bare = [event(K.REFUNDED, name, key=name, amounts={}, reference=of) for name, of in told.items()]
    for name, of in told.items():
        amounts = {K.CAPTURED: AMOUNT, K.REFUNDED: AMOUNT}
        found = event(K.REFUNDED, name, key=f"fetched:{name}", reference=of, amounts=amounts)
        desk.backend.payments[name] = (found,)
    desk.backend.webhooks[b"both"] = tuple(bare)
    await desk.gets(b"both")
    await desk.looks()
    said: list[str] = []
    while heads := await desk.world.read(lambda tx: list(tx.outbox.heads(SALES.lane))):
        said += [owed.key for owed in heads if owed.say is Say.REPLY]
        await desk.world.say_all()
    assert said == ["refunded", "refunded"]


async def test_a_payment_that_turns_out_to_be_nobodys_is_told_nowhere(desk: Desk) -> None:
    desk.backend.payments["pay_1"] = (event(K.CAPTURED, key="fetched:pay_1", reference="ORDER-7"),)
    await desk.hears(NAMELESS)
    await desk.looks()
    assert (await desk.said(), await desk.left()) == ([], 0)


async def test_a_nameless_event_of_a_payment_we_know_is_not_fetched(desk: Desk) -> None:
    await desk.hears(event(K.AUTHORISED), event(K.CAPTURED, reference=None))
    assert (await desk.due(), await desk.said()) == ([], ["authorised", "paid"])


async def test_what_belongs_to_somebody_else_is_not_fetched(desk: Desk) -> None:
    with capture_logs():
        await desk.hears(event(K.CAPTURED, reference="ORDER-7"))
    assert (await desk.due(), await desk.said()) == ([], [])


@pytest.mark.parametrize("told", [event(K.IGNORED, reference=None), event(K.DECLINED, None, reference=None)])
async def test_what_moves_no_money_or_names_no_payment_is_not_fetched(desk: Desk, told: Event) -> None:
    with capture_logs():
        await desk.hears(told)
    assert (await desk.due(), await desk.world.read(lambda tx: tx.inbox.failed())) == ([], [])


async def test_a_body_that_cannot_be_read_but_names_its_payment_is_fetched(desk: Desk) -> None:
    desk.backend.payments["pay_1"] = (FETCHED,)
    desk.backend.mentioned[b"{broken"] = ("pay_1",)
    with capture_logs():
        await desk.gets(b"{broken")
    assert [note.event for note in desk.world.notes if note.warns] == ["webhook.unreadable"]
    assert await desk.said() == []
    await desk.looks()
    assert (await desk.said(), await desk.left()) == (["paid"], 0)


async def test_two_unclear_events_of_one_payment_are_told_once(desk: Desk) -> None:
    desk.backend.payments["pay_1"] = (FETCHED,)
    await desk.hears(BARE, event(K.CAPTURED, key="evt_again", amounts={}))
    await desk.looks()
    assert (await desk.said(), await desk.left()) == (["paid"], 0)


async def test_a_refund_without_its_amount_is_fetched(desk: Desk) -> None:
    all_of_it = {K.CAPTURED: AMOUNT, K.REFUNDED: Money(1000, "EUR")}
    desk.backend.payments["pay_1"] = (event(K.REFUNDED, key="fetched:pay_1:Refunded", amounts=all_of_it),)
    await desk.hears(event(K.CAPTURED), event(K.REFUNDED, key="evt_bare", amounts={}))
    await desk.looks()
    assert await desk.said() == ["paid", "part_refunded"]


@pytest.mark.parametrize("trouble", [DOWN, BackendAuthFailed("401"), BackendProtocolError("not JSON")])
async def test_a_backend_in_trouble_is_asked_again_ever_less_often(desk: Desk, trouble: PaylinkError) -> None:
    desk.backend.payments["pay_1"] = (FETCHED,)
    desk.backend.refusals.extend([trouble] * 6)
    await desk.hears(BARE)
    waits = []
    with capture_logs():
        while await desk.left():
            await desk.looks()
            waits.append(await desk.waits() if await desk.left() else timedelta())
    assert all(timedelta(seconds=1) <= wait <= PATIENCE for wait in waits[:-1])
    assert waits[:-1] == sorted(waits[:-1])
    assert await desk.said() == ["paid"]


async def test_a_busy_backend_is_given_the_time_it_asks_for(desk: Desk) -> None:
    desk.backend.refusals.append(BackendRateLimited(90))
    await desk.hears(BARE)
    with capture_logs():
        await desk.looks()
    assert await desk.waits() >= timedelta(seconds=90)


async def test_a_mistake_of_ours_is_not_made_again_at_once_and_hides_no_money_for_ever(desk: Desk) -> None:
    desk.backend.refusals += [LookupError("ours")] * 100  # type: ignore[list-item]
    await desk.hears(BARE)
    while await desk.left():
        with contextlib.suppress(LookupError):
            await desk.looks()
        if await desk.left():
            await desk.waits()
    assert len(desk.backend.looks) < 25
    assert await desk.said() == ["paid_unconfirmed"]


async def test_what_cannot_be_applied_is_laid_aside_and_can_be_applied_once_that_is_mended(
    desk: Desk,
) -> None:
    desk.backend.payments["pay_1"] = (replace(FETCHED, amounts=None),)  # type: ignore[arg-type]
    await desk.hears(BARE)
    with pytest.raises(AttributeError):
        await desk.looks()
    ((row, trouble),) = await desk.world.read(lambda tx: tx.inbox.failed())
    assert (trouble, await desk.left(), await desk.said()) == ("AttributeError", 0, [])
    desk.backend.payments["pay_1"] = (FETCHED,)
    await desk.world.write(lambda tx: tx.inbox.replay(row.id))
    await desk.works()
    await desk.looks()
    assert await desk.said() == ["paid"]


async def test_what_is_not_due_is_not_asked(desk: Desk) -> None:
    desk.backend.refusals.append(DOWN)
    await desk.hears(BARE)
    (lookup,) = await desk.due()
    with capture_logs():
        for _ in range(3):
            await desk.lookups.run(key_of(lookup))
    await desk.lookups.run(f"{ACCOUNT}:7:pay_nosuch")
    assert desk.backend.looks == ["payment pay_1"]
    assert any(wake.kind == "lookup" and wake.at for wake in desk.world.wakes)


async def test_after_all_patience_the_amount_is_said_not_to_be_confirmed(desk: Desk) -> None:
    desk.backend.refusals.extend([DOWN] * 1000)
    await desk.hears(BARE)
    begun = desk.world.clock.now()
    with capture_logs():
        while await desk.left():
            await desk.waits()
            await desk.looks()
    assert await desk.said() == ["paid_unconfirmed"]
    assert await desk.headline() == "paid_unconfirmed"
    assert await desk.world.read(lambda tx: tx.inbox.failed()) == [], "an operator has nothing to do"
    assert PATIENCE <= desk.world.clock.now() - begun <= 2 * PATIENCE
    assert len(desk.backend.looks) < 50


async def test_an_amount_that_is_learnt_after_all_patience_is_said(desk: Desk) -> None:
    await desk.hears(BARE)
    await desk.looks()  # there is no such payment: what came in is all there is
    await desk.hears(FETCHED)
    assert await desk.said() == ["paid_unconfirmed", "paid"]


async def test_what_can_never_be_read_or_fetched_is_kept_for_the_operator(desk: Desk) -> None:
    desk.backend.mentioned[b"{broken"] = ("pay_1",)
    desk.backend.refusals.extend([DOWN] * 1000)
    with capture_logs():
        await desk.gets(b"{broken")
        while await desk.left():
            await desk.waits()
            await desk.looks()
    failed = await desk.world.read(lambda tx: tx.inbox.failed())
    assert [inbound.fact.body for inbound, _ in failed] == [b"{broken"]


async def test_a_lookup_survives_a_restart(desk: Desk) -> None:
    desk.backend.payments["pay_1"] = (FETCHED,)
    await desk.hears(BARE)
    again = Desk(desk.world)
    await again.looks()
    assert await again.said() == ["paid"]
