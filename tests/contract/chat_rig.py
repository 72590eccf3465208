"""A chat and the stand-in that it talks to; how each platform shows things is a method."""

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.ports.chat import Act, Button, Card, Chat, Reply, Tone
from bot.ports.model import Destination, Person
from tests.rigs import Rig

SUBJECT = "PL0123456789AB"
ADDRESS = "https://pay.example.com/l/aaaaaaaaaaaa"


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as people see it. `active`: what in it calls somebody or leads somewhere."""

    id: str
    text: str
    below: str | None  # the message that it answers
    active: tuple[str, ...] = ()
    buttons: tuple[dict[str, Any], ...] = field(default=(), repr=False)


class ChatRig(Protocol):
    """One chat of one platform, and what people do and see there."""

    rig: Rig
    posting: str  # its methods, as the stand-in's faults name them
    editing: str
    to: Destination  # a channel that takes messages, without a card yet
    person: Person  # somebody there

    @property
    def chat(self) -> Chat:
        """The chat with a good token."""

    @property
    def secret(self) -> str:
        """The token."""

    async def seen(self, to: Destination) -> list[Seen]:
        """What stands in the channel, oldest first, threads included."""

    async def says(self, text: str) -> str:
        """Somebody writes into the channel; gives the message's id."""

    async def delete(self, message_id: str) -> None:
        """A message of ours is taken away."""

    async def within(self) -> Destination:
        """A thread or topic in a channel."""

    async def gone(self) -> list[Destination]:
        """Places that will never take a message again, each with the card that once stood there."""

    def unreachable(self) -> Chat:
        """The same chat where every connection is refused."""

    def stranger(self) -> Chat:
        """The same chat with a wrong token."""

    def oracle(self) -> Chat:
        """The same chat at a server that answers as told."""

    def shows_no_preview(self, call: dict[str, Any]) -> bool:
        """Does this call keep robots from opening the links in the message?"""

    def pressed(self, button: dict[str, Any]) -> tuple[str, int, Act, str]:
        """What a press of this button brings back: subject, version, act, argument."""


def a_card(**changes: Any) -> Card:
    """A card with something of everything, with changes."""
    whole = Card(
        subject=SUBJECT,
        version=3,
        headline="Waiting for payment of 49.90 EUR",
        tone=Tone.WAITING,
        rows=(("Amount", "49.90 EUR"), ("Customer", "j…@example.com"), ("Link", ADDRESS)),
        ask="Which country is the customer billed in?",
        notes=("TEST: no real money moves",),
        buttons=(
            (Button("Open link", url=ADDRESS, primary=True), Button("Copy link", copy=ADDRESS)),
            (Button("Create link", act=Act.CREATE, primary=True), Button("Cancel", act=Act.CANCEL)),
        ),
    )
    return replace(whole, **changes)


def a_reply(text: str = "Paid 49.90 EUR.", **changes: Any) -> Reply:
    return replace(Reply(text, Tone.GOOD, loud=True), **changes)


async def with_card(chat: ChatRig, card: Card | None = None) -> Destination:
    """The channel once a card stands there."""
    return replace(chat.to, root=await chat.chat.post_card(chat.to, card or a_card()))


async def requests(chat: ChatRig) -> list[dict[str, Any]]:
    """The calls that change something."""
    names = {chat.posting, chat.editing}
    return [call for call in await chat.rig.calls() if call["path"].rsplit("/", 1)[-1] in names]
