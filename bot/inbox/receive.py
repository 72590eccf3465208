"""Verify, take the dedupe key, store once, answer. The answer is given after the commit, never before."""

from collections.abc import Mapping
from datetime import datetime
from zlib import crc32

from bot.errors import WebhookRejected
from bot.ports.backend import Backend
from bot.ports.clock import Clock
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import InboundFact

STRIPES = 16


class Receiver:
    """Takes in backends' webhooks."""

    def __init__(self, storage: Storage, backends: Mapping[str, Backend], clock: Clock) -> None:
        """`backends` by account id."""
        self._storage, self._backends, self._clock = storage, backends, clock

    async def webhook(self, account_id: str, headers: Mapping[str, str], body: bytes) -> None:
        """Keep a backend's webhook; returns once it is durable (a repetition is, too).

        Raises WebhookRejected (nothing was kept), StorageUnavailable (ask the sender to come again).
        """
        backend = self._backends.get(account_id)
        if backend is None:
            raise WebhookRejected(f"no account {account_id}", status=404)
        backend.verify(headers, body)
        key, now = backend.event_key(body), self._clock.now()
        fact = InboundFact("webhook", account_id, key, stripe_of(key), body)
        await self._storage.write(lambda tx: keep(tx, fact, now))


def keep(tx: Transaction, fact: InboundFact, now: datetime) -> None:
    """Store an inbound fact once, and have it looked at."""
    if tx.inbox.add(fact, now):
        tx.wake("inbox", inbox_key(fact.kind, fact.stripe))


def stripe_of(together: str) -> int:
    """Facts with the same `together` are handled in order; those of other stripes beside them."""
    return crc32(together.encode()) % STRIPES


def inbox_key(kind: str, stripe: int) -> str:
    """The wake key of one stripe of one kind."""
    return f"{kind}:{stripe}"
