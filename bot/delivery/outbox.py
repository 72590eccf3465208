"""Sends what the outbox owes: where, in which order, and not before when.

A message is marked before it is sent, and settled afterwards. One that is found marked was cut off by a
crash; like one whose answer was lost, it may have been seen.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

import structlog

from bot.delivery.failures import back_off, redirect, settle_failed, settle_lost, settle_unseen
from bot.delivery.pacing import filled, free_at
from bot.errors import ChatError, ChatUnavailable, StorageUnavailable
from bot.links.announcements import update_desk
from bot.ports.chat import Card, Chat, Pace, Prompt, Reply
from bot.ports.clock import Clock
from bot.ports.model import Destination, DraftState, Reach
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import Owed, OwedState, Say
from bot.timing import timed

log = structlog.get_logger(__name__)

Sayable = Card | Reply | Prompt | str  # a string is the id of a message to delete
Content = Sayable | None  # None: nothing is left to say
Settle = Callable[[Transaction], None]  # writes down what came of a message
Render = Callable[[Transaction, Owed, Destination], tuple[Content, Mapping[str, str]]]

_STILL_S = 5.0  # sooner than another process may take over (see Hearts in adapters/work/jobs.py)
_PACED = frozenset({Say.CARD, Say.REPLY, Say.PROMPT})
_ONLY_THERE = frozenset({Say.PROMPT, Say.TIDY})  # mean nothing anywhere else


@dataclass(frozen=True, slots=True)
class _Message:
    """A message, worded and addressed."""

    owed: Owed
    to: Destination
    content: Sayable
    desk: Mapping[str, str]
    taken: float  # when, by `Delivery._seconds`


class Delivery:
    """Sends the messages of one lane (a channel of a chat) at a time."""

    def __init__(
        self,
        storage: Storage,
        chats: Mapping[str, Chat],
        render: Render,
        clock: Clock,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seconds`: a clock that nobody sets, and that goes on while this process stands still."""
        self._storage, self._chats, self._render, self._clock = storage, chats, render, clock
        self._seconds = seconds
        self._warned: set[str] = set()  # lanes without a chat: the sweep finds each every few seconds

    async def run(self, lane: str) -> None:
        """Send what a lane owes until nothing more may be sent now; a wake is set for the rest."""
        chat = self._chats.get(lane.split(":", 1)[0])
        if chat is None:
            if lane not in self._warned:
                log.warning("delivery.no_such_chat", lane=lane)
                self._warned.add(lane)
            return
        settle: Settle = _nothing
        while message := await self._settled(settle, lane, chat):
            with structlog.contextvars.bound_contextvars(link=message.owed.subject):
                settle = partial(self._if_held, message.owed, await self._say(chat, lane, message))

    async def _settled(self, settle: Settle, lane: str, chat: Chat) -> _Message | None:
        """Store the outcome of a message, and take the next.

        If taking fails, the outcome is stored all the same.
        """
        looked_at: list[Owed] = []
        while True:
            try:
                return await self._storage.write(partial(self._go_on, settle, lane, chat, looked_at))
            except StorageUnavailable:
                raise
            except Exception:
                await self._storage.write(settle)
                if not looked_at:
                    raise
                log.exception("delivery.unworded", lane=lane, subject=looked_at[-1].subject)
            settle = partial(_put_off, looked_at[-1], self._clock.now())

    def _go_on(
        self, settle: Settle, lane: str, chat: Chat, looked_at: list[Owed], tx: Transaction
    ) -> _Message | None:
        looked_at.clear()
        settle(tx)
        return self._next(tx, lane, chat, looked_at)

    def _if_held(self, owed: Owed, settle: Settle, tx: Transaction) -> None:
        """Settle a message if its row is still ours.

        If this process stood still for long, it counted as dead, and another may have sent the message again.
        A card or desk that was drawn late may have replaced a newer one, so it is drawn once more.
        """
        link, now = tx.links.get(owed.subject), self._clock.now()  # its lock before any other's, as elsewhere
        if tx.outbox.holds(owed):
            settle(tx)
        elif owed.say in {Say.CARD, Say.DESK}:
            there = link.destination_id if link else owed.destination_id
            owe = tx.outbox.owe_card if owed.say is Say.CARD else tx.outbox.owe_desk
            owe(owed.subject, there, now)
            tx.wake("delivery", tx.destinations.lane(there))

    def _next(self, tx: Transaction, lane: str, chat: Chat, looked_at: list[Owed]) -> _Message | None:
        """Take the first message that may be sent now; settle those that need no sending.

        `looked_at` is filled on the way: an exception is about its last element.
        """
        now = self._clock.now()
        later: list[datetime] = []
        heads = tx.outbox.heads(lane)
        while (owed := next(heads, None)) is not None:
            if owed.state is OwedState.SENDING:
                settle_lost(tx, owed, now)
                tx.wake("delivery", lane)
                continue
            looked_at.append(owed)
            to = tx.destinations.get(owed.destination_id)
            pace = chat.pace(to.place)
            if owed.say in _ONLY_THERE and _is_gone(to):
                _end(tx, owed, lane, OwedState.DEAD)
            elif owed.not_before > now:
                later.append(owed.not_before)
            elif owed.say in _PACED and (free := free_at(tx.rate_buckets.get(lane), pace, now)) > now:
                later.append(free)
                heads = tx.outbox.beside(lane, owed.id)  # the threads wait for the same
            elif (message := self._worded(tx, owed, to)) is None:
                _end(tx, owed, lane, OwedState.SAID)
            elif _take(tx, owed, lane, pace, now):
                return _where_it_is(tx, message)
        if later:
            tx.wake("delivery", lane, min(later))
        return None

    def _worded(self, tx: Transaction, owed: Owed, to: Destination) -> _Message | None:
        """None: there is nothing left to say."""
        content, desk = self._render(tx, owed, to)
        if content is None:
            return None
        return _Message(replace(owed, attempts=owed.attempts + 1), to, content, desk, self._seconds())

    async def _say(self, chat: Chat, lane: str, message: _Message) -> Settle:
        owed, to = message.owed, message.to
        if self._seconds() > message.taken + _STILL_S and not await self._is_held(owed):
            log.warning("delivery.stood_still", lane=lane, subject=owed.subject, say=owed.say)
            return _nothing
        if _is_gone(to) and owed.say is not Say.DESK:
            return await self._redirect(chat, message)
        try:
            with timed("chat.asked", chat=chat.name, say=owed.say):
                posted = await _send(chat, message)
        except ChatError as error:
            trouble, pace = error, chat.pace(to.place)
            log.warning(
                "delivery.failed",
                lane=lane,
                subject=owed.subject,
                say=owed.say,
                error=type(error).__name__,
                reason=str(error),
            )
            return lambda tx: settle_failed(tx, owed, trouble, pace, self._clock.now())
        if posted is False:
            return lambda tx: settle_unseen(tx, owed, self._clock.now())
        return lambda tx: _said(tx, owed, posted or None, self._clock.now())

    async def _is_held(self, owed: Owed) -> bool:
        return await self._storage.write(lambda tx: tx.outbox.holds(owed))

    async def _redirect(self, chat: Chat, message: _Message) -> Settle:
        """The place is gone: address the creator of the link directly instead."""
        owed, place = message.owed, None
        link = await self._storage.read(lambda tx: tx.links.get(owed.subject))
        if link is not None:
            try:
                place = await chat.direct(link.creator)
            except ChatUnavailable as error:
                wait = max(back_off(owed.attempts), timedelta(seconds=error.retry_after or 0))
                later = self._clock.now() + wait
                return lambda tx: tx.outbox.settle(owed, OwedState.OWED, not_before=later)
            except ChatError as error:
                log.warning("delivery.nowhere", subject=link.id, reason=str(error))
        return lambda tx: redirect(tx, owed, message.to, place, self._clock.now())


