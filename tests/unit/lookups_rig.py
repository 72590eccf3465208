"""A link that is open at its backend, webhooks about it that say too little, and what is fetched for them."""

import asyncio
from datetime import timedelta

from bot.inbox.process import Processor, WebhookHandler
from bot.inbox.receive import Receiver
from bot.links import lifecycle
from bot.links.lookups import Lookups, key_of
from bot.ports.model import Event, EventKind
from bot.ports.traffic import Lookup, inbox_key
from tests.fakes import PROOF
from tests.unit.records import ACCOUNT, AMOUNT, event
from tests.unit.world import World

K = EventKind
ID = "PL0123456789AB"
BARE = event(K.CAPTURED, key="evt_bare", amounts={})
FETCHED = event(K.CAPTURED, key="fetched:pay_1:Captured", amounts={K.AUTHORISED: AMOUNT, K.CAPTURED: AMOUNT})


class LookupsRig:
    """A link that is open at its backend, webhooks that come in, and the lookups that follow."""

    def __init__(self, world: World) -> None:
        self.world, self.backend = world, world.backend
        self.lookups = Lookups(world.storage, {ACCOUNT: self.backend}, world.clock)
        self.handler = WebhookHandler({ACCOUNT: self.backend}, world.clock)

    async def hears(self, *told: Event) -> None:
        for one in told:
            self.backend.webhooks[one.key.encode()] = (one,)
            await self.gets(one.key.encode())

    async def gets(self, body: bytes) -> None:
        """A webhook comes in and is worked off."""
        await Receiver(self.world.storage, {ACCOUNT: self.backend}, self.world.clock).webhook(
            ACCOUNT, PROOF, body
        )
        await self.works()

    async def works(self) -> None:
        """What waits is worked off."""
        for kind, stripe in await self.world.read(lambda tx: tx.inbox.stripes()):
            await Processor(self.world.storage, {"webhook": self.handler}, self.world.clock).run(
                inbox_key(kind, stripe)
            )
        await asyncio.sleep(0)  # the last notes come once it has ended

    async def due(self) -> list[Lookup]:
        return list(await self.world.read(lambda tx: tx.lookups.due(self.world.clock.now())))

    async def looks(self) -> None:
        """Everything that is due now is looked up."""
        for lookup in await self.due():
            await self.lookups.run(key_of(lookup))

    async def waits(self) -> timedelta:
        """Until the next lookup is due; how long that was."""
        pending = await self.world.read(lambda tx: tx.lookups.due(self.world.clock.now() + timedelta(days=9)))
        wait = min(lookup.not_before for lookup in pending) - self.world.clock.now()
        self.world.clock.advance(seconds=max(wait.total_seconds(), 0))
        return wait

    async def left(self) -> int:
        far = self.world.clock.now() + timedelta(days=9)
        return len(await self.world.read(lambda tx: tx.lookups.due(far)))

    async def said(self) -> list[str]:
        return await self.world.replies(ID)

    async def headline(self) -> str:
        return lifecycle.headline(await self.world.link(ID), await self.world.payments(ID))
