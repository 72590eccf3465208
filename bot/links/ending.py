"""Pure: whether a link has ended, from a poll of its backend; and what its thread is told then."""

from collections.abc import Sequence
from datetime import datetime

from bot.links import tasks
from bot.links.expected import is_single, uses_of
from bot.links.looking import Seen
from bot.links.payments import Stage, stage
from bot.links.schedule import AFTERMATH
from bot.ports.model import Closed, Link, LinkState, Payment
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.traffic import Notice


def why_ended(
    link: Link, objects: Sequence[ProviderLink], payments: Sequence[Payment], seen: Seen, now: datetime
) -> Closed | None:
    """Why a link has ended, as far as this poll (`seen`) shows; None if it has not.

    A paused link is cancelled at its backend, so it has ended only when its time is over. A payment that was
    started in time keeps a link from expiring, and so does an object that could not be read: it may be paid.
    """
    unread = any(known.provider_id and known.attempt not in seen.fetched for known in objects)
    open_there = any(
        known.state is ProviderLinkState.OPEN or tasks.Task.RESUME in known.owed for known in objects
    )
    waits = {LinkState.OPEN: open_there, LinkState.PAUSED: now < link.expires_at}
    if unread or waits.get(link.state, True) or _is_begun(link, payments, now):
        return None
    taken_back = any(found.taken_back for found in seen.fetched.values())
    known = (taken_back and not is_single(link)) or _is_known(link, payments, seen, now)
    if any(found.received for found in seen.fetched.values()) and not known:
        stages = {stage(known) for known in payments} - {Stage.DECLINED}
        return Closed.USED_UP if stages and stages <= {Stage.VOIDED, Stage.CAPTURE_FAILED} else None
    if now >= link.expires_at:
        return Closed.EXPIRED
    lost = any(known.provider_id is None for known in objects)
    if lost:
        return None
    return Closed.CANCELLED if taken_back else Closed.EXPIRED


def notices_of_end(ended: Closed, *, used: bool) -> tuple[Notice, ...]:
    """What the thread is told. `used`: it was paid at least once, which was told at the time."""
    if ended is Closed.CANCELLED:
        return (Notice("ended_there", "ended_there"),)
    return (Notice("expired_used" if used else "expired", "expired"),) if ended is Closed.EXPIRED else ()


def _is_known(link: Link, payments: Sequence[Payment], seen: Seen, now: datetime) -> bool:
    """For a link with several uses that has expired: were its payments reported, or at least counted?"""
    is_counted = any(found.times for found in seen.fetched.values())
    is_told = is_counted or uses_of(link, payments) > 0
    return not is_single(link) and is_told and now >= link.expires_at


def _is_begun(link: Link, payments: Sequence[Payment], now: datetime) -> bool:
    """Is money authorised, or pending? What is pending may never come."""
    stages = {stage(known) for known in payments}
    return Stage.AUTHORISED in stages or (Stage.PENDING in stages and now < link.expires_at + AFTERMATH)
