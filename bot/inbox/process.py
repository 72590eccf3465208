"""Apply what is waiting: each inbound row in a transaction of its own, in order within its stripe."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.errors import BackendProtocolError, StorageUnavailable
from bot.links import lifecycle
from bot.ports.backend import Backend
from bot.ports.clock import Clock
from bot.ports.model import Event, Link, Payment
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import Inbound, InboxState

log = structlog.get_logger(__name__)

AfterCommit = Callable[[], Awaitable[None]]
Handler = Callable[
    [Transaction, Inbound], AfterCommit | None
]  # changes rows; what it gives runs after the commit
_BATCH = 100


class Processor:
    """Runs the handler of each waiting row's kind."""

    def __init__(self, storage: Storage, handlers: Mapping[str, Handler]) -> None:
        self._storage, self._handlers = storage, handlers

    async def run(self, key: str) -> None:
        """Work off one stripe (`kind:number`). Rows go through the storage door together, commits and all."""
        kind, stripe = key.rsplit(":", 1)
        while rows := await self._storage.read(lambda tx: tx.inbox.waiting(kind, int(stripe), _BATCH)):
            await asyncio.gather(*(self._apply(row) for row in rows))

    async def _apply(self, row: Inbound) -> None:
        handler = self._handlers[row.fact.kind]

        def work(tx: Transaction) -> AfterCommit | None:
            after = handler(tx, row)
            tx.inbox.close(row.id, InboxState.DONE)
            return after

        try:
            after = await self._storage.write(work)
        except StorageUnavailable:
            raise
        except Exception as error:  # the outermost loop of every handler: the row is kept for a replay
            log.exception("inbox.failed", kind=row.fact.kind, inbound=row.id)
            trouble = type(error).__name__
            await self._storage.write(lambda tx: tx.inbox.close(row.id, InboxState.FAILED, trouble))
            return
        if after is not None:
            await after()


class WebhookHandler:
    """A backend's verified webhook: its events applied to the links that they belong to."""

    def __init__(self, backends: Mapping[str, Backend], clock: Clock) -> None:
        """`backends` by account id."""
        self._backends, self._clock = backends, clock

    def __call__(self, tx: Transaction, row: Inbound) -> None:
        try:
            events = self._backends[row.fact.account_id].parse(row.fact.body)
        except BackendProtocolError as error:
            log.warning("webhook.unreadable", account=row.fact.account_id, inbound=row.id, reason=str(error))
            raise
        for event in events:
            self._apply(tx, row, event)

    def _apply(self, tx: Transaction, row: Inbound, event: Event) -> None:
        account_id = row.fact.account_id
        link = _correlate(tx, account_id, event)
        if not tx.events.add(account_id, event, row.id, link.id if link else None):
            return
        if link is None:
            log.warning("webhook.no_link", account=account_id, key=event.key, word=event.provider_word)
            return
        payments = tx.payments.of(link.id)
        change = lifecycle.apply(link, payments, event)
        if change is not None:
            tx.payments.put(change.payment)
            tx.links.put(change.link)
            self._tell(tx, change)

    def _tell(self, tx: Transaction, change: lifecycle.Change) -> None:
        link, now = change.link, self._clock.now()
        tx.outbox.owe_card(link.id, link.destination_id, now)
        for notice in change.notices:
            tx.outbox.owe_reply(link.id, link.destination_id, notice, now)
        tx.wake("delivery", tx.destinations.get(link.destination_id).place.lane)


def _correlate(tx: Transaction, account_id: str, event: Event) -> Link | None:
    """By our reference, else by a payment we know; only among the links of the account that verified it."""
    if event.reference is not None:
        provider_link = tx.provider_links.by_reference(account_id, event.reference)
        if provider_link is not None:
            return tx.links.get(provider_link.link_id)
    known: Payment | None = None
    if event.provider_payment_id is not None:
        known = tx.payments.get(account_id, event.provider_payment_id)
    return tx.links.get(known.link_id) if known else None
