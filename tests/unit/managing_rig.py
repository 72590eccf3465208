"""Orders about the link of a rig, typed or pressed, and their answers."""

from zoneinfo import ZoneInfo

from bot.conversation.managing import Managing
from bot.conversation.orders import from_button, read_order
from bot.ports.backend import Feature
from bot.ports.chat import Answer, Card, Question, Sheet, Told, Wanted
from bot.ports.model import Person
from bot.texts import Texts
from tests.unit.link_rig import ID, PAUSES, LinkRig
from tests.unit.records import ALICE

BERLIN = ZoneInfo("Europe/Berlin")
ALL = (*PAUSES, Feature.EXTEND, Feature.EDIT)
CAROL = Person("slack", "U0CAROL", "T1", "Carol")


class ManagingRig:
    """What people type and press, answered by `Managing`."""

    def __init__(self, shop: LinkRig, *, ours: bool = False) -> None:
        self.shop, self.world = shop, shop.world
        self.managing = Managing(shop.acts, Texts("en"), BERLIN, ours=ours)

    async def asks(self, text: str, person: Person = ALICE, *, sure: bool = False) -> Answer:
        order = read_order(text)
        assert order is not None, text
        return await self.world.write(lambda tx: self.managing.order(tx, person, order, sure=sure))

    async def presses(self, argument: str) -> Answer:
        order, sure = from_button(ID, argument)
        return await self.world.write(lambda tx: self.managing.order(tx, ALICE, order, sure=sure))

    async def menu(self, person: Person = ALICE) -> Card:
        return await self.world.write(lambda tx: self.managing.menu(tx, person, ID))


def text_of(answer: Answer) -> str:
    match answer:
        case Told() | Question():
            return answer.text
        case Sheet():
            return "\n".join([answer.headline, *(line for part in answer.parts for line in part)])
        case Wanted():
            return "\n".join([answer.problem, *answer.notes, answer.question])
