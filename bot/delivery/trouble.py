"""What becomes of a message that did not get through, and of the place that it was meant for.

One whose answer was lost may have been seen. Edits are repeated freely; a card's first post at most once
more, and then given up in this place until a press on it shows where it is; a reply is not, except one that
says "paid", which then says so. A place that is gone gives way to a direct message to whoever asked for
the link. If they cannot be written to either, it ends; what comes later is tried once, since they may let us
in again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery.replies import REPEATED_IF_LOST
from bot.errors import (
    ChatError,
    ChatGone,
    ChatMessageGone,
    ChatMoved,
    ChatThreadGone,
    ChatUnavailable,
    ChatUninvited,
)
from bot.links.ledger import tell_desk
from bot.links.payments import taken_by
from bot.ports.chat import Pace
from bot.ports.model import Closed, Destination, Link, Place, Reach
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice, Owed, OwedState, Say

LONGEST_WAIT = timedelta(minutes=1)
KNOCK_EVERY = timedelta(minutes=10)  # at a channel that has not let us in
KNOCK_FOR = timedelta(hours=24)
_ELSEWHERE = frozenset({Say.DESK, Say.TIDY})  # whose failure says nothing about the place


def settle_failed(tx: Transaction, owed: Owed, error: ChatError, pace: Pace, now: datetime) -> None:
    """Write down what a failure means: later, elsewhere, perhaps said, or never.

    Its lane is looked at next.
    """
    to = tx.destinations.get(owed.destination_id)
    match error:
        case _ if owed.say in _ELSEWHERE and not isinstance(error, ChatUnavailable):
            tx.outbox.settle(owed, OwedState.DEAD)
        case ChatUnavailable(sent="unknown"):
            settle_lost(tx, owed, now)
        case ChatUnavailable():
            _wait(tx, owed, error, pace, now)
        case ChatMoved():
            tx.destinations.rename(to.place.chat, to.place.channel, error.channel)
            _again_below_a_card(tx, owed, now)
            tx.wake("delivery", tx.destinations.lane(owed.destination_id))
        case ChatThreadGone() if to.place.thread is not None:
            tx.destinations.put(replace(to, place=replace(to.place, thread=None), root=None, prompt=None))
            _again_below_a_card(tx, owed, now)
        case ChatMessageGone():
            tx.destinations.put(replace(to, root=None))
            _again_below_a_card(tx, owed, now)
        case ChatUninvited():
            _knock(tx, owed, to, now)
        case ChatGone() | ChatThreadGone():
            tx.destinations.put(replace(to, reach=Reach.GONE))
            tx.outbox.settle(owed, OwedState.OWED)
            if to.place.private:  # nobody else is there to be told
                tx.outbox.give_up(to.id)
                tx.wake("delivery", to.place.lane)
        case _:
            tx.outbox.settle(owed, OwedState.DEAD)


def settle_lost(tx: Transaction, owed: Owed, now: datetime) -> None:
    """It may have been seen, or not."""
    again = now + back_off(owed.attempts)
    has_root = tx.destinations.get(owed.destination_id).root is not None
    repeated = "repeat" in owed.params
    if owed.say in {Say.DESK, Say.TIDY} or (owed.say is Say.CARD and has_root):
        tx.outbox.settle(owed, OwedState.OWED, not_before=again)
    elif not repeated and (owed.say is Say.CARD or owed.key in REPEATED_IF_LOST):
        tx.outbox.settle(owed, OwedState.OWED, not_before=again, params={**owed.params, "repeat": "1"})
    else:
        tx.outbox.settle(owed, OwedState.LOST)
        tx.note("delivery.lost", link=owed.subject, chat=tx.destinations.get(owed.destination_id).place.chat)


def settle_unseen(tx: Transaction, owed: Owed, now: datetime) -> None:
    """Whoever asked watches no more: that no link was made is said by a card, and no choice is waited for."""
    link, to = tx.links.get(owed.subject), tx.destinations.get(owed.destination_id)
    tx.outbox.settle(owed, OwedState.SAID)
    if link is not None and to.reach is Reach.UNINVITED:
        tx.destinations.put(replace(to, reach=Reach.GONE))
        tx.outbox.hurry(to.id, now)
    elif link is not None and link.closed is Closed.FAILED and to.root is None:
        tx.outbox.owe_card(link.id, to.id, now)


def redirect(tx: Transaction, owed: Owed, to: Destination, place: Place | None, now: datetime) -> None:
    """All that is owed about a link goes to `place`, its creator's own; None: there is nowhere left."""
    link = tx.links.get(owed.subject)
    if link is None or place is None:
        tx.outbox.settle(owed, OwedState.DEAD)
        return
    tx.outbox.settle(owed, OwedState.OWED)
    if link.destination_id == to.id:
        fresh = tx.destinations.add(place, to.language)
        tx.links.put(replace(link, destination_id=fresh.id))
        tx.outbox.owe_card(link.id, fresh.id, now)
        tx.outbox.owe_reply(link.id, fresh.id, Notice("moved", f"moved:{to.id}"), now)
        tell_desk(tx, replace(link, destination_id=fresh.id), now)
        tx.warn("delivery.redirected", link=link.id, gone=to.id, to=fresh.id)
    tx.outbox.move(link.id, (tx.links.get(link.id) or link).destination_id)
    tx.wake("delivery", place.lane)


