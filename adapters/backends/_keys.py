"""By what the inbox knows a verified webhook again, and together with which others it handles it.

Before an event's own id goes its moment, which is the same on each delivery as well. So the keys of webhooks
that come together lie together in the index: by ids alone, which are scattered, each would change a page of
its own.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from adapters.backends._http import load
from adapters.backends._shapes import an_object, word
from bot.ports.backend import EventKey

_LONGEST, _LONGEST_MOMENT = 255, 40


def event_in(body: bytes) -> Mapping[str, Any]:
    """Empty where nothing can be read."""
    try:
        return an_object(load(body))
    except (TypeError, ValueError):
        return {}


def id_of(told: Any, body: bytes) -> str:
    """An event's own id. A body that is signed but broken has none: its hash stands in."""
    known = word(told)
    return known[:_LONGEST] if known else f"sha256:{sha256(body).hexdigest()}"


def key_of(moment: Any, event_id: str, about: str | None) -> EventKey:
    """Not all events say when they happened; one that says nothing of its link stands alone."""
    told = str(moment)[:_LONGEST_MOMENT] if isinstance(moment, str | int) else ""
    key = f"{told} {event_id}"[:_LONGEST] if told else event_id
    return EventKey(key, about or key)
