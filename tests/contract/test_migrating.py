"""What comes between while a database is brought up to date: all of it is done, or none."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect, make_url, text

from bot.__main__ import main
from storage import migrate
from tests.contract.test_migration import upgrade_to
from tests.databases import empty_database

SETTINGS = {
    "PAYLINK_TELEGRAM_BOT_TOKEN": "123456:NOT-A-REAL-TOKEN",
    "PAYLINK_COSTPLUS_SECRET_KEY": "not-a-real-key",
}
AT_ONCE = 4
OF_THE_HOST = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/paylink.db"
    return empty_database(request.getfixturevalue("postgresql"))


def say(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def tables_of(url: str) -> dict[str, list[str]]:
    engine = create_engine(url)
    found = inspect(engine)
    tables = {
        name: [column["name"] for column in found.get_columns(name)] for name in found.get_table_names()
    }
    engine.dispose()
    return tables


def test_an_upgrade_that_is_cut_off_has_changed_nothing_and_can_be_done_again(empty: str) -> None:
    upgrade_to(empty, "0001")
    say(empty, "CREATE TABLE deeds (id INTEGER)")  # the last that the second migration makes
    before = tables_of(empty)
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(empty)
    assert tables_of(empty) == before
    say(empty, "DROP TABLE deeds")
    migrate.upgrade(empty)
    assert migrate.is_current(empty)


def test_an_upgrade_that_is_cut_off_before_there_is_an_engine_is_not_taken_for_done(postgresql: str) -> None:
    url = empty_database(postgresql)
    settings = SETTINGS | {"PAYLINK_DATABASE_URL": url}
    say(url, "CREATE TYPE procrastinate_job_status AS ENUM ('one')")  # the first that the engine makes
    cut_off = CliRunner().invoke(main, ["db", "upgrade"], env=settings)
    assert cut_off.exit_code == 1
    assert "cannot be used: type" in cut_off.output
    assert not migrate.is_current(url)
    say(url, "DROP TYPE procrastinate_job_status")
    assert CliRunner().invoke(main, ["db", "upgrade"], env=settings).exit_code == 0
    assert migrate.is_current(url)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
@pytest.mark.parametrize("command", [["db", "upgrade"], ["links", "list"], ["serve"]], ids=" ".join)
def test_a_database_that_cannot_keep_every_text_is_refused(
    postgresql: str, command: list[str], encoding: str
) -> None:
    """A server that was installed where no language is set makes such databases, unless it is told."""
    url = empty_database(postgresql, f"ENCODING '{encoding}' TEMPLATE template0")
    told = CliRunner().invoke(main, command, env=SETTINGS | {"PAYLINK_DATABASE_URL": url})
    assert told.exit_code == 1
    assert f"of PAYLINK_DATABASE_URL cannot be used: its encoding is {encoding}" in told.output
    assert "ENCODING 'UTF8'" in told.output


@pytest.mark.slow
def test_several_who_upgrade_at_once_do_it_once(empty: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "db", "upgrade"]
    env = SETTINGS | {"PAYLINK_DATABASE_URL": empty, "PYTHONPATH": ":".join(sys.path)}
    running = [
        subprocess.Popen(command, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603 - our own
        for _ in range(AT_ONCE)
    ]
    told = [process.communicate()[0].decode() for process in running]
    assert told == ["The database is up to date.\n"] * AT_ONCE


def test_whoever_upgrades_waits_for_somebody_else_who_does(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url, runner = empty_database(postgresql), CliRunner()
    with ThreadPoolExecutor() as threads:
        with migrate.in_turn(url):
            env = SETTINGS | {"PAYLINK_DATABASE_URL": url}
            upgrading = threads.submit(runner.invoke, main, ["db", "upgrade"], env=env)
            while not (
                waiting := rows(url, "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
            ):
                assert not upgrading.done()
            assert (waiting, tables_of(url)) == (1, {})
        done = upgrading.result()
    assert (done.exit_code, done.output) == (0, "The database is up to date.\n")
    assert [*tmp_path.iterdir()] == [], "no file bears the name of a server's database"


def rows(url: str, statement: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        count = connection.execute(text(statement)).rowcount
    engine.dispose()
    return count


@pytest.mark.parametrize("limit", OF_THE_HOST)
def test_no_limit_of_the_host_cuts_an_upgrade_off(postgresql: str, limit: str) -> None:
    """Nor anybody who waits for their turn."""
    url = empty_database(postgresql)
    say(postgresql, f'ALTER DATABASE "{make_url(url).database}" SET {limit} = 200')

    def upgrade(_: int) -> None:
        with migrate.in_turn(url):
            migrate.upgrade(url)

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(upgrade, range(2))) == [None, None]
    say(postgresql, f'ALTER DATABASE "{make_url(url).database}" RESET {limit}')
    assert migrate.is_current(url)


def test_a_database_of_something_else_is_left_as_it_is(empty: str) -> None:
    say(empty, "CREATE TABLE links (id INTEGER)")
    with pytest.raises(migrate.Foreign, match="links"):
        migrate.upgrade(empty)
    assert tables_of(empty) == {"links": ["id"]}


def test_another_programs_revision_is_not_taken_for_a_newer_one_of_ours(empty: str) -> None:
    say(
        empty,
        "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        "INSERT INTO alembic_version VALUES ('1975ea83b712')",
    )
    with pytest.raises(migrate.Foreign):
        migrate.upgrade(empty)


def test_texts_of_others_in_the_database_keep_their_length(empty: str) -> None:
    upgrade_to(empty, "0001")
    say(empty, "CREATE TABLE visitors (name VARCHAR(7))")
    migrate.upgrade(empty)
    engine = create_engine(empty)
    [column] = inspect(engine).get_columns("visitors")
    engine.dispose()
    assert str(column["type"]) == "VARCHAR(7)"
