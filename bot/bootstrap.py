"""The one place that knows everybody: settings in, a running service out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from starlette.types import ASGIApp

from adapters.backends import BACKENDS
from adapters.backends._keyless import Keyless
from adapters.chat.slack.chat import SlackChat
from adapters.chat.slack.client import make_client
from adapters.chat.slack.listeners import make_app
from adapters.chat.slack.presses import House as SlackHouse
from adapters.chat.slack.socket_mode import SocketMode
from adapters.chat.telegram.chat import TelegramChat
from adapters.chat.telegram.client import make_bot
from adapters.chat.telegram.handlers import UpdateHandler
from adapters.chat.telegram.polling import Polling
from adapters.chat.telegram.signing_in import KIND
from adapters.chat.telegram.webhook import PATH, Webhook
from adapters.web.app import Endpoint, build_app, door
from adapters.web.metrics import Figures
from adapters.work.in_process import InProcessWork
from bot.conversation.form import Locality, form_for
from bot.conversation.managing import Managing
from bot.conversation.offer import Offer
from bot.conversation.talk import Talk
from bot.delivery.narrator import House, Narrator
from bot.delivery.outbox import Delivery
from bot.delivery.setting import Setting
from bot.inbox.process import Handler, HintHandler, Processor, WebhookHandler
from bot.inbox.receive import Receiver, inbox_key, keep, stripe_of
from bot.links.acts import Acts
from bot.links.doorman import LASTS, Doorman
from bot.links.lookups import Lookups, key_of
from bot.links.service import LinkService
from bot.links.watching import Watch
from bot.ports.backend import Backend
from bot.ports.chat import Card, Chat
from bot.ports.clock import Clock, SystemClock
from bot.ports.model import Account, Draft, Person, Standing
from bot.ports.storage import Storage, Transaction, Wake
from bot.ports.traffic import HINT, WEBHOOK, InboundFact
from bot.settings import Settings, SlackSettings, TelegramSettings
from bot.settings_table import BACKEND_PREFIXES, PREFIX
from bot.texts import Texts
from storage.engine import SqliteStorage

_ANSWER_S = 2  # of the three seconds that Slack gives a listener, what opening a form may take


@dataclass(frozen=True, slots=True)
class _Core:
    """What every part of the service is built from."""

    settings: Settings
    clock: Clock
    storage: Storage
    backends: Mapping[str, Backend]
    talk: Talk
    acts: Acts
    narrator: Narrator
    texts: Texts
    managing: Managing


@dataclass(frozen=True, slots=True)
class _ChatParts:
    """What one chat brings along."""

    chat: Chat
    doors: Mapping[str, Endpoint] = field(default_factory=dict)  # by path
    inbox_handler: tuple[str, Handler] | None = None
    run: Callable[[], Awaitable[None]] | None = None


def make_backends(settings: Settings, given: Mapping[str, Backend] | None = None) -> dict[str, Backend]:
    """Every backend that has a key, by account id: the account in the settings is named like its backend."""
    known = given or {}
    return {
        name: known[name] if name in known else BACKENDS[name](values, settings.merchant_name)
        for name, values in settings.backends.items()
    }


@contextlib.asynccontextmanager
async def chats_of(settings: Settings) -> AsyncIterator[dict[str, Chat]]:
    """The configured chats alone, for a command that only asks whether they answer."""
    async with contextlib.AsyncExitStack() as stack:
        chats: dict[str, Chat] = {}
        if settings.slack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            client = make_client(settings.slack.bot_token, settings.slack.api_url, session)
            chats["slack"] = SlackChat(client, session, Texts(settings.language))
        if settings.telegram:
            bot = make_bot(settings.telegram.bot_token, settings.telegram.api_url)
            stack.push_async_callback(bot.shutdown)
            chats["telegram"] = TelegramChat(bot)
        yield chats


@contextlib.asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, given: Mapping[str, Backend] | None = None
) -> AsyncIterator[ASGIApp]:
    """The service with its workers, while the block runs; gives its web application.

    `given`: backends in the place of those of the settings, by name. The schema must be current.
    Leaving the block lets what is running finish, then closes everything.
    """
    clock = clock or SystemClock()
    async with contextlib.AsyncExitStack() as stack:
        work = InProcessWork(clock)
        storage = SqliteStorage(settings.database_url, clock, work.wake)
        stack.push_async_callback(storage.close)
        known = await storage.read(lambda tx: tx.accounts.all())
        backends = {account.id: Keyless(account) for account in known} | make_backends(settings, given)
        for backend in backends.values():
            stack.push_async_callback(backend.aclose)
        core = _core(settings, clock, storage, backends)
        await storage.write(lambda tx: _introduce(tx, core))
        parts = [part async for part in _chat_parts(core, stack)]
        handlers = _handlers(core, parts)
        await _run(stack, work.run(handlers, lambda: storage.read(lambda tx: sweep(tx, core))))
        for part in parts:
            if part.run:
                await _run(stack, part.run())
        yield _web(core, parts)


def sweep(tx: Transaction, core: _Core) -> Sequence[Wake]:
    """Everything that the rows say is to be done now."""
    now = core.clock.now()
    return [
        *(Wake("inbox", inbox_key(kind, stripe)) for kind, stripe in tx.inbox.stripes()),
        *(Wake("link", link_id) for link_id in tx.links.creating(now)),
        *(Wake("watch", link_id) for link_id in tx.links.watched(now)),
        *(Wake("lookup", key_of(lookup)) for lookup in tx.lookups.due(now)),
        *(Wake("delivery", lane) for lane in tx.outbox.lanes(now)),
        *([Wake("drafts", "")] if tx.drafts.overdue(now) else []),
    ]


def _core(settings: Settings, clock: Clock, storage: Storage, backends: Mapping[str, Backend]) -> _Core:
    locality = Locality(settings.default_currency, settings.region, settings.time_zone)
    labels = {name: backends[name].info.label for name in settings.backends}
    offers = [
        Offer(name, form_for(backends[name].info, locality, labels), settings.link_expiry, settings.language)
        for name in sorted(settings.backends, key=lambda name: name != settings.default_backend)
    ]
    talk = Talk(offers, clock)
    house = House(settings.merchant_name, settings.time_zone)
    narrator = Narrator(backends, talk, house, clock)
    acts = Acts(settings.admins, clock, lambda account_id: backends[account_id].info)
    texts = Texts(settings.language)
    managing = Managing(acts, texts, settings.time_zone)
    return _Core(settings, clock, storage, backends, talk, acts, narrator, texts, managing)


def _introduce(tx: Transaction, core: _Core) -> None:
    """What the settings say of accounts and people, as rows."""
    for name in core.settings.backends:
        tx.accounts.put(Account(name, name, core.backends[name].mode, PREFIX + BACKEND_PREFIXES[name]))
    if core.settings.telegram:
        for user in core.settings.telegram.admitted:
            tx.people.put(Person("telegram", user), Standing.ADMITTED)
    if core.settings.slack:
        for person, standing in tx.people.all():  # refused before the settings let them in
            let_in = person.chat == "slack" and person.user in core.settings.slack.admitted
            if let_in and standing is Standing.REFUSED:
                tx.people.put(person, Standing.ADMITTED)


def _handlers(core: _Core, parts: Sequence[_ChatParts]) -> dict[str, Callable[[str], Awaitable[None]]]:
    """One handler per kind of wake, and one per kind of inbound row."""
    inbox: dict[str, Handler] = {
        WEBHOOK: WebhookHandler(core.backends, core.clock),
        HINT: HintHandler(core.backends, core.clock),
    }
    inbox |= dict(part.inbox_handler for part in parts if part.inbox_handler)
    chats = {part.chat.name: part.chat for part in parts}
    doorman = Doorman(core.storage, chats, core.clock)

    async def expire_drafts(_: str) -> None:
        await core.storage.write(core.talk.expire)

    return {
        "inbox": Processor(core.storage, inbox).run,
        "link": LinkService(core.storage, core.backends, doorman, core.clock, core.settings.public_url).run,
        "watch": Watch(core.storage, core.backends, core.clock).run,
        "lookup": Lookups(core.storage, core.backends, core.clock).run,
        "delivery": Delivery(core.storage, chats, core.narrator, core.clock).run,
        "drafts": expire_drafts,
    }


async def _chat_parts(core: _Core, stack: contextlib.AsyncExitStack) -> AsyncIterator[_ChatParts]:
    if core.settings.slack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield _slack(core, core.settings.slack, session)
    if core.settings.telegram:
        yield _telegram(core, core.settings.telegram, stack)


def _slack(core: _Core, settings: SlackSettings, session: aiohttp.ClientSession) -> _ChatParts:
    client = make_client(settings.bot_token, settings.api_url, session)
    chat = SlackChat(client, session, core.texts, settings.admitted)

    def draw(tx: Transaction, draft: Draft) -> Card:
        mode = core.backends[draft.account_id].mode
        return core.narrator.draft(
            tx, draft, Setting(core.texts, core.settings.time_zone, private=True, mode=mode)
        )

    def barred(tx: Transaction, person: Person) -> bool:
        return tx.people.standing(person, core.clock.now() - LASTS) is Standing.REFUSED

    house = SlackHouse(core.storage, core.talk, core.acts, core.texts, draw, barred, core.managing)
    unauthorised = make_client(None, settings.api_url, session, timeout=_ANSWER_S)
    app = make_app(settings.signing_secret, settings.bot_token, unauthorised, house)
    if settings.app_token:
        return _ChatParts(chat, run=SocketMode(app, settings.app_token, client).run)
    return _ChatParts(chat, {"/slack/events": AsyncSlackRequestHandler(app).handle})


def _telegram(core: _Core, settings: TelegramSettings, stack: contextlib.AsyncExitStack) -> _ChatParts:
    bot = make_bot(settings.bot_token, settings.api_url)
    stack.push_async_callback(bot.shutdown)

    def store(tx: Transaction, key: str, together: str, body: bytes) -> None:
        keep(tx, InboundFact(KIND, "", key, stripe_of(together), body), core.clock.now())

    updates = UpdateHandler(bot, core.talk, core.managing, acts=core.acts, texts=core.texts, clock=core.clock)
    handler = KIND, updates
    if settings.webhook_url is None:
        polling = Polling(bot, core.storage, store, core.texts)
        return _ChatParts(TelegramChat(bot), inbox_handler=handler, run=polling.run)
    url, secrets = settings.webhook_url, settings.webhook_secrets
    webhook = Webhook(bot, core.storage, store, core.texts, url=url, secrets=secrets)
    return _ChatParts(TelegramChat(bot), {PATH: door(webhook.take)}, handler, webhook.run)


def _web(core: _Core, parts: Sequence[_ChatParts]) -> ASGIApp:
    async def ready() -> bool:
        return await core.storage.read(lambda tx: tx.outbox.count()) >= 0

    async def count() -> Figures:
        return await core.storage.read(lambda tx: _figures(tx, core.clock))

    doors = {path: endpoint for part in parts for path, endpoint in part.doors.items()}
    return build_app(Receiver(core.storage, core.backends, core.clock), doors, ready, count)


def _figures(tx: Transaction, clock: Clock) -> Figures:
    census, oldest = tx.census, tx.census.oldest_owed()
    waits = max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
    return Figures(census.links(), census.outbox(), census.inbox(), census.quarantined(), waits)


async def _run(stack: contextlib.AsyncExitStack, job: Awaitable[None]) -> None:
    """Run a job beside the block; cancelled, and waited for, when the block ends."""
    task = asyncio.ensure_future(job)

    async def stop() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
