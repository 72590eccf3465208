"""A database is lost, and its back-up put in its place: what is found again, and what became of the money."""

import asyncio
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.ports.model import Closed
from tests.databases import empty_database, new_database
from tests.deploy import page
from tests.postgresql import programs
from tests.scenario.stage import Stage, stage_in

pytestmark = pytest.mark.slow

MONDAY = "/var/backups/paylink/monday.db"  # the page's copy


class Copies(Protocol):
    """How an operator copies one kind of database, and makes a new one of the copy."""

    url: str

    def back_up(self) -> None: ...

    def restore(self) -> str:
        """The URL of a fresh database with what was in the other when it was backed up."""


@dataclass
class File:
    """`paylink db backup`, and what the page has typed to put the copy in the place of what is there."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/paylink.db"

    def back_up(self) -> None:
        done = paylink("db", "backup", str(self.folder / "copy.db"), url=self.url)
        assert done.output == f"The database as it is now is in {self.folder}/copy.db.\n"

    def restore(self) -> str:
        fresh = self.folder / "fresh"
        fresh.mkdir()
        for spoilt in self.folder.glob("paylink.db*"):  # with a log that belongs to other contents
            shutil.copy(spoilt, fresh)
        (fresh / "paylink.db-wal").touch()
        [block, *_] = page.blocks("sh", "Restore")
        for line in [line for line in block.splitlines() if line.startswith(("rm ", "install "))]:
            words = shlex.split(line.replace(" -o paylink -g paylink", "").replace(MONDAY, "../copy.db"))
            subprocess.run(words, check=True, cwd=fresh)  # noqa: S603 - our own page
        return f"sqlite:///{fresh}/paylink.db"


@dataclass
class Server:
    """`pg_dump` and `pg_restore`, as the page has them."""

    folder: Path
    server_url: str
    url: str

    def back_up(self) -> None:
        self._type("pg_dump", self.url)

    def restore(self) -> str:
        fresh = empty_database(self.server_url)
        self._type("pg_restore", fresh)
        return fresh

    def _type(self, program: str, url: str) -> None:
        """The line of docs/operations.md that begins with this program."""
        folder = programs()
        assert folder is not None
        [line] = [line for line in page.lines() if line.startswith(f"{program} ")]
        words = shlex.split(line.replace("$DATABASE", url.replace("+psycopg", "", 1)))
        subprocess.run([folder / program, *words[1:]], check=True, cwd=self.folder)  # noqa: S603 - our own page


def paylink(*arguments: str, url: str, **more: str) -> Result:
    """One of our commands, as an operator types it."""
    settings = {
        "PAYLINK_DATABASE_URL": url,
        "PAYLINK_TELEGRAM_BOT_TOKEN": "123456:NOT-A-REAL-TOKEN",
        "PAYLINK_TELEGRAM_API_URL": "http://127.0.0.1:9",
        "PAYLINK_CHECKOUT_SECRET_KEY": "sk_sbox_notarealkeynotarealkeynotar",
        "PAYLINK_CHECKOUT_API_URL": "http://127.0.0.1:9",
        "PAYLINK_CHECKOUT_WEBHOOK_SECRET": "not-a-real-webhook-secret",
    }
    return CliRunner().invoke(main, list(arguments), env=settings | more)


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Copies:
    if request.param == "sqlite":
        return File(tmp_path)
    server_url = request.getfixturevalue("postgresql")
    return Server(tmp_path, server_url, new_database(server_url))


@pytest.fixture
async def stage(copies: Copies, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_in(tmp_path, DATABASE_URL=copies.url) as ready:
        yield ready


async def offered(stage: Stage, amount: str) -> str:
    """The reference of a link in the channel that waits for its payment."""
    [message] = (await stage.slack(f"{amount} EUR"))["messages"]
    await stage.press_slack(message, "paylink_create_0_0")
    await stage.slack_card("Waiting for payment", amount)
    minor = round(float(amount) * 100)
    [link] = [link for link in await stage.provider_links() if link["amount"] == minor]
    return str(link["reference"])


async def restored(stage: Stage, copies: Copies) -> None:
    """The service on a fresh database with what was backed up."""
    url = await asyncio.to_thread(copies.restore)
    stage.settings = replace(stage.settings, database_url=url, work_database_url=url)
    await stage.start_service()


def ask_about_all(stage: Stage) -> str:
    done = paylink("links", "refresh", "--all", url=stage.settings.database_url)
    assert done.exit_code == 0, done.output
    return done.output


async def test_a_sale_begun_before_and_paid_while_the_service_was_down_ends_after_the_restore(
    stage: Stage, copies: Copies
) -> None:
    reference = await offered(stage, "49.90")
    await stage.nothing_owed()
    await asyncio.to_thread(copies.back_up)
    await stage.stop_service()
    await stage.pay(reference, "paid")
    await restored(stage, copies)
    await stage.control("checkout/clock", advance_s=3600)  # the provider sends what was not taken again
    assert len([line for line in await stage.slack_replies("Paid 49.90 EUR") if "Paid" in line]) == 1
    await stage.slack_card("Paid 49.90 EUR")


async def test_money_that_came_after_the_back_up_is_found_by_asking(stage: Stage, copies: Copies) -> None:
    """Its webhook was taken by the database that is lost, and never comes again."""
    reference = await offered(stage, "49.90")
    await stage.nothing_owed()  # else the copy would not know whether the card was seen
    await asyncio.to_thread(copies.back_up)
    await stage.pay(reference, "paid")
    await stage.slack_replies("Paid 49.90 EUR")
    await stage.stop_service()
    await restored(stage, copies)
    assert "1 link to ask about" in await asyncio.to_thread(ask_about_all, stage)

    async def told_again() -> bool:
        return sum("Paid 49.90" in line for line in await stage.slack_replies("Paid")) == 2

    await stage.until(told_again)
    [link] = await stage.rows(lambda tx: tx.links.recent(9))
    assert link.closed is Closed.PAID


async def test_a_payment_of_a_link_that_the_back_up_does_not_know_changes_nothing_and_is_logged(
    stage: Stage, copies: Copies, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.to_thread(copies.back_up)
    reference = await offered(stage, "49.90")
    await stage.stop_service()
    await restored(stage, copies)
    await stage.pay(reference, "paid")
    await stage.delivered()

    async def applied() -> bool:
        return await stage.rows(lambda tx: tx.counts.inbox()) == {}

    await stage.until(applied)
    assert await stage.rows(lambda tx: tx.links.recent(9)) == []
    [told] = {line for line in caplog.text.splitlines() if "event.no_link" in line and "captured" in line}
    assert reference in told


def test_a_copy_never_replaces_a_file_and_is_for_its_owners_eyes(tmp_path: Path) -> None:
    copies = File(tmp_path)
    assert paylink("db", "upgrade", url=copies.url).exit_code == 0
    copies.back_up()
    copy = tmp_path / "copy.db"
    before = copy.read_bytes()
    assert copy.stat().st_mode & 0o077 == 0
    again = paylink("db", "backup", str(copy), url=copies.url)
    assert (again.exit_code, again.output) == (
        1,
        f"nothing was copied: {copy} is there already. Name another, or move it away.\n",
    )
    assert copy.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_that_is_being_made_is_not_written_into(tmp_path: Path) -> None:
    copies, part = File(tmp_path), tmp_path / "copy.db.part"
    assert paylink("db", "upgrade", url=copies.url).exit_code == 0
    part.write_bytes(b"")
    again = paylink("db", "backup", str(tmp_path / "copy.db"), url=copies.url)
    assert (again.exit_code, f"{part} is there already" in again.output) == (1, True)
    assert (part.read_bytes(), (tmp_path / "copy.db").exists()) == (b"", False)


@pytest.mark.parametrize("trouble", ["no database", "no folder", "damaged"])
def test_what_cannot_be_copied_is_said_and_leaves_nothing_behind(tmp_path: Path, trouble: str) -> None:
    target, database = tmp_path / "copy.db", tmp_path / "paylink.db"
    if trouble == "damaged":
        database.write_bytes(b"this is no database, so nothing of it can be read")
    elif trouble == "no folder":
        database.touch()
        target = tmp_path / "nowhere/copy.db"
    done = paylink("db", "backup", str(target), url=f"sqlite:///{database}")
    assert done.exit_code == 1
    assert done.output.startswith("nothing was copied: ")
    assert not list(tmp_path.glob("**/copy.db*"))


def test_for_postgresql_the_program_that_copies_it_is_named(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1/none"
    done = paylink("db", "backup", str(tmp_path / "copy.db"), url=url)
    assert done.exit_code == 2
    assert "pg_dump" in done.output


def test_a_copy_made_in_the_middle_of_a_transaction_holds_what_is_committed(tmp_path: Path) -> None:
    copies = File(tmp_path)
    assert paylink("db", "upgrade", url=copies.url).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "paylink.db", isolation_level=None)) as other:
        other.execute("INSERT INTO rate_buckets VALUES ('committed', '2026-11-21 10:00:00')")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO rate_buckets VALUES ('not yet', '2026-11-21 10:00:00')")
        copies.back_up()
        other.execute("ROLLBACK")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT * FROM rate_buckets").fetchall()[0][0] == "committed"
        assert copy.execute("SELECT count(*) FROM rate_buckets").fetchone() == (1,)
