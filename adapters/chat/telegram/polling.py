"""Long polling, by one process at a time: updates are stored before the next call acknowledges them."""

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

import structlog
from telegram import Bot, Update

from adapters.chat.telegram.client import calling
from adapters.chat.telegram.signing_in import ALLOWED, Keep, keep_update, pause_after, sign_in
from bot.errors import PaylinkError, StorageUnavailable
from bot.ports.clock import Clock
from bot.ports.storage import Storage, Transaction
from bot.texts import Texts

log = structlog.get_logger(__name__)

_POLL_S = 8
_LEASE, _LASTS = "telegram", timedelta(seconds=12)


class Polling:
    """Takes updates in for as long as it runs, while no other process does."""

    def __init__(self, bot: Bot, storage: Storage, keep: Keep, texts: Texts, clock: Clock) -> None:
        self._bot, self._storage, self._keep, self._texts = bot, storage, keep, texts
        self._clock, self._me = clock, secrets.token_hex(8)

    async def run(self) -> None:
        """Poll until cancelled. Trouble on either side is waited out: Telegram keeps updates for a day."""
        try:
            await self._poll()
        finally:
            with contextlib.suppress(StorageUnavailable):  # then it ends by itself
                await self._storage.write(lambda tx: tx.leases.release(_LEASE, self._me))

    async def _poll(self) -> None:
        offset: int | None = None  # the first call acknowledges nothing: what is stored is known by its key
        ready = False
        while True:
            try:
                if not await self._storage.write(self._takes_turn):
                    offset, ready = None, False
                    await asyncio.sleep(_POLL_S / 4)
                    continue
                if not ready:
                    await self._prepare()
                    ready = True
                offset = await self._take_in(offset)
            except PaylinkError as error:
                log.warning("telegram.poll_failed", error=type(error).__name__, reason=str(error))
                await asyncio.sleep(pause_after(error))

    def _takes_turn(self, tx: Transaction) -> bool:
        now = self._clock.now()
        return tx.leases.take(_LEASE, self._me, now, now + _LASTS)

    async def _prepare(self) -> None:
        """Sign in, and end a webhook of earlier days; nothing pending is dropped."""
        await sign_in(self._bot, self._texts)
        await calling(self._bot.delete_webhook(drop_pending_updates=False))

    async def _take_in(self, offset: int | None) -> int | None:
        """Store what comes; gives the next offset, which acknowledges it."""
        polled = self._bot.get_updates(offset=offset, timeout=_POLL_S, allowed_updates=ALLOWED)
        updates = await calling(polled)
        if not updates:
            return offset
        await self._storage.write(lambda tx: self._store(tx, updates))
        return updates[-1].update_id + 1

    def _store(self, tx: Transaction, updates: Sequence[Update]) -> None:
        for update in updates:
            keep_update(tx, self._keep, update.to_dict())
