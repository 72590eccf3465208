"""Durations, logged: metrics and traces are read off these log lines."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

import structlog

from bot.errors import BackendRateLimited, ChatUnavailable
from bot.ports.backend import Backend
from bot.ports.storage import Note

log = structlog.get_logger(__name__)

Fact = str | int | float | None
Listener = Callable[[Mapping[str, Any]], None]

_listeners: list[Listener] = []


def listen(listeners: Sequence[Listener]) -> None:
    """Set who hears the lines that are not written."""
    _listeners[:] = listeners


def heard(event: str, **facts: Fact) -> None:
    """A line for listeners only: strangers can cause it, or there are thousands a second."""
    for listener in _listeners:
        listener({"event": event, **facts})


@contextlib.contextmanager
def timed(event: str, *, written: bool = True, **facts: Fact) -> Iterator[MutableMapping[str, Fact]]:
    """Log, at the end of the block, how long it took and which error ended it. Gives the facts, to add to."""
    began, told = time.monotonic(), dict(facts)
    try:
        yield told
    except BaseException as error:
        told["error"] = _kind(error)
        raise
    finally:
        say = log.info if written else heard
        say(event, **told, seconds=since(began))


def asking(backend: Backend, call: str) -> contextlib.AbstractContextManager[MutableMapping[str, Fact]]:
    """Time a call of a backend: every one is made inside of this."""
    return timed("backend.asked", backend=backend.info.name, call=call)


def tell(note: Note) -> None:
    """Log what was committed."""
    facts = {key: fact for key, fact in note.facts.items() if fact is not None}
    say = log.warning if note.warns else log.info
    say(note.event, **facts, seconds=since(note.began))


def since(began: float) -> float:
    """Seconds since then, by time.monotonic."""
    return round(time.monotonic() - began, 4)


def _kind(error: BaseException) -> str:
    """The class of the error; rate limits have the same name wherever they come from."""
    asked = isinstance(error, BackendRateLimited) or (
        isinstance(error, ChatUnavailable) and error.retry_after is not None
    )
    return "RateLimited" if asked else type(error).__name__
