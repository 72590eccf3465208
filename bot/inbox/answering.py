"""Puts background work off while a person waits for an answer."""

import asyncio
import contextlib
from collections.abc import Iterator

_LONGEST_S = 0.25  # for which background work is put off at most


class Answering:
    """Counts the chat requests that this process is answering. Slack gives each three seconds."""

    def __init__(self, longest_s: float = _LONGEST_S) -> None:
        self._longest_s = longest_s
        self._waiting = 0
        self._nobody = asyncio.Event()

    @contextlib.contextmanager
    def somebody(self) -> Iterator[None]:
        """Count a request for the length of the block."""
        self._waiting += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._nobody.set()

    async def over(self) -> None:
        """Return when no request is being answered, but after a while at the latest."""
        if self._waiting:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._longest_s):
                    await self._nobody.wait()
