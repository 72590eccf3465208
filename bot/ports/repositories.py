"""All tables but the inbox and the outbox, a protocol each; all of it inside one transaction."""

from collections.abc import Collection, Mapping, Sequence
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
from bot.ports.traffic import Deed, Evidence, Lookup


class Accounts(Protocol):
    def put(self, account: Account) -> None:
        """Add it, or update it."""

    def all(self) -> Sequence[Account]: ...


class Drafts(Protocol):
    def add(self, draft: Draft) -> None: ...

    def get(self, draft_id: str) -> Draft | None:
        """The draft, locked for this transaction."""

    def put(self, draft: Draft) -> None: ...

    def active(self, person: Person, place: Place) -> Draft | None:
        """The newest open draft of this person in this place."""

    def open_in(self, chat: str, channel: str) -> Sequence[str]:
        """Ids of the open drafts in a channel and its threads, whoever began them."""

    def overdue(self, now: datetime) -> bool:
        """Is any open draft past its time?"""

    def forget(self, before: datetime, limit: int) -> int:
        """Delete what came to nothing and would have expired before; gives how many, `limit` at most."""

    def expire(self, now: datetime) -> Sequence[str]:
        """Close the drafts that are past their time; gives their ids."""


class Links(Protocol):
    def add(self, link: Link) -> None: ...

    def get(self, link_id: str) -> Link | None:
        """The link, locked for this transaction."""

    def by_reference(self, account_id: str, reference: str) -> Link | None:
        """The link with a provider link of this reference, locked for this transaction."""

    def by_token(self, public_token: str) -> Link | None:
        """The link with this public token, locked for this transaction."""

    def put(self, link: Link) -> None: ...

    def creating(self, now: datetime) -> Sequence[tuple[str, str]]:
        """Account and id of the links that must still be created and may be tried now."""

    def watched(self, now: datetime) -> Sequence[str]:
        """Ids of links whose backend is to be polled now."""

    def watch_all(self, now: datetime, due_by: datetime | None = None) -> int:
        """Have every watched link polled now; gives their number.

        `due_by`: only those that would be polled by then anyway.
        """

    def twin(self, wanted: Link) -> Link | None:
        """The newest open link that asks the same of the same customer (by e-mail or telephone)."""

    def latest_of(self, account_id: str, customer: Customer, creator: Person) -> Link | None:
        """The newest link of this creator for this customer that exists at its backend."""

    def recent(self, limit: int) -> Sequence[Link]:
        """Newest first."""

    def asked_for(
        self, creator: Person | None, states: Collection[LinkState] | None, limit: int
    ) -> Sequence[Link]:
        """Newest first: by this person (None: anybody), in these states (None: those that were paid)."""


class ProviderLinks(Protocol):
    def of(self, link_id: str) -> Sequence[ProviderLink]:
        """By attempt, oldest first."""

    def put(self, provider_link: ProviderLink) -> None:
        """Add it, or replace the one of the same attempt."""

    def remove(self, provider_link: ProviderLink) -> None: ...

    def by_provider_id(self, account_id: str, provider_id: str) -> ProviderLink | None: ...

    def by_token(self, account_id: str, webhook_token: str) -> ProviderLink | None: ...


class Payments(Protocol):
    def of(self, link_id: str) -> Sequence[Payment]:
        """In the order in which we first heard of them."""

    def get(self, account_id: str, provider_payment_id: str) -> Payment | None: ...

    def put(self, payment: Payment) -> None: ...


class Events(Protocol):
    def add(self, account_id: str, event: Event, inbound_id: int | None, link_id: str | None) -> bool:
        """Keep it; False if its key is known already. `inbound_id` None: it was fetched, not sent."""

    def evidence(self, link_id: str) -> Sequence[Evidence]:
        """What each event of a link has told, and how we know it, oldest first."""


class Lookups(Protocol):
    def add(self, lookup: Lookup) -> None:
        """Have a payment fetched; one that is to be fetched for the same row already stays as it is."""

    def get(self, inbound_id: int, provider_payment_id: str) -> Lookup | None: ...

    def of(self, account_id: str, provider_payment_id: str) -> Sequence[Lookup]:
        """All that wait for one payment, the oldest row's first."""

    def put(self, lookup: Lookup) -> None: ...

    def remove(self, lookup: Lookup) -> None: ...

    def due(self, now: datetime) -> Sequence[Lookup]: ...


class Destinations(Protocol):
    def add(self, place: Place, language: str, root: str | None = None) -> Destination: ...

    def get(self, destination_id: int) -> Destination: ...

    def lane(self, destination_id: int) -> str:
        """Where it is, as the wake key of who says something there."""

    def put(self, destination: Destination) -> None: ...

    def rename(self, chat: str, channel: str, renamed: str) -> None:
        """A channel has a new id: its destinations, and what is owed there, move along.

        Message ids start over there: no earlier card or prompt can be edited any more.
        """


class People(Protocol):
    """People, and groups as a whole (their id stands for the person's)."""

    def put(self, person: Person, standing: Standing) -> None: ...

    def standing(self, person: Person, since: datetime | None = None) -> Standing | None:
        """What is known; None if nothing, or nothing stored after `since`."""

    def all(self) -> Sequence[tuple[Person, Standing]]: ...

    def number_format(self, person: Person) -> str | None:
        """The locale whose number format this person has confirmed."""

    def put_number_format(self, person: Person, number_format: str) -> None: ...


class Invites(Protocol):
    """Invitations, kept by the hash of their secret."""

    def add(self, token_hash: str, chat: str, expires_at: datetime) -> None: ...

    def redeem(self, token_hash: str, person: Person, now: datetime) -> bool:
        """Bind it to the first who uses it; False if it is unknown, expired, or somebody else's."""

    def revoke(self, token_hash: str) -> bool:
        """Invalidate an unused one; False if there is none."""


class Counts(Protocol):
    """How many rows are not settled yet."""

    def links(self) -> Mapping[str, int]:
        """By state, those that are not closed."""

    def outbox(self) -> Mapping[str, int]:
        """By state, what was not sent."""

    def inbox(self) -> Mapping[str, int]:
        """By state, what was not applied."""

    def quarantined(self) -> int: ...

    def oldest_owed(self) -> datetime | None:
        """Since when the message that has waited longest is owed, however often it was put off.

        None if nothing is owed, except what waits for us to be invited to a channel: people were told of
        that.
        """


class Deeds(Protocol):
    def add(self, deed: Deed) -> None: ...

    def of(self, subject: str) -> Sequence[Deed]:
        """Oldest first."""


class RateBuckets(Protocol):
    def get(self, key: str) -> datetime | None:
        """When the bucket will be empty."""

    def put(self, key: str, empty_at: datetime) -> None: ...


class Leases(Protocol):
    """Which of several processes does what only one may do at a time."""

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take it, or keep it; False while somebody else holds it.

        One that lasts more than twice as long as asked for here was taken before the clock was set back: it
        is over.
        """

    def release(self, name: str, holder: str) -> None:
        """Let the next one take it at once."""
