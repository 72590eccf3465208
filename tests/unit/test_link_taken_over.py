"""A process that was only slow, as one that stood still: another has gone on with its link meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.errors import BackendRejected, BackendUnavailable, PaylinkError
from bot.links.permissions import Permissions
from bot.links.possible import usable
from bot.links.service import LinkService
from bot.links.watching import Watch
from bot.ports.backend import CreatedLink, Feature, FetchedLink, LinkRequest
from bot.ports.model import LinkState
from bot.ports.provider_links import ProviderLinkState
from tests.fakes import AbleBackend
from tests.unit.link_rig import END, PAUSES, LinkRig
from tests.unit.records import ACCOUNT
from tests.unit.world import World

CLOSED, OPEN, ORPHAN = ProviderLinkState.CLOSED, ProviderLinkState.OPEN, ProviderLinkState.ORPHAN
ID = "PL0123456789AB"
LOST, NOT_SENT = BackendUnavailable("time-out", sent="unknown"), BackendUnavailable("no way", sent="no")


class Twofold(AbleBackend):
    """Each creation is answered when it is let, whichever came first; it can be found once it is `made`."""

    def __init__(self, *features: Feature) -> None:
        super().__init__(Feature.CANCEL, *features)
        self.answers: dict[str, asyncio.Future[PaylinkError | None]] = {}
        self.made: dict[str, CreatedLink] = {}

    async def create(self, request: LinkRequest) -> CreatedLink:
        answer = self.answers[request.reference] = asyncio.get_running_loop().create_future()
        self.asked.set()
        if trouble := await answer:
            raise trouble
        return await super().create(request)

    async def find(self, reference: str) -> CreatedLink | None:
        return self.made.get(reference)

    def has_made(self, reference: str) -> None:
        self.made[reference] = CreatedLink(f"pl_{reference}", f"https://pay.test/{reference}", None)
        self.show(f"pl_{reference}")


@pytest.fixture
async def backend(world: World) -> Twofold:
    await world.add_link(state=LinkState.CREATING)
    return Twofold()


@pytest.fixture
def begin(world: World, backend: Twofold) -> Callable[[], Awaitable[asyncio.Task[None]]]:
    """What one more process begins: gives it once the backend is being asked to create."""

    async def begun() -> asyncio.Task[None]:
        backend.asked.clear()
        permissions = Permissions(world.storage, {"slack": world.chat}, world.clock)
        service = LinkService(world.storage, {ACCOUNT: backend}, permissions, world.clock)
        running = asyncio.create_task(service.run(ID))
        asked = asyncio.create_task(backend.asked.wait())
        await asyncio.wait([running, asked], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        return running

    return begun


Begin = Callable[[], Awaitable[asyncio.Task[None]]]


@pytest.mark.parametrize("answer", [None, LOST, NOT_SENT, BackendRejected(("x",))])
async def test_what_another_has_found_meanwhile_stays_as_it_is(
    world: World, backend: Twofold, begin: Begin, answer: PaylinkError | None
) -> None:
    slow = await begin()
    backend.has_made(ID)
    await (await begin())
    found = await world.attempts(ID)
    backend.answers[ID].set_result(answer)
    await slow
    assert await world.attempts(ID) == found
    assert [(each.state, each.url) for each in found] == [(OPEN, f"https://pay.test/{ID}")]
    assert (await world.link(ID)).state is LinkState.OPEN
    assert await world.replies(ID) == ["forward"]


@pytest.mark.parametrize("answer", [LOST, NOT_SENT, BackendRejected(("x",))])
async def test_what_another_is_making_anew_is_not_given_up(
    world: World, backend: Twofold, begin: Begin, answer: PaylinkError
) -> None:
    slow, quick = await begin(), await begin()
    backend.answers[ID].set_result(answer)
    await slow
    assert (await world.link(ID)).retry_at is None
    backend.answers[f"{ID}-2"].set_result(None)
    await quick
    assert [each.state for each in await world.attempts(ID)] == [ORPHAN, OPEN]
    assert (await world.link(ID)).trouble is None


@pytest.mark.parametrize("first", [ID, f"{ID}-2"])
async def test_of_two_that_were_made_the_customer_keeps_the_first_and_the_other_is_taken_back(
    world: World, backend: Twofold, begin: Begin, first: str
) -> None:
    running = {ID: await begin(), f"{ID}-2": await begin()}
    (second,) = running.keys() - {first}
    for reference in (first, second):
        backend.answers[reference].set_result(None)
        await running[reference]
    shown = usable(await world.attempts(ID))
    assert shown is not None
    assert shown.reference == first
    await Watch(world.storage, {ACCOUNT: backend}, world.clock).run(ID)
    assert backend.done == [f"cancel pl_{second}"]
    assert {each.reference: each.state for each in await world.attempts(ID)} == {first: OPEN, second: CLOSED}
    assert (await world.link(ID)).state is LinkState.OPEN
    assert await world.replies(ID) == ["forward"]


class Late(AbleBackend):
    """Its first answer to a look shows what was there when it was asked, once it is let."""

    def __init__(self) -> None:
        super().__init__(*PAUSES)
        self.late = asyncio.Event()

    async def fetch(self, provider_id: str) -> FetchedLink:
        shown = await super().fetch(provider_id)
        if not self.asked.is_set():
            self.asked.set()
            await self.late.wait()
        return shown


async def test_what_was_seen_before_another_has_looked_closes_nothing(world: World) -> None:
    """It was paused then, and has been resumed since."""
    shop = LinkRig(world, Late())
    await world.add_attempt(await world.add_link(), url="https://pay.test/1", expires_on=END)
    shop.backend.show(f"pl_{ID}", expires_on=END)
    shop.backend.asked.set()
    await shop.act(shop.acts.pause)
    await shop.looks()
    assert [each.state for each in await shop.objects()] == [CLOSED]
    shop.backend.asked.clear()
    await shop.act(shop.acts.refresh)
    slow = asyncio.create_task(shop.looks())
    await shop.backend.asked.wait()
    world.clock.advance(minutes=1)
    await shop.act(shop.acts.resume)
    resumed = await shop.looks()
    assert resumed.state is LinkState.OPEN
    shop.backend.late.set()
    assert (await slow).state is LinkState.OPEN
    assert [each.state for each in await shop.objects()] == [OPEN]
    assert await shop.said() == ["paused", "resumed"]
