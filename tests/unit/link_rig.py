"""A link at a backend with chosen features: acts on it, and polls of it, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from structlog.testing import capture_logs

from bot.links.acts import Acts
from bot.links.permissions import Permissions
from bot.links.service import LinkService
from bot.links.watching import Watch
from bot.ports.backend import Feature
from bot.ports.model import Link, Person
from bot.ports.provider_links import ProviderLink
from bot.ports.storage import Transaction
from tests.fakes import START, AbleBackend
from tests.unit.records import ACCOUNT, ALICE, BOB
from tests.unit.world import World

ID = "PL0123456789AB"
END = START + timedelta(days=7)
LATER = START + timedelta(days=14)
PAUSES = (Feature.CANCEL, Feature.RESUME)


@dataclass
class LinkRig:
    """Alice's link; Bob is an administrator."""

    world: World
    backend: AbleBackend
    public_url: str | None = None
    acts: Acts = field(init=False)

    def __post_init__(self) -> None:
        info = self.backend.info
        self.acts = Acts({("slack", BOB.user)}, self.world.clock, lambda _: info)

    @classmethod
    async def begin(cls, world: World, *features: Feature, ends: bool = True) -> "LinkRig":
        shop = cls(world, AbleBackend(*features, ends=ends))
        made = await world.add_link()
        expires_on = END if ends else None
        await world.add_attempt(made, url="https://pay.test/1", expires_on=expires_on)
        shop.backend.show(f"pl_{ID}", expires_on=expires_on)
        return shop

    async def act(self, act: Callable[..., Link], *values: object, person: Person = ALICE) -> Link:
        return await self.world.write(lambda tx: act(tx, ID, person, *values))

    async def looks(self) -> Link:
        """Now, if that is when it is due."""
        with capture_logs():
            await Watch(self.world.storage, {ACCOUNT: self.backend}, self.world.clock).run(ID)
        return await self.link()

    async def creates(self) -> Link:
        """The step that a link which is `creating` takes next."""
        permissions = Permissions(self.world.storage, {"slack": self.world.chat}, self.world.clock)
        with capture_logs():
            await LinkService(
                self.world.storage, {ACCOUNT: self.backend}, permissions, self.world.clock, self.public_url
            ).run(ID)
        return await self.link()

    async def link(self) -> Link:
        return await self.world.link(ID)

    async def objects(self) -> Sequence[ProviderLink]:
        return await self.world.attempts(ID)

    async def said(self) -> list[str]:
        return await self.world.replies(ID)

    async def notices(self) -> dict[str, dict[str, str]]:
        """What is owed to the thread, with its parameters."""
        return await self.world.read(_owed)


def _owed(tx: Transaction) -> dict[str, dict[str, str]]:
    return {owed.key: dict(owed.params) for owed in tx.outbox.unsaid() if owed.key}
