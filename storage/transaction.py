"""One transaction: every repository on one connection, and the wakes that belong to it."""

from datetime import datetime

from sqlalchemy import Connection

from bot.ports.storage import Wake
from storage import repositories as r
from storage.outbox import Outbox


class SqlTransaction:
    """What `fn(tx)` gets. Wakes are collected, to be fired after the commit and never before."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.accounts = r.Accounts(connection)
        self.drafts = r.Drafts(connection)
        self.links = r.Links(connection)
        self.provider_links = r.ProviderLinks(connection)
        self.payments = r.Payments(connection)
        self.events = r.Events(connection)
        self.inbox = r.Inbox(connection)
        self.outbox = Outbox(connection)
        self.destinations = r.Destinations(connection)
        self.people = r.People(connection, now)
        self.rate_buckets = r.RateBuckets(connection)
        self.wakes: dict[tuple[str, str], Wake] = {}

    def wake(self, kind: str, key: str, at: datetime | None = None) -> None:
        known = self.wakes.get((kind, key))
        sooner = known is None or (known.at is not None and (at is None or at < known.at))
        if sooner:
            self.wakes[kind, key] = Wake(kind, key, at)
