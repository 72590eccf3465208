"""A link that is polled, and what its backend shows of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from structlog.testing import capture_logs

from bot.links import lifecycle
from bot.links.watching import Watch
from bot.money import Money
from bot.ports.backend import FetchedLink
from bot.ports.model import Event, EventKind, Link
from bot.ports.provider_links import ProviderLink
from tests.unit.records import ACCOUNT, AMOUNT, event
from tests.unit.world import World

K = EventKind
ID = "PL0123456789AB"


def fetched(kind: EventKind, payment: str = "pay_1", **amounts: int) -> Event:
    """A payment as it stands, as the backend's answer is read."""
    told = {K(of): Money(minor, "EUR") for of, minor in amounts.items()}
    return event(kind, payment, key=f"fetched:{payment}:{kind}:{amounts}", amounts=told)


CAPTURED = fetched(K.CAPTURED, authorised=4990, captured=4990)


class WatchingRig:
    """A link, what its backend shows of it, and the looks that the service takes at it."""

    def __init__(self, world: World) -> None:
        self.world, self.backend = world, world.backend
        self.watch = Watch(world.storage, {ACCOUNT: self.backend}, world.clock)

    async def begin(self, **changes: Any) -> Link:
        made = await self.world.add_link(poll_at=self.world.clock.now(), **changes)
        await self.world.add_attempt(made)
        self.shows()
        return made

    def shows(
        self,
        *payments: str,
        reference: str = ID,
        usable: bool = True,
        received: bool = False,
        taken_back: bool = False,
    ) -> FetchedLink:
        found = FetchedLink(
            f"pl_{reference}",
            reference,
            AMOUNT,
            usable=usable,
            received=received,
            expires_on=None,
            payment_ids=payments,
            taken_back=taken_back,
        )
        self.backend.links[found.provider_id] = found
        return found

    async def look(self) -> Link:
        """At the moment that the link's row asks for, if it is still to come."""
        due = (await self.link()).poll_at
        assert due is not None
        self.world.clock.advance(seconds=max((due - self.world.clock.now()).total_seconds(), 0))
        with capture_logs():
            await self.watch.run(ID)
        return await self.link()

    async def looks_until(self, moment: timedelta) -> Link:
        """Every look from now on for so long."""
        end = self.world.clock.now() + moment
        while (due := (await self.link()).poll_at) is not None and due <= end:
            await self.look()
        return await self.link()

    async def link(self) -> Link:
        return await self.world.link(ID)

    async def said(self) -> list[str]:
        return await self.world.replies(ID)

    async def objects(self) -> Sequence[ProviderLink]:
        return await self.world.attempts(ID)

    async def headline(self) -> str:
        return lifecycle.headline(await self.link(), await self.world.payments(ID))
