"""Monitoring: whether the service is ready, and its metrics."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

from adapters.telemetry.counters import Counters
from adapters.web.health import Check, Readiness, Recent
from adapters.web.metrics import Figures, exposition
from bot.errors import StorageUnavailable
from bot.ports.clock import Clock
from bot.ports.storage import Storage, Transaction

_COUNT_EVERY_S = 10.0  # however many ask
_PATIENCE_S = 5.0  # Prometheus' own is 10 unless it is told


def readiness(storage: Storage, engine: Check, chats: Mapping[str, Check]) -> Readiness:
    """The database and the engine are required; without a chat the service still accepts webhooks."""

    async def database() -> bool:
        await storage.read(lambda tx: tx.accounts.all())
        return True

    needed = {"database": database, "engine": engine}
    return Readiness(needed, chats)


def exposing(
    storage: Storage, clock: Clock, counters: Counters, patience_s: float = _PATIENCE_S
) -> Callable[[], Awaitable[bytes]]:
    """What Prometheus reads: figures from the rows, the same in every process, and this process's counters.

    The counters are served even when the database does not answer: that is when they are needed most.
    """
    rows = Recent(lambda: storage.read(lambda tx: _figures(tx, clock)), _COUNT_EVERY_S)

    async def expose() -> bytes:
        with contextlib.suppress(StorageUnavailable, TimeoutError):
            async with asyncio.timeout(patience_s):
                return exposition(await rows.get(), counters.registry)
        return exposition(None, counters.registry)

    return expose


def _figures(tx: Transaction, clock: Clock) -> Figures:
    counts, oldest = tx.counts, tx.counts.oldest_owed()
    waits = max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
    return Figures(counts.links(), counts.outbox(), counts.inbox(), counts.quarantined(), waits)
