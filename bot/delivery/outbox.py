"""What must still be said, where, in which order, and not before when.

A message is marked as being sent before it is sent, and settled after. One found marked by nobody was
cut off, like one whose answer was lost: it may have been seen. Edits are repeated freely; a card's
first post at most once more; a reply is not, except one that says "paid", which then says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.delivery.cards import REPEATED_IF_LOST
from bot.errors import ChatGone, ChatMessageGone, ChatRefused, ChatUnavailable
from bot.ports.chat import Card, Chat, Pace, Reply
from bot.ports.clock import Clock
from bot.ports.model import Destination
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import Owed, OwedState, Say

log = structlog.get_logger(__name__)

Content = Card | Reply | str | None  # a string is the id of a message to delete; None: nothing is left to say
Narrate = Callable[[Transaction, Owed, Destination], tuple[Content, Mapping[str, str]]]

_LONGEST_WAIT = timedelta(minutes=1)
_PACED = frozenset({Say.CARD, Say.REPLY})


@dataclass(frozen=True, slots=True)
class _Message:
    """One thing to say, worded and addressed."""

    owed: Owed
    to: Destination
    content: Card | Reply | str
    desk: Mapping[str, str]


class Delivery:
    """Says what is owed, one lane (a channel of a chat) at a time."""

    def __init__(self, storage: Storage, chats: Mapping[str, Chat], narrate: Narrate, clock: Clock) -> None:
        self._storage, self._chats, self._narrate, self._clock = storage, chats, narrate, clock

    async def run(self, lane: str) -> None:
        """Say what is owed in a lane until nothing may be said now; a wake is set for what may be later."""
        chat = self._chats.get(lane.split(":", 1)[0])
        if chat is None:
            log.warning("delivery.no_such_chat", lane=lane)
            return
        while message := await self._storage.write(lambda tx: self._next(tx, lane, chat)):
            await self._say(chat, lane, message)

    def _next(self, tx: Transaction, lane: str, chat: Chat) -> _Message | None:
        """Take the first message that may be said now. Settles what needs no saying on the way."""
        now = self._clock.now()
        later: list[datetime] = []
        for owed in tx.outbox.heads(lane):
            if owed.state is OwedState.SENDING:
                self._lost(tx, owed)
                tx.wake("delivery", lane)
                continue
            to = tx.destinations.get(owed.destination_id)
            pace = chat.pace(to.place)
            if to.gone:
                tx.outbox.settle(owed, OwedState.DEAD)
                tx.wake("delivery", lane)
                continue
            if owed.not_before > now:
                later.append(owed.not_before)
                continue
            if owed.say in _PACED and (free_at := _free_at(tx.rate_buckets.get(lane), pace, now)) > now:
                later.append(free_at)
                continue
            content, desk = self._narrate(tx, owed, to)
            if content is None:
                tx.outbox.settle(owed, OwedState.SAID)
                tx.wake("delivery", lane)
                continue
            tx.outbox.take(owed.id)
            if owed.say in _PACED:
                tx.rate_buckets.put(lane, _filled(tx.rate_buckets.get(lane), pace, now))
            return _Message(replace(owed, attempts=owed.attempts + 1), to, content, desk)
        if later:
            tx.wake("delivery", lane, min(later))
        return None

    async def _say(self, chat: Chat, lane: str, message: _Message) -> None:
        owed = message.owed
        try:
            root = await _send(chat, message)
        except ChatUnavailable as error:
            trouble = error
            await self._storage.write(
                lambda tx: self._unavailable(tx, lane, owed, trouble, chat.pace(message.to.place))
            )
        except ChatGone as error:
            log.warning("delivery.gone", lane=lane, subject=owed.subject, reason=str(error))
            await self._storage.write(lambda tx: _gone(tx, owed))
        except ChatMessageGone:
            await self._storage.write(lambda tx: _root_gone(tx, owed, lane))
        except ChatRefused as error:
            log.warning("delivery.refused", lane=lane, subject=owed.subject, say=owed.say, reason=str(error))
            await self._storage.write(lambda tx: tx.outbox.settle(owed, OwedState.DEAD))
        else:
            await self._storage.write(lambda tx: _said(tx, owed, root))

    def _unavailable(
        self, tx: Transaction, lane: str, owed: Owed, error: ChatUnavailable, pace: Pace
    ) -> None:
        now = self._clock.now()
        log.warning(
            "delivery.unavailable", lane=lane, subject=owed.subject, sent=error.sent, reason=str(error)
        )
        if error.sent == "unknown":
            self._lost(tx, owed)
        else:
            wait = (
                timedelta(seconds=error.retry_after)
                if error.retry_after is not None
                else _back_off(owed.attempts)
            )
            if error.retry_after is not None:
                tx.rate_buckets.put(lane, now + wait + (pace.burst - 1) * timedelta(seconds=pace.interval_s))
            tx.outbox.settle(owed, OwedState.OWED, not_before=now + wait)
        tx.wake("delivery", lane)

    def _lost(self, tx: Transaction, owed: Owed) -> None:
        """It may have been seen, or not."""
        again = self._clock.now() + _back_off(owed.attempts)
        has_root = tx.destinations.get(owed.destination_id).root is not None
        repeated = "repeat" in owed.params
        if owed.say in {Say.DESK, Say.TIDY} or (owed.say is Say.CARD and has_root):
            tx.outbox.settle(owed, OwedState.OWED, not_before=again)
        elif not repeated and (owed.say is Say.CARD or owed.key in REPEATED_IF_LOST):
            tx.outbox.settle(owed, OwedState.OWED, not_before=again, params={**owed.params, "repeat": "1"})
        else:
            tx.outbox.settle(owed, OwedState.LOST)


async def _send(chat: Chat, message: _Message) -> str | None:
    """Say it; gives the id of a card that was posted for the first time."""
    to, content = message.to, message.content
    if isinstance(content, str):
        await chat.tidy(to, content)
    elif isinstance(content, Reply):
        await chat.post_reply(to, content)
    elif message.owed.say is Say.DESK:
        await chat.show_on_desk(message.desk, content)
    elif to.root is None:
        return await chat.post_card(to, content)
    else:
        await chat.edit_card(to, content)
    return None


def _said(tx: Transaction, owed: Owed, root: str | None) -> None:
    if root is not None:
        tx.destinations.put(replace(tx.destinations.get(owed.destination_id), root=root))
    tx.outbox.settle(owed, OwedState.SAID)


def _gone(tx: Transaction, owed: Owed) -> None:
    tx.destinations.put(replace(tx.destinations.get(owed.destination_id), gone=True))
    tx.outbox.settle(owed, OwedState.DEAD)


def _root_gone(tx: Transaction, owed: Owed, lane: str) -> None:
    """Somebody deleted the card: the next attempt posts a fresh one."""
    tx.destinations.put(replace(tx.destinations.get(owed.destination_id), root=None))
    tx.outbox.settle(owed, OwedState.OWED)
    tx.wake("delivery", lane)


def _back_off(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 10) / 2), _LONGEST_WAIT)


def _free_at(empty_at: datetime | None, pace: Pace, now: datetime) -> datetime:
    """When the next post is allowed: the bucket leaks one per interval and holds `burst`."""
    room = (pace.burst - 1) * timedelta(seconds=pace.interval_s)
    return max(now, empty_at - room) if empty_at else now


def _filled(empty_at: datetime | None, pace: Pace, now: datetime) -> datetime:
    return max(now, empty_at or now) + timedelta(seconds=pace.interval_s)