async def _send(chat: Chat, message: _Message) -> str | Literal[False] | None:
    """Send it; gives the id of a newly posted message. False: nobody can have seen it."""
    to, content = message.to, message.content
    match content:
        case str():
            await chat.tidy(to, content)
        case Reply():
            await chat.post_reply(to, content)
        case Prompt():
            return await chat.post_prompt(to, content)
        case Card() if message.owed.say is Say.DESK:
            return None if await chat.show_on_desk(message.desk, content) else False
        case Card() if to.root is None:
            return await chat.post_card(to, content)
        case Card():
            await chat.edit_card(to, content)
    return None


def _take(tx: Transaction, owed: Owed, lane: str, pace: Pace, now: datetime) -> bool:
    """Mark it as being sent, and count it towards the pace of its lane. False: it was dropped meanwhile."""
    if not tx.outbox.take(owed.id):
        tx.wake("delivery", lane)
        return False
    if owed.say in _PACED:
        tx.rate_buckets.put(lane, filled(tx.rate_buckets.get(lane), pace, now))
    return True


def _where_it_is(tx: Transaction, message: _Message) -> _Message:
    """Somebody may have pressed a card, and so have told its id, between the look for it and the take."""
    if message.owed.say is not Say.CARD or message.to.root is not None:
        return message
    return replace(message, to=tx.destinations.anew(message.to.id))


def _end(tx: Transaction, owed: Owed, lane: str, state: OwedState) -> None:
    """Settle a message that needs no sending; what waited behind it is next."""
    tx.outbox.settle(owed, state)
    tx.wake("delivery", lane)


def _nothing(_: Transaction) -> None:
    """Settles nothing: no message was sent yet."""


def _put_off(owed: Owed, now: datetime, tx: Transaction) -> None:
    """Put off a message that cannot be worded, a bug of ours: only its own thread waits."""
    tried = replace(owed, attempts=owed.attempts + 1)
    tx.outbox.settle(tried, OwedState.OWED, not_before=now + back_off(tried.attempts))


def _said(tx: Transaction, owed: Owed, posted: str | None, now: datetime) -> None:
    link, to = tx.links.get(owed.subject), tx.destinations.get(owed.destination_id)
    is_first = posted is not None and owed.say is Say.CARD
    if link is not None and (is_first or (owed.say in _PACED and to.reach is not Reach.OPEN)):
        update_desk(tx, link, now)
    if owed.say in _PACED:
        to = replace(to, reach=Reach.OPEN)
    if posted is not None:
        to = replace(to, prompt=posted) if owed.say is Say.PROMPT else replace(to, root=posted)
    if to.prompt is not None and _is_over(tx, owed.subject):  # answered while it was on its way
        tx.outbox.owe_tidy(owed.subject, to.id, to.prompt, now)
        to = replace(to, prompt=None)
    tx.destinations.put(to)
    tx.outbox.settle(owed, OwedState.SAID, params={} if owed.say is Say.CARD else None)
    tx.note("delivery.said", link=owed.subject, chat=to.place.chat, say=owed.say, key=owed.key or None)


def _is_gone(to: Destination) -> bool:
    """Must a message go to another place? A private chat has none: it is tried once more."""
    return to.reach is Reach.GONE and not to.place.private


def _is_over(tx: Transaction, subject: str) -> bool:
    draft = tx.drafts.get(subject)
    return draft is not None and draft.state is not DraftState.OPEN
