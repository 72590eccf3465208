"""What comes in and what is still to be said, a protocol per table; all of it inside one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

from bot.ports.traffic import (
    Inbound,
    InboundFact,
    InboxState,
    Notice,
    Owed,
    OwedState,
    Quarantined,
)


class Inbox(Protocol):
    def add(self, fact: InboundFact, now: datetime) -> bool:
        """Store once; False if (kind, account, key) is known already."""

    def waiting(self, kind: str, stripe: int, limit: int) -> Sequence[Inbound]:
        """Oldest first."""

    def stripes(self) -> Sequence[tuple[str, int]]:
        """Where something waits."""

    def close(self, inbound_id: int, state: InboxState, trouble: str | None = None) -> None: ...

    def done(self, inbound_ids: Sequence[int]) -> None:
        """All of these are applied."""

    def get(self, inbound_id: int) -> Inbound | None: ...

    def failed(self) -> Sequence[tuple[Inbound, str]]:
        """What could not be applied, and why; oldest first."""

    def replay(self, inbound_id: int) -> bool:
        """Have a failed row applied again; False if it is not one."""


class Quarantine(Protocol):
    def add(self, account_id: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Keep a body whose proof did not hold; its account's oldest gives way when there are too many."""

    def all(self) -> Sequence[Quarantined]:
        """Oldest first."""

    def remove(self, quarantined_id: int) -> None: ...


class Outbox(Protocol):
    def owe_card(self, subject: str, destination_id: int, now: datetime) -> None:
        """The card's state has changed: one row per subject, coalesced."""

    def owe_desk(self, subject: str, destination_id: int, now: datetime) -> None:
        """The same for what the person who asked sees apart from the card; the sooner `now` counts."""

    def owe_reply(self, subject: str, destination_id: int, notice: Notice, now: datetime) -> None:
        """A line for the thread; the same notice again is not owed twice."""

    def owe_prompt(self, subject: str, destination_id: int, now: datetime) -> None:
        """A question to be replied to: one row per subject, coalesced."""

    def owe_tidy(self, subject: str, destination_id: int, message_id: str, now: datetime) -> None: ...

    def tidied(self, subject: str) -> AbstractSet[str]:
        """The messages of a subject that are tidied away, or are to be."""

    def move(self, subject: str, destination_id: int) -> None:
        """What is still owed about a subject to any thread goes to another destination."""

    def hurry(self, destination_id: int, now: datetime) -> None:
        """What is owed to a destination may be said now."""

    def give_up(self, destination_id: int) -> None:
        """What is owed to a destination by now is not said."""

    def heads(self, lane: str) -> Iterator[Owed]:
        """What comes next in each thread of a lane: the oldest unfinished row of each, oldest first.

        With what goes beside the threads: desks, tidying up. Read as far as it is looked at.
        """

    def beside(self, lane: str, after: int) -> Iterator[Owed]:
        """What goes beside the threads of a lane, of the rows after this one."""

    def take(self, owed_id: int) -> bool:
        """Mark that it is being sent now; False if it is not owed any more, as when it was just dropped."""

    def settle(
        self,
        owed: Owed,
        state: OwedState,
        *,
        not_before: datetime | None = None,
        params: Mapping[str, str] | None = None,
    ) -> None:
        """Write down how sending it went. A card changed meanwhile stays owed."""

    def lanes(self, now: datetime) -> Sequence[str]:
        """Where something is owed and may be said now, or was cut off in the middle."""

    def count(self) -> int:
        """How much is still owed."""

    def unsaid(self) -> Sequence[Owed]:
        """What is owed, and what was given up; oldest first."""

    def retry(self, owed_id: int, now: datetime) -> bool:
        """Owe again what was given up; False if it is no such row."""

    def drop(self, owed_id: int) -> bool:
        """Never say it; False if it is said, is being said, or is no row. A later change is owed anew."""
