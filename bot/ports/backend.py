"""The port of a payment backend: what it declares about itself, and what can be asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Customer, Event, Mode


class Feature(StrEnum):
    """An optional capability, beyond creating and fetching a link; each has a protocol below."""

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
    """What a backend can do, as data: the questions and actions that are offered follow from it."""

    name: str  # of its module
    label: str  # shown to people
    currencies: frozenset[str]  # ISO 4217 codes
    requires: frozenset[str]  # keys of the form fields that must be answered
    proof_headers: frozenset[str]  # that prove a webhook, in lower case; empty if webhooks are unsigned
    longest_expiry_s: int
    features: frozenset[Feature] = frozenset()
    asks: frozenset[str] = frozenset()  # keys of optional fields that some payment methods need
    takes: frozenset[str] = frozenset()  # keys of optional fields that are particular to this backend
    steps: tuple[str, ...] = ()  # how to register the webhook address `{url}` by hand, if no API call does
    ends: bool = True  # whether a link closes by itself once paid or expired; if not, we cancel it
    kinds: frozenset[LinkKind] = frozenset({LinkKind.PAYMENT})
    ranges: bool = False  # whether the payer can choose an amount between two
    lingers_s: int = 0  # how long a page that is already open can be paid after its link was cancelled
    lingers_of_many_s: int = 0  # the same for a link with several uses
    most_uses: int | None = 1  # how often a link can be paid at most; None: any number of times
    in_tens: frozenset[str] = frozenset()  # currencies whose minor units must be a multiple of ten
    tells_refunds: bool = True  # whether it reports refunds; if not, no thread promises to

    @property
    def cancels(self) -> bool:
        """Whether a link can be cancelled at the provider."""
        return Feature.CANCEL in self.features

    def lingers(self, uses: int | None) -> timedelta:
        """How long a page that is already open can be paid after a link with so many uses was cancelled."""
        return timedelta(seconds=self.lingers_s if uses == 1 else self.lingers_of_many_s)

    @property
    def signed(self) -> bool:
        """Whether webhooks prove their sender. If not, they are hints, sent to one address per link."""
        return bool(self.proof_headers)


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """What a backend is asked to create. Creating never notifies the customer.

    Moments are aware and in UTC. `reference` is ours and unique to the attempt (`PL…`, then `PL…-2`):
    webhooks and searches are matched to the link by it. `own_reference` is the creator's, for people to
    read. If `least` is set, the payer chooses an amount between `least` and `amount`. `uses` None: any
    number of payments.
    """

    link_id: str
    reference: str
    amount: Money
    description: str | None
    own_reference: str | None
    customer: Customer
    expires_at: datetime
    now: datetime  # of the request, for providers that take a duration instead of an expiry
    details: Mapping[str, str] = field(default_factory=dict)  # further answers by form field
    webhook_url: str | None = None  # of this attempt alone; only if webhooks are unsigned
    kind: LinkKind = LinkKind.PAYMENT
    least: Money | None = None
    uses: int | None = 1


@dataclass(frozen=True, slots=True)
class CreatedLink:
    """The backend's answer to a creation."""

    provider_id: str  # identifies it in every later call
    url: str  # where the customer pays
    expires_on: datetime | None  # the provider's own; None if it does not tell


@dataclass(frozen=True, slots=True)
class FetchedLink:
    """The present state of a link at its backend; None: the backend does not tell.

    `usable`: a payment can be started. `received`: the backend says that it was paid, which is a hint and
    never proof. `amount`: the upper end of a range, and 0 if no money is asked for. `times`: how often it was
    paid, if the provider counts payments without naming them. `taken_back`: it was cancelled, by us or at the
    provider.
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
    """A payment method that a request cannot offer. `key` and `params`: the text that says why."""

    method: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a provider's own history of a link; `at` None: it is undated."""

    at: datetime | None
    word: str  # the provider's name for what happened
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """The result of registering our webhook address. `secret`: if the provider has generated one."""

    line: str  # for the operator
    secret: str | None = None


