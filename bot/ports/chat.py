"""What a chat can be asked to show, without markup: each chat draws it in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.ports.model import Destination, Person, Place, Standing


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate at which a chat takes posts into one channel: one per `interval_s`, `burst` at once."""

    interval_s: float
    burst: int


class Act(StrEnum):
    """What a button of ours does when pressed."""

    CREATE = "create"
    EDIT = "edit"
    CANCEL = "cancel"
    SKIP = "skip"
    BACK = "back"
    KEEP = "keep"  # the answer that the open question had before
    AGAIN = "again"
    PICK = "pick"  # a field to change, or one of a question's answers
    USE = "use"  # an open link of the same customer and amount, instead of a new one
    WITHDRAW = "withdraw"  # the link
    REVEAL = "reveal"  # the customer, to whoever made the link
    HERE = "here"  # post where it was asked for, now that we were let in
    DIRECT = "direct"  # post to the person instead
    MANAGE = "manage"  # what can be done to the link; with an argument, that


@dataclass(frozen=True, slots=True)
class Button:
    """A button: opens `url`, copies `copy`, or acts on the draft at the version it was drawn for.

    With `sure`, pressing it asks that question first.
    """

    label: str
    url: str | None = None
    copy: str | None = None
    act: Act | None = None
    argument: str = ""
    primary: bool = False
    sure: "Sure | None" = None


@dataclass(frozen=True, slots=True)
class Sure:
    """The question before a button does something that cannot be undone."""

    question: str
    yes: str
    no: str


class Tone(StrEnum):
    """How a headline is meant; a chat may show it as a colour or a sign."""

    NEUTRAL = "neutral"
    WAITING = "waiting"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Card:
    """The one message that shows a draft's or a link's present state."""

    subject: str  # id of the draft or link
    version: int  # of the draft, for its buttons
    headline: str
    tone: Tone
    rows: tuple[tuple[str, str], ...] = ()
    ask: str | None = None  # the question put to the person, if one is open
    notes: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    mention: Person | None = None
    mention_label: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A line of a link's history. `loud`: somebody has been waiting for it, or must act."""

    text: str
    tone: Tone
    loud: bool
    mention: Person | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question whose reply is the answer; `hint` is shown in the empty input."""

    text: str
    hint: str
    person: Person


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to one person: `done` as asked, or why not entirely."""

    text: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person reads in private: lines below a headline, in parts. It fits into one message.

    `more`: buttons about the link `subject`.
    """

    headline: str
    parts: tuple[tuple[str, ...], ...]
    subject: str = ""
    more: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """A sheet that is shown until a provider has answered; it is about the link `subject`."""

    subject: str
    text: str  # that it is being asked
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Question:
    """A question before an act is done; `yes` is the button that does it."""

    subject: str
    text: str
    yes: Button


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an act still has to know. `picks` answer it with one press; `problem`: what was wrong with a text.

    `since`: the expiry that is shown, to which a duration is added, however often it is submitted.
    """

    subject: str
    argument: str  # of the act
    question: str
    hint: str
    notes: tuple[str, ...] = ()
    initial: str = ""
    problem: str = ""
    picks: tuple[Button, ...] = ()
    since: datetime | None = None


Answer = Told | Sheet | Pending | Question | Wanted


class Chat(Protocol):
    """One chat platform.

    Every method raises ChatUnavailable, ChatGone, ChatMoved, ChatThreadGone, ChatUninvited or
    ChatRefused, and nothing else; `edit_card` and `post_reply` also ChatMessageGone, if the card is
    no longer there, and `check` ChatNotAllowed.
    """

    name: str

    def pace(self, place: Place) -> Pace:
        """The rate at which this place takes posts."""

    async def post_card(self, to: Destination, card: Card) -> str:
        """Post a card; gives the message's id."""

    async def edit_card(self, to: Destination, card: Card) -> None:
        """Update the card at `to.root`; an unchanged card is no error."""

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        """Post a line below the card (at the top of the channel where there is no card)."""

    async def post_prompt(self, to: Destination, prompt: Prompt) -> str | None:
        """Ask for a typed answer; gives the message's id, None where the card itself can ask."""

    async def direct(self, person: Person) -> Place:
        """The private place of this person."""

    async def standing(self, person: Person) -> Standing | None:
        """May this person use us here? Asks the platform; None where the platform does not decide it."""

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> bool:
        """Show the person who asked what has become of it. False: they have closed it, and see nothing.

        `desk` is written and read by the chat only: the id of a view, an address to answer at.
        """

    async def tidy(self, to: Destination, message_id: str) -> None:
        """Delete a typed answer where the platform allows; gone already is no error."""

    async def check(self) -> str:
        """Try the credentials; gives a line for the operator."""
