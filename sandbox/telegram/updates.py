"""The queue of updates: kept until acknowledged, at most 24 hours, served by long polling."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.telegram.answers import Refused

UPDATE_LIFE = timedelta(hours=24)  # https://core.telegram.org/bots/api#getting-updates
_FIRST_ID = 700_000_001
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
    }
)
DEFAULT_KINDS = KINDS - _ON_REQUEST


@dataclass(eq=False)
class Update:
    """One update; those of one `lane` (a chat) reach a webhook in order."""

    id: int
    kind: str
    content: dict[str, Any]
    lane: int
    expires: datetime
    served: bool = False
    failures: int = 0  # attempts a webhook did not take

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.content}


class _Poll:
    """One getUpdates waiting for news."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.refused: Refused | None = None


class UpdateQueue:
    """What the bot has not acknowledged yet."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.allowed = DEFAULT_KINDS
        self._clock, self._faults = clock, faults
        self._ids = count(_FIRST_ID)
        self._waiting: list[Update] = []
        self._repeated: list[Update] = []
        self._poll: _Poll | None = None
        self._news = asyncio.Event()

    def add(self, kind: str, content: dict[str, Any], lane: int) -> None:
        """Queue an update, unless the bot did not ask for this kind."""
        if kind not in self.allowed:
            return
        self._waiting.append(Update(next(self._ids), kind, content, lane, self._clock.now() + UPDATE_LIFE))
        self.announce()

    def announce(self) -> None:
        """Wake whoever waits for news: a poll, the webhook's deliveries."""
        if self._poll:
            self._poll.wake.set()
        self._news.set()
        self._news = asyncio.Event()

    async def news(self) -> None:
        """Return at the next announcement."""
        await self._news.wait()

    def pending(self) -> list[Update]:
        """What is still to be delivered; forgets what has become too old."""
        now = self._clock.now()
        self._waiting = [update for update in self._waiting if update.expires > now]
        return self._waiting

    def clear(self) -> None:
        self._waiting, self._repeated = [], []

    def remove(self, update: Update) -> None:
        """Forget a delivered update, if that has not been done yet."""
        self._waiting = [other for other in self._waiting if other is not update]

    def doubled(self, update: Update, way: str = "getUpdates") -> bool:
        """Whether a fault wants this update, now served for the first time by this way, served once more."""
        first, update.served = not update.served, True
        return first and self._faults.take(["update", update.kind, way], ("duplicate",)) is not None

    async def poll(self, offset: int, limit: int, wait_s: int, ended: asyncio.Future[None]) -> list[Update]:
        """getUpdates: acknowledges what is below `offset`, then waits for news; a newer poll ends it.

        `ended` is done when the client has gone or the server stops. Raises Refused (409).
        """
        self.end_poll(
            "terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        self._acknowledge(offset)
        poll = self._poll = _Poll()
        ended.add_done_callback(lambda _: poll.wake.set())
        try:
            if not self._repeated and not self.pending() and wait_s:
                async with asyncio.timeout(wait_s):
                    await poll.wake.wait()
        except TimeoutError:
            pass
        finally:
            self._poll = None if self._poll is poll else self._poll
        if poll.refused:
            raise poll.refused
        return self._serve(limit)

    def end_poll(self, reason: str) -> None:
        """End the waiting getUpdates, if any, with 409."""
        if self._poll:
            self._poll.refused = Refused(409, reason)
            self._poll.wake.set()
            self._poll = None

    def _acknowledge(self, offset: int) -> None:
        """A negative offset keeps that many from the end: https://core.telegram.org/bots/api#getupdates."""
        if offset < 0:
            self._waiting = self.pending()[offset:]
        else:
            self._waiting = [update for update in self.pending() if update.id >= offset]

    def _serve(self, limit: int) -> list[Update]:
        again = [update for update in self._repeated if update not in self.pending()]
        self._repeated = []
        served = [*again, *self.pending()][:limit]
        self._repeated = [update for update in served if self.doubled(update)]
        return served