class EventKey(NamedTuple):
    """The keys of a verified webhook."""

    id: str  # unique to the event, and the same on each delivery: the key of de-duplication
    about: str  # shared by the webhooks of one link, as far as the body tells: they are handled in order


class Backend(Protocol):
    """One account at one payment backend.

    Coroutines raise BackendUnavailable, BackendRateLimited, BackendRejected, BackendAuthFailed or
    BackendProtocolError, and nothing else.
    """

    info: BackendInfo
    mode: Mode

    async def create(self, request: LinkRequest) -> CreatedLink:
        """Create one payable link. Not idempotent: if the answer is lost, a link may exist."""

    async def fetch(self, provider_id: str) -> FetchedLink:
        """The link's present state; raises BackendGone if there is no such link."""

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """A payment's present state, expressed as events; empty if there is no such payment."""

    async def find_payments(self, reference: str) -> Sequence[str]:
        """The provider's ids of the payments that carry a reference of ours."""

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:
        """The account's payment methods that this request cannot offer, and why. No I/O."""

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:
        """Check an inbound webhook's proof over its raw bytes; raises WebhookRejected.

        A proof that expires is checked against `received_at`, the moment when it came in.
        """

    def event_key(self, body: bytes) -> EventKey:
        """The keys of a verified webhook, even if its body cannot be parsed."""

    def parse(self, body: bytes) -> Sequence[Event]:
        """The events of a verified webhook; raises BackendProtocolError if it cannot be read."""

    def payments_in(self, body: bytes) -> Sequence[str]:
        """Ids of payments, of valid form, that occur in a webhook that is unsigned or cannot be parsed."""

    async def check(self) -> str:
        """Try the credentials without creating anything; returns a line for the operator."""

    async def aclose(self) -> None:
        """Close its connections."""


@runtime_checkable
class Cancels(Protocol):
    """A link can be cancelled: no payment can be started any more."""

    async def cancel(self, provider_id: str) -> None:
        """Cancel a link. Cancelling it again is not an error."""


@runtime_checkable
class Resumes(Protocol):
    """A cancelled link can be activated again."""

    async def resume(self, provider_id: str) -> None:
        """Make a cancelled link payable again. Resuming it again is not an error."""


@runtime_checkable
class Extends(Protocol):
    """A link's expiry can be changed."""

    async def extend(
        self, provider_id: str, until: datetime, now: datetime, *, again: bool = False
    ) -> datetime:
        """Move the expiry to `until`; returns the new expiry as the provider has stored it.

        `again`: the same call was made before and its answer was lost, so it may have succeeded.
        """


@runtime_checkable
class Edits(Protocol):
    """The description of a link can be changed."""

    async def edit(self, provider_id: str, description: str) -> None:
        """Change the description that customers read, and nothing else."""


@runtime_checkable
class Finds(Protocol):
    """A link can be found by our reference, for when the answer to its creation was lost."""

    async def find(self, reference: str) -> CreatedLink | None:
        """The payable link that was created under this reference; None if there is none."""


@runtime_checkable
class Shares(Protocol):
    """The provider can send the link to its customer, by e-mail and text message."""

    async def share(self, provider_id: str, customer: Customer) -> None:
        """Send it. Not idempotent: each call sends another message, so it is repeated only on request."""


@runtime_checkable
class Remembers(Protocol):
    """The provider keeps a history of a link."""

    async def history(self, provider_id: str) -> Sequence[Moment]:
        """The provider's history of a link, oldest entry first."""


@runtime_checkable
class Connects(Protocol):
    """Our webhook address can be registered by an API call."""

    async def connect(self, url: str) -> Connected:
        """Register `url` for webhooks; idempotent."""


# The protocol of each feature; a contract test compares it with what INFO declares.
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
