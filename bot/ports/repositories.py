"""The repositories of all tables but the inbox and the outbox; every method runs inside one transaction.

On PostgreSQL, what is said to be locked is locked until the transaction ends (`SELECT ... FOR UPDATE`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.ports.model import (
    Account,
    Customer,
    Destination,
    Draft,
    Event,
    Link,
    LinkState,
    Payment,
    Person,
    Place,
    Standing,
)
from bot.ports.provider_links import ProviderLink
from bot.ports.traffic import Deed, Evidence, Lease, Lookup


class Accounts(Protocol):
    """The accounts that were ever in the settings."""

    def put(self, account: Account) -> None:
        """Insert or update an account."""

    def all(self) -> Sequence[Account]: ...


class Drafts(Protocol):
    """Conversations about links that do not exist yet."""

    def add(self, draft: Draft) -> None: ...

    def get(self, draft_id: str) -> Draft | None:
        """The draft, locked for this transaction."""

    def put(self, draft: Draft) -> None: ...

    def active(self, person: Person, place: Place) -> Draft | None:
        """The newest open draft of this person in this place."""

    def open_in(self, chat: str, channel: str) -> Sequence[str]:
        """Ids of the open drafts of everybody in a channel and its threads."""

    def overdue(self, now: datetime) -> bool:
        """Whether an open draft has expired."""

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` drafts without a link that expired before `before`; returns how many."""

    def expire(self, now: datetime) -> Sequence[str]:
        """Close the open drafts that have expired; returns their ids."""


class Links(Protocol):
    """Payment links, as their sellers see them."""

    def add(self, link: Link) -> None: ...

    def get(self, link_id: str) -> Link | None:
        """The link, locked for this transaction."""

    def by_reference(self, account_id: str, reference: str) -> Link | None:
        """The link with a provider link of this reference, locked for this transaction."""

    def by_token(self, public_token: str) -> Link | None:
        """The link with this public token, locked for this transaction."""

    def put(self, link: Link) -> None: ...

    def creating(self, now: datetime) -> Sequence[tuple[str, str]]:
        """Account id and id of the links that are to be created, unless their retry is due later."""

    def watched(self, now: datetime) -> Sequence[str]:
        """Ids of the links that are due to be polled."""

    def watch_all(self, now: datetime, due_by: datetime | None = None) -> int:
        """Make every link that is still polled due now; returns their number.

        `due_by`: only those that are due by then anyway.
        """

    def twin(self, wanted: Link) -> Link | None:
        """The newest open link with the same terms for the same customer (by e-mail or telephone).

        A customer's 500 newest links are looked through, here and below.
        """

    def latest_of(self, account_id: str, customer: Customer, creator: Person) -> Link | None:
        """The newest link of this creator for this customer that its backend has created."""

    def recent(self, limit: int, like: Callable[[Link], object] | None = None) -> Sequence[Link]:
        """The newest links, newest first.

        `like`: only those of which this is true. All links may be read for it, never all at once.
        """

    def asked_for(
        self, creator: Person | None, states: Collection[LinkState] | None, limit: int
    ) -> Sequence[Link]:
        """Links, newest first: by `creator` (None: by anybody), in `states` (None: those that were paid)."""


class ProviderLinks(Protocol):
    """The objects at the backends: one or more per link."""

    def of(self, link_id: str) -> Sequence[ProviderLink]:
        """All objects of a link, by attempt."""

    def put(self, provider_link: ProviderLink) -> None:
        """Insert an object, or replace the one of the same attempt."""

    def remove(self, provider_link: ProviderLink) -> None: ...

    def by_provider_id(self, account_id: str, provider_id: str) -> ProviderLink | None: ...

    def by_token(self, account_id: str, webhook_token: str) -> ProviderLink | None: ...


class Payments(Protocol):
    """What is known of each payment."""

    def of(self, link_id: str) -> Sequence[Payment]:
        """The payments of a link, in the order in which they were first reported."""

    def get(self, account_id: str, provider_payment_id: str) -> Payment | None: ...

    def put(self, payment: Payment) -> None: ...


