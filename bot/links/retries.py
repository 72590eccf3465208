"""Pure: how long to wait after a failed attempt to create a link, and what people are told."""

from datetime import timedelta

from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendRejected,
    PaylinkError,
)

PATIENCE = timedelta(minutes=15)  # how long creating is retried before it counts as failed
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=1)


def wait_after(error: PaylinkError, since_start: timedelta) -> timedelta | None:
    """How long to wait before the next attempt; None if another would fail in the same way."""
    if isinstance(error, BackendRejected | BackendAuthFailed | BackendProtocolError):
        return None
    if isinstance(error, BackendRateLimited) and error.retry_after:
        return timedelta(seconds=error.retry_after)
    return min(max(FIRST_RETRY, since_start), LONGEST_RETRY)


def trouble_of(error: PaylinkError, backend: str) -> dict[str, str]:
    """The `Link.trouble` that an error becomes: the key of a text (`trouble.…`) and its values."""
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
