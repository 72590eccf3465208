"""What people wrote to us is not kept for ever: what came of it stands in links and deeds.

Webhooks are: they are the evidence of money, and known again for as long as their link lives.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.errors import StorageUnavailable
from bot.ports.clock import Clock
from bot.ports.storage import Storage, Transaction

log = structlog.get_logger(__name__)

# Telegram sends an update again for a day, and may use its number again once a week has passed without any:
# https://core.telegram.org/bots/api#update
WRITTEN_FOR = timedelta(days=7)
DRAFTS_FOR = timedelta(days=30)  # what came to nothing: until then somebody may look for it
_BATCH, _PAUSE_S = 200, 0.05  # others want to write, too
_EVERY_S = 600.0


class Retention:
    """Deletes what is old, again and again, in any number of processes."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def run(self) -> None:
        """Until cancelled. What a database that is away leaves undone is done the next time."""
        while True:
            try:
                await self.apply()
            except StorageUnavailable as error:
                log.warning("retention.failed", reason=str(error))
            except Exception:  # the outermost loop: a service that cannot tidy up is still of use
                log.exception("retention.failed")
            await asyncio.sleep(_EVERY_S)

    async def apply(self) -> None:
        """Delete all that is old by now, a few rows in a transaction."""
        now = self._clock.now()
        await self._batches(lambda tx: tx.inbox.forget(now - WRITTEN_FOR, _BATCH))
        await self._batches(lambda tx: tx.drafts.forget(now - DRAFTS_FOR, _BATCH))

    async def _batches(self, forget: Callable[[Transaction], int]) -> None:
        while True:
            gone = await self._storage.write(forget)
            if gone < _BATCH:
                return
            await asyncio.sleep(_PAUSE_S)
