"""Applies a backend's event to its link, once, and queues the messages that announce it."""

from dataclasses import replace
from datetime import datetime

from bot.ids import is_reference
from bot.links import lifecycle
from bot.links.announcements import announce
from bot.links.payments import money_since
from bot.ports.model import Event, EventKind, Link, LinkState
from bot.ports.storage import Transaction


def correlate(tx: Transaction, account_id: str, event: Event) -> Link | None:
    """Find the link by our reference, by the provider's id of the link, else by a payment that we know.

    Only among the links of the account that verified the event.
    """
    if event.reference and (link := tx.links.by_reference(account_id, event.reference)):
        return link
    if event.provider_link_id is not None:
        provider_link = tx.provider_links.by_provider_id(account_id, event.provider_link_id)
        if provider_link is not None:
            return tx.links.get(provider_link.link_id)
    if event.provider_payment_id is None:
        return None
    known = tx.payments.get(account_id, event.provider_payment_id)
    return tx.links.get(known.link_id) if known else None


def record(
    tx: Transaction,
    account_id: str,
    link: Link | None,
    event: Event,
    now: datetime,
    *,
    inbound_id: int,
    ends: bool = True,
) -> None:
    """Apply an event that was sent to us, once, to its link (see `correlate`).

    `ends`: is a link of this backend over once it is paid?
    """
    event = _of_its_use(tx, link, event)
    if not tx.events.add(account_id, event, inbound_id, link.id if link else None):
        _ignored(tx, link, event, "known")
        return
    if link is None:
        if event.kind is not EventKind.IGNORED:
            _warn_of_no_link(tx, account_id, event)
        _ignored(tx, link, event, "no_link")
        return
    _apply(tx, link, event, now, ends=ends)


def record_fetched(
    tx: Transaction, account_id: str, event: Event, link: Link | None, now: datetime, *, ends: bool = True
) -> None:
    """Apply an event that was fetched. `link`: its payment's, in case the event does not name one."""
    found = correlate(tx, account_id, event) or link
    event = _of_its_use(tx, found, event)
    if found is not None and tx.events.add(account_id, event, None, found.id):
        _apply(tx, found, event, now, ends=ends)


def _apply(tx: Transaction, link: Link, event: Event, now: datetime, *, ends: bool) -> None:
    payments = tx.payments.of(link.id)
    change = lifecycle.apply(link, payments, event)
    if change is None:
        _ignored(tx, link, event, "changes_nothing")
        return
    tx.payments.put(change.payment)
    tx.note("event.applied", link=link.id, account=link.account_id, kind=event.kind, state=change.link.state)
    unwatched = change.link.poll_at is None and money_since(change.payment) is not None
    to_take_back = not ends and change.link.state is LinkState.CLOSED
    link = replace(change.link, poll_at=now) if unwatched or to_take_back else change.link
    if to_take_back:
        tx.wake("watch", link.id)
    tx.links.put(link)
    announce(tx, link, change.notices, now)


def _warn_of_no_link(tx: Transaction, account_id: str, event: Event) -> None:
    """Only a reference of ours is logged; any other may be a customer's name."""
    ours = event.reference if is_reference(event.reference or "") else None
    word = event.provider_word
    tx.warn("event.no_link", account=account_id, key=event.key, word=word, reference=ours)


def _ignored(tx: Transaction, link: Link | None, event: Event, reason: str) -> None:
    tx.note("event.ignored", link=link.id if link else None, kind=event.kind, reason=reason)


def _of_its_use(tx: Transaction, link: Link | None, event: Event) -> Event:
    """Each use is a payment of its own, except the first of a single-use link, which goes by the link's id.

    An event that only its key distinguishes may be a repetition: it makes no second payment.
    """
    if link is None or event.use is None:
        return event
    if link.uses != 1:
        return replace(event, provider_payment_id=event.use)
    if event.use == event.key:
        return replace(event, use=None)
    known = {payment.provider_payment_id: payment.use for payment in tx.payments.of(link.id)}
    is_another = known.get(str(event.provider_payment_id)) not in {None, event.use}
    return replace(event, provider_payment_id=event.use) if is_another else event
