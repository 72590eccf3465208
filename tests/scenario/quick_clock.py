"""A clock that runs faster than the machine's, so that a platform's pace does not set the pace of tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class QuickClock:
    """`speed` seconds pass for each real one since `origin`: two processes with the same origin agree."""

    speed: float
    origin: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.origin + (datetime.now(UTC) - self.origin) * self.speed
