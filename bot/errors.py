"""Errors by what the caller does next. Facts are attributes; the text is for the log."""

from datetime import timedelta
from typing import Literal

Sent = Literal["no", "unknown"]
LONGEST_WAIT_S = 86_400.0  # of any Retry-After that we obey


class PaylinkError(Exception):
    """The root of every expected failure."""


class AccountUnknown(PaylinkError):
    """The account is not in the settings of this process; another process, which has it, does the work."""

    def __init__(self, account_id: str) -> None:
        super().__init__(f"{account_id} is not in the settings of this process")


class ConfigurationError(Exception):
    """Settings are missing or wrong: stop at start. `problems` has one line per mistake."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _of_request(text: str, request_id: str | None) -> str:
    return f"{text}, request {request_id}" if request_id else text


class BackendUnavailable(PaylinkError):
    """Network trouble, a time-out or a 5xx: retry; look the request up first if `sent` is unknown."""

    def __init__(self, text: str, *, sent: Sent) -> None:
        super().__init__(text)
        self.sent: Sent = sent


class BackendRateLimited(PaylinkError):
    """The backend rate-limits us: wait `retry_after` seconds (None: it did not say how long)."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__(f"rate limited, retry after {retry_after}")
        self.retry_after = retry_after


def asked_to_wait(error: PaylinkError) -> timedelta:
    """How long a backend has asked us to wait; nothing if it has not."""
    seconds = error.retry_after if isinstance(error, BackendRateLimited) else None
    return timedelta(seconds=seconds or 0)


class BackendRejected(PaylinkError):
    """The backend refuses the data: tell the person. `field` is the form's, None if it named none of ours.

    A code of ours may carry amounts, which its text says: `price_differs:450 EUR:4990 EUR`. `request_id` is
    what the backend's support asks for.
    """

    def __init__(
        self, codes: tuple[str, ...], *, field: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(_of_request(f"rejected: {', '.join(codes)}", request_id))
        self.codes, self.field = codes, field


class BackendAuthFailed(PaylinkError):
    """The backend refuses our key: the operator must fix it."""


class BackendProtocolError(PaylinkError):
    """The answer is not what the backend documents; `request_id` is what its support asks for."""

    def __init__(self, text: str, *, request_id: str | None = None) -> None:
        super().__init__(_of_request(text, request_id))


class BackendGone(BackendProtocolError):
    """The backend does not have this object, or no longer."""


class WebhookRejected(PaylinkError):
    """An inbound request without valid proof, or unreadable: answer `status` (4xx), change nothing."""

    def __init__(self, text: str, *, status: int = 401) -> None:
        super().__init__(text)
        self.status = status


class ChatError(PaylinkError):
    """The root of all failures of a chat."""


class ChatUnavailable(ChatError):
    """The chat did not take a message. `sent` no: send it again; unknown: it may have been seen.

    `retry_after`: seconds to wait first; None if the chat did not say.
    """

    def __init__(self, text: str, *, sent: Sent, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.sent: Sent = sent
        self.retry_after = retry_after


class ChatSignedOut(ChatUnavailable):
    """The chat refuses our token: nothing gets through until an operator mends it, or it is good again."""

    def __init__(self) -> None:
        super().__init__("the token is refused", sent="no")


class ChatGone(ChatError):
    """The destination will never take a message again (archived, blocked, removed)."""


class ChatMoved(ChatError):
    """The channel has another id now: `channel`. Nothing was sent."""

    def __init__(self, channel: str) -> None:
        super().__init__(f"moved to {channel}")
        self.channel = channel


class ChatThreadGone(ChatError):
    """The thread or topic is closed or deleted; its channel still takes messages."""


class ChatUninvited(ChatError):
    """The channel exists, but we were not invited."""


class ChatMessageGone(ChatError):
    """The message to edit no longer exists: post a new one."""


class ChatRefused(ChatError):
    """The chat refuses this very message (a bug of ours); repeating it would not help."""


class ChatNotAllowed(ChatError):
    """The chat app lacks permissions; the text names them."""


class StorageUnavailable(PaylinkError):
    """The database did not take the transaction; nothing of it was written."""


class StaleDraft(PaylinkError):
    """The press or answer belongs to an older version of the draft."""


class ExpiryPassed(StaleDraft):
    """The chosen expiry has passed while the draft was open: choose another."""


class NotYours(PaylinkError):
    """Somebody else began this draft."""


class NothingOpen(PaylinkError):
    """There is no such draft, or it is over."""


class NotPossible(PaylinkError):
    """The link cannot do this now; `key` of the text that says why (`refused.…`)."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
