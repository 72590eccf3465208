"""Two transactions of PostgreSQL at once, each at the worst place of the other's."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from bot.delivery.outbox import Content, Delivery
from bot.inbox.process import Processor
from bot.ports.model import Destination, Draft, DraftState, Link
from bot.ports.storage import Transaction
from bot.ports.traffic import Deed, Inbound, Owed
from storage.engine import SqlStorage
from tests.contract.records import NOW, SALES, a_fact
from tests.databases import new_database
from tests.fakes import Clock
from tests.rigs import PATIENCE_S
from tests.unit.outbox_rig import LANE, OutboxRig
from tests.unit.records import ALICE
from tests.unit.talking import COMPLETE, Conversation
from tests.unit.world import World

_WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Server:
    """A storage that two use at once, and whether one of them waits for the other."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.storage = SqlStorage(url, self.clock, lambda _: None, direct=True)
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")

    def until_somebody_waits_or(self, done: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        with self._engine.connect() as connection:
            while not done() and not connection.execute(text(_WAITING)).rowcount:
                assert time.monotonic() < deadline

    async def close(self) -> None:
        self._engine.dispose()
        await self.storage.close()


@pytest.fixture
def own(postgresql: str) -> str:
    return new_database(postgresql)


@pytest.fixture
async def server(own: str) -> AsyncIterator[Server]:
    made = Server(own)
    yield made
    await made.close()


async def test_what_two_learn_of_a_place_at_once_is_both_kept(server: Server) -> None:
    """As when somebody answers a question while the answer to a card's post comes in."""
    read, posted = threading.Event(), threading.Event()

    def answered(tx: Transaction) -> None:
        before = tx.destinations.get(there.id)
        read.set()
        assert posted.wait(PATIENCE_S)
        tx.destinations.put(replace(before, prompt=None))

    def said(tx: Transaction) -> None:
        tx.destinations.put(replace(tx.destinations.get(there.id), root="m1"))

    there = await server.storage.write(lambda tx: tx.destinations.add(SALES, "en"))
    await server.storage.write(lambda tx: tx.destinations.put(replace(there, prompt="q1")))
    answering = asyncio.create_task(server.storage.write(answered))
    assert await asyncio.to_thread(read.wait, PATIENCE_S)
    await server.storage.write(said)
    posted.set()
    await answering
    found = await server.storage.read(lambda tx: tx.destinations.get(there.id))
    assert (found.root, found.prompt) == ("m1", None)


async def test_an_inbound_row_is_applied_by_one_of_two_that_work_on_it(server: Server) -> None:
    """As when the one was held to be dead."""
    begun: list[str] = []
    applying, met = threading.Event(), threading.Event()

    def handle(tx: Transaction, row: Inbound) -> None:
        begun.append(row.fact.key)
        applying.set()
        assert met.wait(PATIENCE_S)
        tx.deeds.add(Deed("settings", "apply", ALICE, NOW))

    for key in ("one", "two"):
        await server.storage.accept(a_fact(key), NOW)
    fact = a_fact("one")
    two = [Processor(server.storage, {fact.kind: handle}, server.clock) for _ in range(2)]
    first = asyncio.create_task(two[0].run(fact.stripe_key))
    assert await asyncio.to_thread(applying.wait, PATIENCE_S)
    second = asyncio.create_task(two[1].run(fact.stripe_key))
    await asyncio.to_thread(server.until_somebody_waits_or, lambda: len(begun) > 1)
    met.set()
    await asyncio.gather(first, second)
    assert begun == ["one", "two"]
    assert len(await server.storage.read(lambda tx: tx.deeds.of("settings"))) == 2


@pytest.mark.parametrize("how", ["pressed", "submitted"])
async def test_what_is_confirmed_twice_at_once_is_one_link_for_both(
    server: Server, own: str, how: str
) -> None:
    world = await World.begin(own)
    drafted = await Conversation(world).begin(COMPLETE, {"view": "V1"})
    draft, stored = drafted.draft, threading.Event()

    def confirmed(tx: Transaction) -> Draft | Link:
        if how == "submitted":
            return drafted.talk.submit(tx, draft.id, ALICE, draft.answers, {})
        return drafted.talk.confirm(tx, draft.id, draft.version, ALICE)

    def confirmed_slowly(tx: Transaction) -> Draft | Link:
        link = confirmed(tx)
        stored.set()
        server.until_somebody_waits_or(lambda: False)
        return link

    first = asyncio.create_task(world.storage.write(confirmed_slowly))
    assert await asyncio.to_thread(stored.wait, PATIENCE_S)
    second = await world.storage.write(confirmed)
    assert isinstance(second, Link)
    assert second == await first
    await world.storage.close()


async def test_a_draft_that_is_confirmed_while_another_is_begun_stays_confirmed(
    server: Server, own: str
) -> None:
    world = await World.begin(own)
    drafted = await Conversation(world).begin(COMPLETE)
    draft, stored = drafted.draft, threading.Event()

    def confirmed(tx: Transaction) -> None:
        drafted.talk.confirm(tx, draft.id, draft.version, ALICE)
        stored.set()
        server.until_somebody_waits_or(lambda: False)

    confirming = asyncio.create_task(world.storage.write(confirmed))
    assert await asyncio.to_thread(stored.wait, PATIENCE_S)
    await world.storage.write(lambda tx: drafted.talk.begin(tx, ALICE, drafted.place, COMPLETE))
    await confirming
    found = await world.storage.read(lambda tx: tx.drafts.get(draft.id))
    assert found is not None
    assert found.state is DraftState.CONFIRMED
    await world.storage.close()


async def test_a_card_that_is_found_while_it_is_worded_once_more_is_not_posted_again(
    server: Server, own: str
) -> None:
    """Its first post's answer was lost, and somebody presses its button just then."""
    world = await World.begin(own)
    mail = OutboxRig(world)
    there, worded, pressed = await mail.thread(), threading.Event(), threading.Event()
    await mail.card(there)

    def render(tx: Transaction, owed: Owed, to: Destination) -> tuple[Content, Mapping[str, str]]:
        worded.set()
        assert pressed.wait(PATIENCE_S)
        return mail.render(tx, owed, to)

    def found(tx: Transaction) -> None:
        tx.destinations.put(replace(tx.destinations.get(there.id), root="m9"))
        tx.outbox.owe_card("PL1", there.id, world.clock.now())

    delivery = Delivery(world.storage, {"slack": world.chat}, render, world.clock)
    telling = asyncio.create_task(delivery.run(LANE))
    assert await asyncio.to_thread(worded.wait, PATIENCE_S)
    await server.storage.write(found)
    pressed.set()
    await telling
    assert set(world.chat.said) == {"edit m9 card"}
    await world.storage.close()
