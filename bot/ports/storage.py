"""One door to the database: plain synchronous functions run inside a transaction.

`fn(tx)` cannot await, so nobody holds a transaction open over the network. `write` resumes its
caller after the commit; whatever `fn` raises undoes its own changes only and reaches the caller.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.ports.boxes import Inbox, Outbox, Quarantine
from bot.ports.repositories import (
    Accounts,
    Counts,
    Deeds,
    Destinations,
    Drafts,
    Events,
    Invites,
    Leases,
    Links,
    Lookups,
    Payments,
    People,
    ProviderLinks,
    RateBuckets,
)
from bot.ports.traffic import InboundFact

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wake:
    """Look at this key. May be lost or doubled without harm: the rows are the truth."""

    kind: str
    key: str
    at: datetime | None = None  # None: now


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was done, for the log. `began`: when its transaction did, by time.monotonic.

    `warns`: somebody should look at it.
    """

    event: str
    facts: Mapping[str, str | int | None]
    began: float
    warns: bool = False


class Transaction(Protocol):
    """Everything there is to read and write; `wake` and `note` take effect after the commit."""

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
    def lookups(self) -> Lookups: ...

    @property
    def inbox(self) -> Inbox: ...

    @property
    def quarantine(self) -> Quarantine: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def destinations(self) -> Destinations: ...

    @property
    def people(self) -> People: ...

    @property
    def invites(self) -> Invites: ...

    @property
    def deeds(self) -> Deeds: ...

    @property
    def counts(self) -> Counts: ...

    @property
    def rate_buckets(self) -> RateBuckets: ...

    @property
    def leases(self) -> Leases: ...

    def wake(self, kind: str, key: str, at: datetime | None = None) -> None:
        """Have the handler of `kind` look at `key` after the commit; repeated calls are one."""

    def note(self, event: str, **facts: str | int | None) -> None:
        """Log this after the commit; `link` is the id of the draft and link that it is about."""

    def warn(self, event: str, **facts: str | int | None) -> None:
        """The same, as a warning: logged once, however often the transaction is retried."""


class Storage(Protocol):
    """The door. Each method raises StorageUnavailable if the database does not answer."""

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` in a transaction that may write; resumes after the commit."""

    async def accept(self, fact: InboundFact, at: datetime) -> None:
        """Store an inbound fact that came `at`, once, and wake its handler; resumes after the commit.

        The same as a `write` that does so, made for high volume.
        """

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` in a read-only transaction: one consistent snapshot."""
