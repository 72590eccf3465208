"""The only way to the database: plain synchronous functions that run inside a transaction.

`fn(tx)` cannot await, so no transaction stays open during network I/O. `write` returns after the commit. What
`fn` raises rolls back its own changes only, even if several functions share a commit, and reaches the caller.
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
    """A job without payload: the handler of `kind` looks at `key`. It may be lost or repeated."""

    kind: str
    key: str
    at: datetime | None = None  # None: now


@dataclass(frozen=True, slots=True)
class Note:
    """A log line that is written after the commit. `warns`: it is a warning.

    `began`: when its transaction began, by time.monotonic.
    """

    event: str
    facts: Mapping[str, str | int | None]
    began: float
    warns: bool = False


class Transaction(Protocol):
    """The repositories, inside one transaction; `wake`, `note` and `warn` take effect after the commit."""

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
        """Wake the handler of `kind` for `key` after the commit, or later: `at`. Repeated calls are one."""

    def note(self, event: str, **facts: str | int | None) -> None:
        """Log an event after the commit; the fact `link` is the id of its draft and link."""

    def warn(self, event: str, **facts: str | int | None) -> None:
        """Log a warning after the commit: once, however often the transaction is retried."""


class Storage(Protocol):
    """The database. Each method raises StorageUnavailable if it does not answer."""

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` in a transaction that may write; returns its result after the commit."""

    async def accept(self, fact: InboundFact, at: datetime) -> None:
        """Store an inbound fact that came `at`, once, and wake its handler; returns after the commit.

        Equivalent to a `write` that does so, and faster: for high volumes.
        """

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` in a read-only transaction, on one consistent snapshot; returns its result."""
