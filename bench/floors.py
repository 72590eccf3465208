"""The floors: a bare answer, and the same steps by hand with nothing of ours."""

import asyncio
import hashlib
import hmac
import json
import queue
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

import psycopg
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bench.webhooks import SECRET

Row = tuple[str, int, bytes]
Commit = Callable[[Sequence[Row]], None]
Tell = Callable[[bytes], Awaitable[None]]
_NOW = "2026-11-21 09:00:00.000000"
_BATCH = 128
_PATH = "/webhooks/{backend}"
_TABLE = "CREATE TABLE by_hand (id {}, key TEXT NOT NULL UNIQUE, stripe INTEGER NOT NULL, body {} NOT NULL)"


def bare(_: str) -> ASGIApp:
    """Answers 200 and does nothing."""

    async def answer(_: Request) -> Response:
        return Response(status_code=200)

    return Starlette(routes=[Route(_PATH, answer, methods=["POST"])])


def by_hand_sqlite(url: str) -> ASGIApp:
    """Group commit with the driver itself, `synchronous=FULL`."""
    return accepting(sqlite_store(url))


def sqlite_store(url: str) -> Callable[[], Commit]:
    """Connects to a file, and stores there."""

    def connect() -> Commit:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("DROP TABLE IF EXISTS by_hand")
        connection.execute(_TABLE.format("INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB"))

        def commit(rows: Sequence[Row]) -> None:
            connection.execute("BEGIN IMMEDIATE")
            insert = "INSERT INTO by_hand (key, stripe, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            connection.executemany(insert, rows)
            connection.execute("COMMIT")

        return commit

    return connect


def by_hand_applied(url: str) -> ASGIApp:
    """Stored in one transaction and applied in the next, with the driver itself, in Paylink's own tables."""

    def connect() -> Commit:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")

        def commit(rows: Sequence[Row]) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_RECEIVE, rows)
            connection.execute("COMMIT")
            connection.execute("BEGIN IMMEDIATE")
            for key, _, body in rows:
                _apply(connection, key, json.loads(body)["data"])
            connection.execute("COMMIT")

        return commit

    return accepting(connect)


_RECEIVE = f"""
INSERT INTO inbox (kind, account_id, key, stripe, body, received_at, state)
VALUES ('webhook', 'checkout', ?, ?, ?, '{_NOW}', 'waiting') ON CONFLICT DO NOTHING
"""  # noqa: S608 - a constant

_EVENT = """
INSERT INTO events (account_id, key, link_id, kind, provider_word, occurred_at) VALUES (?, ?, ?, ?, ?, ?)
"""
_PAYMENT = """
INSERT INTO payments (account_id, provider_payment_id, link_id, heard, captured) VALUES (?, ?, ?, ?, ?)
"""
_OWED = """
INSERT INTO outbox
    (say, subject, once, destination_id, lane, key, params, state, wanted, attempts, not_before)
VALUES (?, ?, ?, ?, ?, '', '{}', 'owed', 1, 0, ?) ON CONFLICT DO NOTHING
"""


def _apply(connection: sqlite3.Connection, key: str, data: Mapping[str, Any]) -> None:
    """What a paid link costs at the least: three rows read, six written."""
    run = connection.execute
    found = "SELECT link_id FROM provider_links WHERE account_id = 'checkout' AND reference = ?"
    [link_id] = run(found, (data["reference"],)).fetchone()
    place = "SELECT d.id, d.lane FROM links l JOIN destinations d ON d.id = l.destination_id WHERE l.id = ?"
    destination, lane = run(place, (link_id,)).fetchone()
    run("SELECT * FROM payments WHERE link_id = ?", (link_id,)).fetchall()
    run(_EVENT, ("checkout", key, link_id, "captured", "payment_captured", _NOW))
    run(_PAYMENT, ("checkout", data["id"], link_id, "{}", data["amount"]))
    run("UPDATE links SET state = 'closed', closed = 'paid' WHERE id = ?", (link_id,))
    run(_OWED, ("card", link_id, "", destination, lane, _NOW))
    run(_OWED, ("reply", link_id, "paid", destination, lane, _NOW))
    run(
        "UPDATE inbox SET state = 'done' WHERE kind = 'webhook' AND account_id = 'checkout' AND key = ?",
        (key,),
    )


def by_hand_postgresql(url: str) -> ASGIApp:
    """Group commit with the driver itself: one statement for all that wait."""

    def connect() -> Commit:
        connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        make_table(connection)

        def commit(rows: Sequence[Row]) -> None:
            insert = (
                "INSERT INTO by_hand (key, stripe, body)"
                " SELECT * FROM unnest(%b::text[], %b::integer[], %b::bytea[]) ON CONFLICT DO NOTHING"
            )
            connection.execute(insert, [list(column) for column in zip(*rows, strict=True)])

        return commit

    return accepting(connect)


def make_table(connection: "psycopg.Connection[Any]") -> None:
    connection.execute("DROP TABLE IF EXISTS by_hand")
    connection.execute(_TABLE.format("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA"))


def accepting(connect: Callable[[], Commit], tell: Tell | None = None) -> ASGIApp:
    """Checks the proof, reads the event's id, answers after the commit; then tells somebody."""
    jobs: queue.SimpleQueue[tuple[Row, asyncio.Future[None], asyncio.AbstractEventLoop]] = queue.SimpleQueue()
    secret = SECRET.encode()

    def write() -> None:
        commit = connect()
        while True:
            batch = [jobs.get()]
            while len(batch) < _BATCH and not jobs.empty():
                batch.append(jobs.get())
            error = _tried(commit, [row for row, _, _ in batch])
            batch[0][2].call_soon_threadsafe(_resume, [done for _, done, _ in batch], error)

    async def webhook(request: Request) -> Response:
        body = await request.body()
        proof = hmac.new(secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(proof, request.headers["cko-signature"]):
            return Response(status_code=400)
        key = json.loads(body)["id"]
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        jobs.put(((key, crc32(key.encode()) % 16, body), done, loop))
        await done
        return Response(status_code=200, background=BackgroundTask(tell, body) if tell else None)

    threading.Thread(target=write, daemon=True).start()
    return Starlette(routes=[Route(_PATH, webhook, methods=["POST"])])


def _tried(commit: Commit, rows: Sequence[Row]) -> Exception | None:
    try:
        commit(rows)
    except Exception as error:  # noqa: BLE001 - who waits is to hear of it, whatever it is
        return error
    return None


def _resume(waiting: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
    for done in waiting:
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)
