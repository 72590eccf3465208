"""The methods by which a bot leaves this server: `close`, and `logOut` for ten minutes.

https://core.telegram.org/bots/api#logout
"""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.telegram.answers import Refused
from sandbox.telegram.limits import flood

_TEN_MINUTES = timedelta(minutes=10)


class Session:
    """Whether the bot is here; `forget` is called when it logs out."""

    def __init__(self, clock: Clock, forget: Callable[[], None]) -> None:
        self._clock, self._forget = clock, forget
        self._launched = clock.now()
        self._back_at = clock.now()

    def check(self) -> None:
        """Raises Refused while the bot is logged out."""
        if self._clock.now() < self._back_at:
            raise Refused(400, description="Logged out")

    def close(self, _: dict[str, Any]) -> bool:
        """Not in the first ten minutes; the next call launches the bot again."""
        wait = self._launched + _TEN_MINUTES - self._clock.now()
        if wait > timedelta():
            raise flood(math.ceil(wait.total_seconds()))
        self._launched = self._clock.now()
        return True

    def log_out(self, _: dict[str, Any]) -> bool:
        self._back_at = self._clock.now() + _TEN_MINUTES
        self._forget()
        return True
