"""An unsigned webhook is believed nothing: it comes to one link's own address, and the truth is fetched."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import pytest
import structlog
from structlog.testing import capture_logs

from bot.errors import WebhookRejected
from bot.inbox.process import HintHandler, Processor
from bot.inbox.receive import Receiver, stripe_of
from bot.links.lookups import Lookups, key_of
from bot.links.payments import captured
from bot.ports.model import Event, EventKind
from bot.ports.storage import Storage, Transaction, Wake
from bot.ports.traffic import HINT, InboundFact, inbox_key
from tests.fakes import INFO, PROOF, FakeBackend
from tests.unit.records import ACCOUNT, AMOUNT, event
from tests.unit.world import World

T = TypeVar("T")
ID, TOKEN = "PL0123456789AB", "a" * 32
UNSIGNED = replace(INFO, proof_headers=frozenset())
PAID = event(EventKind.CAPTURED, key="fetched:pay_1", amounts={EventKind.CAPTURED: AMOUNT})


class Door:
    """A link with an address of its own, hints that come to it, and what follows from them."""

    def __init__(self, world: World) -> None:
        self.world, self.backend = world, FakeBackend(UNSIGNED)
        self.backends = {ACCOUNT: self.backend}
        self.receiver = Receiver(world.storage, self.backends, world.clock)

    async def hears(self, body: bytes = b"{}", token: str = TOKEN, *mentioned: str) -> None:
        self.backend.mentioned[body] = mentioned
        await self.receiver.webhook(ACCOUNT, {}, body, token)
        await asyncio.sleep(0)  # notes come once the caller has gone on

    async def works_off(self) -> int:
        """Everything that waits; how many facts that was."""
        stripes = await self.world.read(lambda tx: tx.inbox.stripes())
        rows = [
            row
            for kind, stripe in stripes
            for row in await self.world.read(lambda tx, at=(kind, stripe): tx.inbox.waiting(*at, 100))  # type: ignore[misc]
        ]
        handler = HintHandler(self.backends, self.world.clock)
        for kind, stripe in stripes:
            await Processor(self.world.storage, {HINT: handler}, self.world.clock).run(
                inbox_key(kind, stripe)
            )
        return len(rows)

    async def looks_up(self, *fetched: Event) -> None:
        self.backend.payments["pay_1"] = fetched
        lookups = Lookups(self.world.storage, self.backends, self.world.clock)
        for lookup in await self.world.read(lambda tx: tx.lookups.due(self.world.clock.now())):
            await lookups.run(key_of(lookup))


@pytest.fixture
async def door(world: World) -> Door:
    link = await world.add_link()
    await world.add_attempt(link, webhook_token=TOKEN)
    return Door(world)


class Watched:
    """A database that tells what it was asked for."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.asked: list[str] = []

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        self.asked.append("write")
        return await self._storage.write(fn)

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        self.asked.append("read")
        return await self._storage.read(fn)

    async def accept(self, fact: InboundFact, at: datetime) -> None:
        self.asked.append("accept")
        await self._storage.accept(fact, at)


@pytest.mark.parametrize(
    ("backend", "token", "asked"),
    [
        (ACCOUNT, "b" * 32, ["read"]),
        (ACCOUNT, "b" * 31, []),
        (ACCOUNT, "wp-login.php", []),
        ("nobody", TOKEN, []),
    ],
)
async def test_an_address_that_nobody_was_given_keeps_no_writer_busy(
    world: World, door: Door, backend: str, token: str, asked: list[str]
) -> None:
    """Strangers can send as many as they like, and what fails has all that is written beside it run again."""
    watched = Watched(world.storage)
    with pytest.raises(WebhookRejected) as raised:
        await Receiver(watched, door.backends, world.clock).webhook(backend, {}, b"{}", token)
    assert (raised.value.status, watched.asked) == (404, asked)


async def test_a_hint_is_looked_at_at_once_and_counted(world: World, door: Door) -> None:
    await door.hears()
    assert Wake("inbox", inbox_key(HINT, stripe_of(ID))) in world.wakes
    told = [note.facts for note in world.notes if note.event == "inbound.accepted"]
    assert told == [{"kind": HINT, "link": ID}]


async def test_identical_hints_are_all_kept_and_lead_to_one_look(world: World, door: Door) -> None:
    for _ in range(3):
        await door.hears()
    assert await door.works_off() == 3
    assert (await world.link(ID)).poll_at == world.clock.now()
    assert Wake("watch", ID) in world.wakes


