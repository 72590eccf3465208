"""A transaction's notes are told after its commit, and not at all if it is undone."""

import asyncio
from pathlib import Path

from bot.ports.storage import Note, Transaction
from storage.engine import SqlStorage
from tests.fakes import Clock


async def test_notes_are_told_in_order_once_the_caller_has_gone_on_and_what_is_undone_is_not(
    tmp_path: Path,
) -> None:
    told: list[Note] = []
    told_before: list[Note] = []
    storage = SqlStorage(f"sqlite:///{tmp_path}/notes.db", Clock(), lambda _: None, told.append)

    def good(tx: Transaction) -> None:
        tx.note("first", link="PL1")
        tx.note("second", link="PL1")

    def bad(tx: Transaction) -> None:
        tx.note("undone", link="PL2")
        raise ValueError("thought better of it")

    async def caller() -> None:
        await storage.write(good)
        told_before.extend(told)

    try:
        results = await asyncio.gather(caller(), storage.write(bad), return_exceptions=True)
        assert [type(result) for result in results] == [type(None), ValueError]
        assert told_before == []
        assert [(note.event, note.facts) for note in told] == [
            ("first", {"link": "PL1"}),
            ("second", {"link": "PL1"}),
        ]
    finally:
        await storage.close()
