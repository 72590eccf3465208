"""A link whose creation is overtaken: by a restart, or by its own payment."""

import asyncio

import pytest

from bot.errors import BackendRejected, BackendUnavailable, PaylinkError
from bot.inbox.process import Processor, WebhookHandler
from bot.inbox.receive import Receiver, inbox_key, stripe_of
from bot.links.service import LinkService
from bot.ports.model import Closed, EventKind, LinkState, ProviderLinkState
from tests.fakes import PROOF
from tests.unit.records import ACCOUNT, event
from tests.unit.world import World

IN_FLIGHT, OPEN, ORPHAN = ProviderLinkState.IN_FLIGHT, ProviderLinkState.OPEN, ProviderLinkState.ORPHAN
LOST = BackendUnavailable("time-out", sent="unknown")
ID = "PL0123456789AB"


@pytest.fixture
async def service(world: World) -> LinkService:
    """With a link that is to be created."""
    await world.add_link(state=LinkState.CREATING)
    return LinkService(world.storage, {ACCOUNT: world.backend}, world.clock)


async def states(world: World) -> list[tuple[str, ProviderLinkState]]:
    return [(attempt.reference, attempt.state) for attempt in await world.attempts(ID)]


async def test_an_attempt_cut_off_by_a_restart_is_an_orphan(world: World, service: LinkService) -> None:
    world.backend.may_answer.clear()
    running = asyncio.create_task(service.run(ID))
    await world.backend.asked.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    world.backend.may_answer.set()
    await LinkService(world.storage, {ACCOUNT: world.backend}, world.clock).run(ID)
    assert await states(world) == [(ID, ORPHAN), (f"{ID}-2", OPEN)]


async def pay(world: World, reference: str) -> None:
    """The backend's webhook of a captured payment of that reference."""
    world.backend.webhooks[b"paid"] = (event(EventKind.CAPTURED, reference=reference),)
    await Receiver(world.storage, {ACCOUNT: world.backend}, world.clock).webhook(ACCOUNT, PROOF, b"paid")
    handler = WebhookHandler({ACCOUNT: world.backend}, world.clock)
    await Processor(world.storage, {"webhook": handler}).run(inbox_key("webhook", stripe_of("paid")))


async def test_a_link_paid_through_its_orphan_is_not_created_again(
    world: World, service: LinkService
) -> None:
    world.backend.troubles.append(LOST)
    await service.run(ID)
    await pay(world, ID)
    world.clock.advance(minutes=1)
    await service.run(ID)
    assert world.backend.references == [ID]
    found = await world.link(ID)
    assert (found.state, found.closed) == (LinkState.CLOSED, Closed.PAID)


@pytest.mark.parametrize("answer", [None, LOST, BackendRejected(("x",))])
async def test_a_link_paid_while_the_backend_answers_stays_paid(
    world: World, service: LinkService, answer: PaylinkError | None
) -> None:
    world.backend.troubles.extend([answer] if answer else [])
    world.backend.may_answer.clear()
    running = asyncio.create_task(service.run(ID))
    await world.backend.asked.wait()
    await pay(world, ID)
    world.backend.may_answer.set()
    await running
    found = await world.link(ID)
    assert (found.state, found.closed, found.trouble) == (LinkState.CLOSED, Closed.PAID, None)
