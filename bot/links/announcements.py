"""Queues what a link's change must say: its card, its replies, and the creator's desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.ports.model import Link, LinkState
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice

DESK_PAUSE = timedelta(milliseconds=300)  # so that the acknowledgement does not overwrite it
_DESK_LASTS = timedelta(minutes=25)  # a chat accepts updates of a desk for 30 minutes at most


def announce(tx: Transaction, link: Link, notices: Sequence[Notice], now: datetime) -> None:
    """Queue an update of the link's card, and a reply in its thread for each notice."""
    tx.outbox.owe_card(link.id, link.destination_id, now)
    if link.state is LinkState.CLOSED:
        update_desk(tx, link, now)
    for notice in notices:
        tx.outbox.owe_reply(link.id, link.destination_id, notice, now)
    tx.wake("delivery", tx.destinations.lane(link.destination_id))


def update_desk(tx: Transaction, link: Link, now: datetime) -> None:
    """Queue an update of the creator's desk, as long as the chat accepts one."""
    if now >= link.created_at + _DESK_LASTS:
        return
    draft = tx.drafts.get(link.id)
    if draft is not None and draft.desk:
        tx.outbox.owe_desk(link.id, link.destination_id, max(now, link.created_at + DESK_PAUSE))
