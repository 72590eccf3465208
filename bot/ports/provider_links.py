"""Provider links: objects at a backend. A link can have several, each with a reference of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.money import Money


class ProviderLinkState(StrEnum):
    """The state of one object at the backend."""

    IN_FLIGHT = "in_flight"
    OPEN = "open"
    CLOSED = "closed"
    ORPHAN = "orphan"  # asked for, answer lost: it may exist, and may be paid; with an id: one too many


@dataclass(frozen=True, slots=True)
class Sight:
    """What the backend showed of an object when it was last asked."""

    at: datetime
    usable: bool
    received: bool  # its own hint of a payment


@dataclass(frozen=True, slots=True)
class ProviderLink:
    """One object at the backend; its `reference` is ours and unique.

    `owed`: tasks that are still to be done there, with their values (see `bot.links.tasks`).
    """

    link_id: str
    attempt: int
    account_id: str
    reference: str
    state: ProviderLinkState
    amount: Money
    provider_id: str | None = None
    url: str | None = None
    expires_on: datetime | None = None  # the backend's own answer
    webhook_token: str | None = None
    owed: Mapping[str, str] = field(default_factory=dict)
    sight: Sight | None = None


def new_reference(link_id: str, attempt: int) -> str:
    """Our reference of the n-th object at the backend: `PL…`, then `PL…-2`."""
    return link_id if attempt == 1 else f"{link_id}-{attempt}"
