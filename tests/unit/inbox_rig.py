"""A receiver and a processor over a real database."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.inbox.process import Handler, Processor, WebhookHandler
from bot.inbox.receive import STRIPES, Receiver
from bot.ports.model import Event, EventKind
from bot.ports.traffic import inbox_key
from tests.fakes import PROOF, FakeBackend
from tests.unit.records import ACCOUNT
from tests.unit.world import World

ID = "PL0123456789AB"
CAPTURED = EventKind.CAPTURED


class InboxRig:
    """A receiver and a processor over a real database, for two accounts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.backends = {ACCOUNT: world.backend, "other": FakeBackend()}
        self.receiver = Receiver(world.storage, self.backends, world.clock)

    async def receive(
        self, body: bytes, *events: Event, account: str = ACCOUNT, proof: Mapping[str, str] = PROOF
    ) -> None:
        """A webhook comes in; nothing is done with it yet."""
        self.backends[account].webhooks[body] = events
        await self.receiver.webhook(account, proof, body)

    async def process(self, handler: Handler | None = None) -> None:
        """Work off everything that waits."""
        webhook = handler or WebhookHandler(self.backends, self.world.clock)
        for kind, stripe in await self.waiting():
            await Processor(self.world.storage, {"webhook": webhook}, self.world.clock).run(
                inbox_key(kind, stripe)
            )
        await asyncio.sleep(0)  # the last notes come once it has ended

    @property
    def warned(self) -> list[str]:
        return [note.event for note in self.world.notes if note.warns]

    async def waiting(self) -> Sequence[tuple[str, int]]:
        return await self.world.read(lambda tx: tx.inbox.stripes())

    async def rows(self) -> list[bytes]:
        """The bodies that wait, in the order in which they came."""
        found = [
            row
            for stripe in range(STRIPES)
            for row in await self.world.read(
                lambda tx, stripe=stripe: tx.inbox.waiting("webhook", stripe, 100)  # type: ignore[misc]
            )
        ]
        return [row.fact.body for row in sorted(found, key=lambda row: row.id)]
