"""What long polling and the webhook share: signing in, the menu of commands, storing an update."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from adapters.chat.telegram.client import calling
from adapters.chat.telegram.reading import chat_id_in
from bot.errors import PaylinkError
from bot.texts import Texts

log = structlog.get_logger(__name__)

Keep = Callable[[str, str, bytes], Awaitable[None]]  # key, what it stays in order with, body

KIND = "telegram"
ALLOWED = ["message", "edited_message", "callback_query"]
PAUSE_S = 1.0
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
    while True:
        try:
            await sign_in(bot, texts)
        except PaylinkError as error:
            log.warning("telegram.not_signed_in", error=type(error).__name__, reason=str(error))
            await asyncio.sleep(pause_after(error))
        else:
            await asyncio.get_running_loop().create_future()


async def sign_in(bot: Bot, texts: Texts) -> None:
    """Learn our own name, and offer the commands; raises what `calling` does."""
    await calling(bot.initialize())
    for scope, names in _MENUS.items():
        commands = [BotCommand(name, texts(_DESCRIPTIONS[name])) for name in names]
        await calling(bot.set_my_commands(commands, scope=scope()))


async def keep_update(keep: Keep, update: Mapping[str, Any]) -> None:
    """Store an update once: those of one chat in order."""
    await keep(str(update["update_id"]), chat_id_in(update), json.dumps(update).encode())


def pause_after(error: PaylinkError) -> float:
    """Seconds to wait before the next attempt: as many as Telegram says, if it does."""
    return max(PAUSE_S, getattr(error, "retry_after", None) or 0.0)
