"""A link is created at its backend once, whatever goes wrong on the way."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendRejected,
    BackendUnavailable,
    PaylinkError,
)
from bot.links.permissions import Permissions
from bot.links.possible import usable
from bot.links.retries import FIRST_RETRY, LONGEST_RETRY, PATIENCE
from bot.links.schedule import SOONEST
from bot.links.service import LinkService
from bot.ports.model import Closed, Link, LinkState
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.storage import Wake
from bot.ports.traffic import Say
from tests.fakes import INFO
from tests.unit.records import ACCOUNT, AMOUNT, SALES
from tests.unit.world import World

IN_FLIGHT, OPEN, ORPHAN = ProviderLinkState.IN_FLIGHT, ProviderLinkState.OPEN, ProviderLinkState.ORPHAN
NOT_SENT, LOST = BackendUnavailable("refused", sent="no"), BackendUnavailable("time-out", sent="unknown")
ID = "PL0123456789AB"


def service_of(world: World, public_url: str | None = None) -> LinkService:
    permissions = Permissions(world.storage, {"slack": world.chat}, world.clock)
    return LinkService(world.storage, {ACCOUNT: world.backend}, permissions, world.clock, public_url)


@pytest.fixture
def service(world: World) -> LinkService:
    return service_of(world)


@pytest.fixture
async def creating(world: World) -> Link:
    return await world.add_link(state=LinkState.CREATING, own_reference="PO-7")


async def states(world: World) -> list[tuple[str, ProviderLinkState]]:
    return [(attempt.reference, attempt.state) for attempt in await world.attempts(ID)]


async def try_until_settled(world: World, service: LinkService) -> Link:
    """Keep to the time that the link's row asks for, until it asks for none."""
    await service.run(ID)
    while (found := await world.link(ID)).state is LinkState.CREATING:
        assert found.retry_at is not None
        world.clock.advance(seconds=(found.retry_at - world.clock.now()).total_seconds())
        await service.run(ID)
    return found


async def test_a_link_is_created_and_its_card_owed(
    world: World, service: LinkService, creating: Link
) -> None:
    await service.run(ID)
    found = await world.link(ID)
    assert (found.state, found.trouble, found.retry_at) == (LinkState.OPEN, None, None)
    (attempt,) = await world.attempts(ID)
    assert (attempt.state, attempt.url) == (OPEN, f"https://pay.test/{ID}")
    assert await world.owed() == ["card"]
    assert Wake("delivery", SALES.lane) in world.wakes
    assert await world.replies(ID) == ["forward"]
    assert found.poll_at == world.clock.now() + SOONEST


async def test_the_backend_is_asked_for_exactly_what_was_confirmed(
    world: World, service: LinkService, creating: Link
) -> None:
    await service.run(ID)
    (request,) = world.backend.requests
    assert (request.amount, request.reference, request.link_id) == (AMOUNT, ID, ID)
    assert (request.customer, request.description) == (creating.customer, creating.description)
    assert request.own_reference == creating.own_reference == "PO-7"
    assert (request.expires_at, request.now) == (creating.expires_at, world.clock.now())


@pytest.mark.parametrize("proofs", [INFO.proof_headers, frozenset[str]()])
async def test_where_webhooks_prove_nothing_each_object_has_an_address_of_its_own(
    world: World, creating: Link, proofs: frozenset[str]
) -> None:
    world.backend.info = replace(INFO, proof_headers=proofs)
    await service_of(world, "https://pay.example").run(ID)
    (request,), (attempt,) = world.backend.requests, await world.attempts(ID)
    assert (attempt.webhook_token is None) is bool(proofs)
    assert request.webhook_url == (
        None if proofs else f"https://pay.example/webhooks/fakepay/{attempt.webhook_token}"
    )


async def test_a_link_already_open_is_not_created_again(
    world: World, service: LinkService, creating: Link
) -> None:
    await service.run(ID)
    await service.run(ID)
    await service.run("PLNOSUCHLINK00")
    assert world.backend.references == [ID]


async def test_the_attempt_is_committed_before_the_backend_is_asked(
    world: World, service: LinkService, creating: Link
) -> None:
    world.backend.may_answer.clear()
    running = asyncio.create_task(service.run(ID))
    await world.backend.asked.wait()
    assert await states(world) == [(ID, IN_FLIGHT)]
    world.backend.may_answer.set()
    await running
    assert await states(world) == [(ID, OPEN)]


