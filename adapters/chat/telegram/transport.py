"""What long polling and the webhook share: signing in, the menu of commands, storing an update."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from adapters.chat.telegram.client import calling
from adapters.chat.telegram.reading import chat_id_in
from bot.errors import ChatSignedOut, PaylinkError
from bot.texts import Texts

log = structlog.get_logger(__name__)

Keep = Callable[[str, str, bytes], Awaitable[None]]  # key, what it stays in order with, body

KIND = "telegram"
ALLOWED = ["message", "edited_message", "callback_query"]
PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
_MENUS: Mapping[type[BotCommandScopeAllPrivateChats | BotCommandScopeAllGroupChats], tuple[str, ...]] = {
    BotCommandScopeAllPrivateChats: ("paylink", "links", "cancel", "help"),
    BotCommandScopeAllGroupChats: ("paylink", "links", "cancel"),
}
_DESCRIPTIONS = {
    "paylink": "command.description",
    "links": "command.links_description",
    "cancel": "command.cancel_description",
    "help": "command.help_description",
}


async def stay_signed_in(bot: Bot, texts: Texts) -> None:
    """What every process that answers commands has to be: those of other bots are told apart by our name.

    Then nothing is left to do, until cancelled: a job that ends is missed.
    """
    backoff = Backoff()
    while True:
        try:
            await sign_in(bot, texts)
        except PaylinkError as error:
            await asyncio.sleep(backoff.after(error, "telegram.not_signed_in"))
        else:
            backoff.over()
            await asyncio.get_running_loop().create_future()


async def sign_in(bot: Bot, texts: Texts) -> None:
    """Learn the name of our bot, and register the commands; raises what `calling` does."""
    await calling(bot.initialize())
    for scope, names in _MENUS.items():
        commands = [BotCommand(name, texts(_DESCRIPTIONS[name])) for name in names]
        await calling(bot.set_my_commands(commands, scope=scope()))


async def keep_update(keep: Keep, update: Mapping[str, Any]) -> None:
    """Store an update once; those of one chat stay in order."""
    await keep(str(update["update_id"]), chat_id_in(update), json.dumps(update).encode())


class Backoff:
    """How long to wait between attempts that fail in a row."""

    def __init__(self) -> None:
        self._refusals = 0

    def after(self, error: PaylinkError, event: str) -> float:
        """Seconds before the next attempt, as many as Telegram says, if it does; the failure is logged.

        A refused token is told once, and tried ever less often: it takes an operator to mend it.
        """
        if isinstance(error, ChatSignedOut):
            if not self._refusals:
                log.error("telegram.token_refused", longest_pause_s=_LONGEST_PAUSE_S)
            self._refusals += 1
            return min(PAUSE_S * float(1 << min(self._refusals - 1, 10)), _LONGEST_PAUSE_S)
        log.warning(event, error=type(error).__name__, reason=str(error))
        return max(PAUSE_S, getattr(error, "retry_after", None) or 0.0)

    def over(self) -> None:
        """An attempt has not failed."""
        if self._refusals:
            log.info("telegram.token_taken")
        self._refusals = 0
