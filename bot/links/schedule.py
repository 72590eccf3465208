"""Pure: when a link is polled next, and for how long it is polled at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.links.expected import is_single
from bot.links.payments import Stage, money_since, stage
from bot.ports.backend import BackendInfo
from bot.ports.model import Link, LinkState, Payment
from bot.ports.provider_links import ProviderLink

SOONEST = timedelta(minutes=1)
EAGER = timedelta(minutes=10)  # before and after its expiry a link is asked about every SOONEST
LONGEST = timedelta(hours=6)  # between two looks, while no money has come
LONGEST_PAID = timedelta(days=3)  # the same, once it has
PAID_FOR = timedelta(days=120)  # how long after the last money a refund or a dispute is looked for
AFTERMATH = timedelta(days=1)  # how long after its last expiry a closed link is still looked at

_UNDER_WAY = frozenset({Stage.PENDING, Stage.AUTHORISED})  # may take days to become money, or nothing


def next_look(
    link: Link,
    objects: Sequence[ProviderLink],
    payments: Sequence[Payment],
    now: datetime,
    lingers: timedelta = timedelta(),
) -> datetime | None:
    """When a link is polled next; None: never again. Intervals grow with the time since the last change.

    `lingers`: how long a page that is already open can be paid after its link was closed.
    """
    taken = [max(payment.heard.values()) for payment in payments if money_since(payment)]
    if taken and (is_single(link) or link.state is LinkState.CLOSED):
        return _slowly(max(taken), now)
    expiry = max((known.expires_on or link.expires_at for known in objects), default=link.expires_at)
    if now > expiry + (AFTERMATH + lingers if link.state is LinkState.CLOSED else PAID_FOR):
        begun = [max(payment.heard.values()) for payment in payments if stage(payment) in _UNDER_WAY]
        return _slowly(max(begun), now) if begun else None
    if now >= expiry:
        return now + (SOONEST if now < expiry + EAGER else min(LONGEST, max(SOONEST, (now - expiry) / 4)))
    usual = min(max(SOONEST, (now - link.created_at) / 4), LONGEST)
    left = expiry - now
    return now + min(usual, max(SOONEST, left - EAGER), left + timedelta(seconds=1))


def next_try(link: Link, payments: Sequence[Payment], asked: Sequence[datetime], now: datetime) -> datetime:
    """When pending tasks are tried again. Intervals grow with the time since what has made them pending.

    `asked`: when people have asked for something.
    """
    taken = [moment for payment in payments if (moment := money_since(payment))]
    over = [link.expires_at] if link.expires_at <= now else []
    since = max([link.created_at, *asked, *taken, *over])
    return now + min(LONGEST, max(SOONEST, (now - since) / 4))


def page_lingers(link: Link, payments: Sequence[Payment], info: BackendInfo, now: datetime) -> bool:
    """Whether a page that was opened before its link was used up may still be, or have been, paid."""
    taken = [max(payment.heard.values()) for payment in payments if money_since(payment)]
    lasts = info.lingers(link.uses)
    return bool(lasts and taken) and now < max(taken) + lasts + LONGEST_PAID


def _slowly(last: datetime, now: datetime) -> datetime | None:
    wait = min(max(LONGEST, (now - last) / 4), LONGEST_PAID)
    return now + wait if now + wait < last + PAID_FOR else None
