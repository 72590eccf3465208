"""Who may make links: what is written down, else what the chat says; and what becomes of their links."""

import pytest

from bot.errors import ChatUnavailable
from bot.links.permissions import LASTS, Permissions
from bot.links.service import LinkService
from bot.ports.model import Closed, Link, LinkState, Person, Standing
from tests.unit.records import ACCOUNT, ALICE, BOB
from tests.unit.test_link_service import ID, service_of, states, try_until_settled
from tests.unit.world import World

ADMITTED, REFUSED = Standing.ADMITTED, Standing.REFUSED


@pytest.fixture
def permissions(world: World) -> Permissions:
    return Permissions(world.storage, {"slack": world.chat}, world.clock)


@pytest.fixture
async def creating(world: World) -> Link:
    return await world.add_link(state=LinkState.CREATING)


@pytest.fixture
def service(world: World) -> LinkService:
    return service_of(world)


async def know(world: World, person: Person, standing: Standing) -> None:
    await world.write(lambda tx: tx.people.put(person, standing))


@pytest.mark.parametrize("standing", Standing)
async def test_what_is_written_down_is_not_asked_again(
    world: World, permissions: Permissions, standing: Standing
) -> None:
    await know(world, ALICE, standing)
    world.clock.advance(seconds=LASTS.total_seconds())
    assert (await permissions.standing(ALICE), world.chat.asked) == (standing, [])


@pytest.mark.parametrize("standing", Standing)
async def test_a_stranger_is_asked_about_once(
    world: World, permissions: Permissions, standing: Standing
) -> None:
    world.chat.standings[ALICE.user] = standing
    assert [await permissions.standing(ALICE) for _ in range(3)] == [standing] * 3
    assert world.chat.asked == [ALICE.user]


async def test_what_was_written_down_long_ago_is_asked_again_and_may_have_changed(
    world: World, permissions: Permissions
) -> None:
    await know(world, ALICE, ADMITTED)
    world.chat.standings[ALICE.user] = REFUSED
    world.clock.advance(seconds=LASTS.total_seconds() + 1)
    assert await permissions.standing(ALICE) is REFUSED
    assert await world.read(lambda tx: tx.people.standing(ALICE)) is REFUSED


async def test_where_the_chat_has_nothing_to_add_what_is_written_down_holds_however_old(
    world: World, permissions: Permissions
) -> None:
    for person, standing in ((ALICE, ADMITTED), (BOB, REFUSED)):
        await know(world, person, standing)
        world.chat.standings[person.user] = None
        world.clock.advance(days=400)
        assert await permissions.standing(person) is standing


async def test_where_nobody_knows_a_person_they_are_refused(world: World, permissions: Permissions) -> None:
    world.chat.standings[ALICE.user] = None
    assert await permissions.standing(ALICE) is REFUSED


async def test_an_answer_that_does_not_come_is_no_answer(world: World, permissions: Permissions) -> None:
    world.chat.unanswered.append(ChatUnavailable("503", sent="unknown"))
    with pytest.raises(ChatUnavailable):
        await permissions.standing(ALICE)
    assert await world.read(lambda tx: tx.people.standing(ALICE)) is None
    assert await permissions.standing(ALICE) is ADMITTED


async def test_who_is_refused_by_the_chat_makes_no_link(
    world: World, service: LinkService, creating: Link
) -> None:
    world.chat.standings[creating.creator.user] = Standing.REFUSED
    await service.run(ID)
    found = await world.link(ID)
    assert (found.state, found.closed) == (LinkState.CLOSED, Closed.FAILED)
    assert found.trouble is not None
    assert found.trouble["key"] == "refused"
    assert (world.backend.requests, await states(world)) == ([], [])


async def test_the_backend_waits_until_the_chat_has_said_who_it_is(
    world: World, service: LinkService, creating: Link
) -> None:
    world.chat.unanswered.append(ChatUnavailable("503", sent="unknown"))
    await service.run(ID)
    assert ((await world.link(ID)).state, world.backend.requests) == (LinkState.CREATING, [])
    assert (await try_until_settled(world, service)).state is LinkState.OPEN
    assert world.backend.references == [ID]


async def test_a_chat_that_cannot_be_asked_is_not_said_to_be_a_backend_without_a_name(
    world: World, service: LinkService, creating: Link
) -> None:
    world.chat.unanswered.extend([ChatUnavailable("503", sent="unknown")] * 1000)
    found = await try_until_settled(world, service)
    assert found.closed is Closed.FAILED
    assert found.trouble is not None
    assert found.trouble["key"] != "gave_up" or found.trouble["backend"]


async def test_a_link_of_a_chat_that_is_no_longer_in_the_settings_is_given_up(
    world: World, creating: Link
) -> None:
    nobody = Permissions(world.storage, {}, world.clock)
    service = LinkService(world.storage, {ACCOUNT: world.backend}, nobody, world.clock)
    assert (await try_until_settled(world, service)).closed is Closed.FAILED
    assert world.backend.requests == []
