"""What people have agreed to on the install page, until the app exchanges the code for a token.

Source: https://docs.slack.dev/authentication/installing-with-oauth: a code is good once, for ten minutes.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.slack.errors import SlackRefusal

_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed to which scopes, and where the code was sent; `redirect_uri` is empty if none was given."""

    user: str
    scopes: tuple[str, ...]
    redirect_uri: str
    expires: datetime


class Consents:
    """The codes given out and not used yet."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_code: dict[str, Consent] = {}

    def give(self, user: str, scopes: tuple[str, ...], redirect_uri: str) -> str:
        """A code for what this person has agreed to."""
        code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(32)}"
        self._by_code[code] = Consent(user, scopes, redirect_uri, self._clock.now() + _LIFE)
        return code

    def redeem(self, code: str, redirect_uri: str) -> Consent:
        """Use up a code, with the same `redirect_uri` as it was asked for with; raises SlackRefusal."""
        consent = self._by_code.get(code)
        if consent is None or self._clock.now() > consent.expires:
            raise SlackRefusal("invalid_code")
        if redirect_uri != consent.redirect_uri:
            raise SlackRefusal("bad_redirect_uri")
        return self._by_code.pop(code)
