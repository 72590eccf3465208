"""What a payment backend can be asked, and what it declares about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Customer, Event, Mode


class Feature(StrEnum):
    """What a provider offers beyond creating and showing a link; each is a protocol below."""

    CANCEL = "cancel"
    RESUME = "resume"
    EXTEND = "extend"
    EDIT = "edit"
    FIND = "find"
    SHARE = "share"
    HISTORY = "history"
    CONNECT = "connect"


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """A backend's features as data. The form asks what `requires` names and the account does not know."""

    name: str  # as its module is called
    label: str  # as people read it
    currencies: frozenset[str]  # codes of ISO 4217
    requires: frozenset[str]  # keys of form fields
    proof_headers: frozenset[str]  # of a webhook, in small letters; empty where webhooks are not signed
    longest_expiry_s: int
    features: frozenset[Feature] = frozenset()
    asks: frozenset[str] = frozenset()  # keys of optional fields that payment methods of the account need
    takes: frozenset[str] = frozenset()  # keys of fields that only some backends have, optional here
    steps: tuple[str, ...] = ()  # how an operator registers `{url}` by hand, where there is no call for it
    ends: bool = True  # does a link end by itself, paid or expired? Else we take it back
    kinds: frozenset[LinkKind] = frozenset({LinkKind.PAYMENT})
    ranges: bool = False  # can the payer choose between two amounts?
    lingers_s: int = 0  # how long a page that was opened stays payable after its link was taken back
    lingers_of_many_s: int = 0  # the same where the link was for several uses
    most_uses: int | None = 1  # None: any number of times, also without a limit
    in_tens: frozenset[str] = frozenset()  # currencies whose last digit is always 0 there
    tells_refunds: bool = True  # does it report what was given back? Else no thread can tell it

    @property
    def cancels(self) -> bool:
        """Can a link be cancelled at the provider?"""
        return Feature.CANCEL in self.features

    def lingers(self, uses: int | None) -> timedelta:
        """How long an already opened page can be paid after its link, for so many uses, was cancelled."""
        return timedelta(seconds=self.lingers_s if uses == 1 else self.lingers_of_many_s)

    @property
    def signed(self) -> bool:
        """Do its webhooks prove their sender? Else they are hints, sent to an address of each link."""
        return bool(self.proof_headers)


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """What a backend is asked to create. Creating never notifies the customer.

    Moments are aware and in UTC. `reference` is ours and new for each attempt (`PL…`, then `PL…-2`): the
    provider's webhooks and searches lead back to the link by it. `own_reference` is the creator's, for people
    to read. `least`: the payer chooses an amount from it up to `amount`. `uses` None: it can be paid any
    number of times.
    """

    link_id: str
    reference: str
    amount: Money
    description: str | None
    own_reference: str | None
    customer: Customer
    expires_at: datetime
    now: datetime  # when it is asked for: some providers are told how long, not until when
    details: Mapping[str, str] = field(default_factory=dict)  # further answers, by the keys of form fields
    webhook_url: str | None = None  # of this link alone, where webhooks are not signed
    kind: LinkKind = LinkKind.PAYMENT
    least: Money | None = None
    uses: int | None = 1


@dataclass(frozen=True, slots=True)
class CreatedLink:
    """The backend's answer to a creation."""

    provider_id: str  # by which it is fetched, cancelled, ...
    url: str  # where the customer pays
    expires_on: datetime | None  # as the provider says; None: it says nothing


@dataclass(frozen=True, slots=True)
class FetchedLink:
    """A link as the backend shows it now; None is what it does not show.

    `usable`: a payment can be started. `received` is the backend's own hint of a payment, never proof.
    `amount` is the upper end of a range, and 0 where no money is asked for. `times`: how often it was paid,
    where the provider counts payments without naming them. `taken_back`: it is not usable because it was
    cancelled, by us or at the provider.
    """

    provider_id: str
    reference: str | None
    amount: Money
    usable: bool
    received: bool
    expires_on: datetime | None
    payment_ids: tuple[str, ...]
    times: int | None = None
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Withheld:
    """A payment method of the account that this request cannot offer: `key` of the text, and why."""

    method: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a provider's own history of a link."""

    at: datetime | None
    word: str  # the provider's
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """The result of registering our webhook address: its secret, if the provider has generated one."""

    line: str  # for the operator
    secret: str | None = None