async def test_what_was_surely_not_sent_is_tried_again_under_the_same_reference(
    world: World, service: LinkService, creating: Link
) -> None:
    world.backend.troubles.extend([NOT_SENT, NOT_SENT])
    found = await try_until_settled(world, service)
    assert (found.trouble, found.retry_at) == (None, None)
    assert world.backend.references == [ID, ID, ID]
    assert await states(world) == [(ID, OPEN)]


async def test_what_may_have_been_sent_is_an_orphan_and_the_next_has_its_own_reference(
    world: World, service: LinkService, creating: Link
) -> None:
    world.backend.troubles.extend([LOST, NOT_SENT, LOST])
    await try_until_settled(world, service)
    assert world.backend.references == [ID, f"{ID}-2", f"{ID}-2", f"{ID}-3"]
    assert await states(world) == [(ID, ORPHAN), (f"{ID}-2", ORPHAN), (f"{ID}-3", OPEN)]


async def test_while_it_waits_the_link_says_why_and_is_not_tried_early(
    world: World, service: LinkService, creating: Link
) -> None:
    world.backend.troubles.append(NOT_SENT)
    await service.run(ID)
    found = await world.link(ID)
    assert found.trouble == {"key": "unavailable", "backend": "FakePay"}
    assert found.retry_at is not None
    assert found.retry_at > world.clock.now()
    assert Wake("link", f"{ACCOUNT}:{ID}", found.retry_at) in world.wakes
    await service.run(ID)
    assert world.backend.references == [ID]
    assert await world.owed() == ["card"]


@pytest.mark.usefixtures("creating")
@pytest.mark.parametrize(
    "case",
    [
        (
            BackendRejected(("customer_email_invalid", "x"), field="email"),
            {"key": "rejected", "codes": "customer_email_invalid, x", "field": "email", "backend": "FakePay"},
            [],
        ),
        (BackendAuthFailed("401"), {"key": "auth", "backend": "FakePay"}, []),
        (BackendProtocolError("not JSON"), {"key": "protocol", "backend": "FakePay"}, [(ID, ORPHAN)]),
    ],
)
async def test_what_repeating_cannot_mend_closes_the_link_at_once_and_is_told(
    world: World,
    service: LinkService,
    case: tuple[PaylinkError, dict[str, str], list[tuple[str, ProviderLinkState]]],
) -> None:
    error, trouble, left = case
    world.backend.troubles.append(error)
    await service.run(ID)
    found = await world.link(ID)
    assert (found.state, found.closed, found.retry_at) == (LinkState.CLOSED, Closed.FAILED, None)
    assert found.trouble == trouble
    assert found.poll_at == (world.clock.now() + SOONEST if left else None)
    assert await states(world) == left
    assert await world.owed() == ["card"]
    world.clock.advance(days=1)
    await service.run(ID)
    assert world.backend.references == [ID]


@pytest.mark.parametrize("wait_s", [7.0, 90.0])
async def test_a_busy_backend_is_given_the_time_it_asks_for(
    world: World, service: LinkService, creating: Link, wait_s: float
) -> None:
    world.backend.troubles.append(BackendRateLimited(wait_s))
    await service.run(ID)
    found = await world.link(ID)
    assert found.retry_at == world.clock.now() + timedelta(seconds=wait_s)
    assert found.trouble == {"key": "busy", "backend": "FakePay"}
    assert (await try_until_settled(world, service)).state is LinkState.OPEN
    assert world.backend.references == [ID, ID]


@pytest.mark.parametrize("wait_s", [None, 0.0])
async def test_a_busy_backend_that_names_no_time_is_asked_again_after_a_while(
    world: World, service: LinkService, creating: Link, wait_s: float | None
) -> None:
    world.backend.troubles.append(BackendRateLimited(wait_s))
    await service.run(ID)
    assert (await world.link(ID)).retry_at == world.clock.now() + FIRST_RETRY
    assert (await try_until_settled(world, service)).state is LinkState.OPEN


