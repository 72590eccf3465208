"""An outbox rig with prompts, and a chat that records where it posts and can fail there."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.delivery.outbox import Content
from bot.errors import ChatError, PaylinkError
from bot.ports.chat import Card, Prompt, Reply
from bot.ports.model import Destination, Link, Person, Place
from bot.ports.storage import Transaction
from bot.ports.traffic import Owed, Say
from tests.fakes import FakeChat
from tests.unit.outbox_rig import OutboxRig
from tests.unit.records import ALICE, SALES
from tests.unit.world import World

HOME = "DU0ALICE"  # where Alice is written to directly
TOPIC = replace(SALES, thread="7")
ENOUGH = 200  # messages: no test needs more
ROUNDS = 3  # what is said in one channel may be owed to another, and there to a third

Refuse = Callable[[str, Destination], PaylinkError | None]


class Courier(FakeChat):
    """`refuse` gives the error for a kind of message (post, edit, reply, prompt, tidy) to a place, if any.

    `direct` fails with the next of `unreachable`. `there`: what got through, behind its channel and thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refuse: Refuse = lambda kind, to: None
        self.unreachable: deque[PaylinkError] = deque()
        self.there: list[str] = []

    async def post_card(self, to: Destination, card: Card) -> str:
        self._check("post", to)
        posted = await super().post_card(to, card)
        self._keep(to)
        return posted

    async def edit_card(self, to: Destination, card: Card) -> None:
        self._check("edit", to)
        await super().edit_card(to, card)
        self._keep(to)

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        self._check("reply", to)
        await super().post_reply(to, reply)
        self._keep(to)

    async def post_prompt(self, to: Destination, prompt: Prompt) -> str | None:
        self._check("prompt", to)
        posted = await super().post_prompt(to, prompt)
        self._keep(to)
        return posted

    async def tidy(self, to: Destination, message_id: str) -> None:
        self._check("tidy", to)
        await super().tidy(to, message_id)
        self._keep(to)

    async def direct(self, person: Person) -> Place:
        if self.unreachable:
            raise self.unreachable.popleft()
        return await super().direct(person)

    def _check(self, kind: str, to: Destination) -> None:
        assert len(self.said) < ENOUGH, "a run without an end"
        if (error := self.refuse(kind, to)) is not None:
            self.said.append(f"failed {kind}")
            raise error

    def _keep(self, to: Destination) -> None:
        thread = f"/{to.place.thread}" if to.place.thread else ""
        self.there.append(f"{to.place.channel}{thread} {self.said[-1]}")


class PlacesRig(OutboxRig):
    """Owes every kind of message."""

    chat: Courier

    def __init__(self, world: World) -> None:
        world.chat = Courier()
        super().__init__(world)

    def render(self, tx: Transaction, owed: Owed, to: Destination) -> tuple[Content, Mapping[str, str]]:
        if owed.say is Say.PROMPT:
            return Prompt("question", "hint", ALICE), {}
        return super().render(tx, owed, to)

    async def prompt(self, thread: Destination, subject: str = "PL1") -> None:
        await self.world.write(lambda tx: tx.outbox.owe_prompt(subject, thread.id, self.world.clock.now()))

    async def at(self, thread: Destination) -> Destination:
        """The destination as it is now."""
        return await self.world.read(lambda tx: tx.destinations.get(thread.id))

    async def of(self, link_id: str) -> Destination:
        """Where a link's card lives now."""
        found = await self.world.link(link_id)
        return await self.world.read(lambda tx: tx.destinations.get(found.destination_id))

    async def run_lanes(self, minutes: int = 0) -> list[str]:
        """Every lane where something may be said, minute by minute; gives what got through, and where."""
        self.chat.there.clear()
        for minute in range(minutes + 1):
            if minute:
                self.world.clock.advance(minutes=1)
            for _ in range(ROUNDS):
                for lane in await self.world.read(lambda tx: tx.outbox.lanes(self.world.clock.now())):
                    await self.delivery.run(lane)
        return list(self.chat.there)


def only_in(channel: str, error: Callable[[], ChatError]) -> Callable[[str, Destination], ChatError | None]:
    """Trouble with everything that is said in one channel."""
    return lambda kind, to: error() if to.place.channel == channel else None


async def told(post: PlacesRig, *keys: str, place: Place = SALES, desk: bool = False) -> Link:
    """A link whose card and lines are owed."""
    made = await post.world.add_link(place, desk=desk)
    thread = await post.of(made.id)
    await post.card(thread, made.id)
    await post.reply(thread, *keys, subject=made.id)
    return made
