"""Long polling: updates are stored before the next call acknowledges them."""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from telegram import Bot, BotCommand, Update

from adapters.chat.telegram.client import calling
from bot.errors import PaylinkError
from bot.ports.storage import Storage, Transaction
from bot.texts import Texts

log = structlog.get_logger(__name__)

Keep = Callable[[Transaction, str, str, bytes], None]  # key, what it stays in order with, body

KIND = "telegram"
_ALLOWED = ["message", "callback_query"]
_POLL_S = 25
_PAUSE_S = 1.0
_COMMANDS = {
    "paylink": "command.description",
    "cancel": "command.cancel_description",
    "help": "command.help_description",
}


class Polling:
    """Takes updates in for as long as it runs."""

    def __init__(self, bot: Bot, storage: Storage, keep: Keep, texts: Texts) -> None:
        self._bot, self._storage, self._keep, self._texts = bot, storage, keep, texts

    async def run(self) -> None:
        """Poll until cancelled. Trouble on either side is waited out: Telegram keeps updates for a day."""
        offset: int | None = None
        ready = False
        while True:
            try:
                if not ready:
                    offset = await self._prepare()
                    ready = True
                offset = await self._take_in(offset)
            except PaylinkError as error:
                log.warning("telegram.poll_failed", reason=type(error).__name__)
                await asyncio.sleep(_PAUSE_S)

    async def _prepare(self) -> int | None:
        """Sign in, end a webhook of earlier days (nothing pending is dropped), and go on where we stopped."""
        await calling(self._bot.initialize())
        await calling(self._bot.delete_webhook(drop_pending_updates=False))
        commands = [BotCommand(name, self._texts(key)) for name, key in _COMMANDS.items()]
        await calling(self._bot.set_my_commands(commands))
        last = await self._storage.read(lambda tx: tx.inbox.last_key(KIND))
        return int(last) + 1 if last else None

    async def _take_in(self, offset: int | None) -> int | None:
        """Store what comes; gives the next offset, which acknowledges it."""
        polled = self._bot.get_updates(offset=offset, timeout=_POLL_S, allowed_updates=_ALLOWED)
        updates = await calling(polled)
        if not updates:
            return offset
        await self._storage.write(lambda tx: self._store(tx, updates))
        return updates[-1].update_id + 1

    def _store(self, tx: Transaction, updates: Sequence[Update]) -> None:
        for update in updates:
            chat = str(update.effective_chat.id) if update.effective_chat else ""
            self._keep(tx, str(update.update_id), chat, update.to_json().encode())
