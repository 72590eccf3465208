"""One transaction: all repositories on one connection, and its wakes and notes."""

import time
from datetime import datetime

from sqlalchemy import Connection

from bot.ports.storage import Note, Wake
from storage import repositories as r
from storage.counts import Counts
from storage.inbox import Inbox, Quarantine
from storage.leases import Leases
from storage.links import Links, ProviderLinks
from storage.outbox import Outbox
from storage.payments import Events, Lookups, Payments
from storage.people import Deeds, Invites, People


class SqlTransaction:
    """The `tx` of `fn(tx)`. Wakes and notes are collected, and released after the commit."""

    def __init__(self, connection: Connection, now: datetime, *, locks: bool = True) -> None:
        """`locks`: rows that are read to be changed stay locked until the commit."""
        connection = connection.execution_options(locks=locks)
        self.accounts = r.Accounts(connection)
        self.drafts = r.Drafts(connection)
        self.links = Links(connection)
        self.provider_links = ProviderLinks(connection)
        self.payments = Payments(connection)
        self.events = Events(connection)
        self.lookups = Lookups(connection)
        self.inbox = Inbox(connection)
        self.quarantine = Quarantine(connection)
        self.destinations = r.Destinations(connection)
        self.outbox = Outbox(connection, self.destinations.lane)
        self.people = People(connection, now)
        self.invites = Invites(connection)
        self.deeds = Deeds(connection)
        self.counts = Counts(connection)
        self.rate_buckets = r.RateBuckets(connection)
        self.leases = Leases(connection)
        self.wakes: dict[tuple[str, str], Wake] = {}
        self.notes: list[Note] = []
        self._began = time.monotonic()

    def wake(self, kind: str, key: str, at: datetime | None = None) -> None:
        known = self.wakes.get((kind, key))
        sooner = known is None or (known.at is not None and (at is None or at < known.at))
        if sooner:
            self.wakes[kind, key] = Wake(kind, key, at)

    def note(self, event: str, **facts: str | int | None) -> None:
        self.notes.append(Note(event, facts, self._began))

    def warn(self, event: str, **facts: str | int | None) -> None:
        self.notes.append(Note(event, facts, self._began, warns=True))
