"""Where a provider can find a link by our reference, one whose answer was lost is taken, not made again."""

from collections import deque
from datetime import timedelta

import pytest

from bot.errors import BackendRateLimited, BackendUnavailable, PaylinkError
from bot.links.permissions import Permissions
from bot.links.retries import FIRST_RETRY, LONGEST_RETRY
from bot.links.service import LinkService
from bot.money import Money
from bot.ports.backend import CreatedLink, FetchedLink
from bot.ports.chat import Verb
from bot.ports.model import LinkState
from bot.ports.provider_links import ProviderLinkState
from bot.ports.traffic import Deed
from tests.fakes import FakeBackend
from tests.unit.records import ACCOUNT, ALICE, AMOUNT
from tests.unit.world import World

ID = "PL0123456789AB"
LOST = BackendUnavailable("time-out", sent="unknown")


class FindingBackend(FakeBackend):
    """Knows what it has made although it could not say so."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[str, CreatedLink] = {}
        self.sought: list[str] = []
        self.hiding: deque[PaylinkError] = deque()

    async def find(self, reference: str) -> CreatedLink | None:
        self.sought.append(reference)
        if self.hiding:
            raise self.hiding.popleft()
        return self.made.get(reference)

    def has_made(self, provider_id: str, amount: Money = AMOUNT, *, usable: bool = True) -> None:
        self.made[ID] = CreatedLink(provider_id, f"https://pay.test/{provider_id}", None)
        self.links[provider_id] = FetchedLink(
            provider_id, ID, amount, usable=usable, received=False, expires_on=None, payment_ids=()
        )


@pytest.fixture
async def backend(world: World) -> FindingBackend:
    await world.add_link(state=LinkState.CREATING)
    return FindingBackend()


async def tried(world: World, backend: FindingBackend) -> None:
    permissions = Permissions(world.storage, {"slack": world.chat}, world.clock)
    world.clock.advance(minutes=1)
    await LinkService(world.storage, {ACCOUNT: backend}, permissions, world.clock).run(ID)


async def test_a_link_that_was_made_although_its_answer_was_lost_is_taken(
    world: World, backend: FindingBackend
) -> None:
    backend.troubles.append(LOST)
    await tried(world, backend)
    assert backend.sought == []  # there was nothing to look for before the first attempt
    backend.has_made("pl_lost")
    await tried(world, backend)
    (attempt,) = await world.attempts(ID)
    assert (attempt.state, attempt.provider_id) == (ProviderLinkState.OPEN, "pl_lost")
    assert (await world.link(ID)).state is LinkState.OPEN
    assert backend.references == [ID]


@pytest.mark.parametrize(("amount", "usable"), [(Money(499_000, "EUR"), True), (AMOUNT, False)])
async def test_what_is_over_another_sum_or_over_already_is_not_taken(
    world: World, backend: FindingBackend, amount: Money, *, usable: bool
) -> None:
    backend.troubles.append(LOST)
    await tried(world, backend)
    backend.has_made("pl_lost", amount, usable=usable)
    await tried(world, backend)
    assert backend.references == [ID, f"{ID}-2"]
    lost, made = await world.attempts(ID)
    assert (lost.state, lost.provider_id) == (ProviderLinkState.ORPHAN, None)
    assert (made.state, made.provider_id) == (ProviderLinkState.OPEN, f"pl_{ID}-2")


async def test_what_was_not_made_is_made_under_the_next_reference(
    world: World, backend: FindingBackend
) -> None:
    backend.troubles.append(LOST)
    await tried(world, backend)
    await tried(world, backend)
    assert backend.sought == [ID]
    assert backend.references == [ID, f"{ID}-2"]


async def test_nothing_is_made_while_it_is_not_known_whether_it_was(
    world: World, backend: FindingBackend
) -> None:
    backend.troubles.append(LOST)
    await tried(world, backend)
    backend.hiding.extend([LOST, BackendRateLimited(30)])
    await tried(world, backend)
    waiting = await world.link(ID)
    assert (waiting.trouble or {}).get("key") == "unavailable"
    assert waiting.retry_at == world.clock.now() + LONGEST_RETRY
    await tried(world, backend)
    assert ((await world.link(ID)).trouble or {}).get("key") == "busy"
    assert backend.references == [ID]
    await tried(world, backend)
    assert backend.references == [ID, f"{ID}-2"]


async def test_a_failed_search_for_an_extension_is_repeated_as_soon_as_one_for_a_new_link(
    world: World,
) -> None:
    now, extended = world.clock.now(), "PL00000000000E"
    await world.add_link(
        state=LinkState.CREATING, id=extended, public_token="e" * 32, created_at=now - timedelta(days=3)
    )
    made = await world.link(extended)
    await world.add_attempt(made, state=ProviderLinkState.ORPHAN, provider_id=None)
    await world.write(lambda tx: tx.deeds.add(Deed(extended, Verb.EXTEND, ALICE, now)))
    backend = FindingBackend()
    backend.hiding.append(BackendUnavailable("503", sent="no"))
    permissions = Permissions(world.storage, {"slack": world.chat}, world.clock)
    await LinkService(world.storage, {ACCOUNT: backend}, permissions, world.clock).run(extended)
    assert (await world.link(extended)).retry_at == now + FIRST_RETRY
