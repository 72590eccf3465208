"""The inbox and the outbox, a protocol per table; all of it inside one transaction."""

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
        """Kind and number of the stripes that have waiting rows."""

    def close(self, inbound_id: int, state: InboxState, trouble: str | None = None) -> None: ...

    def done(self, inbound_ids: Sequence[int]) -> None:
        """Mark these as applied."""

    def get(self, inbound_id: int) -> Inbound | None: ...

    def failed(self) -> Sequence[tuple[Inbound, str]]:
        """What could not be applied, and why; oldest first."""

    def forget(self, before: datetime, limit: int) -> int:
        """Delete what came before, belongs to no account and is applied; gives how many, `limit` at most."""

    def replay(self, inbound_id: int) -> bool:
        """Have a failed row applied again; False if it is not a failed one."""


class Quarantine(Protocol):
    def add(self, account_id: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Keep a body that failed verification; the account's oldest is dropped when there are too many."""

    def all(self) -> Sequence[Quarantined]:
        """Oldest first."""

    def remove(self, quarantined_id: int) -> None: ...


class Outbox(Protocol):
    def owe_card(self, subject: str, destination_id: int, now: datetime) -> None:
        """The state that the card shows has changed: one row per subject, coalesced."""

    def owe_desk(self, subject: str, destination_id: int, now: datetime) -> None:
        """The same for what the person who asked sees apart from the card; the earlier `now` counts."""

    def owe_reply(self, subject: str, destination_id: int, notice: Notice, now: datetime) -> None:
        """A line for the thread; the same notice is owed only once."""

    def owe_prompt(self, subject: str, destination_id: int, now: datetime) -> None:
        """A question to be replied to: one row per subject, coalesced."""

    def owe_tidy(self, subject: str, destination_id: int, message_id: str, now: datetime) -> None: ...

    def tidied(self, subject: str) -> AbstractSet[str]:
        """Ids of the messages of a subject that are deleted, or are to be."""

    def move(self, subject: str, destination_id: int) -> None:
        """Send what is still owed about a subject to another destination."""

    def hurry(self, destination_id: int, now: datetime) -> None:
        """What is owed to a destination may be sent now."""

    def give_up(self, destination_id: int) -> None:
        """What is owed to a destination so far is never sent."""

    def heads(self, lane: str) -> Iterator[Owed]:
        """What comes next in each thread of a lane: the oldest unfinished row of each, oldest first.

        Desks and deletions belong to no thread and are all included. Read lazily.
        """

    def beside(self, lane: str, after: int) -> Iterator[Owed]:
        """What belongs to no thread, of the rows of a lane after this one."""

    def take(self, owed_id: int) -> bool:
        """Mark it as being sent; False if it is no longer owed, for example because it was just dropped."""

    def settle(
        self,
        owed: Owed,
        state: OwedState,
        *,
        not_before: datetime | None = None,
        params: Mapping[str, str] | None = None,
    ) -> None:
        """Store the outcome of sending. A card that has changed meanwhile stays owed."""

    def lanes(self, now: datetime) -> Sequence[str]:
        """Lanes in which something may be sent now, or was cut off while it was sent."""

    def count(self) -> int:
        """How many rows are still owed."""

    def unsaid(self) -> Sequence[Owed]:
        """Rows that are owed, and rows that were given up; oldest first."""

    def retry(self, owed_id: int, now: datetime) -> bool:
        """Owe again what was given up; False if it was not given up."""

    def drop(self, owed_id: int) -> bool:
        """Never send it; False if it is sent, being sent, or unknown. A later change is owed again."""
