"""Long polling, by one process at a time: updates are stored before the next call acknowledges them."""

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram import Bot

from adapters.chat.telegram.client import calling
from adapters.chat.telegram.transport import ALLOWED, PAUSE_S, Backoff, Keep, keep_update, sign_in
from adapters.chat.telegram.turn import Turn
from bot.errors import ChatUnavailable, PaylinkError, StorageUnavailable
from bot.ports.clock import Clock
from bot.ports.storage import Storage
from bot.texts import Texts

log = structlog.get_logger(__name__)

_POLL_S, _READ_S = 8, 23


class Polling:
    """Takes updates in for as long as it runs, while no other process does."""

    def __init__(self, bot: Bot, storage: Storage, keep: Keep, texts: Texts, clock: Clock) -> None:
        self._bot, self._storage, self._keep, self._texts = bot, storage, keep, texts
        self._turn = Turn(clock)

    async def run(self) -> None:
        """Poll until cancelled. Trouble on either side is waited out: Telegram keeps updates for a day."""
        try:
            await self._poll()
        finally:
            with contextlib.suppress(StorageUnavailable):  # then it ends by itself
                await self._storage.write(self._turn.release)

    async def _poll(self) -> None:
        offset: int | None = None  # the first call acknowledges nothing: what is stored is known by its key
        signed_in, ready, backoff = False, False, Backoff()
        while True:
            try:
                if not signed_in:  # in every process, not only in the one that polls: all of them answer
                    await sign_in(self._bot, self._texts)
                    signed_in = True
                    backoff.over()
                if not await self._storage.write(self._turn.take):
                    offset, ready = None, False
                    await asyncio.sleep(_POLL_S / 4)
                    continue
                if not ready:  # a webhook of earlier days is removed; nothing pending is dropped
                    await calling(self._bot.delete_webhook(drop_pending_updates=False))
                    ready = True
                offset = await self._take_in(offset)
                backoff.over()
            except PaylinkError as error:
                ready = False  # somebody may have set a webhook meanwhile
                await asyncio.sleep(backoff.after(error, "telegram.poll_failed"))
            except Exception:  # a bug of ours: the next poll takes in what comes meanwhile
                log.exception("telegram.poll_failed")
                await asyncio.sleep(PAUSE_S)

    async def _take_in(self, offset: int | None) -> int | None:
        """Store what comes; gives the next offset, which acknowledges it."""
        updates = await calling(_updates(self._bot, offset))
        if not updates:
            return offset
        await asyncio.gather(*(keep_update(self._keep, update) for update in updates))
        return int(updates[-1]["update_id"]) + 1


async def _updates(bot: Bot, offset: int | None) -> Sequence[Mapping[str, Any]]:
    """The updates as JSON: the SDK would refuse all of them for one that it cannot read."""
    asked = {"timeout": _POLL_S, "allowed_updates": json.dumps(ALLOWED)}
    wanted = asked if offset is None else asked | {"offset": offset}
    told = await bot.request.retrieve(f"{bot.base_url}/getUpdates?{urlencode(wanted)}", read_timeout=_READ_S)
    try:
        updates: list[Mapping[str, Any]] = json.loads(told)["result"]
        if all(isinstance(update["update_id"], int) for update in updates):
            return updates
    except (LookupError, TypeError, ValueError):
        pass
    raise ChatUnavailable("updates without sense", sent="unknown")
