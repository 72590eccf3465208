"""Leases: what one process holds at a time."""

from dataclasses import asdict

from bot.ports.traffic import Lease
from storage import tables as t
from storage.statements import Repository, add_once

_KEY = ("name",)


class Leases(Repository):
    def take(self, name: str, mine: Lease, gone: Lease | None = None) -> Lease:
        values = {"name": name, **asdict(mine)}
        if add_once(self.connection, t.leases, values, _KEY):
            return mine
        table = t.leases
        free = table.c.holder == mine.holder
        if gone is not None:
            free |= (table.c.holder == gone.holder) & (table.c.until == gone.until)
        taken = table.update().where(table.c.name == name, free).values(values)
        if self.connection.execute(taken).rowcount:
            return mine
        held = self.one(table, {"name": name})
        return Lease(held.holder, held.until) if held else self.take(name, mine)

    def release(self, name: str, holder: str) -> None:
        self.delete(t.leases, {"name": name, "holder": holder})
