"""What a payment backend can be asked, and what it declares about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.money import Money
from bot.ports.model import Customer, Event, Mode


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """A backend's features as data. The form asks what `requires` names and the account does not know."""

    name: str
    label: str
    currencies: frozenset[str]
    requires: frozenset[str]  # keys of form fields
    cancels: bool  # can a link be taken back at the backend?
    proof_headers: frozenset[str]  # of a webhook, in small letters; empty where webhooks are not signed
    longest_expiry_s: int
    asks: frozenset[str] = frozenset()  # keys of optional fields that payment methods of the account need


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """What a backend is asked to create. Creating never notifies the customer."""

    link_id: str
    reference: str
    amount: Money
    description: str | None
    own_reference: str | None
    customer: Customer
    expires_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class CreatedLink:
    """The backend's answer to a creation."""

    provider_id: str
    url: str
    expires_on: datetime | None


@dataclass(frozen=True, slots=True)
class FetchedLink:
    """A link as the backend shows it now. `received` is its own hint of a payment, never proof."""

    provider_id: str
    reference: str | None
    amount: Money
    usable: bool
    received: bool
    expires_on: datetime | None
    payment_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A payment method that the account has and this request cannot offer: `key` of the text, and why."""

    method: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)


class Backend(Protocol):
    """One account at one payment backend.

    Every method with I/O raises BackendUnavailable, BackendRateLimited, BackendRejected,
    BackendAuthFailed or BackendProtocolError, and nothing else.
    """

    info: BackendInfo
    mode: Mode

    async def create(self, request: LinkRequest) -> CreatedLink:
        """Make one payable link. Not idempotent: a lost answer may have left one behind."""

    async def fetch(self, provider_id: str) -> FetchedLink:
        """The link's present state."""

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        """What a payment's present state amounts to, as events; empty if there is no such payment."""

    async def find_payments(self, reference: str) -> Sequence[str]:
        """Ids of the payments that carry one of our references."""

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:
        """The account's payment methods that this request would not offer."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check an inbound webhook's proof over its raw bytes; raises WebhookRejected."""

    def event_key(self, body: bytes) -> str:
        """What tells a verified webhook from every other, the same on each delivery."""

    def parse(self, body: bytes) -> Sequence[Event]:
        """A verified webhook's events; raises BackendProtocolError for what cannot be read."""

    def payments_in(self, body: bytes) -> Sequence[str]:
        """Ids of the payments that a verified but unreadable webhook speaks of, checked for their form."""

    async def check(self) -> str:
        """Try the credentials without creating anything; gives a line for the operator."""

    async def aclose(self) -> None:
        """Let go of connections."""
