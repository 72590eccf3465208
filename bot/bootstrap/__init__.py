"""The one place that knows everybody: settings in, a running service out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping, Sequence

import structlog
from starlette.types import ASGIApp

from adapters.backends._keyless import Keyless
from adapters.web.app import build_app
from adapters.web.metrics import Figures
from bot.bootstrap.chats import ChatParts, chat_parts
from bot.bootstrap.core import Core, introduce, make_backends, make_core
from bot.bootstrap.work import Role, make_handlers, make_work, sweep
from bot.inbox.receive import Receiver
from bot.ports.backend import Backend
from bot.ports.clock import Clock, SystemClock
from bot.ports.storage import Transaction
from bot.settings import Settings
from storage.engine import SqlStorage

log = structlog.get_logger(__name__)


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock | None = None,
    given: Mapping[str, Backend] | None = None,
    roles: Collection[Role] = tuple(Role),
) -> AsyncIterator[ASGIApp]:
    """The service, while the block runs; gives its web application.

    `given`: backends in the place of those of the settings, by name. `roles`: what this process is for;
    its doors are open in every role, for whoever asks after its health. The schema must be current.
    Leaving the block lets what is running finish, then closes everything.
    """
    clock = clock or SystemClock()
    async with contextlib.AsyncExitStack() as stack:
        work = await make_work(settings, clock, stack)
        storage = SqlStorage(settings.database_url, clock, work.wake)
        stack.push_async_callback(storage.close)
        known = await storage.read(lambda tx: tx.accounts.all())
        backends = {account.id: Keyless(account) for account in known} | make_backends(settings, given)
        for name in backends.keys() - settings.accounts.keys():
            log.warning("account.gone", account=name, reason="not in the settings: nobody can be asked")
        for backend in backends.values():
            stack.push_async_callback(backend.aclose)
        core = make_core(settings, clock, storage, backends)
        stack.push_async_callback(core.inquiries.aclose)
        await storage.write(lambda tx: introduce(tx, core))
        parts = [part async for part in chat_parts(core, stack)]
        if Role.WORK in roles:
            inbox = dict(part.inbox_handler for part in parts if part.inbox_handler)
            handlers = make_handlers(core, inbox, {part.chat.name: part.chat for part in parts})
            await _run(stack, work.run(handlers, lambda: storage.read(lambda tx: sweep(tx, core))))
        for role, run in [part.run for part in parts if part.run]:
            if role in roles:
                await _run(stack, run())
        yield _web(core, parts)


def _web(core: Core, parts: Sequence[ChatParts]) -> ASGIApp:
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
