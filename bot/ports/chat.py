"""The port of a chat, and what it can be asked to show. No markup: each chat renders it in its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.ports.model import Destination, Person, Place, Standing


@dataclass(frozen=True, slots=True)
class Pace:
    """A chat's rate limit for posts into one channel: one per `interval_s`, with bursts of `burst`."""

    interval_s: float
    burst: int


class Act(StrEnum):
    """What a button of ours does when pressed."""

    CREATE = "create"
    EDIT = "edit"
    CANCEL = "cancel"
    SKIP = "skip"
    BACK = "back"
    KEEP = "keep"  # the former answer to the open question
    AGAIN = "again"  # begin a new draft with the answers of this one
    PICK = "pick"  # one of the suggested answers to the open question
    USE = "use"  # an open link of the same customer and amount, instead of a new one
    WITHDRAW = "withdraw"  # cancel the link
    REVEAL = "reveal"  # show the customer in full, to the creator
    HERE = "here"  # post into the channel, now that we were invited
    DIRECT = "direct"  # post to the creator in private instead
    MANAGE = "manage"  # open the menu of actions; with an argument, do that one


class Verb(StrEnum):
    """Orders about existing links, in the order in which they are offered."""

    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    EDIT = "edit"
    RESEND = "resend"
    SHARE = "share"
    REFRESH = "refresh"
    HISTORY = "history"
    WHY = "why"
    LIST = "list"  # of links: about none in particular


@dataclass(frozen=True, slots=True)
class Button:
    """A button that opens `url`, copies `copy`, or does `act` with `argument`.

    With `sure`, pressing it asks for confirmation first.
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
    """The confirmation before an act that cannot be undone."""

    question: str
    yes: str
    no: str


class Tone(StrEnum):
    """The mood of a headline; a chat may show it as a colour or an emoji."""

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
    """A line in the thread. `loud`: it may notify people, who wait for it or must act."""

    text: str
    tone: Tone
    loud: bool
    mention: Person | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question that is answered by replying to it; `hint` is the input's placeholder."""

    text: str
    hint: str
    person: Person


@dataclass(frozen=True, slots=True)
class Told:
    """A result, told to one person. `done`: everything was done as ordered; if not, `text` says why."""

    text: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A private, read-only view: lines below a headline, in parts. It fits into one message of any chat.

    `more`: buttons that act on the link `subject`.
    """

    headline: str
    parts: tuple[tuple[str, ...], ...]
    subject: str = ""
    more: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """A sheet about the link `subject` that is replaced once the provider has answered."""

    subject: str
    text: str  # says that the provider is being asked
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Question:
    """A request for confirmation; `yes` is the button that does what was ordered."""

    subject: str
    text: str
    yes: Button


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request for a value that an order lacks. `picks`: buttons with suggestions; `problem`: an error.

    `since`: the expiry that is shown. A submitted duration is added to it, however often it is submitted.
    """

    subject: str
    argument: str  # of Act.MANAGE: the order
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

    Coroutines raise ChatUnavailable, ChatGone, ChatMoved, ChatThreadGone, ChatUninvited or ChatRefused, and
    nothing else, except that `edit_card` and `post_reply` raise ChatMessageGone if the card no longer exists,
    and `check` raises ChatNotAllowed if permissions are missing.
    """

    name: str

    def pace(self, place: Place) -> Pace:
        """The rate limit of this place."""

    async def post_card(self, to: Destination, card: Card) -> str:
        """Post a card; returns the id of its message."""

    async def edit_card(self, to: Destination, card: Card) -> None:
        """Update the card at `to.root`. An unchanged card is not an error."""

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        """Post a line into the card's thread, or into the channel if there is no card."""

    async def post_prompt(self, to: Destination, prompt: Prompt) -> str | None:
        """Ask for a typed answer; returns the message's id, or None if the card itself can ask."""

    async def direct(self, person: Person) -> Place:
        """The private conversation with this person."""

    async def standing(self, person: Person) -> Standing | None:
        """Ask the platform whether this person may use the bot; None if it cannot tell."""

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> bool:
        """Update the private progress view of the person who asked; False if they have closed it.

        `desk` is opaque to everybody but the chat: the id of a view, or a URL to respond to.
        """

    async def tidy(self, to: Destination, message_id: str) -> None:
        """Delete a message if the platform allows it. A message that is gone already is not an error."""

    async def check(self) -> str:
        """Try the credentials; returns a line for the operator."""
