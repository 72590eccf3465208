"""Fetches a payment when a webhook says too little: no amount, no link, or nothing readable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.errors import BackendProtocolError, PaylinkError, StorageUnavailable, asked_to_wait
from bot.links.events import correlate, record, record_fetched
from bot.ports.backend import Backend
from bot.ports.clock import Clock
from bot.ports.model import Event
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import InboundFact, InboxState, Lookup
from bot.timing import asking

log = structlog.get_logger(__name__)

PATIENCE = timedelta(hours=1)  # after which the webhook is applied as it is
FIRST_RETRY = timedelta(seconds=2)


class Lookups:
    """Handles the wake `lookup`."""

    def __init__(self, storage: Storage, backends: Mapping[str, Backend], clock: Clock) -> None:
        """`backends` by account id."""
        self._storage, self._backends, self._clock = storage, backends, clock

    async def run(self, key: str) -> None:
        """Fetch a payment and apply it, then apply the inbound row that asked for it."""
        lookup, link_id = await self._storage.read(lambda tx: self._due(tx, *_split(key)))
        if lookup is not None:
            with structlog.contextvars.bound_contextvars(**({"link": link_id} if link_id else {})):
                await self._look_up(lookup)

    def _due(self, tx: Transaction, inbound_id: int, payment_id: str) -> tuple[Lookup | None, str | None]:
        """The lookup, if it is due, and its link, if that is known already."""
        lookup = tx.lookups.get(inbound_id, payment_id)
        if lookup is None or lookup.not_before > self._clock.now():
            return None, None
        inbound = tx.inbox.get(inbound_id)
        if inbound is not None and inbound.fact.hints_at:
            return lookup, inbound.fact.hints_at
        known = tx.payments.get(lookup.account_id, payment_id)
        return lookup, known.link_id if known else None

    async def _look_up(self, lookup: Lookup) -> None:
        backend = self._backends[lookup.account_id]
        try:
            with asking(backend, "fetch_payment"):
                events = await backend.fetch_payment(lookup.provider_payment_id)
        except PaylinkError as error:
            log.warning("lookup.failed", account=lookup.account_id, error=type(error).__name__)
            wait = asked_to_wait(error)
            await self._write(lookup, lambda tx: self._later(tx, lookup, wait))
        except Exception:  # a bug of ours, logged by our caller: asking again at once would not help
            await self._write(lookup, lambda tx: self._later(tx, lookup, timedelta()))
            raise
        else:
            await self._write(lookup, lambda tx: self._settle(tx, lookup, events))

    async def _write(self, lookup: Lookup, change: Callable[[Transaction], None]) -> None:
        """Apply a change; if that fails, set the inbound row aside for a replay."""
        try:
            await self._storage.write(change)
        except StorageUnavailable:
            raise
        except Exception as error:
            trouble = type(error).__name__
            await self._storage.write(lambda tx: _lay_aside(tx, lookup, trouble))
            raise

    def _later(self, tx: Transaction, lookup: Lookup, wait: timedelta) -> None:
        waited = self._clock.now() - lookup.asked_at
        if waited > PATIENCE:
            self._settle(tx, lookup, ())
            return
        again = self._clock.now() + max(FIRST_RETRY, waited / 2, wait)
        tx.lookups.put(replace(lookup, not_before=again))
        tx.wake("lookup", key_of(lookup), again)

    def _settle(self, tx: Transaction, lookup: Lookup, fetched: Sequence[Event]) -> None:
        now, ends = self._clock.now(), self._backends[lookup.account_id].info.ends
        inbound = tx.inbox.get(lookup.inbound_id)
        for event in fetched:
            if inbound is None or _may_tell(tx, inbound.fact, event):
                record_fetched(tx, lookup.account_id, event, None, now, ends=ends)
        if inbound is not None:
            readable = self._readable(lookup.account_id, inbound.fact.body)
            for event in (each for each in readable if not _waits_for_another(tx, lookup, each)):
                link = correlate(tx, lookup.account_id, event)
                record(tx, lookup.account_id, link, event, now, inbound_id=inbound.id, ends=ends)
            if not fetched and not readable:
                _lay_aside(tx, lookup, BackendProtocolError.__name__)
        tx.lookups.remove(lookup)

    def _readable(self, account_id: str, body: bytes) -> Sequence[Event]:
        try:
            return self._backends[account_id].parse(body)
        except BackendProtocolError:
            return ()


def _lay_aside(tx: Transaction, lookup: Lookup, trouble: str) -> None:
    """Set the inbound row to failed, so that an operator can replay it."""
    tx.inbox.close(lookup.inbound_id, InboxState.FAILED, trouble)
    tx.lookups.remove(lookup)


def _waits_for_another(tx: Transaction, lookup: Lookup, event: Event) -> bool:
    """Whether the event's payment is still to be fetched by a lookup of its own."""
    payment_id = event.provider_payment_id
    if payment_id is None or payment_id == lookup.provider_payment_id:
        return False
    return tx.lookups.get(lookup.inbound_id, payment_id) is not None


def _may_tell(tx: Transaction, fact: InboundFact, event: Event) -> bool:
    """Whether the event may be applied: a hint leads only to payments of the link that it was sent to."""
    if fact.hints_at is None:
        return True
    link = correlate(tx, fact.account_id, event)
    return link is not None and link.id == fact.hints_at


def key_of(lookup: Lookup) -> str:
    """The key of the wake `lookup`; begins with the account's id."""
    return f"{lookup.account_id}:{lookup.inbound_id}:{lookup.provider_payment_id}"


def _split(key: str) -> tuple[int, str]:
    _, inbound_id, payment_id = key.split(":", 2)
    return int(inbound_id), payment_id
