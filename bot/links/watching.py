"""Polls the backends, because webhooks are never the only source.

An open link is polled with back-off, most eagerly near its expiry, and is said to have expired after a last
look. A closed link that may still be paid is polled until its backend gives up on it; paid ones are polled
for 120 days.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.errors import BackendUnavailable, PaylinkError, asked_to_wait
from bot.links import tasks
from bot.links.announcements import announce
from bot.links.ending import notices_of_end, why_ended
from bot.links.events import record_fetched
from bot.links.expected import uses_of
from bot.links.looking import Seen, is_unexplained, look
from bot.links.notices import of_untold
from bot.links.possible import remains, superseded
from bot.links.schedule import SOONEST, next_look, next_try, page_lingers
from bot.ports.backend import Backend, BackendInfo, FetchedLink
from bot.ports.clock import Clock
from bot.ports.model import Closed, Link, LinkState, Payment
from bot.ports.provider_links import ProviderLink, ProviderLinkState, Sight
from bot.ports.storage import Storage, Transaction
from bot.timing import asking

log = structlog.get_logger(__name__)

MOST_HANGING, HANGS_AFTER = 3, timedelta(seconds=10)  # polls of one account: only so many run at once


class Watch:
    """Handles the wake `watch`: polls a link that is due, and does its pending tasks first."""

    def __init__(self, storage: Storage, backends: Mapping[str, Backend], clock: Clock) -> None:
        """`backends` by account id."""
        self._storage, self._backends, self._clock = storage, backends, clock
        self._polling: dict[str, dict[str, datetime]] = {}  # since when, by account and link

    async def run(self, link_id: str) -> None:
        """Poll a link if it is due and apply the result; if its backend does not answer, poll again later."""
        now, link = self._clock.now(), await self._storage.read(lambda tx: tx.links.get(link_id))
        if link is None or link.poll_at is None or link.poll_at > now:
            return
        polling = self._polling.setdefault(link.account_id, {})
        if sum(now >= since + HANGS_AFTER for since in polling.values()) >= MOST_HANGING:
            log.info("watch.put_off", link=link_id, account=link.account_id)
            await self._storage.write(lambda tx: self._put_off(tx, link))
            return
        polling[link_id] = now
        try:
            await self._poll(link)
        finally:
            polling.pop(link_id, None)

    async def _poll(self, link: Link) -> None:
        link_id = link.id
        objects, payments = await self._storage.read(
            lambda tx: (tx.provider_links.of(link_id), tx.payments.of(link_id))
        )
        backend = self._backends[link.account_id]
        info, now = backend.info, self._clock.now()
        lingers = page_lingers(link, payments, info, now)
        payable = [known for known in objects if lingers or tasks.may_be_paid(link, known, objects, info)]
        wait, taken_back = timedelta(), set[int]()
        for pending in tasks.due(link, objects, info, now):
            is_done, longer = await self._tried(backend, pending, link)
            wait = max(wait, longer)
            if is_done and pending.task is tasks.Task.CANCEL:
                taken_back.add(pending.known.attempt)
        over = partial(_is_over, link, info, self._clock.now())
        try:
            seen = await look(backend, payable, payments, over)
            await self._storage.write(lambda tx: self._apply(tx, link, seen, wait, taken_back))
        except PaylinkError as error:
            log.warning("watch.failed", link=link_id, error=type(error).__name__, reason=str(error))
            longer = max(wait, asked_to_wait(error))
            await self._storage.write(lambda tx: self._later(tx, link, longer))
        except Exception:  # a bug of ours, logged by our caller: polling again at once would not help
            await self._storage.write(lambda tx: self._later(tx, link, wait))
            raise

    async def _tried(
        self, backend: Backend, pending: tasks.PendingTask, link: Link
    ) -> tuple[bool, timedelta]:
        """Try a task. Failures are logged, since the poll that follows must not depend on it.

        Returns whether it is done, and how long the backend has asked us to wait.
        """
        try:
            return await self._do(backend, pending, link), timedelta()
        except PaylinkError as error:
            told = {"task": pending.task, "error": type(error).__name__, "reason": str(error)}
            log.warning("watch.not_done", link=link.id, **told)
            return False, asked_to_wait(error)
        except Exception:  # a bug of ours, which must not hide a payment
            log.exception("watch.not_done", link=link.id, task=pending.task)
        return False, timedelta()

    async def _do(self, backend: Backend, pending: tasks.PendingTask, link: Link) -> bool:
        marked = pending.task in tasks.MARKED
        if marked and not await self._storage.write(lambda tx: tasks.begin(tx, pending)):
            return False
        try:
            with asking(backend, pending.task):
                outcome = await tasks.do(backend, pending, link.customer, self._clock.now())
        except PaylinkError as error:
            lost = isinstance(error, BackendUnavailable) and error.sent == "unknown"
            if marked and not lost:
                await self._storage.write(lambda tx: tasks.not_begun(tx, pending))
            raise
        await self._storage.write(lambda tx: tasks.settle(tx, pending, outcome, self._clock.now()))
        return outcome.refused is None

    def _put_off(self, tx: Transaction, looked_at: Link) -> None:
        link = tx.links.get(looked_at.id) or looked_at
        if not _again_at_once(tx, looked_at, link):
            tx.links.put(replace(link, poll_at=self._clock.now() + SOONEST))

    def _later(self, tx: Transaction, looked_at: Link, wait: timedelta) -> None:
        """Polling failed: poll again at the usual time, but not before the backend has asked us to."""
        link, now = tx.links.get(looked_at.id) or looked_at, self._clock.now()
        if _again_at_once(tx, looked_at, link):
            return
        objects, payments = tx.provider_links.of(link.id), tx.payments.of(link.id)
        usual = self._next(tx, link, objects, payments, answered=False)
        tx.links.put(replace(link, poll_at=max(usual, now + max(SOONEST, wait)) if usual else None))

    def _apply(
        self, tx: Transaction, looked_at: Link, seen: Seen, wait: timedelta, taken_back: AbstractSet[int]
    ) -> None:
        now, link_id = self._clock.now(), looked_at.id
        link = tx.links.get(link_id) or looked_at
        at_once = _again_at_once(tx, looked_at, link)
        for event in seen.events:
            record_fetched(tx, link.account_id, event, link, now)
        link = tx.links.get(link_id) or link
        before = tx.provider_links.of(link_id)
        overtaken = seen.overtaken(before)  # this process stood still, and another has gone on
        seen, taken_back = seen.without(overtaken), taken_back - overtaken
        objects = [
            _brought_up(known, seen.fetched.get(known.attempt), now, taken_back=known.attempt in taken_back)
            for known in before
        ]
        for known in objects:
            tx.provider_links.put(known)
        if link.state is LinkState.PAUSED and _is_open(before) and not _is_open(objects):
            announce(tx, link, (tasks.paused(tx, link),), now)
        if self._says_too_much(tx, link, before, objects):
            announce(tx, link, (), now)
        payments, times = tx.payments.of(link_id), sum(found.times or 0 for found in seen.fetched.values())
        ended = why_ended(link, objects, payments, seen, now)
        if ended is not None:
            link = replace(link, state=LinkState.CLOSED, closed=ended)
            used = times or uses_of(link, payments)
            tx.note("link.ended", link=link.id, why=ended)
            announce(tx, link, notices_of_end(ended, used=bool(used)), now)
        if untold := of_untold(payments, max(times, int(is_unexplained(before, seen, payments)))):
            announce(tx, link, untold, now)
        usual = self._next(tx, link, objects, payments, answered=True)
        poll_at = max(usual, now + wait) if usual else None
        tx.links.put(replace(link, poll_at=link.poll_at if at_once else poll_at))

    def _says_too_much(
        self, tx: Transaction, link: Link, before: Sequence[ProviderLink], objects: Sequence[ProviderLink]
    ) -> bool:
        """Does the card still say that something can be paid, although that has ended since the last poll?"""
        if link.closed is not Closed.CANCELLED:
            return link.state is LinkState.OPEN and bool(superseded(before)) and not superseded(objects)
        info, deeds, now = self._backends[link.account_id].info, tx.deeds.of(link.id), self._clock.now()
        last = max((known.sight.at for known in before if known.sight), default=link.created_at)
        return bool(remains(link, before, info, deeds, last)) and not remains(link, objects, info, deeds, now)

    def _next(
        self,
        tx: Transaction,
        link: Link,
        objects: Sequence[ProviderLink],
        payments: Sequence[Payment],
        *,
        answered: bool,
    ) -> datetime | None:
        """When to poll next: as scheduled, or sooner if tasks are pending.

        `answered`: the backend can be reached, so what is still pending is not waiting for that.
        """
        now, info = self._clock.now(), self._backends[link.account_id].info
        usual = next_look(link, objects, payments, now, info.lingers(link.uses))
        if tasks.due(link, objects, info, now) and (usual is not None or not info.ends):
            asked = [deed.at for deed in tx.deeds.of(link.id)]
            again = next_try(link, payments, asked, now) if answered else now + SOONEST
            return min(usual or again, again)
        return usual


def _again_at_once(tx: Transaction, looked_at: Link, link: Link) -> bool:
    """Whether a poll was requested during this one, for example by a cancellation; if so, it is woken."""
    asked = link.poll_at != looked_at.poll_at
    if asked:
        tx.wake("watch", link.id, link.poll_at)
    return asked


def _is_open(objects: Sequence[ProviderLink]) -> bool:
    return any(known.state is ProviderLinkState.OPEN for known in objects)


def _is_over(link: Link, info: BackendInfo, now: datetime, known: ProviderLink) -> bool:
    return tasks.is_over(link, info, now) or now >= (known.expires_on or link.expires_at)


def _brought_up(
    known: ProviderLink, fetched: FetchedLink | None, now: datetime, *, taken_back: bool
) -> ProviderLink:
    """An object with the state that was fetched. One that we have closed stays closed.

    If it cannot be read, what was just `taken_back` is closed as well: else that would be repeated for ever.
    """
    if fetched is None:
        return replace(known, state=ProviderLinkState.CLOSED) if taken_back else known
    ended = known.state in {ProviderLinkState.OPEN, ProviderLinkState.ORPHAN} and not fetched.usable
    return replace(
        known,
        state=ProviderLinkState.CLOSED if ended else known.state,
        expires_on=fetched.expires_on or known.expires_on,
        sight=Sight(now, fetched.usable, fetched.received),
    )
