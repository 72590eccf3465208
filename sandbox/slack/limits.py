"""How fast the app may call, by the sandbox's clock.

Source: https://docs.slack.dev/apis/web-api/rate-limits. Slack promises a rate and "bursts" of no stated
size: here a tier allows a minute's worth at once and then its steady rate, posting ten at once and then
one a second per channel. Methods of the "special" tier other than posting are not limited.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a minute, so many of them at once; `per_channel`: each channel counts for itself."""

    per_minute: int
    burst: int
    per_channel: bool = False

    @property
    def interval(self) -> timedelta:
        return timedelta(minutes=1) / self.per_minute


TIER_1, TIER_2, TIER_3, TIER_4 = (Rate(count, count) for count in (1, 20, 50, 100))
POSTING = Rate(60, 10, per_channel=True)


class Limits:
    """What was called how fast; `on` by default."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[Hashable, datetime] = {}  # when all calls so far would be over at the steady rate
        self.on = True

    def wait_s(self, key: Hashable, rate: Rate) -> int:
        """0: go ahead, and it counts; else in how many whole seconds to come again."""
        now = self._clock.now()
        due = max(self._due.get(key, now), now) + rate.interval
        excess = (due - now - rate.burst * rate.interval).total_seconds()
        if self.on and excess > 0:
            return max(math.ceil(excess), 1)
        self._due[key] = due
        return 0

    def switch(self, *, on: bool) -> None:
        """Switch all limits on or off; what was called before no longer counts."""
        self.on = on
        self._due.clear()
