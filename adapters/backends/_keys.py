"""By what the inbox knows a verified webhook again.

Before an event's own id goes its moment, which is the same on each delivery as well. So the keys of webhooks
that come together lie together in the index: by ids alone, which are scattered, each would change a page of
its own.
"""

from hashlib import sha256
from typing import Any

import msgspec

from adapters.backends._http import load
from adapters.backends._shapes import word

_LONGEST, _LONGEST_MOMENT = 255, 40


class Heading(msgspec.Struct, frozen=True):
    """What is read of an event to tell it from others; the rest is passed over."""

    id: Any = None
    timestamp: Any = None
    created_on: Any = None
    created: Any = None


_READ = msgspec.json.Decoder(Heading)
_NONE = Heading()


def heading(body: bytes) -> Heading:
    """An empty one of what cannot be read."""
    try:
        return _READ.decode(body)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return msgspec.convert(load(body), Heading)
    except ValueError:
        return _NONE


def id_of(told: Any, body: bytes) -> str:
    """An event's own id. A body that is signed but broken has none: its hash stands in."""
    known = word(told)
    return known[:_LONGEST] if known else f"sha256:{sha256(body).hexdigest()}"


def key_of(moment: Any, event_id: str) -> str:
    """The key of an event; not all say when they happened."""
    told = str(moment)[:_LONGEST_MOMENT] if isinstance(moment, str | int) else ""
    return f"{told} {event_id}"[:_LONGEST] if told else event_id
