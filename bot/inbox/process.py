"""Applies inbound rows, in order within their stripe, several in one transaction."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.errors import AccountUnknown, BackendProtocolError, StorageUnavailable
from bot.links.events import correlate, record
from bot.links.lookups import key_of
from bot.links.payments import Stage, stage
from bot.ports.backend import Backend
from bot.ports.clock import Clock
from bot.ports.model import Event, EventKind, Link
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import Inbound, InboxState, Lookup

log = structlog.get_logger(__name__)

AfterCommit = Callable[[], Awaitable[None]]  # what is left to be done then
Handler = Callable[[Transaction, Inbound], AfterCommit | None]  # changes rows
Apology = Callable[[Inbound], AfterCommit]  # what is answered if a row could not be applied
_BATCH, _LONGEST = 16, timedelta(milliseconds=50)  # per transaction, so that other writers do not wait long
_MONEY = frozenset({EventKind.CAPTURED, EventKind.REFUNDED})
_OF_HOLDING = frozenset({EventKind.AUTHORISED, EventKind.DECLINED})


class Processor:
    """Handles the wake `inbox`: runs the handler of each waiting row's kind."""

    def __init__(
        self,
        storage: Storage,
        handlers: Mapping[str, Handler],
        clock: Clock,
        apologies: Mapping[str, Apology] | None = None,
    ) -> None:
        """`handlers` by kind of row; `apologies` for the kinds whose sender is a person who waits."""
        self._storage, self._handlers, self._clock = storage, handlers, clock
        self._apologies = apologies or {}

    async def run(self, key: str) -> None:
        """Apply all waiting rows of a stripe (`kind:number`). Rows that come in meanwhile bring a wake."""
        kind, stripe = key.rsplit(":", 1)
        while await self._apply_next(kind, int(stripe)):
            pass

    async def _apply_next(self, kind: str, stripe: int) -> bool:
        """Apply one batch, all rows or none. A row that fails is set to failed, and the rest tried again.

        Returns whether there may be more.
        """
        begun: list[Inbound] = []

        def work(tx: Transaction) -> tuple[list[AfterCommit | None], bool]:
            begun.clear()
            until, done = self._clock.now() + _LONGEST, []
            waiting = tx.inbox.waiting(kind, stripe, _BATCH)
            for row in waiting:
                begun.append(row)
                done.append(self._handlers[kind](tx, row))
                if self._clock.now() > until:
                    break
            tx.inbox.done([row.id for row in begun])
            return done, len(done) < len(waiting) or len(done) == _BATCH

        try:
            done, more = await self._storage.write(work)
        except StorageUnavailable:
            raise
        except Exception as error:  # the outermost loop of every handler: the row is kept for a replay
            if not begun:
                raise
            row, trouble = begun[-1], type(error).__name__
            _log_failed(row, error)
            await self._storage.write(lambda tx: tx.inbox.close(row.id, InboxState.FAILED, trouble))
            if kind in self._apologies and not row.replayed:
                await _run_after(self._apologies[kind](row), kind)
            return True
        for after in filter(None, done):
            await _run_after(after, kind)
        return more


def _log_failed(row: Inbound, error: Exception) -> None:
    """Log why a row could not be applied: a bug of ours with its traceback.

    An unreadable body is logged without one, since it would quote the body; so is an unknown account.
    """
    is_ours = not isinstance(error, BackendProtocolError | AccountUnknown)
    told = {} if is_ours else {"account": row.fact.account_id, "reason": str(error)}
    traceback = error if is_ours else None
    log.error("inbox.failed", kind=row.fact.kind, inbound=row.id, exc_info=traceback, **told)


async def _run_after(after: AfterCommit, kind: str) -> None:
    """Run what follows a commit; an exception is logged, since the row is applied already."""
    try:
        await after()
    except Exception:  # the outermost loop of every handler, as above
        log.exception("inbox.after_failed", kind=kind)


