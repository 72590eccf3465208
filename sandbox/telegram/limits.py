"""How much a bot may post before Telegram asks for patience.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this names "no more than one
message per second" in a chat (short bursts pass), 20 a minute in a group, about 30 a second over all.
The true figures are secret; here a chat takes ten at once and then one a second, and an edit counts like
a post, except for the twenty of a group, which are new messages.
"""

import math
from collections import deque
from collections.abc import Hashable
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.telegram.answers import Refused

_AT_ONCE, _ONE_EACH = 10, timedelta(seconds=1)  # in a chat: a bucket that leaks
_A_GROUP = 20, timedelta(minutes=1)
_ALL = 30, timedelta(seconds=1)
_Rule = tuple[Hashable, int, timedelta]


class Limits:
    """Counts what the bot posts, by the sandbox's clock; `on` is what the control of that name sets."""

    def __init__(self, clock: Clock) -> None:
        self.on = True
        self._clock = clock
        self._times: dict[Hashable, deque[datetime]] = {}
        self._empty_at: dict[int, datetime] = {}

    def take(self, chat_id: int, *, is_group: bool, is_new: bool) -> None:
        """Count one post or edit; raises Refused (429) where it is too many, which does not count."""
        now = self._clock.now()
        rules: list[_Rule] = [(("all",), *_ALL)]
        if is_group and is_new:
            rules.append((("group", chat_id), *_A_GROUP))
        empty_at = max(self._empty_at.get(chat_id, now), now)
        overflow = empty_at - now - (_AT_ONCE - 1) * _ONE_EACH
        wait = max(overflow, *(self._wait(rule, now) for rule in rules))
        if self.on and wait > timedelta():
            raise flood(math.ceil(wait.total_seconds()))
        self._empty_at[chat_id] = empty_at + _ONE_EACH
        for key, count, _ in rules:
            self._times.setdefault(key, deque(maxlen=count)).append(now)

    def _wait(self, rule: _Rule, now: datetime) -> timedelta:
        key, count, span = rule
        times = self._times.get(key)
        return times[0] + span - now if times and len(times) == count else timedelta()


def flood(seconds: int) -> Refused:
    """The refusal that says how long to wait."""
    return Refused(429, f"retry after {seconds}", {"retry_after": seconds})
