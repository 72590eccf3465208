"""The keys of events: for de-duplication and, of a verified webhook, for its place in the order.

A webhook's key begins with its event's moment, which is the same on each delivery. So the keys of webhooks
that come together are neighbours in the index: by scattered ids alone, each would touch a page of its own.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from adapters.backends._http import load
from adapters.backends._shapes import an_object, word
from bot.money import Money
from bot.ports.backend import EventKey
from bot.ports.model import EventKind

_LONGEST, _LONGEST_MOMENT = 255, 40


def event_in(body: bytes) -> Mapping[str, Any]:
    """The event of a body; empty if it cannot be read."""
    try:
        return an_object(load(body))
    except (TypeError, ValueError):
        return {}


def id_of(told: Any, body: bytes) -> str:
    """An event's own id. A signed but broken body has none: its hash is used."""
    known = word(told)
    return known[:_LONGEST] if known else f"sha256:{sha256(body).hexdigest()}"


def fetched_key(*told: object) -> str:
    """The key of an event that was fetched: the same as long as all of this is."""
    return ":".join(("fetched", *map(str, told)))[:_LONGEST]


def so_far(amounts: Mapping[EventKind, Money]) -> str:
    """All amounts of a payment, as a part of such a key."""
    return ",".join(f"{kind}={amount.minor}" for kind, amount in sorted(amounts.items()))


def key_of(moment: Any, event_id: str, about: str | None) -> EventKey:
    """The key of an event.

    `moment`: when it was, if it tells. `about`: what the events of its link share, which are handled in
    order; None: nothing is known of its link.
    """
    told = str(moment)[:_LONGEST_MOMENT] if isinstance(moment, str | int) else ""
    key = f"{told} {event_id}"[:_LONGEST] if told else event_id
    return EventKey(key, about or key)
