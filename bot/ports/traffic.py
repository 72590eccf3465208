"""What comes in and what is still to be said: the rows of the inbox and of the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.money import Money
from bot.ports.model import EventKind, Person


class InboxState(StrEnum):
    """What has become of an inbound fact."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


WEBHOOK, HINT = "webhook", "hint"  # kinds of inbound facts: what a backend has proven, and what it has not


@dataclass(frozen=True, slots=True)
class InboundFact:
    """What came in, as it came. `kind` names its handler; those of one `stripe` are handled in order."""

    kind: str
    account_id: str  # empty for what belongs to no account
    key: str  # tells it from every other of its kind and account
    stripe: int
    body: bytes

    @property
    def hints_at(self) -> str | None:
        """The link to whose own address this came; None for what is proven."""
        return self.key.split(":")[0] if self.kind == HINT else None

    @property
    def stripe_key(self) -> str:
        """The wake key of its stripe."""
        return inbox_key(self.kind, self.stripe)


def creating_key(account_id: str, link_id: str) -> str:
    """The wake key of a link that is to be made: what belongs to one account begins with its id."""
    return f"{account_id}:{link_id}"


def inbox_key(kind: str, stripe: int) -> str:
    """The wake key of one stripe of one kind."""
    return f"{kind}:{stripe}"


@dataclass(frozen=True, slots=True)
class Inbound:
    """A stored inbound fact. `replayed`: it has failed before, and whoever waited for it was told."""

    id: int
    fact: InboundFact
    replayed: bool = False


class Say(StrEnum):
    """What kind of thing is owed to a thread."""

    CARD = "card"  # the present state, edited in place
    REPLY = "reply"  # a line of the history, never coalesced
    PROMPT = "prompt"  # a message whose reply is the answer, where a card cannot ask for it
    DESK = "desk"  # what the person who asked sees apart from the card
    TIDY = "tidy"  # a message to delete: a typed answer, or what asked for it


class OwedState(StrEnum):
    """How far a message has come. SENDING that nobody is sending means: cut off in the middle."""

    OWED = "owed"
    SENDING = "sending"
    SAID = "said"
    LOST = "lost"  # may have been seen; not repeated
    DEAD = "dead"  # will never be taken
    DROPPED = "dropped"  # an operator's decision


@dataclass(frozen=True, slots=True)
class Lookup:
    """A payment whose truth must be fetched, because the inbound row does not tell it.

    What the row says is taken as it is if nobody can be asked for too long.
    """

    inbound_id: int
    provider_payment_id: str
    account_id: str
    asked_at: datetime
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A body whose proof did not hold, with the headers that carry the proof."""

    id: int
    account_id: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what to a draft or link; of the subject "settings", whom they have let in or left out."""

    subject: str
    act: str
    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What we were told of a link, and how: `sent` to us, or fetched by us.

    `payment`: the provider's id of the one that it was taken to be about.
    """

    at: datetime
    kind: EventKind
    word: str  # the backend's own
    amount: Money | None
    sent: bool
    payment: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One row of the outbox: key and parameters, worded when sent."""

    id: int
    say: Say
    subject: str  # the id of the draft and link that it is about
    destination_id: int
    key: str
    params: Mapping[str, str]
    state: OwedState
    wanted: int  # a card: raised with every change
    attempts: int
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A change worth a line in the thread. `once` tells it from every other notice of the link."""

    key: str
    once: str
    params: Mapping[str, str] = field(default_factory=dict)
