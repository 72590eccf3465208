"""What does not end by itself at its provider is taken back by us: paid, cancelled, or after its time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.errors import BackendProtocolError, BackendRejected, BackendUnavailable
from bot.inbox.process import Processor, WebhookHandler
from bot.inbox.receive import Receiver
from bot.links.acts import Acts
from bot.links.watching import Watch
from bot.ports.backend import Feature, FetchedLink
from bot.ports.model import Closed, EventKind, LinkState
from bot.ports.provider_links import ProviderLinkState
from bot.ports.storage import Wake
from bot.ports.traffic import inbox_key
from tests.fakes import INFO, PROOF, FakeBackend
from tests.unit.records import ACCOUNT, ALICE, AMOUNT, event
from tests.unit.world import World

ID = "PL0123456789AB"
PAID = event(EventKind.CAPTURED, amounts={EventKind.CAPTURED: AMOUNT})


class EndlessBackend(FakeBackend):
    """Its links stay payable until they are taken back."""

    def __init__(self) -> None:
        super().__init__(replace(INFO, features=frozenset({Feature.CANCEL}), ends=False, lingers_s=3600))
        self.cancelled: list[str] = []
        self.show(usable=True)

    def show(self, *payments: str, usable: bool) -> None:
        self.links[f"pl_{ID}"] = FetchedLink(
            f"pl_{ID}",
            ID,
            AMOUNT,
            usable=usable,
            received=bool(payments),
            expires_on=None,
            payment_ids=payments,
        )

    async def cancel(self, provider_id: str) -> None:
        self._look(f"cancel {provider_id}")
        self.cancelled.append(provider_id)
        self.show(usable=False)


class Office:
    """An open link at such a backend, and looks at it."""

    def __init__(self, world: World) -> None:
        self.world, self.backend = world, EndlessBackend()
        self.backends = {ACCOUNT: self.backend}

    async def looks(self) -> None:
        """At once, if that is when it is due."""
        await Watch(self.world.storage, self.backends, self.world.clock).run(ID)

    async def is_paid(self) -> None:
        self.backend.webhooks[b"paid"] = (PAID,)
        self.backend.payments["pay_1"] = (PAID,)
        await self.hears(b"paid")

    async def hears(self, body: bytes) -> None:
        await Receiver(self.world.storage, self.backends, self.world.clock).webhook(ACCOUNT, PROOF, body)
        handler = WebhookHandler(self.backends, self.world.clock)
        for kind, stripe in await self.world.read(lambda tx: tx.inbox.stripes()):
            await Processor(self.world.storage, {"webhook": handler}, self.world.clock).run(
                inbox_key(kind, stripe)
            )

    async def state(self) -> ProviderLinkState:
        (attempt,) = await self.world.attempts(ID)
        return attempt.state


@pytest.fixture
async def office(world: World) -> Office:
    made = await world.add_link(poll_at=world.clock.now() + timedelta(hours=1))
    await world.add_attempt(made)
    return Office(world)


async def test_it_is_taken_back_as_soon_as_it_is_paid(world: World, office: Office) -> None:
    await office.is_paid()
    assert Wake("watch", ID) in world.wakes
    await office.looks()
    assert office.backend.cancelled == [f"pl_{ID}"]
    assert await office.state() is ProviderLinkState.CLOSED
    assert (await world.link(ID)).closed is Closed.PAID


async def test_it_is_taken_back_when_it_is_cancelled(world: World, office: Office) -> None:
    acts = Acts(frozenset(), world.clock)
    await world.write(lambda tx: acts.cancel(tx, ID, ALICE))
    assert Wake("watch", ID) in world.wakes
    await office.looks()
    assert (office.backend.cancelled, await office.state()) == ([f"pl_{ID}"], ProviderLinkState.CLOSED)


async def test_it_is_taken_back_when_its_time_is_over_and_then_said_to_have_expired(
    world: World, office: Office
) -> None:
    expires_at = (await world.link(ID)).expires_at
    world.clock.advance(seconds=(expires_at - world.clock.now()).total_seconds() - 1)
    await office.looks()
    assert (office.backend.cancelled, (await world.link(ID)).state) == ([], LinkState.OPEN)
    world.clock.advance(minutes=2)
    await office.looks()
    assert office.backend.cancelled == [f"pl_{ID}"]
    assert (await world.link(ID)).closed is Closed.EXPIRED


async def test_what_could_not_be_taken_back_is_tried_again_soon(world: World, office: Office) -> None:
    await office.is_paid()
    office.backend.refusals.append(BackendUnavailable("503", sent="unknown"))
    await office.looks()
    assert (office.backend.cancelled, await office.state()) == ([], ProviderLinkState.OPEN)
    world.clock.advance(minutes=10)
    await office.looks()
    assert office.backend.cancelled == [f"pl_{ID}"]
    world.clock.advance(hours=7)
    await office.looks()
    assert office.backend.cancelled == [f"pl_{ID}"]


async def test_an_answer_without_sense_is_told_to_the_operator_and_it_is_taken_back_later(
    world: World, office: Office
) -> None:
    await office.is_paid()
    office.backend.refusals.append(BackendProtocolError("not JSON"))
    with capture_logs() as logs:
        await office.looks()
    assert [(line["task"], line["reason"]) for line in logs if line["event"] == "watch.not_done"] == [
        ("cancel", "not JSON")
    ]
    world.clock.advance(minutes=10)
    await office.looks()
    assert office.backend.cancelled == [f"pl_{ID}"]


async def test_a_page_that_was_opened_before_its_link_was_paid_is_looked_after(
    world: World, office: Office
) -> None:
    """As long as somebody can pay there once more, of which a webhook may tell nothing."""
    await office.is_paid()
    await office.looks()
    office.backend.show("pay_1", "pay_2", usable=False)
    office.backend.payments["pay_2"] = (replace(PAID, key="again", provider_payment_id="pay_2"),)
    world.clock.advance(hours=7)
    await office.looks()
    known = await world.read(lambda tx: tx.payments.of(ID))
    assert {payment.provider_payment_id for payment in known} == {"pay_1", "pay_2"}
    office.backend.looks.clear()
    world.clock.advance(days=30)
    await office.looks()
    assert sorted(office.backend.looks) == ["payment pay_1", "payment pay_2"]


async def test_what_was_taken_back_is_not_taken_back_again_although_no_look_can_be_read(
    world: World, office: Office
) -> None:
    """Else each link that is done would be asked about every minute for ever."""
    await office.is_paid()
    office.backend.show = lambda *payments, usable: office.backend.links.clear()
    end = world.clock.now() + timedelta(days=1)
    while (due := (await world.link(ID)).poll_at) is not None and due <= end:
        world.clock.advance(seconds=max((due - world.clock.now()).total_seconds(), 0))
        with capture_logs():
            await office.looks()
    assert office.backend.cancelled == [f"pl_{ID}"]
    assert await office.state() is ProviderLinkState.CLOSED


async def test_what_was_taken_back_has_not_expired_before_a_look_can_be_read(
    world: World, office: Office
) -> None:
    """It may have been paid: its payments are read with it."""
    shown = dict(office.backend.links)
    office.backend.links.clear()
    office.backend.show = lambda *payments, usable: None
    world.clock.advance(days=7)
    for _ in range(3):
        with capture_logs():
            await office.looks()
        world.clock.advance(hours=7)
    assert (office.backend.cancelled, (await world.link(ID)).state) == ([f"pl_{ID}"], LinkState.OPEN)
    office.backend.links.update({ID: replace(found, usable=False) for ID, found in shown.items()})
    await office.looks()
    assert (await world.link(ID)).closed is Closed.EXPIRED


async def test_what_cannot_be_taken_back_is_tried_ever_more_seldom(world: World, office: Office) -> None:
    """At first at once, as somebody may pay it; a refusal that stays is no reason to ask for ever."""
    tried: list[datetime] = []

    async def refuse(_: str) -> None:
        tried.append(world.clock.now())
        raise BackendRejected(("not_now",))

    office.backend.cancel = refuse  # type: ignore[method-assign]
    acts, begun = Acts(frozenset(), world.clock), world.clock.now()
    await world.write(lambda tx: acts.cancel(tx, ID, ALICE))
    while (due := (await world.link(ID)).poll_at) is not None and due <= begun + timedelta(days=1):
        world.clock.advance(seconds=max((due - world.clock.now()).total_seconds(), 0))
        with capture_logs():
            await office.looks()
    assert tried[3] - tried[2] == timedelta(minutes=1)
    assert timedelta(hours=3) < tried[-1] - tried[-2] <= timedelta(hours=6)
    assert len(tried) < 50


async def test_what_waits_for_its_provider_to_be_there_again_is_tried_every_minute(
    world: World, office: Office
) -> None:
    await office.is_paid()
    for _ in range(100):
        office.backend.refusals.extend([BackendUnavailable("503", sent="unknown")] * 2)
        with capture_logs():
            await office.looks()
        world.clock.advance(minutes=1)
    office.backend.refusals.clear()
    await office.looks()
    assert office.backend.cancelled == [f"pl_{ID}"]
