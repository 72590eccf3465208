"""The configured chats: their clients, their doors, and what runs beside them."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler

from adapters.chat.slack.chat import SlackChat
from adapters.chat.slack.client import make_client
from adapters.chat.slack.listeners import make_app
from adapters.chat.slack.presses import House as SlackHouse
from adapters.chat.slack.proof import PATH as SLACK_PATH
from adapters.chat.slack.proof import Proof
from adapters.chat.slack.socket_mode import SocketMode
from adapters.chat.telegram.chat import TelegramChat
from adapters.chat.telegram.client import make_bot
from adapters.chat.telegram.handlers import UpdateHandler
from adapters.chat.telegram.polling import Polling
from adapters.chat.telegram.signing_in import KIND
from adapters.chat.telegram.webhook import PATH, Webhook
from adapters.web.app import Endpoint, door, guarded
from bot.bootstrap.core import Core
from bot.bootstrap.work import Role
from bot.delivery.setting import Setting
from bot.inbox.process import Handler
from bot.inbox.receive import keep, stripe_of
from bot.links.doorman import LASTS
from bot.ports.chat import Card, Chat
from bot.ports.clock import SystemClock
from bot.ports.model import Draft, Person, Standing
from bot.ports.storage import Transaction
from bot.ports.traffic import InboundFact
from bot.settings import SlackSettings, TelegramSettings

_ANSWER_S = 2  # of the three seconds that Slack gives a listener, what opening a form may take


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What one chat brings along."""

    chat: Chat
    doors: Mapping[str, Endpoint] = field(default_factory=dict)  # by path
    inbox_handler: tuple[str, Handler] | None = None
    run: tuple[Role, Callable[[], Awaitable[None]]] | None = None  # beside the rest, in this role


async def chat_parts(core: Core, stack: contextlib.AsyncExitStack) -> AsyncIterator[ChatParts]:
    if core.settings.slack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield _slack(core, core.settings.slack, session)
    if core.settings.telegram:
        yield _telegram(core, core.settings.telegram, stack)


def _slack(core: Core, settings: SlackSettings, session: aiohttp.ClientSession) -> ChatParts:
    client = make_client(settings.bot_token, settings.api_url, session)
    chat = SlackChat(client, session, core.texts, settings.admitted)

    def draw(tx: Transaction, draft: Draft) -> Card:
        mode = core.backends[draft.account_id].mode
        return core.narrator.draft(
            tx, draft, Setting(core.texts, core.settings.time_zone, private=True, mode=mode)
        )

    def barred(tx: Transaction, person: Person) -> bool:
        return tx.people.standing(person, core.clock.now() - LASTS) is Standing.REFUSED

    managing, inquiries = core.managing, core.inquiries
    house = SlackHouse(core.storage, core.talk, core.acts, core.texts, draw, barred, managing, inquiries)
    unauthorised = make_client(None, settings.api_url, session, timeout=_ANSWER_S)
    app = make_app(settings.bot_token, unauthorised, house)
    if settings.app_token:
        return ChatParts(chat, run=(Role.WEB, SocketMode(app, settings.app_token, client).run))
    proof = Proof(settings.signing_secrets, SystemClock())
    return ChatParts(chat, {SLACK_PATH: guarded(proof.verify, AsyncSlackRequestHandler(app).handle)})


def _telegram(core: Core, settings: TelegramSettings, stack: contextlib.AsyncExitStack) -> ChatParts:
    bot = make_bot(settings.bot_token, settings.api_url)
    stack.push_async_callback(bot.shutdown)

    def store(tx: Transaction, key: str, together: str, body: bytes) -> None:
        keep(tx, InboundFact(KIND, "", key, stripe_of(together), body), core.clock.now())

    updates = UpdateHandler(
        bot, core.talk, core.managing, core.inquiries, acts=core.acts, texts=core.texts, clock=core.clock
    )
    handler = KIND, updates
    if settings.webhook_url is None:
        polling = Polling(bot, core.storage, store, core.texts, core.clock)
        return ChatParts(TelegramChat(bot), inbox_handler=handler, run=(Role.WORK, polling.run))
    url, secrets = settings.webhook_url, settings.webhook_secrets
    webhook = Webhook(bot, core.storage, store, core.texts, url=url, secrets=secrets)
    return ChatParts(TelegramChat(bot), {PATH: door(webhook.take)}, handler, (Role.WEB, webhook.run))
