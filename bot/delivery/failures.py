"""What happens to a message that could not be sent, and to its destination.

If the answer was lost, the message may have been seen. Edits are repeated freely. A card is posted at most
once more; after that it is given up here until a press on it shows where it is. A reply is not repeated,
except one that says "paid", which then says so. A destination that is gone is replaced by a direct message to
the creator of the link. If that is impossible, too, the message is dead; later ones are each tried once,
since the creator may let us in again.
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
from bot.links.announcements import update_desk
from bot.links.payments import money_since
from bot.ports.chat import Pace
from bot.ports.model import Closed, Destination, Link, Place, Reach
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice, Owed, OwedState, Say

LONGEST_WAIT = timedelta(minutes=1)
UNINVITED_RETRY = timedelta(minutes=10)  # between attempts to post into a channel that we are not in
UNINVITED_FOR = timedelta(hours=24)  # after it, the creator is written to directly
_ELSEWHERE = frozenset({Say.DESK, Say.TIDY})  # whose failure says nothing about the place


def settle_failed(tx: Transaction, owed: Owed, error: ChatError, pace: Pace, now: datetime) -> None:
    """Store what a failure means: send later, send elsewhere, possibly sent, or never.

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
            tx.destinations.put(replace(to, place=replace(to.place, thread=None), root=None))
            _again_below_a_card(tx, owed, now)
        case ChatMessageGone():
            tx.destinations.put(replace(to, root=None))
            _again_below_a_card(tx, owed, now)
        case ChatUninvited():
            _wait_for_invite(tx, owed, to, now)
        case ChatGone() | ChatThreadGone():
            tx.destinations.put(replace(to, reach=Reach.GONE))
            tx.outbox.settle(owed, OwedState.OWED)
            if to.place.private:  # nobody else is there to be told
                tx.outbox.give_up(to.id)
        case _:
            tx.outbox.settle(owed, OwedState.DEAD)


def settle_lost(tx: Transaction, owed: Owed, now: datetime) -> None:
    """Settle a message that may have been seen, or not: repeat it where that does no harm."""
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
    """The person who asked has closed the desk.

    If creating the link has failed, a card says so; a pending choice of place is made for them.
    """
    link, to = tx.links.get(owed.subject), tx.destinations.get(owed.destination_id)
    tx.outbox.settle(owed, OwedState.SAID)
    if to.reach is Reach.UNINVITED:
        tx.destinations.put(replace(to, reach=Reach.GONE))
        tx.outbox.hurry(to.id, now)
    elif link is not None and link.closed is Closed.FAILED and to.root is None:
        tx.outbox.owe_card(link.id, to.id, now)


def redirect(tx: Transaction, owed: Owed, to: Destination, place: Place | None, now: datetime) -> None:
    """Send everything about a link to `place`, its creator's; None: there is nowhere left."""
    link = tx.links.get(owed.subject)
    if link is None or place is None:
        tx.outbox.settle(owed, OwedState.DEAD)
        return
    tx.outbox.settle(owed, OwedState.OWED)
    if link.destination_id == to.id:  # else the link was moved before
        fresh = tx.destinations.add(place, to.language)
        link = replace(link, destination_id=fresh.id)
        tx.links.put(link)
        tx.outbox.owe_card(link.id, fresh.id, now)
        tx.outbox.owe_reply(link.id, fresh.id, Notice("moved", f"moved:{to.id}"), now)
        update_desk(tx, link, now)
        tx.warn("delivery.redirected", link=link.id, gone=to.id, to=fresh.id)
    tx.outbox.move(link.id, link.destination_id)
    tx.wake("delivery", tx.destinations.lane(link.destination_id))


def back_off(attempts: int) -> timedelta:
    """Half a second, doubled with every attempt."""
    return min(timedelta(seconds=2 ** min(attempts, 10) / 2), LONGEST_WAIT)


def _wait(tx: Transaction, owed: Owed, error: ChatUnavailable, pace: Pace, now: datetime) -> None:
    """Not sent: try later. If the chat says how long, nothing else in this lane goes before."""
    if not error.retry_after:
        tx.outbox.settle(owed, OwedState.OWED, not_before=now + back_off(owed.attempts))
        return
    lane = tx.destinations.lane(owed.destination_id)
    free_at = now + timedelta(seconds=error.retry_after)
    tx.rate_buckets.put(lane, free_at + (pace.burst - 1) * timedelta(seconds=pace.interval_s))
    tx.outbox.settle(owed, OwedState.OWED, not_before=free_at)


def _again_below_a_card(tx: Transaction, owed: Owed, now: datetime) -> None:
    """Somebody deleted the card, or closed its thread: post a new card first."""
    _again(tx, owed, now)
    tx.outbox.owe_card(owed.subject, owed.destination_id, now)


def _again(tx: Transaction, owed: Owed, now: datetime) -> None:
    """At once the first time; after that with back-off."""
    pause = back_off(owed.attempts) if owed.attempts > 1 else timedelta()
    tx.outbox.settle(owed, OwedState.OWED, not_before=now + pause)


def _wait_for_invite(tx: Transaction, owed: Owed, to: Destination, now: datetime) -> None:
    """We are not in the channel. The person who asked may choose another place, or invite us.

    If they do neither, or money has come in, it goes to them directly.
    """
    link = tx.links.get(owed.subject)
    waited_enough = link is None or now > link.created_at + UNINVITED_FOR or _is_paid(tx, link)
    given_up = waited_enough or to.reach is Reach.GONE  # chosen while we waited
    tx.destinations.put(replace(to, reach=Reach.GONE if given_up else Reach.UNINVITED))
    tx.outbox.settle(owed, OwedState.OWED, not_before=now if given_up else now + UNINVITED_RETRY)
    if link is not None and to.reach is not Reach.UNINVITED:
        update_desk(tx, link, now)


def _is_paid(tx: Transaction, link: Link) -> bool:
    return any(money_since(payment) for payment in tx.payments.of(link.id))
