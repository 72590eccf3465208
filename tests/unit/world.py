"""A real database with fakes around it, and the looks that tests take at its rows."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from bot.links.events import correlate, record
from bot.ports.model import Account, Destination, Draft, DraftState, Event, Link, Mode, Payment, Place, Reach
from bot.ports.provider_links import ProviderLink, ProviderLinkState, new_reference
from bot.ports.storage import Note, Transaction, Wake
from bot.ports.traffic import InboundFact, InboxState, OwedState, Say
from storage.engine import SqlStorage
from tests.fakes import START, Clock, FakeBackend, FakeChat
from tests.unit.records import ACCOUNT, ALICE, SALES, link

T = TypeVar("T")


@dataclass
class World:
    """Everything that a part under test is given."""

    storage: SqlStorage
    clock: Clock
    wakes: list[Wake]
    notes: list[Note]
    chat: FakeChat = field(default_factory=FakeChat)
    backend: FakeBackend = field(default_factory=FakeBackend)
    _heard: int = 0

    @classmethod
    async def begin(cls, url: str) -> "World":
        """On a migrated database; two accounts are known."""
        clock, wakes, notes = Clock(), list[Wake](), list[Note]()
        world = cls(SqlStorage(url, clock, wakes.append, notes.append), clock, wakes, notes)
        for name in (ACCOUNT, "other"):
            account = Account(name, "fakepay", Mode.TEST)
            await world.write(lambda tx, account=account: tx.accounts.put(account))  # type: ignore[misc]
        return world

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        result = await self.storage.write(fn)
        await asyncio.sleep(0)  # its notes come once its caller has gone on
        return result

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        return await self.storage.read(fn)

    async def destination(self, place: Place = SALES) -> Destination:
        """A fresh thread in a place."""
        return await self.write(lambda tx: tx.destinations.add(place, "en"))

    async def add_link(self, place: Place = SALES, *, desk: bool = False, **changes: object) -> Link:
        """A link with its confirmed draft; with a `desk`, somebody watches apart from the card."""
        destination = await self.destination(place)
        made = link(destination_id=destination.id, **changes)
        draft = Draft(
            id=made.id,
            state=DraftState.CONFIRMED,
            person=ALICE,
            destination_id=destination.id,
            account_id=ACCOUNT,
            version=2,
            answers={},
            problems={},
            choosing=False,
            desk={"view": "V1"} if desk else {},
            expires_at=START,
        )
        await self.write(lambda tx: tx.drafts.add(draft))
        await self.write(lambda tx: tx.links.add(made))
        return made

    async def add_attempt(self, made: Link, attempt: int = 1, **changes: object) -> ProviderLink:
        """An object of a link at its backend; it is open there unless `changes` say otherwise."""
        reference = new_reference(made.id, attempt)
        plain = ProviderLink(
            made.id, attempt, ACCOUNT, reference, ProviderLinkState.OPEN, made.amount, f"pl_{reference}"
        )
        known = replace(plain, **changes)  # type: ignore[arg-type]
        await self.write(lambda tx: tx.provider_links.put(known))
        return known

    async def hear(self, *told: Event) -> None:
        """Events that webhooks have told, each in a row of its own, also one that was told before."""
        for one in told:
            self._heard += 1
            fact = InboundFact("webhook", ACCOUNT, f"{one.key} {self._heard}", 0, b"")
            await self.write(lambda tx, one=one, fact=fact: _record(tx, fact, one, self.clock.now()))  # type: ignore[misc]

    async def link(self, link_id: str) -> Link:
        found = await self.read(lambda tx: tx.links.get(link_id))
        assert found is not None
        return found

    async def attempts(self, link_id: str) -> Sequence[ProviderLink]:
        return await self.read(lambda tx: tx.provider_links.of(link_id))

    async def payments(self, link_id: str) -> Sequence[Payment]:
        return await self.read(lambda tx: tx.payments.of(link_id))

    async def owed(self, place: Place = SALES) -> list[str]:
        """What comes next in a lane, as `card` or `reply paid`."""
        heads = await self.read(lambda tx: list(tx.outbox.heads(place.lane)))
        return [f"{owed.say} {owed.key}".strip() for owed in heads]

    async def replies(self, subject: str) -> list[str]:
        """Every line that was ever owed to a link's thread, oldest first; the lane is said empty for it."""
        said: list[str] = []
        while heads := await self.read(lambda tx: list(tx.outbox.heads(SALES.lane))):
            said += [owed.key for owed in heads if owed.say is Say.REPLY and owed.subject == subject]
            await self.say_all()
        return said

    async def say_all(self) -> None:
        """As if everything owed in the channel SALES had been said."""
        for owed in await self.read(lambda tx: list(tx.outbox.heads(SALES.lane))):
            await self.write(lambda tx, owed=owed: tx.outbox.settle(owed, OwedState.SAID))  # type: ignore[misc]

    async def mark_gone(self, destination: Destination) -> None:
        await self.write(lambda tx: tx.destinations.put(replace(destination, reach=Reach.GONE)))


def _record(tx: Transaction, fact: InboundFact, told: Event, now: datetime) -> None:
    assert tx.inbox.add(fact, now)
    (row,) = [row for row in tx.inbox.waiting(fact.kind, fact.stripe, 1000) if row.fact.key == fact.key]
    record(tx, ACCOUNT, correlate(tx, ACCOUNT, told), told, now, inbound_id=row.id)
    tx.inbox.close(row.id, InboxState.DONE)
