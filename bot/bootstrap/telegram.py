"""Telegram: its client, and its updates by polling or webhook."""

import contextlib
from functools import partial

from adapters.chat.telegram.chat import TelegramChat
from adapters.chat.telegram.client import make_bot
from adapters.chat.telegram.handlers import UpdateHandler
from adapters.chat.telegram.polling import Polling
from adapters.chat.telegram.transport import KIND, stay_signed_in
from adapters.chat.telegram.webhook import PATH, Webhook
from adapters.web.app import storing
from bot.bootstrap.chats import ChatParts, InboxHandler
from bot.bootstrap.core import Core
from bot.inbox.receive import accept, stripe_of
from bot.ports.traffic import InboundFact
from bot.roles import Role
from bot.settings import TelegramSettings


async def make_parts(core: Core, settings: TelegramSettings, stack: contextlib.AsyncExitStack) -> ChatParts:
    bot = make_bot(settings.bot_token, settings.api_url)
    stack.push_async_callback(bot.request.shutdown)

    async def keep(key: str, together: str, body: bytes) -> None:
        await accept(core.storage, InboundFact(KIND, "", key, stripe_of(together), body), core.clock.now())

    updates = UpdateHandler(
        bot,
        core.talk,
        core.managing,
        core.inquiries,
        core.storage,
        acts=core.acts,
        texts=core.texts,
        clock=core.clock,
    )
    stack.push_async_callback(updates.aclose)
    handler = InboxHandler(KIND, updates, updates.apology)
    if settings.webhook_url is None:
        polling = Polling(bot, core.storage, keep, core.texts, core.clock)
        return ChatParts(TelegramChat(bot), inbox_handler=handler, jobs=[(Role.WORK, polling.run)])
    url, secrets = settings.webhook_url, settings.webhook_secrets
    webhook = Webhook(bot, keep, url=url, secrets=secrets)
    signed_in = partial(stay_signed_in, bot, core.texts)
    jobs = ((Role.WEB, webhook.run), (Role.WORK, signed_in))
    return ChatParts(TelegramChat(bot), {PATH: storing(webhook.take)}, handler, jobs)
