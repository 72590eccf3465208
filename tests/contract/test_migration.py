"""A database of the first release, with a row in every table, means the same after it was upgraded."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

import storage
from bot.money import Money
from bot.ports.clock import SystemClock
from bot.ports.model import (
    Account,
    Closed,
    Customer,
    Event,
    EventKind,
    LinkState,
    Mode,
    Payment,
    Person,
    Place,
    Reach,
    Standing,
)
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.traffic import InboxState, OwedState, Say
from storage import migrate
from storage.engine import SqlStorage
from tests.databases import empty_database

ID, NOW = "PL0123456789AB", datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ALICE = Person("slack", "U0ALICE", name="Alice")
SALES, QUIET = Place("slack", "C0SALES", "T1"), Place("slack", "C0QUIET", "T1", "17.2")

FIRST_RELEASE = (Path(__file__).parent / "first_release.sql").read_text()


def upgrade_to(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, revision)


@pytest.fixture
def upgraded(tmp_path: Path) -> Path:
    file = tmp_path / "paylink.db"
    upgrade_to(f"sqlite:///{file}", "0001")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.executescript(FIRST_RELEASE)
    migrate.upgrade(f"sqlite:///{file}")
    return file


def upgraded_server(url: str) -> str:
    """A new database of the server with the same rows: numbers for what is true, and moments in UTC."""
    upgrade_to(url, "0001")
    rows = FIRST_RELEASE.replace("x'7b7d'", r"'\x7b7d'")
    with psycopg.connect(url.replace("+psycopg", ""), options="-c TimeZone=UTC") as connection:
        connection.execute("UPDATE pg_cast SET castcontext = 'i' WHERE castsource = 23 AND casttarget = 16")
        connection.execute(rows.encode())
        for table in ("destinations", "inbox", "outbox", "payments"):
            highest = f"pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table})"  # noqa: S608 - our own names
            connection.execute(f"SELECT setval({highest})".encode())
    migrate.upgrade(url)
    return url


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def db(request: pytest.FixtureRequest) -> AsyncIterator[SqlStorage]:
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('upgraded')}"
    else:
        url = upgraded_server(empty_database(request.getfixturevalue("postgresql")))
    opened = SqlStorage(url, SystemClock(), lambda _: None)
    yield opened
    await opened.close()


def at(minute: int, microsecond: int = 0) -> datetime:
    return NOW + timedelta(minutes=minute, microseconds=microsecond)


def test_a_row_of_every_table_was_there_and_none_is_lost(upgraded: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.db"
    upgrade_to(f"sqlite:///{before}", "0001")
    counts = {}
    with contextlib.closing(sqlite3.connect(before)) as connection:
        connection.executescript(FIRST_RELEASE)
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in set(tables) - {"sqlite_sequence"}:
            counts[table] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own names
    assert all(count for (count,) in counts.values())
    with contextlib.closing(sqlite3.connect(upgraded)) as connection:
        for table, count in counts.items():
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == count  # noqa: S608
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_links_keep_their_meaning_and_are_looked_at_from_now_on(db: SqlStorage) -> None:
    paid, open_, new = [
        await db.read(lambda tx, name=name: tx.links.get(name))  # type: ignore[misc]
        for name in (ID, "PLOPEN", "PLNEW")
    ]
    assert paid is not None
    assert open_ is not None
    assert new is not None
    assert (paid.state, paid.closed, paid.amount) == (LinkState.CLOSED, Closed.PAID, Money(4990, "EUR"))
    assert paid.customer == Customer("Jane", "jane@example.com", None, "DE")
    assert (paid.creator, paid.creator.name) == (ALICE, "Alice")
    assert (paid.created_at, paid.expires_at, paid.own_reference) == (NOW, NOW + timedelta(days=7), None)
    assert (new.state, new.trouble, new.retry_at, new.poll_at) == (
        LinkState.CREATING,
        {"key": "busy"},
        at(5, 123456),
        None,
    )
    assert set(await db.read(lambda tx: tx.links.watched(at(1)))) == {ID, "PLOPEN"}
    assert await db.read(lambda tx: tx.links.creating(at(10))) == [("checkout", "PLNEW")]


async def test_payments_keep_what_was_known_of_them(db: SqlStorage) -> None:
    declined, captured, unconfirmed, refunded = await db.read(lambda tx: tx.payments.of(ID))
    euros = Money(4990, "EUR")
    assert declined == Payment("checkout", "pay_0", ID, heard={EventKind.DECLINED: NOW}, reason="No")
    assert captured == Payment(
        "checkout",
        "pay_1",
        ID,
        heard={EventKind.AUTHORISED: NOW, EventKind.CAPTURED: at(5, 123456)},
        amounts={EventKind.AUTHORISED: euros, EventKind.CAPTURED: euros},
        method="Visa",
        bank_reference="ARN",
    )
    assert (unconfirmed.heard, unconfirmed.amounts) == ({EventKind.CAPTURED: at(5, 123456)}, {})
    assert refunded.amounts[EventKind.CAPTURED] == euros


async def test_money_that_had_gone_is_still_gone(db: SqlStorage) -> None:
    *_, refunded = await db.read(lambda tx: tx.payments.of(ID))
    assert refunded.amounts[EventKind.REFUNDED] == Money(1000, "EUR")
    assert refunded.amounts[EventKind.DISPUTED] == Money(500, "EUR")


async def test_places_and_people_keep_their_meaning(db: SqlStorage) -> None:
    here, gone = await db.read(lambda tx: (tx.destinations.get(1), tx.destinations.get(5)))
    assert (here.place, here.root, here.reach, here.language) == (SALES, "17.1", Reach.OPEN, "en")
    assert (gone.place, gone.root, gone.reach, gone.language) == (QUIET, None, Reach.GONE, "de")
    merchant = Person("telegram", "1001")
    assert await db.read(lambda tx: tx.people.standing(merchant)) is Standing.ADMITTED
    assert await db.read(lambda tx: tx.people.standing(merchant, at(1))) is None
    assert await db.read(lambda tx: tx.people.number_format(merchant)) == "de"
    added = await db.write(lambda tx: tx.destinations.add(SALES, "en"))
    assert added.id > gone.id


def test_who_was_known_in_two_workspaces_is_one_person_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "paylink.db"
    upgrade_to(f"sqlite:///{file}", "0013")
    known = [("slack", "T1", "U1", "de"), ("slack", "T2", "U1", "en"), ("slack", "T2", "U2", "fr")]
    with contextlib.closing(sqlite3.connect(file)) as connection:
        into = "INSERT INTO people (chat, team, user, name, number_format) VALUES (?, ?, ?, '', ?)"
        connection.executemany(into, [*known, ("telegram", "", "U1", "es")])
        connection.commit()
    migrate.upgrade(f"sqlite:///{file}")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        left = connection.execute("SELECT chat, team, user, number_format FROM people ORDER BY chat, user")
        expected = [("slack", "", "U1", "de"), ("slack", "", "U2", "fr"), ("telegram", "", "U1", "es")]
        assert left.fetchall() == expected


async def test_what_waited_and_what_was_owed_still_is(db: SqlStorage) -> None:
    (waiting,) = await db.read(lambda tx: tx.inbox.waiting("webhook", 3, 10))
    assert (waiting.id, waiting.fact.body) == (7, b"{}")
    ((failed, trouble),) = await db.read(lambda tx: tx.inbox.failed())
    assert (failed.id, trouble) == (8, "KeyError")
    (owed,) = await db.read(lambda tx: list(tx.outbox.heads(SALES.lane)))
    assert (owed.say, owed.key, owed.state) == (Say.REPLY, "paid", OwedState.OWED)
    assert owed.params == {"paid": "4990 EUR"}
    assert await db.read(lambda tx: tx.counts.oldest_owed()) == owed.not_before
    assert await db.read(lambda tx: tx.rate_buckets.get(SALES.lane)) == at(5, 123456)
    draft = await db.read(lambda tx: tx.drafts.get(ID))
    assert draft is not None
    assert (draft.version, draft.answers) == (4, {"amount": "49.90 EUR"})
    assert draft.person == Person("slack", "U0ALICE", name="Alice")


async def test_the_backends_objects_are_found_as_before(db: SqlStorage) -> None:
    orphan, open_ = await db.read(lambda tx: tx.provider_links.of(ID))
    assert orphan == ProviderLink(ID, 1, "checkout", ID, ProviderLinkState.ORPHAN, Money(4990, "EUR"))
    assert (open_.provider_id, open_.url, open_.expires_on) == (
        "pl_1",
        "https://pay.test/1",
        NOW + timedelta(days=7),
    )
    found = await db.read(lambda tx: tx.links.by_reference("checkout", f"{ID}-2"))
    assert found is not None
    assert found.id == ID
    assert await db.read(lambda tx: tx.accounts.all()) == [Account("checkout", "checkout", Mode.TEST)]


async def test_the_rules_of_the_schema_still_hold(db: SqlStorage) -> None:
    """A table that is made anew could have lost them."""
    rows = [
        lambda tx: tx.events.add("checkout", _event("evt_3"), 10**9, None),
        lambda tx: tx.payments.put(Payment("checkout", "pay_9", "PLNOSUCHLINK00")),
        lambda tx: tx.provider_links.put(
            ProviderLink("PLOPEN", 1, "checkout", ID, ProviderLinkState.OPEN, Money(1, "EUR"))
        ),
    ]
    for broken in rows:
        with pytest.raises(Exception, match=r"(?i)constraint"):
            await db.write(broken)
    assert await db.write(lambda tx: tx.events.add("checkout", _event("evt_1"), 7, ID)) is False
    assert await db.write(lambda tx: tx.events.add("checkout", _event("evt_4"), 7, ID)) is True
    await db.write(lambda tx: tx.inbox.close(7, InboxState.DONE))


def _event(key: str) -> Event:
    return Event(key, EventKind.CAPTURED, "payment_captured", "pay_1", ID, NOW)


def test_the_name_of_a_migration_begins_with_its_number_and_the_newest_has_the_highest() -> None:
    folder = Path(storage.__file__).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    assert {file.name.partition("_")[0] for file in folder.glob("versions/0*.py")} == known
    assert scripts.get_current_head() == max(known)
