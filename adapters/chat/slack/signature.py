"""Verifies that a request was signed by Slack, over its raw bytes.

https://docs.slack.dev/authentication/verifying-requests-from-slack. Bolt and slack_sdk verify with one secret
only; while a secret is being rotated, the old one and the new one are both valid.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from bot.errors import WebhookRejected
from bot.ports.clock import Clock

PATH = "/slack/events"
_WINDOW_S = 300
_STAMP = re.compile("[0-9]{1,12}")


class SignatureVerifier:
    """Accepts a signature by any of the secrets; without a secret, none."""

    def __init__(self, secrets: Sequence[str], clock: Clock) -> None:
        """`clock`: must tell the real time, since Slack signs a timestamp."""
        self._secrets, self._clock = tuple(secrets), clock

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises WebhookRejected unless it is signed with one of the secrets, within five minutes of now."""
        stamp = headers.get("x-slack-request-timestamp", "")
        given, signed = headers.get("x-slack-signature", "").encode(), f"v0:{stamp}:".encode() + body
        good = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in self._secrets]
        if not any([hmac.compare_digest(f"v0={digest}".encode(), given) for digest in good]):  # noqa: C419
            raise WebhookRejected("wrong signature")
        if not _STAMP.fullmatch(stamp) or abs(self._clock.now().timestamp() - int(stamp)) > _WINDOW_S:
            raise WebhookRejected("signed too long ago")
