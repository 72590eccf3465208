"""A link whose creation is overtaken: by a restart, or by its own payment."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.errors import BackendRejected, BackendUnavailable, PaylinkError
from bot.inbox.process import Processor, WebhookHandler
from bot.inbox.receive import Receiver, stripe_of
from bot.links.acts import Acts
from bot.links.permissions import Permissions
from bot.links.schedule import SOONEST
from bot.links.service import LinkService
from bot.ports.model import Closed, EventKind, LinkState, Person, Standing
from bot.ports.provider_links import ProviderLinkState
from bot.ports.storage import Wake
from bot.ports.traffic import inbox_key
from tests.fakes import PROOF, FakeChat
from tests.unit.records import ACCOUNT, ALICE, event
from tests.unit.test_link_service import service_of, try_until_settled
from tests.unit.world import World

IN_FLIGHT, OPEN, ORPHAN = ProviderLinkState.IN_FLIGHT, ProviderLinkState.OPEN, ProviderLinkState.ORPHAN
LOST = BackendUnavailable("time-out", sent="unknown")
REFUSED = BackendRejected(("x",))
ID = "PL0123456789AB"


@pytest.fixture
async def service(world: World) -> LinkService:
    """With a link that is to be created."""
    await world.add_link(state=LinkState.CREATING)
    return service_of(world)


async def states(world: World) -> list[tuple[str, ProviderLinkState]]:
    return [(attempt.reference, attempt.state) for attempt in await world.attempts(ID)]


async def test_an_attempt_cut_off_by_a_restart_is_an_orphan(world: World, service: LinkService) -> None:
    world.backend.may_answer.clear()
    running = asyncio.create_task(service.run(ID))
    await world.backend.asked.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    world.backend.may_answer.set()
    await service_of(world).run(ID)
    assert await states(world) == [(ID, ORPHAN), (f"{ID}-2", OPEN)]


async def pay(world: World, reference: str) -> None:
    """The backend's webhook of a captured payment of that reference."""
    world.backend.webhooks[b"paid"] = (event(EventKind.CAPTURED, reference=reference),)
    await Receiver(world.storage, {ACCOUNT: world.backend}, world.clock).webhook(ACCOUNT, PROOF, b"paid")
    handler = WebhookHandler({ACCOUNT: world.backend}, world.clock)
    await Processor(world.storage, {"webhook": handler}, world.clock).run(
        inbox_key("webhook", stripe_of("paid"))
    )


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


async def test_a_link_paid_through_its_orphan_is_watched_for_refunds(
    world: World, service: LinkService
) -> None:
    world.backend.troubles.append(LOST)
    await service.run(ID)
    await pay(world, ID)
    assert (await world.link(ID)).poll_at is not None


@pytest.mark.parametrize("answer", [None, LOST, REFUSED])
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
    assert await states(world) == [(ID, ORPHAN if answer else OPEN)], (
        "what was paid is there, whatever was said"
    )


async def test_a_link_cancelled_while_the_backend_answers_stays_cancelled_and_is_taken_back(
    world: World, service: LinkService
) -> None:
    world.backend.may_answer.clear()
    running = asyncio.create_task(service.run(ID))
    await world.backend.asked.wait()
    acts = Acts(frozenset(), world.clock)
    await world.write(lambda tx: acts.cancel(tx, ID, ALICE))
    world.clock.advance(seconds=5)
    world.backend.may_answer.set()
    await running
    found = await world.link(ID)
    assert (found.closed, await states(world)) == (Closed.CANCELLED, [(ID, OPEN)])
    assert (found.poll_at, world.wakes[-1]) == (world.clock.now(), Wake("watch", ID))


class Hesitant(FakeChat):
    """Refuses whoever asked, once something else has happened."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    async def standing(self, person: Person) -> Standing | None:
        await self.meanwhile()
        return Standing.REFUSED


async def test_a_link_cancelled_while_its_chat_is_asked_who_asks_stays_cancelled(world: World) -> None:
    await world.add_link(state=LinkState.CREATING)
    acts = Acts(frozenset(), world.clock)
    chat = Hesitant(lambda: world.write(lambda tx: acts.cancel(tx, ID, ALICE)))
    permissions = Permissions(world.storage, {"slack": chat}, world.clock)
    await LinkService(world.storage, {ACCOUNT: world.backend}, permissions, world.clock).run(ID)
    found = await world.link(ID)
    assert (found.closed, found.trouble) == (Closed.CANCELLED, None)


@pytest.mark.parametrize(
    ("trouble", "left"),
    [(LOST, [(ID, ORPHAN)]), (BackendUnavailable("no way", sent="no"), []), (REFUSED, [])],
)
async def test_a_link_cancelled_while_its_backend_refuses_it_is_in_flight_no_more(
    world: World, service: LinkService, trouble: PaylinkError, left: list[tuple[str, ProviderLinkState]]
) -> None:
    world.backend.troubles.append(trouble)
    world.backend.may_answer.clear()
    running = asyncio.create_task(service.run(ID))
    await world.backend.asked.wait()
    await world.write(lambda tx: Acts(frozenset(), world.clock).cancel(tx, ID, ALICE))
    world.backend.may_answer.set()
    await running
    found = await world.link(ID)
    assert (found.closed, found.trouble, await states(world)) == (Closed.CANCELLED, None, left)


async def test_a_link_that_was_given_up_is_watched_if_it_may_exist(
    world: World, service: LinkService
) -> None:
    world.backend.troubles.extend([LOST, REFUSED])
    found = await try_until_settled(world, service)
    assert found.closed is Closed.FAILED
    assert found.poll_at == world.clock.now() + SOONEST


async def test_a_link_that_was_cut_off_and_then_given_up_is_watched_as_well(
    world: World, service: LinkService
) -> None:
    await world.add_attempt(await world.link(ID), state=ProviderLinkState.IN_FLIGHT, provider_id=None)
    world.chat.standings[ALICE.user] = Standing.REFUSED
    await service.run(ID)
    found = await world.link(ID)
    assert (found.closed, found.poll_at) == (Closed.FAILED, world.clock.now() + SOONEST)
