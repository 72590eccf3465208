"""The repositories of the inbox and the outbox; every method runs inside one transaction."""

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
    """What came in and is stored before it is applied."""

    def add(self, fact: InboundFact, now: datetime) -> bool:
        """Store a fact once; False if its (kind, account, key) is stored already."""

    def waiting(self, kind: str, stripe: int, limit: int) -> Sequence[Inbound]:
        """Rows of a stripe that are to be applied, oldest first; `limit` at most."""

    def stripes(self) -> Sequence[tuple[str, int]]:
        """The stripes with waiting rows, as pairs of kind and number."""

    def close(self, inbound_id: int, state: InboxState, trouble: str | None = None) -> None:
        """Set a row's final state; `trouble`: the name of the error that a failed row has raised."""

    def done(self, inbound_ids: Sequence[int]) -> None:
        """Mark rows as applied."""

    def get(self, inbound_id: int) -> Inbound | None: ...

    def failed(self) -> Sequence[tuple[Inbound, str]]:
        """Rows that could not be applied, each with its `trouble`; oldest first."""

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` applied rows without account (chat updates) from before; returns how many."""

    def replay(self, inbound_id: int) -> bool:
        """Set a failed row to waiting again; False if it has not failed."""


class Quarantine(Protocol):
    """Webhooks that failed verification, kept in case the secret was wrong."""

    def add(self, account_id: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Keep a webhook; the account's oldest ones are dropped beyond a fixed number."""

    def all(self) -> Sequence[Quarantined]:
        """Everything in quarantine, oldest first."""

    def remove(self, quarantined_id: int) -> None: ...


class Outbox(Protocol):
    """Messages that are still to be sent, and what became of those that were.

    The content of a message is not stored: it is rendered from the state at the moment of sending.
    """

    def owe_card(self, subject: str, destination_id: int, now: datetime) -> None:
        """Post or update the card of a subject. Several changes are one row."""

    def owe_desk(self, subject: str, destination_id: int, now: datetime) -> None:
        """Update the desk of a subject. Several changes are one row, sent at the earliest `now`."""

    def owe_reply(self, subject: str, destination_id: int, notice: Notice, now: datetime) -> None:
        """Send a line to the thread, once per `notice.once`."""

    def owe_prompt(self, subject: str, destination_id: int, now: datetime) -> None:
        """Post the open question as a message to reply to. Several changes are one row."""

    def owe_tidy(self, subject: str, destination_id: int, message_id: str, now: datetime) -> None:
        """Delete a message of the chat."""

    def tidied(self, subject: str) -> AbstractSet[str]:
        """Ids of a subject's chat messages that are deleted or are to be deleted."""

    def move(self, subject: str, destination_id: int) -> None:
        """Redirect everything still owed about a subject to another destination."""

    def hurry(self, destination_id: int, now: datetime) -> None:
        """Allow everything owed to a destination to be sent now, whatever its back-off."""

    def give_up(self, destination_id: int) -> None:
        """Never send what is owed to a destination so far."""

    def heads(self, lane: str) -> Iterator[Owed]:
        """The oldest unfinished row of each thread of a lane, oldest first; read lazily.

        Desks and deletions belong to no thread, so all of them are included.
        """

    def beside(self, lane: str, after: int) -> Iterator[Owed]:
        """The desks and deletions of a lane that come after the row with the id `after`."""

    def take(self, owed_id: int) -> bool:
        """Mark a row as being sent; False if it is no longer owed (for example, just dropped)."""

    def holds(self, owed: Owed) -> bool:
        """Whether nobody else has taken or settled a row since it was taken as `owed`; it is locked."""

    def settle(
        self,
        owed: Owed,
        state: OwedState,
        *,
        not_before: datetime | None = None,
        params: Mapping[str, str] | None = None,
    ) -> None:
        """Store the outcome of sending a row. A card that has changed meanwhile stays owed."""

    def lanes(self, now: datetime) -> Sequence[str]:
        """Lanes with rows that may be sent now, or that a crash cut off while being sent."""

    def count(self) -> int:
        """The number of rows that are still owed."""

    def unsaid(self) -> Sequence[Owed]:
        """Rows that are owed and rows that were given up, oldest first."""

    def retry(self, owed_id: int, now: datetime) -> bool:
        """Owe a row again that was given up; False if it was not."""

    def drop(self, owed_id: int) -> bool:
        """Never send a row; False if it is sent, being sent, or unknown. Later changes are owed as usual."""