class WebhookHandler:
    """Applies the events of a verified webhook to their links."""

    def __init__(self, backends: Mapping[str, Backend], clock: Clock) -> None:
        """`backends` by account id."""
        self._backends, self._clock = backends, clock

    def __call__(self, tx: Transaction, row: Inbound) -> None:
        backend, account_id = _backend_of(row, self._backends), row.fact.account_id
        now, ends = self._clock.now(), backend.info.ends
        try:
            events = backend.parse(row.fact.body)
        except BackendProtocolError as error:
            mentioned = backend.payments_in(row.fact.body)
            if not mentioned:
                raise
            tx.warn("webhook.unreadable", account=account_id, inbound=row.id, reason=str(error))
            for payment_id in mentioned:
                _look_up(tx, row, payment_id, now)
            return
        for event in events:
            link = correlate(tx, account_id, event)
            concerned = event.provider_payment_id
            unclear = concerned is not None and _is_unclear(event, link)
            if not unclear:
                record(tx, account_id, link, event, now, inbound_id=row.id, ends=ends)
            if concerned is not None and (unclear or _may_be_let_go(tx, account_id, event)):
                _look_up(tx, row, concerned, now)


class HintHandler:
    """Fetches what an unsigned webhook mentions, payments or else the link: it proves nothing by itself."""

    def __init__(self, backends: Mapping[str, Backend], clock: Clock) -> None:
        """`backends` by account id."""
        self._backends, self._clock = backends, clock

    def __call__(self, tx: Transaction, row: Inbound) -> None:
        now = self._clock.now()
        mentioned = _backend_of(row, self._backends).payments_in(row.fact.body)
        for payment_id in mentioned:
            _forget_older(tx, row, payment_id)
            _look_up(tx, row, payment_id, now)
        link = tx.links.get(row.fact.hints_at or "")
        if link is not None and not mentioned:
            tx.links.put(replace(link, poll_at=now))
            tx.wake("watch", link.id)


def _backend_of(row: Inbound, backends: Mapping[str, Backend]) -> Backend:
    """Raises AccountUnknown if another process has stored it for an account that only that one has so far."""
    try:
        return backends[row.fact.account_id]
    except KeyError:
        raise AccountUnknown(row.fact.account_id) from None


def replay_known(tx: Transaction, accounts: Collection[str]) -> None:
    """Replay rows that failed in a process without their account, if it is one of these."""
    for row, trouble in tx.inbox.failed():
        if trouble == AccountUnknown.__name__ and row.fact.account_id in accounts:
            tx.inbox.replay(row.id)
            tx.wake("inbox", row.fact.stripe_key)


def _forget_older(tx: Transaction, row: Inbound, payment_id: str) -> None:
    """Drop earlier lookups of a payment by hints to the same link: one after the last hint will do."""
    for older in tx.lookups.of(row.fact.account_id, payment_id):
        inbound = tx.inbox.get(older.inbound_id)
        if inbound is not None and inbound.fact.hints_at == row.fact.hints_at:
            tx.lookups.remove(older)


def _look_up(tx: Transaction, row: Inbound, payment_id: str, now: datetime) -> None:
    lookup = Lookup(row.id, payment_id, row.fact.account_id, asked_at=now, not_before=now)
    tx.lookups.add(lookup)
    tx.wake("lookup", key_of(lookup))


def _may_be_let_go(tx: Transaction, account_id: str, event: Event) -> bool:
    """Whether a payment was both authorised and declined, so that only fetching tells if money is held."""
    if event.kind not in _OF_HOLDING or event.provider_payment_id is None:
        return False
    known = tx.payments.get(account_id, event.provider_payment_id)
    return known is not None and stage(known) is Stage.AUTHORISED and known.heard.keys() >= _OF_HOLDING


def _is_unclear(event: Event, link: Link | None) -> bool:
    """Whether an event must be fetched: its amount is missing, or its link cannot be found."""
    if event.kind is EventKind.IGNORED:
        return False
    if link is None:
        return event.reference is None
    return event.kind in _MONEY and event.kind not in event.amounts
