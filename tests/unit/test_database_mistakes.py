"""A database that cannot be used: one line that names the setting, whatever is typed."""

import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import URL

from bot.__main__ import main
from storage import migrate
from tests.databases import empty_database, new_file
from tests.postgresql import free_port

SETTINGS = {
    "PAYLINK_TELEGRAM_BOT_TOKEN": "123456:NOT-A-REAL-TOKEN",
    "PAYLINK_TELEGRAM_API_URL": "http://127.0.0.1:9",
    "PAYLINK_COSTPLUS_SECRET_KEY": "not-a-real-key",
    "PAYLINK_COSTPLUS_API_URL": "http://127.0.0.1:9",
    "PAYLINK_COSTPLUS_MODE": "test",
}
COMMANDS = [
    ["serve"],
    ["check"],
    ["db", "upgrade"],
    ["links", "list"],
    ["inbox", "replay", "--quarantine"],
]
OTHERS = [
    *(["links", "list"], ["links", "show", "PL7K3M9QX2ABCD"], ["links", "cancel", "PL7K3M9QX2ABCD", "--yes"]),
    *(
        ["links", "refresh", "--all"],
        ["inbox", "list"],
        ["inbox", "replay", "--quarantine"],
        ["inbox", "drop"],
    ),
    *(["outbox", "--count"], ["outbox", "retry", "1"], ["revoke", "1001"]),
]
NOBODY = "postgresql+psycopg://paylink:obviously-fake@127.0.0.1:1/paylink"


def paylink(*arguments: str, **settings: str) -> Result:
    return CliRunner().invoke(main, arguments, env=SETTINGS | settings)


