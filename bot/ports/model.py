"""The records of the domain: drafts, links, payments, events, and their places in a chat.

Moments are aware and in UTC. Amounts are minor units of the link's currency unless they are Money.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.money import Money
from bot.ports.expectation import LinkKind


class Mode(StrEnum):
    """Whether an account moves real money."""

    TEST = "test"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Account:
    """One merchant's credentials at one backend; the credentials themselves stay in the settings."""

    id: str
    backend: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Person:
    """A user of a chat. `team`: empty where a chat's ids are enough; `name`: for display only."""

    chat: str
    user: str
    team: str = ""
    name: str = field(default="", compare=False)

    @property
    def called(self) -> str:
        """The name that is shown to others."""
        return self.name or self.user


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a message can be posted: a channel or chat, and a thread or topic in it (None: its top)."""

    chat: str
    channel: str
    team: str = ""
    thread: str | None = None
    private: bool = False  # read by one person only, so customers are shown in full

    @property
    def lane(self) -> str:
        """The key of its queue: messages of one lane are sent in order, at the platform's rate limit."""
        return f"{self.chat}:{self.team}:{self.channel}"


class Reach(StrEnum):
    """Whether messages reach a destination."""

    OPEN = "open"
    UNINVITED = "uninvited"  # the bot is not in the channel yet: what is owed waits
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the messages of one draft and its link go, and in which language."""

    id: int
    place: Place
    language: str
    root: str | None = None  # the id of the card's message, which is the root of its thread
    prompt: str | None = None  # the id of the message that asks for a typed answer
    reach: Reach = Reach.OPEN


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer: a text key, the possible readings, and the text as typed.

    `able`: names of the accounts that could do what was asked for.
    """

    key: str
    typed: str = ""
    readings: tuple[Money, ...] = ()
    currency: str = ""
    able: tuple[str, ...] = ()


class Standing(StrEnum):
    """Whether a person, or a group as a whole, is authorised to use the bot."""

    ADMITTED = "admitted"
    REFUSED = "refused"


class DraftState(StrEnum):
    """The state of a draft."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Step:
    """An earlier state of a draft, which Back returns to."""

    account_id: str
    answers: Mapping[str, str]
    problems: Mapping[str, Problem]
    choosing: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation about a link to be: the answers so far. The link will have the same id."""

    id: str
    state: DraftState
    person: Person
    destination_id: int
    account_id: str
    version: int  # increased by every change; buttons of an older version are refused
    answers: Mapping[str, str]
    problems: Mapping[str, Problem]  # by field
    choosing: bool  # whether the person is choosing which answer to change
    desk: Mapping[str, str]  # the chat's handle of the person's private progress view; empty: there is none
    expires_at: datetime
    kept: Mapping[str, str] = field(default_factory=dict)  # former answers to questions that are asked again
    earlier: tuple[Step, ...] = ()  # states that Back returns to, oldest first
    recalled: tuple[str, ...] = ()  # fields that were filled in from an earlier link


class LinkState(StrEnum):
    """Whether a link can be paid. What was paid is independent of it, and derived from its payments."""

    CREATING = "creating"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Closed(StrEnum):
    """Why a link is closed."""

    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    USED_UP = "used_up"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is asked to pay; each part may be unknown."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Link:
    """One request for money: `amount`, or from `least` to `amount`, `uses` times (None: any number).

    A SETUP link asks for nothing: its amount is 0.
    """

    id: str
    account_id: str
    public_token: str
    state: LinkState
    closed: Closed | None
    amount: Money
    uses: int | None
    description: str | None
    customer: Customer
    creator: Person
    destination_id: int
    created_at: datetime
    expires_at: datetime
    own_reference: str | None = None  # the creator's own, for example an invoice number
    trouble: Mapping[str, str] | None = None  # why creating it waits or has failed: {"key": a text, ...}
    retry_at: datetime | None = None  # while creating: when it is tried next
    poll_at: datetime | None = None  # when its backend is polled next; None: never again
    details: Mapping[str, str] = field(default_factory=dict)  # by form field: what only some backends ask
    kind: LinkKind = LinkKind.PAYMENT
    least: Money | None = None


class EventKind(StrEnum):
    """What a backend reported, normalised. IGNORED: nothing that concerns a link's money."""

    PENDING = "pending"  # the payer has begun; nothing is decided
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    DECLINED = "declined"
    CAPTURE_FAILED = "capture_failed"
    VOIDED = "voided"  # an authorisation given back, or what was left of it: nothing more can be taken
    VOID_FAILED = "void_failed"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    RETURNED = "returned"  # taken back by the payer's bank after success
    DISPUTED = "disputed"
    DISPUTED_LAST = "disputed_last"  # only in `heard`: when a dispute was last reported open
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    SAVED = "saved"  # a means of payment was kept for later; no money
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute of a payment. `heard`: when it was last reported open, won and lost."""

    heard: Mapping[EventKind, datetime] = field(default_factory=dict)
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt by a payer to pay.

    `heard`: the first moment of each kind of event (of a dispute's verdict, the last). `amounts`: each kind's
    cumulative amount, if reported. `disputes`: by the provider's id; the amount in dispute is then that of
    those that decide the payment's stage.
    """

    account_id: str
    provider_payment_id: str
    link_id: str
    heard: Mapping[EventKind, datetime] = field(default_factory=dict)
    amounts: Mapping[EventKind, Money] = field(default_factory=dict)
    method: str | None = None
    bank_reference: str | None = None
    reason: str | None = None
    disputes: Mapping[str, Dispute] = field(default_factory=dict)
    use: str | None = None  # which use of its link it is, if that was reported


@dataclass(frozen=True, slots=True)
class Event:
    """One report of a backend, normalised. `amounts` are cumulative, and may be of other kinds than its own.

    It belongs to a link by our `reference`, by the provider's id of the link, or by its payment. `use`:
    distinguishes payments of one link (its key, where nothing else does) when the payment of a single-use
    link goes by another id: the link's own, which is all that fetching the link can tell.
    """

    key: str
    kind: EventKind
    provider_word: str
    provider_payment_id: str | None
    reference: str | None
    occurred_at: datetime
    amounts: Mapping[EventKind, Money] = field(default_factory=dict)
    method: str | None = None
    bank_reference: str | None = None
    reason: str | None = None
    provider_link_id: str | None = None
    use: str | None = None
    dispute: str | None = None  # the provider's id of the dispute that it is about
    action: str | None = None  # the id of the refund or void that was attempted; several events may have it
