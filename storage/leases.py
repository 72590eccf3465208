"""Leases: what one process holds at a time."""

from datetime import datetime

from storage import tables as t
from storage.statements import Repository, add_once

_KEY = ("name",)


class Leases(Repository):
    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        mine = {"name": name, "holder": holder, "until": until}
        if add_once(self.connection, t.leases, mine, _KEY):
            return True
        table = t.leases
        set_back = table.c.until > until + (until - now)  # the clock was set back, and the holder may be gone
        free = (table.c.holder == holder) | (table.c.until <= now) | set_back
        taken = table.update().where(table.c.name == name, free).values(holder=holder, until=until)
        return self.connection.execute(taken).rowcount == 1

    def release(self, name: str, holder: str) -> None:
        self.delete(t.leases, {"name": name, "holder": holder})
