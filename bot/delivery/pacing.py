"""Pure: when a lane may be posted to, by its bucket: it leaks one post per interval, and holds `burst`."""

from datetime import datetime, timedelta

from bot.ports.chat import Pace


def free_at(empty_at: datetime | None, pace: Pace, now: datetime) -> datetime:
    """When the next post is allowed, given when the bucket will be empty (None: it is)."""
    room = (pace.burst - 1) * timedelta(seconds=pace.interval_s)
    return max(now, empty_at - room) if empty_at else now


def filled(empty_at: datetime | None, pace: Pace, now: datetime) -> datetime:
    """When the bucket will be empty after one more post."""
    return max(now, empty_at or now) + timedelta(seconds=pace.interval_s)