def told(result: Result) -> str:
    """What is wrong with the database: the line that a command ends with, or one of those of a check."""
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.exception
    [line] = re.findall("^(?:Error|WRONG database): (.*)$", result.output, re.MULTILINE)
    return str(line)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "letter.db").write_text(
        "Dear operator, this is not a database, whatever its name says.\n" * 99
    )
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE links (id INTEGER)")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:///folder", "unable to open database file"),
        ("sqlite:///letter.db", "file is not a database"),
        (NOBODY, "connection failed"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_a_line(command: list[str], url: str, why: str) -> None:
    line = told(paylink(*command, PAYLINK_DATABASE_URL=url))
    assert line.startswith(f"the database of PAYLINK_DATABASE_URL cannot be used: {why}")
    assert "obviously-fake" not in line


@pytest.mark.parametrize("command", [["serve"], ["db", "upgrade"]], ids=" ".join)
def test_whoever_makes_the_file_is_told_if_it_cannot_be_made(command: list[str]) -> None:
    line = told(paylink(*command, PAYLINK_DATABASE_URL="sqlite:///nowhere/paylink.db"))
    assert line == "the database of PAYLINK_DATABASE_URL cannot be used: unable to open database file"


@pytest.mark.parametrize("command", OTHERS, ids=" ".join)
@pytest.mark.parametrize("named", ["paylink.db", "nowhere/paylink.db", "letter.db/paylink.db"])
def test_nobody_else_makes_one_and_all_say_which_is_not_there(
    command: list[str], named: str, tmp_path: Path
) -> None:
    before = sorted(tmp_path.iterdir())
    line = told(paylink(*command, PAYLINK_DATABASE_URL=f"sqlite:///{named}"))
    assert line == (
        f"the database of PAYLINK_DATABASE_URL cannot be used: there is no file {tmp_path}/{named}. "
        "Is this the service's folder? A new file is made by `paylink serve`"
    )
    assert sorted(tmp_path.iterdir()) == before


def test_a_check_before_the_first_start_says_which_file_that_will_make(tmp_path: Path) -> None:
    checked = paylink("check", PAYLINK_DATABASE_URL="sqlite:///paylink.db")
    assert (
        f"\nlater database: there is no file {tmp_path}/paylink.db, which PAYLINK_DATABASE_URL names; "
        "`paylink serve` makes it\n"
    ) in checked.output
    assert not (tmp_path / "paylink.db").exists()
    assert "there is no file" in told(paylink("check", PAYLINK_DATABASE_URL="sqlite:///nowhere/paylink.db"))


def test_a_file_of_an_older_version_is_upgraded_by_the_service_and_by_nobody_who_only_looks(
    tmp_path: Path,
) -> None:
    """An older process may be serving it, which could not be started again."""
    (tmp_path / "paylink.db").touch()
    for command in (["links", "list"], ["check"]):
        line = told(paylink(*command, PAYLINK_DATABASE_URL="sqlite:///paylink.db"))
        assert line == "the database is not up to date: run `paylink db upgrade` first"
    assert not (tmp_path / "paylink.db").read_bytes()


def test_a_check_goes_on_to_all_else_that_is_wrong() -> None:
    checked = paylink("check", PAYLINK_DATABASE_URL=NOBODY)
    assert [line.partition(":")[0] for line in checked.output.splitlines()] == [
        *("ok    settings", "WRONG database", "WRONG costplus", "WRONG telegram"),
    ]


@pytest.mark.parametrize("command", ["links list", "outbox --count", "inbox list"])
def test_whoever_only_looks_waits_for_nobody_who_writes(command: str, tmp_path: Path) -> None:
    url = new_file(tmp_path / "paylink.db")
    with closing(sqlite3.connect(tmp_path / "paylink.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")  # as a service has it
        other.execute("BEGIN IMMEDIATE")
        assert paylink(*command.split(), PAYLINK_DATABASE_URL=url).exit_code == 0


@pytest.mark.parametrize(
    ("command", "trouble"),
    [
        (["serve"], "of PAYLINK_DATABASE_URL cannot be used"),
        (["check"], "of PAYLINK_DATABASE_URL cannot be used"),
        (["links", "refresh", "--all"], "did not take it, nothing was changed"),
    ],
)
def test_a_file_that_can_only_be_read_is_told_in_a_line(
    command: list[str], trouble: str, tmp_path: Path
) -> None:
    new_file(tmp_path / "paylink.db")
    with (tmp_path / "paylink.db").open("r+b") as file:  # nobody may write it, not even root
        file.seek(18)  # the file format write version: https://www.sqlite.org/fileformat.html
        file.write(bytes([3]))
    line = told(paylink(*command, PAYLINK_DATABASE_URL="sqlite:///paylink.db", PAYLINK_PORT=str(free_port())))
    assert line == f"the database {trouble}: attempt to write a readonly database"


@pytest.mark.slow
def test_a_server_that_takes_calls_and_says_nothing_is_told_in_a_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://paylink@127.0.0.1:{silent.getsockname()[1]}/paylink"
        line = told(paylink("check", PAYLINK_DATABASE_URL=url))
    assert line == "the database of PAYLINK_DATABASE_URL cannot be used: connection timeout expired"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_database_of_something_else_is_told_in_a_line(command: list[str]) -> None:
    line = told(paylink(*command, PAYLINK_DATABASE_URL="sqlite:///shop.db"))
    assert line == (
        "another program's tables are in this database (links): name one of its own in PAYLINK_DATABASE_URL"
    )


def test_the_address_for_the_work_is_named_where_it_is_the_one_that_is_wrong() -> None:
    line = told(paylink("db", "upgrade", PAYLINK_DATABASE_URL=NOBODY, PAYLINK_WORK_DATABASE_URL=f"{NOBODY}2"))
    assert line.startswith("the database of PAYLINK_WORK_DATABASE_URL cannot be used: connection failed")


@pytest.mark.slow
@pytest.mark.parametrize("command", [["serve"], ["check"]], ids=" ".join)
def test_work_that_would_be_done_in_another_database_is_told_in_a_line(
    postgresql: str, command: list[str]
) -> None:
    url = empty_database(postgresql)
    migrate.upgrade(url)
    other = empty_database(postgresql)
    line = told(paylink(*command, PAYLINK_DATABASE_URL=url, PAYLINK_WORK_DATABASE_URL=other))
    assert line == (
        "PAYLINK_WORK_DATABASE_URL is another database than PAYLINK_DATABASE_URL: "
        "it must be the same one, reached directly"
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", [["serve"], ["check"], ["db", "upgrade"]], ids=" ".join)
@pytest.mark.parametrize("named", ["PAYLINK_DATABASE_URL", "PAYLINK_WORK_DATABASE_URL"])
def test_a_pgbouncer_where_the_server_itself_is_needed_is_told_in_a_line(
    postgresql: str, pgbouncer: URL, command: list[str], named: str
) -> None:
    direct = empty_database(postgresql)
    migrate.upgrade(direct)
    lent = pgbouncer.set(database=direct.rpartition("/")[2]).render_as_string(hide_password=False)
    settings = {"PAYLINK_DATABASE_URL": lent, named: f"{lent}?application_name=paylink"}
    line = told(paylink(*command, **settings))
    assert line == (
        f"{named} leads through a PgBouncer in transaction mode: "
        "name the server itself in PAYLINK_WORK_DATABASE_URL"
    )
