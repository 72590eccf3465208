"""A delivery over a real database, with shortcuts to owe messages and to see what was sent."""

from collections.abc import Mapping
from datetime import timedelta

from bot.delivery.outbox import Content, Delivery
from bot.ports.chat import Card, Reply, Tone
from bot.ports.model import Destination, Place
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice, Owed, Say
from tests.unit.records import SALES
from tests.unit.world import World

LANE = SALES.lane


class OutboxRig:
    """Owes messages in a thread, runs the delivery, and gives what was sent."""

    def __init__(self, world: World) -> None:
        self.world, self.chat = world, world.chat
        self.headlines: dict[str, str | None] = {}
        self.unwordable: set[str] = set()
        self.watched: Mapping[str, str] = {"view": "V1"}  # with "nobody": what is drawn there is lost
        self.delivery = Delivery(world.storage, {"slack": self.chat}, self.render, world.clock)

    def render(self, tx: Transaction, owed: Owed, to: Destination) -> tuple[Content, Mapping[str, str]]:
        """The headline set for the subject; None where nothing is left to be said."""
        desk = self.watched
        if owed.subject in self.unwordable:
            raise LookupError(owed.subject)
        if owed.say is Say.TIDY:
            return owed.params["message_id"], desk
        if owed.say is Say.REPLY:
            repeated = " again" if "repeat" in owed.params else ""
            return Reply(f"{owed.key}{repeated}", Tone.GOOD, loud=True), desk
        headline = self.headlines.get(owed.subject, "card")
        return (None if headline is None else Card(owed.subject, 0, headline, Tone.NEUTRAL)), desk

    async def card(self, thread: Destination, subject: str = "PL1") -> None:
        await self.world.write(lambda tx: tx.outbox.owe_card(subject, thread.id, self.world.clock.now()))

    async def desk(self, thread: Destination, subject: str = "PL1") -> None:
        await self.world.write(lambda tx: tx.outbox.owe_desk(subject, thread.id, self.world.clock.now()))

    async def tidy(self, thread: Destination, message_id: str) -> None:
        now = self.world.clock.now()
        await self.world.write(lambda tx: tx.outbox.owe_tidy("PL1", thread.id, message_id, now))

    async def reply(self, thread: Destination, *keys: str, subject: str = "PL1") -> None:
        now = self.world.clock.now()
        for key in keys:
            notice = Notice(key, key)
            await self.world.write(
                lambda tx, notice=notice: tx.outbox.owe_reply(subject, thread.id, notice, now)  # type: ignore[misc]
            )

    async def run(self, lane: str = LANE) -> list[str]:
        """Everything that was said in this run, and nothing from before."""
        self.chat.said.clear()
        await self.delivery.run(lane)
        return list(self.chat.said)

    async def run_for(self, minutes: int = 10) -> list[str]:
        """Everything said while the time goes by."""
        said = await self.run()
        for _ in range(minutes):
            self.world.clock.advance(minutes=1)
            said += await self.run()
        return said

    async def thread(self, place: Place = SALES) -> Destination:
        return await self.world.destination(place)

    async def left(self) -> int:
        return await self.world.read(lambda tx: tx.outbox.count())

    def next_wake(self) -> timedelta | None:
        """How long from now the lane is to be looked at again, as last said."""
        wakes = [wake for wake in self.world.wakes if wake.kind == "delivery" and wake.at is not None]
        return wakes[-1].at - self.world.clock.now() if wakes and wakes[-1].at else None
