"""A newer version has brought the database up to date: what the older one still does, and what no more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage import migrate
from tests.databases import empty_database, new_database
from tests.scenario.stage import Stage, stage_in
from tests.scenario.test_restore import offered, paylink

pytestmark = pytest.mark.slow

NEWER = (  # as migrations do: they add and widen
    "UPDATE alembic_version SET version_num = '9999'",
    "ALTER TABLE links ADD COLUMN mood VARCHAR(8)",
    "ALTER TABLE outbox ADD COLUMN colour VARCHAR(8) DEFAULT 'blue'",
    "CREATE TABLE moods (id INTEGER PRIMARY KEY)",
)


def upgrade_as_a_newer_version_would(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in NEWER:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
async def stage(database: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_in(tmp_path, DATABASE_URL=database) as ready:
        yield ready


async def test_a_process_that_runs_goes_on_working_on_a_newer_schema(stage: Stage) -> None:
    before = await offered(stage, "49.90")
    upgrade_as_a_newer_version_would(stage.settings.database_url)
    await stage.pay(before, "paid")
    await stage.slack_replies("Paid 49.90 EUR")
    await offered(stage, "12.50")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("command", [["serve"], ["db", "upgrade"], ["links", "list"], ["check"]])
def test_an_older_version_does_not_start_on_a_newer_schema_and_says_why(
    command: list[str], kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/paylink.db"
    if kind == "postgresql":
        url = new_database(request.getfixturevalue("postgresql"))
    assert paylink("db", "upgrade", url=url).exit_code == 0
    upgrade_as_a_newer_version_would(url)
    done = paylink(*command, url=url)
    assert done.exit_code == 1
    assert ": a newer Paylink has upgraded the database: start that one\n" in done.output


def test_a_database_that_was_never_upgraded_is_not_taken_for_a_newer_one(postgresql: str) -> None:
    done = paylink("links", "list", url=postgresql)
    assert done.exit_code == 1
    assert "run `paylink db upgrade` first" in done.output


def test_migrations_go_past_a_pgbouncer(postgresql: str) -> None:
    direct, nobody = empty_database(postgresql), "postgresql+psycopg://paylink@127.0.0.1:9/none"
    done = paylink("db", "upgrade", url=nobody, PAYLINK_WORK_DATABASE_URL=direct)
    assert (done.exit_code, done.output) == (0, "The database is up to date.\n")
    assert migrate.is_current(direct)