def back_off(attempts: int) -> timedelta:
    """Half a second, doubled with every attempt."""
    return min(timedelta(seconds=2 ** min(attempts, 10) / 2), LONGEST_WAIT)


def _wait(tx: Transaction, owed: Owed, error: ChatUnavailable, pace: Pace, now: datetime) -> None:
    """Not sent: later, and nobody else in this lane before it if the chat says how long."""
    if not error.retry_after:
        tx.outbox.settle(owed, OwedState.OWED, not_before=now + back_off(owed.attempts))
        return
    lane, free_at = (
        tx.destinations.lane(owed.destination_id),
        now + timedelta(seconds=error.retry_after),
    )
    tx.rate_buckets.put(lane, free_at + (pace.burst - 1) * timedelta(seconds=pace.interval_s))
    tx.outbox.settle(owed, OwedState.OWED, not_before=free_at)


def _again_below_a_card(tx: Transaction, owed: Owed, now: datetime) -> None:
    """Somebody deleted the card, or closed its thread: a fresh one comes first."""
    _again(tx, owed, now)
    tx.outbox.owe_card(owed.subject, owed.destination_id, now)


def _again(tx: Transaction, owed: Owed, now: datetime) -> None:
    """At once, as the way is clear now; not for ever, if it is not."""
    pause = back_off(owed.attempts) if owed.attempts > 1 else timedelta()
    tx.outbox.settle(owed, OwedState.OWED, not_before=now + pause)


def _knock(tx: Transaction, owed: Owed, to: Destination, now: datetime) -> None:
    """Nobody let us in yet. Whoever asked is given the choice; if nobody chooses, it is sent to them.

    So it is once there is money to tell of.
    """
    link = tx.links.get(owed.subject)
    waited_enough = link is None or now > link.created_at + KNOCK_FOR or _is_paid(tx, link)
    given_up = waited_enough or to.reach is Reach.GONE  # chosen while we knocked
    tx.destinations.put(replace(to, reach=Reach.GONE if given_up else Reach.UNINVITED))
    tx.outbox.settle(owed, OwedState.OWED, not_before=now if given_up else now + KNOCK_EVERY)
    if link is not None and to.reach is not Reach.UNINVITED:
        tell_desk(tx, link, now)


def _is_paid(tx: Transaction, link: Link) -> bool:
    return any(taken_by(payment) for payment in tx.payments.of(link.id))
