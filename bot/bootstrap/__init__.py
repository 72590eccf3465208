"""The one place that knows everybody: settings in, a running service out."""

import contextlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import structlog
from starlette.types import ASGIApp

from adapters.backends._keyless import Keyless
from adapters.telemetry.counters import Counters
from adapters.web.app import build_app
from adapters.web.customers import customer_pages
from adapters.web.health import Check
from adapters.work.in_process import InProcessWork
from bot.bootstrap.background import Background
from bot.bootstrap.chats import ChatParts, chat_parts
from bot.bootstrap.core import Core, introduce, make_backends, make_core
from bot.bootstrap.monitoring import exposing, readiness
from bot.bootstrap.work import catch_up, make_handlers, make_work, sweep
from bot.inbox.answering import Answering
from bot.inbox.receive import Receiver
from bot.ports.backend import Backend
from bot.ports.clock import Clock, SystemClock
from bot.ports.model import Account
from bot.retention import Retention
from bot.roles import Role
from bot.settings import Settings
from bot.settings_backends import DECLARED
from bot.timing import tell
from storage.engine import SqlStorage

if TYPE_CHECKING:
    from adapters.work.distributed import DistributedWork

log = structlog.get_logger(__name__)


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock | None = None,
    given: Mapping[str, Backend] | None = None,
    roles: Collection[Role] = tuple(Role),
    counters: Counters | None = None,
) -> AsyncIterator[ASGIApp]:
    """The service, for the length of the block; gives its web application.

    `given`: backends that replace those of the settings, by name. `roles`: what this process does; its health
    is served in every role. `counters`: of this process. The schema must be current. At the end of the block,
    running work is finished, then everything is closed.
    """
    clock = clock or SystemClock()
    async with contextlib.AsyncExitStack() as stack:
        answering = Answering()
        work = await make_work(settings, clock, answering, stack)
        storage = SqlStorage(settings.database_url, clock, work.wake, tell, direct=settings.is_direct)
        stack.push_async_callback(storage.close)
        known = await storage.read(lambda tx: tx.accounts.all())
        backends = {account.id: _named(account) for account in known} | make_backends(settings, given)
        for name in backends.keys() - settings.accounts.keys():
            log.warning("account.gone", account=name, reason="not in the settings: nobody can be asked")
        for backend in backends.values():
            stack.push_async_callback(backend.aclose)
        core = make_core(settings, clock, storage, backends)
        stack.push_async_callback(core.inquiries.aclose)
        await storage.write(lambda tx: introduce(tx, core))
        parts = [part async for part in chat_parts(core, stack)]
        if Role.WORK in roles:
            await storage.write(lambda tx: catch_up(tx, settings.accounts, clock.now()))
        engine = _begin(stack, core, parts, work, roles)
        endpoints = {path: endpoint for part in parts for path, endpoint in part.endpoints.items()}
        checks = {name: check for part in parts for name, check in part.checks.items()}
        ready = readiness(storage, engine, checks)
        expose = exposing(storage, clock, counters or Counters())
        receiver = Receiver(storage, backends, clock)
        customers = customer_pages(core.pages.at, settings.merchant_logo_url)
        yield build_app(receiver, endpoints, customers, ready, expose, answering=answering)


def _named(account: Account) -> Backend:
    """A former account as people know it, even if this version no longer has its backend."""
    declared = DECLARED.get(account.backend)
    return Keyless(account, declared.label if declared else account.backend)


def _begin(
    stack: contextlib.AsyncExitStack,
    core: Core,
    parts: Sequence[ChatParts],
    work: "InProcessWork | DistributedWork",
    roles: Collection[Role],
) -> Check:
    """Start the background jobs of this process; gives a check of whether all of them still run."""
    background = Background(stack)
    if Role.WORK in roles:
        inbox = [part.inbox_handler for part in parts if part.inbox_handler]
        handlers = make_handlers(core, inbox, {part.chat.name: part.chat for part in parts})
        due = partial(core.storage.read, lambda tx: sweep(tx, core))
        background.run(work.run(handlers, due))
        background.run(Retention(core.storage, core.clock).run())
    for role, run in [job for part in parts for job in part.jobs]:
        if role in roles:
            background.run(run())

    async def is_running() -> bool:
        return background.is_running and await work.answers()

    return is_running
