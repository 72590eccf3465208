"""The stand-ins' common clock: real time, plus whatever a control has advanced it by."""

import asyncio
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time and wakes those who wait for a moment, also when time is advanced."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    def inside(self, moment: datetime) -> datetime:
        """A moment that a client names, as it is here: no control has moved the client's clock."""
        return moment + self._ahead

    def outside(self, moment: datetime) -> datetime:
        """A moment here as a client's clock has it: what was advanced has brought it nearer."""
        return moment - self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward; whoever sleeps until a moment now past wakes at once."""
        self._ahead += timedelta(seconds=seconds)
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep_until(self, moment: datetime) -> None:
        """Return when the clock has reached `moment`."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                continue
