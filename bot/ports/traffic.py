"""The rows of the inbox and of the outbox, and what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.money import Money
from bot.ports.model import EventKind, Person


class InboxState(StrEnum):
    """The state of an inbound fact."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


WEBHOOK, HINT = "webhook", "hint"  # kinds of inbound facts: what a backend has proven, and what it has not


@dataclass(frozen=True, slots=True)
class InboundFact:
    """What came in, unchanged. `kind` names its handler; facts of one `stripe` are handled in order."""

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
    """The wake key of a link that is to be created; keys of one account begin with its id."""
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
    """The kinds of messages."""

    CARD = "card"  # the present state, edited in place
    REPLY = "reply"  # a line of the history, never coalesced
    PROMPT = "prompt"  # a message whose reply is the answer, where a card cannot ask for it
    DESK = "desk"  # what the person who asked sees apart from the card
    TIDY = "tidy"  # a message to delete: a typed answer, or what asked for it


class OwedState(StrEnum):
    """The state of a message. SENDING while nobody is sending it means that a crash cut it off."""

    OWED = "owed"
    SENDING = "sending"
    SAID = "said"
    LOST = "lost"  # may have been seen; not repeated
    DEAD = "dead"  # will never be taken
    DROPPED = "dropped"  # an operator's decision


@dataclass(frozen=True, slots=True)
class Lookup:
    """A payment that must be fetched, because the inbound row does not say enough about it.

    If it cannot be fetched for too long, the row counts as it is.
    """

    inbound_id: int
    provider_payment_id: str
    account_id: str
    asked_at: datetime
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A body that failed verification, with the headers that carry the proof."""

    id: int
    account_id: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what to a draft or link; of the subject "settings", whom they admitted or refused."""

    subject: str
    act: str
    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What we know of a link, and how: `sent` to us, or fetched by us.

    `payment`: the provider's id of the payment that it was attributed to.
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
    """A change worth a line in the thread. `once`: a key that is unique among the notices of the link."""

    key: str
    once: str
    params: Mapping[str, str] = field(default_factory=dict)