async def test_a_payment_that_a_hint_speaks_of_is_fetched_and_only_then_believed(
    world: World, door: Door
) -> None:
    await door.hears(b'{"order_id": "pay_1"}', TOKEN, "pay_1")
    await door.works_off()
    assert await world.payments(ID) == []
    assert ((await world.link(ID)).poll_at, Wake("watch", ID) in world.wakes) == (None, False)
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        await door.looks_up(PAID)
    (payment,) = await world.payments(ID)
    assert captured(payment) == AMOUNT
    assert {line.get("link") for line in lines if line["event"] == "backend.asked"} == {ID}


class Overtaken(FakeBackend):
    """Something happens between its answer and its being heard."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        super().__init__(UNSIGNED)
        self.meanwhile = meanwhile

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        told = await super().fetch_payment(provider_payment_id)
        await self.meanwhile()
        return told


async def test_hints_at_one_payment_that_wait_together_are_one_question(world: World, door: Door) -> None:
    other = await world.add_link(id="PL0123456789AC", public_token="other")
    await world.add_attempt(other, webhook_token="c" * 32)
    for token in (TOKEN, "c" * 32, TOKEN, TOKEN):
        await door.hears(b'{"order_id": "pay_1"}', token, "pay_1")
    assert await door.works_off() == 4
    due = await world.read(lambda tx: tx.lookups.due(world.clock.now()))
    asked = await world.read(lambda tx: [tx.inbox.get(lookup.inbound_id) for lookup in due])
    assert sorted(row.fact.hints_at or "" for row in asked if row) == [ID, other.id]
    await door.looks_up(PAID)
    assert (len(await world.payments(ID)), door.backend.looks.count("payment pay_1")) == (1, 2)


async def test_a_hint_that_comes_while_its_payment_is_fetched_has_it_fetched_again(
    world: World, door: Door
) -> None:
    async def hint() -> None:
        await door.hears(b'{"order_id": "pay_1"}', TOKEN, "pay_1")
        await door.works_off()

    door.backend = door.backends[ACCOUNT] = Overtaken(hint)
    await hint()
    await door.looks_up(PAID)
    assert len(await world.read(lambda tx: tx.lookups.due(world.clock.now()))) == 1


async def test_a_hint_tells_nothing_of_another_links_payment(world: World, door: Door) -> None:
    other = await world.add_link(id="PL0123456789AC", public_token="other")
    await world.add_attempt(other)
    await door.hears(b'{"order_id": "pay_1"}', TOKEN, "pay_1")
    await door.works_off()
    await door.looks_up(replace(PAID, reference=other.id))
    assert (await world.payments(ID), await world.payments(other.id)) == ([], [])


async def test_a_payment_is_known_by_the_providers_id_of_its_link_too(world: World, door: Door) -> None:
    await door.hears(b'{"order_id": "pay_1"}', TOKEN, "pay_1")
    await door.works_off()
    await door.looks_up(replace(PAID, reference=None, provider_link_id=f"pl_{ID}"))
    assert len(await world.payments(ID)) == 1


async def test_an_address_is_found_only_at_its_own_backend(world: World, door: Door) -> None:
    receiver = Receiver(world.storage, {**door.backends, "other": FakeBackend(UNSIGNED)}, world.clock)
    with pytest.raises(WebhookRejected) as rejected:
        await receiver.webhook("other", {}, b"{}", TOKEN)
    assert (rejected.value.status, await door.works_off()) == (404, 0)


@pytest.mark.parametrize("token", ["", "b" * 32, TOKEN.upper(), ID])
async def test_an_address_that_no_link_has_is_not_found(world: World, door: Door, token: str) -> None:
    with pytest.raises(WebhookRejected) as rejected:
        await door.hears(token=token)
    assert rejected.value.status == 404
    assert await door.works_off() == 0


async def test_who_proves_nothing_has_no_common_address_and_who_proves_has_no_other(
    world: World, door: Door
) -> None:
    with pytest.raises(WebhookRejected):
        await door.receiver.webhook(ACCOUNT, PROOF, b"{}")
    signed = Receiver(world.storage, {ACCOUNT: world.backend}, world.clock)
    with pytest.raises(WebhookRejected):
        await signed.webhook(ACCOUNT, PROOF, b"{}", TOKEN)
    assert await door.works_off() == 0
