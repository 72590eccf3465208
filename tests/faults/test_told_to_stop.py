"""Told to stop while a chat is being written to, as at each deploy: what was begun is finished first."""

from pathlib import Path

import pytest

from bot.ports.storage import Transaction
from bot.ports.traffic import OwedState, Say
from tests.databases import new_database, new_file
from tests.faults.right import eventually
from tests.scenario import slack_people
from tests.scenario.stage import PATIENCE_S, stage_in

_SLOWLY_S = 1.0


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "SQLite":
        return new_file(tmp_path / "own.db")
    return new_database(request.getfixturevalue("postgresql"))


async def test_what_is_being_said_is_said_once(url: str, tmp_path: Path) -> None:
    """Cut off, it would have to be taken for seen or be said again."""
    async with stage_in(tmp_path, DATABASE_URL=url) as stage:
        await slack_people.create(stage)
        await slack_people.card(stage, "Waiting for payment")
        await stage.nothing_owed()
        await stage.fault("slack", "chat.postMessage", "delay", delay_s=_SLOWLY_S)
        [made] = await stage.provider_links()
        await stage.pay(made["reference"], "paid")

        async def being_said() -> bool:
            return await stage.rows(_is_being_said)

        await eventually(being_said, PATIENCE_S)
        await stage.stop_service()
        await stage.mend("slack")
        await stage.start_service()
        await stage.nothing_owed()
        [told] = [reply for reply in await stage.slack_replies("Paid") if "Paid" in reply]
        assert "again" not in told


def _is_being_said(tx: Transaction) -> bool:
    return any(owed.state is OwedState.SENDING and owed.say is Say.REPLY for owed in tx.outbox.unsaid())