class Events(Protocol):
    """Everything that backends have reported."""

    def add(self, account_id: str, event: Event, inbound_id: int | None, link_id: str | None) -> bool:
        """Store an event once; False if its key is stored already, of what was sent with the same day.

        `inbound_id` None: it was fetched.
        """

    def evidence(self, link_id: str) -> Sequence[Evidence]:
        """The events of a link and how we learnt of each, oldest first."""


class Lookups(Protocol):
    """Payments that are to be fetched because a webhook says too little about them."""

    def add(self, lookup: Lookup) -> None:
        """Have a payment fetched; does nothing if that is pending for the same inbound row already."""

    def get(self, inbound_id: int, provider_payment_id: str) -> Lookup | None: ...

    def of(self, account_id: str, provider_payment_id: str) -> Sequence[Lookup]:
        """The pending lookups of one payment, by inbound row."""

    def put(self, lookup: Lookup) -> None: ...

    def remove(self, lookup: Lookup) -> None: ...

    def due(self, now: datetime) -> Sequence[Lookup]:
        """The lookups that may be made now."""


class Destinations(Protocol):
    """Where each link's messages go."""

    def add(self, place: Place, language: str, root: str | None = None) -> Destination: ...

    def get(self, destination_id: int) -> Destination: ...

    def anew(self, destination_id: int) -> Destination:
        """As it is by now, though this transaction has read it before: nobody locks one."""

    def lane(self, destination_id: int) -> str:
        """The lane of a destination, which is the key of the wake `delivery`."""

    def put(self, destination: Destination) -> None: ...

    def rename(self, chat: str, channel: str, renamed: str) -> None:
        """Change the id of a channel in its destinations, and so for what is owed there.

        Message ids are invalid in the new channel, so the destinations forget their card and prompt.
        """


class People(Protocol):
    """What is known of people, and of groups as a whole (with the group's id as the person's)."""

    def put(self, person: Person, standing: Standing) -> None: ...

    def standing(self, person: Person, since: datetime | None = None) -> Standing | None:
        """The stored standing; None if there is none, or none stored after `since`."""

    def all(self) -> Sequence[tuple[Person, Standing]]: ...

    def number_format(self, person: Person) -> str | None:
        """The locale whose number format this person has confirmed."""

    def put_number_format(self, person: Person, number_format: str) -> None: ...


class Invites(Protocol):
    """Invitations; only the hash of their secret is stored."""

    def add(self, token_hash: str, chat: str, expires_at: datetime) -> None: ...

    def redeem(self, token_hash: str, person: Person, now: datetime) -> bool:
        """Bind an invitation to the first person who uses it; False if unknown, expired, or another's."""

    def revoke(self, token_hash: str) -> bool:
        """Invalidate an unused invitation; False if there is none with this hash."""

    def used_by(self, token_hash: str) -> str | None:
        """The id of the person or group that an invitation has admitted; None: nobody yet, or unknown."""


class Counts(Protocol):
    """Numbers of unfinished rows, for metrics."""

    def links(self) -> Mapping[str, int]:
        """The links that are not closed, by state."""

    def outbox(self) -> Mapping[str, int]:
        """The messages that were not sent, by state."""

    def inbox(self) -> Mapping[str, int]:
        """The inbound rows that were not applied, by state."""

    def quarantined(self) -> int: ...

    def oldest_owed(self) -> datetime | None:
        """When the message that has waited longest was first owed, whatever its back-off since.

        None if nothing is owed. Messages that wait for an invitation to a channel do not count: people were
        told.
        """


class Deeds(Protocol):
    """The audit log."""

    def add(self, deed: Deed) -> None: ...

    def of(self, subject: str) -> Sequence[Deed]:
        """The entries about a subject, oldest first."""


class RateBuckets(Protocol):
    """Leaky buckets that hold us to a rate, shared by all processes."""

    def get(self, key: str) -> datetime | None:
        """The moment at which a bucket will be empty; None if it was never used."""

    def put(self, key: str, empty_at: datetime) -> None: ...


class Leases(Protocol):
    """Locks for what only one of several processes may do at a time."""

    def take(self, name: str, mine: Lease, gone: Lease | None = None) -> Lease:
        """Take or renew a lease, unless another holder has it who is not `gone`; gives who has it then.

        `gone`: a lease as it was seen last. If it was renewed since, its holder keeps it.
        """

    def release(self, name: str, holder: str) -> None:
        """Give a lease up."""
