"""Background work: the handlers of wakes, the sweep that finds what is due, and the engine that runs them."""

import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from adapters.work.in_process import InProcessWork
from bot.bootstrap.chats import InboxHandler
from bot.bootstrap.core import Core
from bot.delivery.outbox import Delivery
from bot.inbox.answering import Answering
from bot.inbox.process import Handler, HintHandler, Processor, WebhookHandler, replay_known
from bot.links.lookups import Lookups, key_of
from bot.links.permissions import Permissions
from bot.links.service import LinkService
from bot.links.watching import Watch
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.storage import Transaction, Wake
from bot.ports.traffic import HINT, WEBHOOK, creating_key, inbox_key
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.work.distributed import DistributedWork


_CATCH_UP = timedelta(minutes=15)


async def make_work(
    settings: Settings, clock: Clock, answering: Answering, stack: contextlib.AsyncExitStack
) -> "InProcessWork | DistributedWork":
    """On SQLite in this process; on PostgreSQL in any process that works."""
    if settings.is_postgresql:
        from adapters.work.distributed import DistributedWork  # noqa: PLC0415 - 13 MB that a file does not need

        work = DistributedWork(settings.work_database_url, clock, settings.accounts)
        await stack.enter_async_context(work.open())
        return work
    return InProcessWork(clock, answering)


def catch_up(tx: Transaction, accounts: Collection[str], now: datetime) -> None:
    """Make up for what happened while no process worked, or none that has these `accounts`.

    A backend may have given up its webhooks meanwhile, so links that are due within _CATCH_UP are polled now:
    all of the last hour, while older ones are seldom paid just then. Webhooks that failed because a process
    did not have their account are replayed.
    """
    replay_known(tx, accounts)
    tx.links.watch_all(now, due_by=now + _CATCH_UP)


def sweep(tx: Transaction, core: Core) -> Sequence[Wake]:
    """Everything that is due now, according to the rows."""
    now = core.clock.now()
    return [
        *(Wake("inbox", inbox_key(kind, stripe)) for kind, stripe in tx.inbox.stripes()),
        *(Wake("link", creating_key(*each)) for each in tx.links.creating(now)),
        *(Wake("watch", link_id) for link_id in tx.links.watched(now)),
        *(Wake("lookup", key_of(lookup)) for lookup in tx.lookups.due(now)),
        *(Wake("delivery", lane) for lane in tx.outbox.lanes(now)),
        *([Wake("drafts", "")] if tx.drafts.overdue(now) else []),
    ]


def make_handlers(
    core: Core, inbox: Sequence[InboxHandler], chats: Mapping[str, Chat]
) -> dict[str, Callable[[str], Awaitable[None]]]:
    """One handler per kind of wake, and one per kind of inbound row (`inbox`: the chats')."""
    handlers: dict[str, Handler] = {
        WEBHOOK: WebhookHandler(core.backends, core.clock),
        HINT: HintHandler(core.backends, core.clock),
        **{each.kind: each.handle for each in inbox},
    }
    apologies = {each.kind: each.apologise for each in inbox}
    permissions = Permissions(core.storage, chats, core.clock)

    service = LinkService(core.storage, core.backends, permissions, core.clock, core.settings.public_url)

    async def expire_drafts(_: str) -> None:
        await core.storage.write(core.talk.expire)

    return {
        "inbox": Processor(core.storage, handlers, core.clock, apologies).run,
        "link": partial(_about, service.run),
        "watch": partial(_about, Watch(core.storage, core.backends, core.clock).run),
        "lookup": Lookups(core.storage, core.backends, core.clock).run,
        "delivery": Delivery(core.storage, chats, core.renderer, core.clock).run,
        "drafts": expire_drafts,
    }


async def _about(run: Callable[[str], Awaitable[None]], key: str) -> None:
    """Every log line while it runs carries the id of the link, which the key ends with."""
    link_id = key.rpartition(":")[2]
    with structlog.contextvars.bound_contextvars(link=link_id):
        await run(link_id)
