"""A conversation in few words: one person in one place, on a real database, with two accounts on offer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.answers import Asked
from bot.conversation.form import Locality, form_for
from bot.conversation.offer import Offer
from bot.conversation.talk import Talk
from bot.delivery.audience import Installation, audience_for
from bot.delivery.outbox import Delivery
from bot.delivery.renderer import Renderer
from bot.ports.chat import Act, Button, Card
from bot.ports.model import Draft, Link, Mode, Person, Place
from tests.fakes import INFO, START, FakeBackend
from tests.unit.records import ACCOUNT, ALICE, OFFER, SALES
from tests.unit.world import World

ASKED = Asked(START)
COMPLETE = "49.90 EUR jane@example.com Invoice 12"
INSTALLATION = Installation("Northwind", ZoneInfo("UTC"))
OTHER = "other"  # takes less, for a shorter time, and wants to know more
OTHER_INFO = replace(
    INFO,
    name=OTHER,
    label="OtherPay",
    currencies=frozenset({"EUR", "USD"}),
    longest_expiry_s=86_400 * 3,
    asks=frozenset({"name"}),
)
INFOS = {ACCOUNT: INFO, OTHER: OTHER_INFO}
LOCALITY = Locality(None, "DE", UTC)
TWO_OFFERS = (
    Offer(ACCOUNT, form_for(INFO, LOCALITY, INFOS), timedelta(days=7), "en"),
    Offer(OTHER, form_for(OTHER_INFO, LOCALITY, INFOS), timedelta(days=2), "en"),
)
GROUP = Place("telegram", "-1001")
PRIVATE = Place("telegram", "1001", private=True)


def renderer_of(world: World, talk: Talk) -> Renderer:
    backends = {ACCOUNT: world.backend, OTHER: FakeBackend(OTHER_INFO)}
    return Renderer(backends, talk, INSTALLATION, world.clock)


@dataclass
class Conversation:
    """What one person does, a step at a time; `draft` is how it stands after the last one."""

    world: World
    offers: tuple[Offer, ...] = (OFFER,)
    person: Person = ALICE
    place: Place = SALES
    talk: Talk = field(init=False)
    draft: Draft = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Only the rows remain."""
        self.talk = Talk(self.offers, self.world.clock)

    @property
    def asking(self) -> str | None:
        return self.talk.asking(self.draft)

    @property
    def problems(self) -> dict[str, str]:
        return {key: problem.key for key, problem in self.draft.problems.items()}

    async def begin(self, text: str = "", desk: Mapping[str, str] | None = None) -> "Conversation":
        self.draft = await self.world.write(
            lambda tx: self.talk.begin(tx, self.person, self.place, text, desk)
        )
        return self

    async def reply(self, *texts: str) -> None:
        for text in texts:
            self.draft = await self.world.write(lambda tx, text=text: self.talk.reply(tx, self.draft, text))  # type: ignore[misc]

    async def press(self, version: int | None = None, **answers: str) -> None:
        at, drawn = self.draft.id, version or self.draft.version
        self.draft = await self.world.write(lambda tx: self.talk.press(tx, at, drawn, self.person, answers))

    async def push(self, button: Button) -> None:
        """A button's answer, as a chat takes it apart."""
        key, _, value = button.argument.partition("=")
        await self.press(**{key: value})

    async def choose(self, key: str | None) -> None:
        at, drawn = self.draft.id, self.draft.version
        self.draft = await self.world.write(lambda tx: self.talk.choose(tx, at, drawn, self.person, key))

    async def back(self) -> None:
        at, drawn = self.draft.id, self.draft.version
        self.draft = await self.world.write(lambda tx: self.talk.back(tx, at, drawn, self.person))

    async def keep(self) -> None:
        at, drawn = self.draft.id, self.draft.version
        self.draft = await self.world.write(lambda tx: self.talk.keep(tx, at, drawn, self.person))

    async def cancel(self) -> None:
        self.draft = await self.world.write(lambda tx: self.talk.cancel(tx, self.draft.id, self.person))

    async def use(self, link_id: str) -> None:
        at, drawn = self.draft.id, self.draft.version
        self.draft = await self.world.write(lambda tx: self.talk.use(tx, at, drawn, self.person, link_id))

    async def confirm(self) -> Link:
        at, drawn = self.draft.id, self.draft.version
        return await self.world.write(lambda tx: self.talk.confirm(tx, at, drawn, self.person))

    async def submit(self, answers: Mapping[str, str], desk: Mapping[str, str] | None = None) -> Draft | Link:
        at, watched = self.draft.id, desk or {}
        outcome = await self.world.write(lambda tx: self.talk.submit(tx, at, self.person, answers, watched))
        self.draft = await self.stored()
        return outcome

    async def again(self, link_id: str) -> None:
        self.draft = await self.world.write(lambda tx: self.talk.again(tx, link_id, self.person))

    async def stored(self, draft_id: str | None = None) -> Draft:
        found = await self.world.read(lambda tx: tx.drafts.get(draft_id or self.draft.id))
        assert found is not None
        return found

    async def card(self) -> Card:
        """The draft as it is drawn now."""
        renderer, draft = renderer_of(self.world, self.talk), await self.stored()
        to = await self.world.read(lambda tx: tx.destinations.get(draft.destination_id))
        audience = audience_for(to, INSTALLATION.zone, Mode.TEST)
        return await self.world.read(lambda tx: renderer.draft(tx, draft, audience))

    def delivery(self) -> Delivery:
        """What says it, to the world's one chat."""
        chats = {self.world.chat.name: self.world.chat}
        return Delivery(self.world.storage, chats, renderer_of(self.world, self.talk), self.world.clock)


def buttons(card: Card) -> list[Button]:
    return [button for row in card.buttons for button in row]


def acts(card: Card) -> list[str]:
    return [str(button.act or button.copy or button.url) for button in buttons(card)]


def picks(card: Card) -> list[Button]:
    return [button for button in buttons(card) if button.act is Act.PICK]