class EventKey(NamedTuple):
    """The keys of a verified webhook."""

    id: str  # tells it from every other, and is the same on each delivery
    about: str  # what it shares with others of its link, as far as it says so: they are handled in order


class Backend(Protocol):
    """One account at one payment backend.

    Every method with I/O raises BackendUnavailable, BackendRateLimited, BackendRejected, BackendAuthFailed or
    BackendProtocolError, and nothing else.
    """

    info: BackendInfo
    mode: Mode

    async def create(self, request: LinkRequest) -> CreatedLink:
        """Make one payable link. Not idempotent: a lost answer may have left one behind."""

    async def fetch(self, provider_id: str) -> FetchedLink:
        """The link's present state; raises BackendGone where there is no such link."""

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """The events that a payment's present state amounts to; empty if there is no such payment."""

    async def find_payments(self, reference: str) -> Sequence[str]:
        """Ids of the payments that carry one of our references."""

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:
        """The payment methods of the account that this request could not offer."""

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:
        """Check an inbound webhook's proof over its raw bytes; raises WebhookRejected.

        A proof that expires is checked against `received_at`, the moment when it came in.
        """

    def event_key(self, body: bytes) -> EventKey:
        """The keys of a verified webhook, even if its body can hardly be read."""

    def parse(self, body: bytes) -> Sequence[Event]:
        """A verified webhook's events; raises BackendProtocolError for what cannot be read."""

    def payments_in(self, body: bytes) -> Sequence[str]:
        """Ids of the payments that a verified but unreadable webhook mentions, checked for their form."""

    async def check(self) -> str:
        """Try the credentials without creating anything; gives a line for the operator."""

    async def aclose(self) -> None:
        """Close its connections."""


@runtime_checkable
class Cancels(Protocol):
    """A link can be cancelled: no payment can be started any more."""

    async def cancel(self, provider_id: str) -> None:
        """Cancelling what is cancelled already is no error."""


@runtime_checkable
class Resumes(Protocol):
    """A cancelled link can be activated again."""

    async def resume(self, provider_id: str) -> None:
        """Afterwards it can be paid again; doing it twice is no error."""


@runtime_checkable
class Extends(Protocol):
    """A link's expiry can be changed."""

    async def extend(
        self, provider_id: str, until: datetime, now: datetime, *, again: bool = False
    ) -> datetime:
        """Gives the new expiry as the provider has it.

        `again`: this was asked before and the answer was lost, so it may have been done.
        """


@runtime_checkable
class Edits(Protocol):
    """The description of a link can be changed."""

    async def edit(self, provider_id: str, description: str) -> None:
        """Change the description that customers read, and nothing else."""


@runtime_checkable
class Finds(Protocol):
    """A link can be found by our reference, in case the answer to its creation was lost."""

    async def find(self, reference: str) -> CreatedLink | None:
        """The link that was created under one of our references; None if there is none that can be paid."""


@runtime_checkable
class Shares(Protocol):
    """The provider can send the link to its customer, by e-mail and text message."""

    async def share(self, provider_id: str, customer: Customer) -> None:
        """Send it. Each call sends another message, so it is never repeated unasked."""


@runtime_checkable
class Remembers(Protocol):
    """The provider keeps a history of a link."""

    async def history(self, provider_id: str) -> Sequence[Moment]:
        """Oldest first."""


@runtime_checkable
class Connects(Protocol):
    """Our webhook address can be registered by an API call."""

    async def connect(self, url: str) -> Connected:
        """Register `url`; what is registered already is not registered twice."""


# The protocol behind each feature: a contract test holds what INFO declares against it.
BEHIND: Mapping[Feature, type] = {
    Feature.CANCEL: Cancels,
    Feature.RESUME: Resumes,
    Feature.EXTEND: Extends,
    Feature.EDIT: Edits,
    Feature.FIND: Finds,
    Feature.SHARE: Shares,
    Feature.HISTORY: Remembers,
    Feature.CONNECT: Connects,
}
