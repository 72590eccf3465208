"""Pure: after a failed attempt to create a link, how long to wait and what people are told."""

from datetime import timedelta

from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendRejected,
    PaylinkError,
)

PATIENCE = timedelta(minutes=15)  # how long a creation is tried before the person is told that it failed
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=1)


def wait_after(error: PaylinkError, since_start: timedelta) -> timedelta | None:
    """How long to wait before the next attempt; None if there is none."""
    if isinstance(error, BackendRejected | BackendAuthFailed | BackendProtocolError):
        return None
    if isinstance(error, BackendRateLimited) and error.retry_after:
        return timedelta(seconds=error.retry_after)
    return min(max(FIRST_RETRY, since_start), LONGEST_RETRY)


def told_as(error: PaylinkError, backend: str) -> dict[str, str]:
    """What a link's row keeps of it: a key of the texts (`trouble.…`) with its values."""
    match error:
        case BackendRejected():
            return {
                "key": "rejected",
                "backend": backend,
                "codes": ", ".join(error.codes),
                "field": error.field or "",
            }
        case BackendRateLimited():
            return {"key": "busy", "backend": backend}
        case BackendAuthFailed():
            return {"key": "auth", "backend": backend}
        case BackendProtocolError():
            return {"key": "protocol", "backend": backend}
        case _:
            return {"key": "unavailable", "backend": backend}
