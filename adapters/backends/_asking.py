"""What backends share when they ask for a link: how long it lives, counts, and what an operator adds."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.backends._http import load
from bot.errors import BackendRejected, ConfigurationError
from bot.ports.backend import LinkRequest


def lifetime_s(request: LinkRequest, longest_s: int) -> int:
    """How many seconds a link is to live: at least one, at most `longest_s`."""
    seconds = int((request.expires_at - request.now).total_seconds())
    return max(1, min(seconds, longest_s))


def to_expiry(until: datetime, now: datetime, longest_s: int) -> datetime:
    """The last moment of a link, in UTC and whole seconds: after `now`, and at most `longest_s` later."""
    soonest, latest = now + timedelta(seconds=1), now + timedelta(seconds=longest_s)
    return max(soonest, min(until, latest)).astimezone(UTC).replace(microsecond=0)


def written(moment: datetime) -> str:
    """A moment in UTC as ISO 8601 with whole seconds and `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def count_in(details: Mapping[str, str], key: str) -> int | None:
    """A detail that is a whole number above 0, None if it was not given; raises BackendRejected."""
    if not (typed := details.get(key)):
        return None
    if not (typed.isascii() and typed.isdecimal() and int(typed)):
        raise BackendRejected((f"{key}_invalid",), field=key)
    return int(typed)


def extra_in(
    setting: str,
    value: str,
    allowed: Collection[str],
    shape: str = "a JSON object",
    fits: Callable[[Any], bool] = lambda _: True,
) -> dict[str, Any]:
    """What an operator adds to every link: the `value` of a setting, JSON whose keys are `allowed`.

    `fits`: is this a value that may be added? `shape` says so in words. Raises ConfigurationError.
    """
    try:
        extra = load(value or "{}")
    except ValueError:
        extra = None
    if not isinstance(extra, dict) or not all(map(fits, extra.values())):
        raise ConfigurationError(f"{setting}: must be {shape}")
    if unknown := sorted(extra.keys() - allowed):
        known = ", ".join(sorted(allowed))
        raise ConfigurationError(
            *(f"{setting}: {key} cannot be added; what can is {known}" for key in unknown)
        )
    return extra
