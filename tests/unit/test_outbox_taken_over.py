"""A process that stood still while it said something: another has gone on with the lane meanwhile."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

import pytest

from bot.delivery.outbox import Delivery
from bot.errors import ChatGone, ChatMessageGone, ChatUnavailable, PaylinkError
from bot.ports.chat import Card, Reply
from bot.ports.model import Destination, Reach
from bot.ports.storage import Storage, Transaction, Wake
from bot.ports.traffic import InboundFact
from tests.fakes import FakeChat
from tests.unit.outbox_rig import LANE, OutboxRig
from tests.unit.records import ALICE

T = TypeVar("T")
LOST, NOT_SENT = ChatUnavailable("time-out", sent="unknown"), ChatUnavailable("no way", sent="no")


class Slow(FakeChat):
    """Answers once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.answer: asyncio.Future[PaylinkError | None] = asyncio.get_running_loop().create_future()

    async def post_card(self, to: Destination, card: Card) -> str:
        await self._hesitate()
        return "m_slow"

    async def edit_card(self, to: Destination, card: Card) -> None:
        await self._hesitate()
        await super().edit_card(to, card)

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> bool:
        await self._hesitate()
        return await super().show_on_desk(desk, card)

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        await self._hesitate()

    async def _hesitate(self) -> None:
        self.asked.set()
        if trouble := await self.answer:
            raise trouble


async def begun(mail: OutboxRig) -> tuple[Slow, asyncio.Task[None]]:
    """Another process, which is saying what is owed."""
    slow = Slow()
    delivery = Delivery(mail.world.storage, {"slack": slow}, mail.render, mail.world.clock)
    running = asyncio.create_task(delivery.run(LANE))
    await slow.asked.wait()
    return slow, running


@pytest.mark.parametrize(
    "answer", [None, LOST, NOT_SENT, ChatMessageGone("no such card"), ChatGone("archived")]
)
async def test_money_is_told_once_more_at_most_and_nothing_else_comes_of_what_was_late(
    mail: OutboxRig, answer: PaylinkError | None
) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    await mail.run()
    await mail.reply(thread, "paid")
    slow, running = await begun(mail)
    assert await mail.run_for(5) == ["reply m1 paid again"]
    slow.answer.set_result(answer)
    await running
    assert await mail.run_for(5) == []
    to = await mail.world.read(lambda tx: tx.destinations.get(thread.id))
    assert (to.root, to.reach, await mail.left()) == ("m1", Reach.OPEN, 0)


async def test_a_card_that_was_posted_once_more_stays_the_card(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    slow, running = await begun(mail)
    assert await mail.run_for(5) == ["post card"]
    slow.answer.set_result(None)
    await running
    await mail.reply(thread, "declined")
    assert await mail.run_for(5) == ["reply m1 declined"]


@pytest.mark.parametrize("answer", [None, LOST])
async def test_what_is_drawn_late_is_drawn_once_more(mail: OutboxRig, answer: PaylinkError | None) -> None:
    """It may have come over what is newer."""
    thread = await mail.thread()
    await mail.card(thread)
    await mail.run()
    for owe, drawn in ((mail.card, "edit m1 paid"), (mail.desk, "desk V1 paid")):
        mail.headlines["PL1"] = "creating"
        await owe(thread)
        slow, running = await begun(mail)
        mail.headlines["PL1"] = "paid"
        assert await mail.run_for(5) == [drawn]
        slow.answer.set_result(answer)
        await running
        assert (slow.said + await mail.run_for(5))[-1:] == [drawn]


async def test_what_is_drawn_late_is_drawn_once_more_where_its_link_is_by_then(mail: OutboxRig) -> None:
    """Another process was told that the place is gone, and has moved the link to its creator."""
    made = await mail.world.add_link()
    thread = await mail.world.read(lambda tx: tx.destinations.get(made.destination_id))
    await mail.card(thread, made.id)
    await mail.run()
    await mail.card(thread, made.id)
    slow, running = await begun(mail)
    mail.chat.troubles.append(ChatGone("archived"))
    await mail.run_for(1)
    lane = (await mail.chat.direct(ALICE)).lane
    assert await mail.run(lane) == ["post card", "reply m2 moved"]
    mail.world.wakes.clear()
    slow.answer.set_result(None)
    await running
    assert mail.world.wakes == [Wake("delivery", lane)]
    assert (await mail.run(lane), await mail.left()) == (["edit m2 card"], 0)


async def test_a_card_that_was_late_is_taken_before_another_is_posted(mail: OutboxRig) -> None:
    """Its process was held to be dead, and was not."""
    thread = await mail.thread()
    await mail.card(thread)
    slow, running = await begun(mail)
    assert await mail.run() == []
    slow.answer.set_result(None)
    await running
    await mail.reply(thread, "declined")
    assert await mail.run_for(5) == ["reply m_slow declined"]


class Halting:
    """The storage of a process that stands still after its first transaction, until it is let go on."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.stands, self.goes_on = asyncio.Event(), asyncio.Event()

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        result = await self._storage.write(fn)
        self.stands.set()
        await self.goes_on.wait()
        return result

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        return await self._storage.read(fn)

    async def accept(self, fact: InboundFact, at: datetime) -> None:
        await self._storage.accept(fact, at)


@pytest.mark.parametrize("taken_over", [True, False])
async def test_who_stood_still_before_it_has_said_something_says_it_only_if_nobody_has(
    mail: OutboxRig, *, taken_over: bool
) -> None:
    storage, chat, seconds = Halting(mail.world.storage), FakeChat(), [0.0]
    delivery = Delivery(storage, {"slack": chat}, mail.render, mail.world.clock, lambda: seconds[0])
    await mail.reply(await mail.thread(), "paid")
    running = asyncio.create_task(delivery.run(LANE))
    await storage.stands.wait()
    elsewhere = await mail.run_for(5) if taken_over else []
    seconds[0] = 60.0
    storage.goes_on.set()
    await running
    assert elsewhere + chat.said == (["reply None paid again"] if taken_over else ["reply None paid"])
    assert await mail.left() == 0
