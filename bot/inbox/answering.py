"""People who wait for an acknowledgement come before background work."""

import asyncio
import contextlib
from collections.abc import Iterator

_LONGEST_S = 0.25  # that anything else is put off


class Answering:
    """Knows whether somebody in a chat is waiting for this process.

    Slack gives each request three seconds.
    """

    def __init__(self) -> None:
        self._waiting = 0
        self._nobody = asyncio.Event()

    @contextlib.contextmanager
    def somebody(self) -> Iterator[None]:
        """Surrounds the answer to one of them."""
        self._waiting += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._nobody.set()

    async def over(self) -> None:
        """Returns when nobody is waiting, and after a quarter of a second at the latest."""
        if self._waiting:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._nobody.wait(), _LONGEST_S)
