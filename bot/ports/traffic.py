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


WEBHOOK, HINT = "webhook", "hint"  # kinds of inbound facts: signed webhooks, and unsigned ones


@dataclass(frozen=True, slots=True)
class InboundFact:
    """What came in, unchanged. `kind` names its handler; facts of one `stripe` are handled in order.

    A stripe is a partition by hash, so that one handler at a time per stripe keeps a link's facts in order.
    """

    kind: str
    account_id: str  # empty for a chat's updates
    key: str  # unique within its kind and account: the key of de-duplication
    stripe: int
    body: bytes

    @property
    def hints_at(self) -> str | None:
        """The id of the link to whose own address a hint was sent; None for any other fact."""
        return self.key.split(":")[0] if self.kind == HINT else None

    @property
    def stripe_key(self) -> str:
        """The key of the wake `inbox` for its stripe."""
        return inbox_key(self.kind, self.stripe)


def creating_key(account_id: str, link_id: str) -> str:
    """The key of the wake `link` for a link that is to be created; begins with its account's id."""
    return f"{account_id}:{link_id}"


def inbox_key(kind: str, stripe: int) -> str:
    """The key of the wake `inbox` for one stripe of one kind."""
    return f"{kind}:{stripe}"


@dataclass(frozen=True, slots=True)
class Inbound:
    """A stored inbound fact. `replayed`: it has failed before, and its sender was told so."""

    id: int
    fact: InboundFact
    replayed: bool = False


class Say(StrEnum):
    """The kinds of rows in the outbox: what is to be said."""

    CARD = "card"  # the present state, edited in place
    REPLY = "reply"  # a line of the history, never coalesced
    PROMPT = "prompt"  # a message whose reply is the answer, in chats whose cards have no inputs
    DESK = "desk"  # the private progress view of the person who asked, beside the card
    TIDY = "tidy"  # the deletion of a message: a typed answer, or the question for it


class OwedState(StrEnum):
    """The state of a message. A row that is SENDING when it is read was cut off by a crash."""

    OWED = "owed"
    SENDING = "sending"
    SAID = "said"
    LOST = "lost"  # may have been seen; not repeated
    DEAD = "dead"  # given up: it can never be delivered
    DROPPED = "dropped"  # an operator's decision


@dataclass(frozen=True, slots=True)
class Lookup:
    """A payment that must be fetched because an inbound row does not say enough about it.

    If fetching fails for too long, the row is applied as it is.
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
    """An entry of the audit log: who did what to a draft or link.

    With the subject "settings", `person` is who was admitted or refused by a change of the settings.
    """

    subject: str
    act: str
    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reported event of a link. `sent`: it came as a webhook; otherwise we fetched it.

    `payment`: the provider's id of the payment that it was attributed to.
    """

    at: datetime
    kind: EventKind
    word: str  # the backend's name of the event
    amount: Money | None
    sent: bool
    payment: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One row of the outbox: a key and parameters, rendered when it is sent."""

    id: int
    say: Say
    subject: str  # the id of the draft and link that it is about
    destination_id: int
    key: str
    params: Mapping[str, str]
    state: OwedState
    wanted: int  # of a card: a counter, increased by every change
    attempts: int  # since then
    not_before: datetime
    since: datetime  # when it came to be owed, unless it was said meanwhile


@dataclass(frozen=True, slots=True)
class Notice:
    """A change worth a line in the thread. `once`: unique among the notices of the link."""

    key: str
    once: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds something, and until when unless it is renewed, by the holder's own clock."""

    holder: str
    until: datetime
