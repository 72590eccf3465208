"""Polls a link once: fetches its objects and its payments from its backend."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import structlog

from bot.errors import BackendGone, BackendProtocolError
from bot.links.payments import Stage, stage
from bot.ports.backend import Backend, FetchedLink
from bot.ports.model import Event, Payment
from bot.ports.provider_links import ProviderLink
from bot.timing import asking

log = structlog.get_logger(__name__)

_NO_PAYMENT = frozenset({Stage.STARTED, Stage.DECLINED})


@dataclass(frozen=True, slots=True)
class Seen:
    """The result of a poll: each object, and every payment as events."""

    fetched: Mapping[int, FetchedLink]  # by attempt
    events: Sequence[Event]
    known: Sequence[ProviderLink]  # the objects, as they were before it

    def overtaken(self, objects: Sequence[ProviderLink]) -> AbstractSet[int]:
        """Attempts that another poll has seen since, by the objects as they are now."""
        before = {known.attempt: known.sight for known in self.known}
        return {now.attempt for now in objects if before.get(now.attempt, now.sight) != now.sight}

    def without(self, attempts: AbstractSet[int]) -> "Seen":
        """What is still worth something, once another poll has seen these `attempts`."""
        left = {attempt: found for attempt, found in self.fetched.items() if attempt not in attempts}
        return replace(self, fetched=left)


async def look(
    backend: Backend,
    objects: Sequence[ProviderLink],
    payments: Sequence[Payment],
    is_over: Callable[[ProviderLink], bool],
) -> Seen:
    """Fetch the objects of a link, and every payment that they or our `payments` name.

    What cannot be parsed is logged and skipped, since retrying would not help. An object that its backend
    does not know any more counts as unusable only if it `is_over`; before, the key may be another account's.
    Raises the other errors of a backend.
    """
    fetched: dict[int, FetchedLink] = {}
    ids = dict.fromkeys(payment.provider_payment_id for payment in payments)
    for known in objects:
        if known.provider_id is None:
            ids |= dict.fromkeys(await _searched(backend, known))
        elif (found := await _fetched(backend, known, known.provider_id, is_over)) is not None:
            fetched[known.attempt] = found
            ids |= dict.fromkeys(found.payment_ids)
    events: list[Event] = []
    for payment_id in ids:
        try:
            with asking(backend, "fetch_payment"):
                events += await backend.fetch_payment(payment_id)
        except BackendProtocolError as error:
            log.warning("watch.unreadable", payment=payment_id, reason=str(error))
    return Seen(fetched, events, objects)


def is_unexplained(before: Sequence[ProviderLink], seen: Seen, payments: Sequence[Payment]) -> bool:
    """Whether two polls in a row said that money was received, with no payment to explain it."""
    twice = any(
        known.sight is not None and known.sight.received and found.received
        for known in before
        if (found := seen.fetched.get(known.attempt)) is not None
    )
    return twice and all(stage(payment) in _NO_PAYMENT for payment in payments)


async def _searched(backend: Backend, known: ProviderLink) -> Sequence[str]:
    try:
        with asking(backend, "find_payments"):
            return await backend.find_payments(known.reference)
    except BackendProtocolError as error:
        log.warning("watch.unreadable", reference=known.reference, reason=str(error))
        return ()


async def _fetched(
    backend: Backend, known: ProviderLink, provider_id: str, is_over: Callable[[ProviderLink], bool]
) -> FetchedLink | None:
    try:
        with asking(backend, "fetch"):
            return await backend.fetch(provider_id)
    except BackendProtocolError as error:
        log.warning("watch.unreadable", reference=known.reference, reason=str(error))
        if isinstance(error, BackendGone) and is_over(known):
            return FetchedLink(
                provider_id,
                known.reference,
                known.amount,
                usable=False,
                received=False,
                expires_on=None,
                payment_ids=(),
            )
        return None
