"""What is read of many links for one person keeps nobody waiting who writes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from telegram import Bot, Chat, Message

from adapters.chat.telegram.feedback import Feedback
from adapters.chat.telegram.managing import Orders
from bot.conversation.inquiries import Inquiries
from bot.conversation.managing import Managing
from bot.conversation.orders import read_order
from bot.links.acts import Acts
from bot.ports.model import Person
from bot.texts import Texts
from tests.unit.world import World

ALICE = Person("telegram", "1001", name="Alice")


@dataclass
class Mouth:
    """A bot that only speaks."""

    said: list[str] = field(default_factory=list)

    async def send_message(self, _: object, html: str, **__: object) -> None:
        self.said.append(html)


@dataclass
class Counter:
    """Alice's orders, as Telegram hands them in."""

    world: World
    mouth: Mouth = field(default_factory=Mouth)

    def __post_init__(self) -> None:
        texts, feedback = Texts("en"), Feedback(cast("Bot", self.mouth), Texts("en"))
        acts = Acts(set(), self.world.clock, lambda _: self.world.backend.info)
        managing = Managing(acts, texts, ZoneInfo("UTC"))
        asking = Inquiries(self.world.storage, {}, acts, managing.reading)
        self.orders = Orders(
            managing, asking, feedback, self.world.storage, texts=texts, clock=self.world.clock
        )

    async def hears(self, text: str) -> Any:
        """What is left to do after the commit."""
        order = read_order(text)
        assert order is not None
        message = Message(1, datetime.now(UTC), Chat(1001, Chat.PRIVATE), text=text)
        return await self.world.write(lambda tx: self.orders.typed(tx, message, ALICE, order))


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


@pytest.mark.parametrize(
    "text", ["links", "links jane", "list paid", "status jane", "cancel jane@example.com"]
)
async def test_links_are_looked_through_after_the_commit(world: World, counter: Counter, text: str) -> None:
    answer = await counter.hears(text)
    await world.add_link(creator=ALICE)  # whoever writes meanwhile waits for nobody
    await answer()
    (said,) = counter.mouth.said
    assert ("PL0123456789AB" in said) is (text != "list paid")


async def test_who_is_not_answered_is_told_so(world: World, counter: Counter) -> None:
    answer = await counter.hears("links jane")
    await world.storage.close()
    await answer()
    assert counter.mouth.said == [Texts("en")("answer.broken")]
