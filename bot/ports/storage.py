"""One door to the database: plain synchronous functions run inside a transaction.

`fn(tx)` cannot await, so nobody holds a transaction open over the network. `write` resumes its
caller after the commit; whatever `fn` raises undoes its own changes only and reaches the caller.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.ports.model import Account, Destination, Draft, Event, Link, Payment, Person, Place, ProviderLink
from bot.ports.traffic import Inbound, InboundFact, InboxState, Notice, Owed, OwedState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wake:
    """Look at this key. May be lost or doubled without harm: the rows are the truth."""

    kind: str
    key: str
    at: datetime | None = None  # None: now


class Accounts(Protocol):
    def put(self, account: Account) -> None:
        """Add it, or bring it up to date."""

    def all(self) -> Sequence[Account]: ...


class Drafts(Protocol):
    def add(self, draft: Draft) -> None: ...

    def get(self, draft_id: str) -> Draft | None:
        """The draft, locked for this transaction."""

    def put(self, draft: Draft) -> None: ...

    def active(self, person: Person, place: Place) -> Draft | None:
        """The newest open draft of this person in this place."""

    def overdue(self, now: datetime) -> bool:
        """Is any open draft past its time?"""

    def expire(self, now: datetime) -> Sequence[str]:
        """Close what is past its time; gives the ids."""


class Links(Protocol):
    def add(self, link: Link) -> None: ...

    def get(self, link_id: str) -> Link | None:
        """The link, locked for this transaction."""

    def put(self, link: Link) -> None: ...

    def creating(self, now: datetime) -> Sequence[str]:
        """Ids of links that still have to be created at their backend and may be tried now."""


class ProviderLinks(Protocol):
    def of(self, link_id: str) -> Sequence[ProviderLink]:
        """By attempt, oldest first."""

    def put(self, provider_link: ProviderLink) -> None:
        """Add it, or replace the one of the same attempt."""

    def remove(self, provider_link: ProviderLink) -> None: ...

    def by_reference(self, account_id: str, reference: str) -> ProviderLink | None: ...


class Payments(Protocol):
    def of(self, link_id: str) -> Sequence[Payment]:
        """In the order in which we first heard of them."""

    def get(self, account_id: str, provider_payment_id: str) -> Payment | None: ...

    def put(self, payment: Payment) -> None: ...


class Events(Protocol):
    def add(self, account_id: str, event: Event, inbound_id: int, link_id: str | None) -> bool:
        """Keep it; False if its key is known already."""


class Inbox(Protocol):
    def add(self, fact: InboundFact, now: datetime) -> bool:
        """Store once; False if (kind, account, key) is known already."""

    def waiting(self, kind: str, stripe: int, limit: int) -> Sequence[Inbound]:
        """Oldest first."""

    def stripes(self) -> Sequence[tuple[str, int]]:
        """Where something waits."""

    def close(self, inbound_id: int, state: InboxState, trouble: str | None = None) -> None: ...

    def last_key(self, kind: str) -> str | None:
        """The key stored last (long polling goes on from there)."""


class Outbox(Protocol):
    def owe_card(self, subject: str, destination_id: int, now: datetime) -> None:
        """The card's state has changed: one row per subject, coalesced."""

    def owe_desk(self, subject: str, destination_id: int, now: datetime) -> None:
        """The same for what the person who asked sees apart from the card."""

    def owe_reply(self, subject: str, destination_id: int, notice: Notice, now: datetime) -> None:
        """A line for the thread; the same notice again is not owed twice."""

    def owe_tidy(self, subject: str, destination_id: int, message_id: str, now: datetime) -> None: ...

    def heads(self, lane: str) -> Sequence[Owed]:
        """What comes next in each thread of a lane: the oldest unfinished row of each, oldest first."""

    def take(self, owed_id: int) -> None:
        """Mark that it is being sent now."""

    def settle(
        self,
        owed: Owed,
        state: OwedState,
        *,
        not_before: datetime | None = None,
        params: Mapping[str, str] | None = None,
    ) -> None:
        """Write down how sending it went. A card changed meanwhile stays owed."""

    def lanes(self, now: datetime) -> Sequence[str]:
        """Where something is owed and may be said now, or was cut off in the middle."""

    def count(self) -> int:
        """How much is still owed."""


class Destinations(Protocol):
    def add(self, place: Place, language: str, root: str | None = None) -> Destination: ...

    def get(self, destination_id: int) -> Destination: ...

    def put(self, destination: Destination) -> None: ...


class People(Protocol):
    def admit(self, person: Person) -> None: ...

    def admitted(self, person: Person) -> bool: ...


class RateBuckets(Protocol):
    def get(self, key: str) -> datetime | None:
        """When the bucket is empty again."""

    def put(self, key: str, empty_at: datetime) -> None: ...


class Transaction(Protocol):
    """All there is to read and write, and `wake` for after the commit."""

    @property
    def accounts(self) -> Accounts: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def links(self) -> Links: ...

    @property
    def provider_links(self) -> ProviderLinks: ...

    @property
    def payments(self) -> Payments: ...

    @property
    def events(self) -> Events: ...

    @property
    def inbox(self) -> Inbox: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def destinations(self) -> Destinations: ...

    @property
    def people(self) -> People: ...

    @property
    def rate_buckets(self) -> RateBuckets: ...

    def wake(self, kind: str, key: str, at: datetime | None = None) -> None:
        """Have the handler of `kind` look at `key` after the commit; repeated calls are one."""


class Storage(Protocol):
    """The door. Both methods raise StorageUnavailable if the database does not answer."""

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` in a transaction that may write; resumes after the commit."""

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` in a transaction that only reads: one consistent picture."""