async def test_a_mistake_of_ours_makes_no_link_again_and_again_and_is_told(
    world: World, service: LinkService, creating: Link
) -> None:
    world.backend.troubles.append(LookupError("ours"))  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        await service.run(ID)
    found = await world.link(ID)
    assert (found.state, found.closed) == (LinkState.CLOSED, Closed.FAILED)
    assert found.trouble == {"key": "protocol", "backend": "FakePay"}
    assert found.poll_at == world.clock.now() + SOONEST, "it may have been made, and be paid"
    assert await world.owed() == ["card"]


async def test_patience_ends_and_the_person_is_told(
    world: World, service: LinkService, creating: Link
) -> None:
    world.backend.troubles.extend([NOT_SENT] * 1000)
    found = await try_until_settled(world, service)
    assert (found.closed, found.trouble) == (Closed.FAILED, {"key": "gave_up", "backend": "FakePay"})
    assert found.retry_at is None
    waited = world.clock.now() - creating.created_at
    assert PATIENCE - LONGEST_RETRY <= waited <= PATIENCE
    assert len(world.backend.references) < 30


async def test_a_wait_beyond_all_patience_is_not_begun(
    world: World, service: LinkService, creating: Link
) -> None:
    world.backend.troubles.append(BackendRateLimited(86_400))
    await service.run(ID)
    found = await world.link(ID)
    assert (found.closed, found.trouble) == (Closed.FAILED, {"key": "busy", "backend": "FakePay"})


async def test_who_watches_apart_from_the_card_is_told_there_too(world: World, service: LinkService) -> None:
    await world.add_link(state=LinkState.CREATING, desk=True)
    await service.run(ID)
    assert await world.owed() == ["desk", "card"]


@pytest.mark.parametrize(("root", "after_s"), [(None, 1), ("m1", 0.3)])
async def test_who_watches_is_shown_a_link_after_its_card_if_that_comes_soon(
    world: World, service: LinkService, root: str | None, after_s: float
) -> None:
    made = await world.add_link(state=LinkState.CREATING, desk=True, created_at=world.clock.now())
    there = await world.read(lambda tx: tx.destinations.get(made.destination_id))
    await world.write(lambda tx: tx.destinations.put(replace(there, root=root)))
    await service.run(ID)
    owed = await world.read(lambda tx: list(tx.outbox.heads(SALES.lane)))
    [desk] = [one.not_before for one in owed if one.say is Say.DESK]
    assert desk == world.clock.now() + timedelta(seconds=after_s)


async def test_who_watches_is_not_shown_the_same_again(world: World, service: LinkService) -> None:
    """Slack lets five things be drawn there: an outage of a minute is to leave some for what comes of it."""
    await world.add_link(state=LinkState.CREATING, desk=True, created_at=world.clock.now())
    world.backend.troubles.extend([NOT_SENT] * 7)
    shown = []
    while (await world.link(ID)).state is LinkState.CREATING:
        await service.run(ID)
        shown.append(await world.owed())
        await world.say_all()
        world.clock.advance(minutes=1)
    assert shown == [["desk"], *([[]] * 6), ["desk", "card"]]


async def test_who_watches_is_told_when_patience_ends(world: World, service: LinkService) -> None:
    await world.add_link(state=LinkState.CREATING, desk=True, created_at=world.clock.now())
    world.backend.troubles.extend([NOT_SENT] * 1000)
    while (await world.link(ID)).state is LinkState.CREATING:
        await world.say_all()
        world.clock.advance(minutes=1)
        await service.run(ID)
    assert await world.owed() == ["desk"]


async def test_a_failure_is_told_only_where_the_person_watches(world: World, service: LinkService) -> None:
    await world.add_link(state=LinkState.CREATING, desk=True)
    world.backend.troubles.append(BackendAuthFailed("401"))
    await service.run(ID)
    assert await world.owed() == ["desk"]


def test_the_customer_is_sent_to_the_newest_object_that_is_open() -> None:
    found = [
        ProviderLink(ID, number, ACCOUNT, f"{ID}-{number}", state, AMOUNT)
        for number, state in enumerate([OPEN, ORPHAN, OPEN, IN_FLIGHT])
    ]
    assert usable(found) is found[2]
    assert usable(found[1:2]) is None
