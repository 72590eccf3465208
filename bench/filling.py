"""Databases with as many links as one likes, by plain SQL: each with a card in a thread of its own."""

import contextlib
import time
from collections.abc import Iterator

from sqlalchemy import Connection, create_engine, text

from bench.asked import USERS
from bench.webhooks import AMOUNT, CURRENCY
from storage.engine import make_engine

_LOOK_EVERY_S, _PATIENCE_S = 0.02, 120.0
_NOW = "2026-11-21 09:00:00.000000"
_LATER = "2030-11-21 09:00:00.000000"
_NUMBERS = (
    "WITH RECURSIVE numbers(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM numbers WHERE i < {last})"
)
_ACCOUNT = """
INSERT INTO accounts (id, backend, mode)
SELECT 'checkout', 'checkout', 'test'
WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE id = 'checkout')
"""
_DESTINATIONS = """
INSERT INTO destinations (id, chat, team, channel, private, lane, language, root, reach)
{numbers} SELECT i + 1, 'slack', '', {channel}, {false}, 'slack::' || {channel}, 'en',
    {root}, 'open' FROM numbers
"""
_LINKS = """
INSERT INTO links (id, account_id, public_token, state, closed, amount_minor, currency, uses, creator_chat,
    creator_team, creator_user, creator_name, destination_id, created_at, expires_at, details, kind,
    poll_at)
{numbers} SELECT {link}, 'checkout', 'token' || i, {state}, {closed}, {amount}, '{currency}', 1, 'slack',
    '', 'U' || (i - i / 500 * 500), 'Alice', i + 1, '{now}', '{later}', '{{}}', 'payment', {poll_at}
FROM numbers
"""
_PROVIDER_LINKS = """
INSERT INTO provider_links
    (link_id, attempt, account_id, reference, state, amount_minor, currency, provider_id, url, expires_on,
    owed)
{numbers} SELECT {link}, 1, 'checkout', {link}, 'open', {amount}, '{currency}', 'pl_' || i,
    'https://pay.example/' || i, '{later}', '{{}}'
FROM numbers
"""
_EVENTS = """
INSERT INTO events
    (account_id, key, link_id, kind, provider_word, provider_payment_id, reference, occurred_at)
{numbers} SELECT 'checkout', {day} || ' evt_' || {scattered}, {link}, 'ignored', 'payment_pending',
    'old:' || i, {link}, '{now}'
FROM numbers
"""
_PAYMENTS = """
INSERT INTO payments (account_id, provider_payment_id, link_id, heard, captured, captured_currency)
{numbers} SELECT 'checkout', 'pay_' || {scattered}, {link}, '{{}}', {amount}, '{currency}' FROM numbers
"""
_INBOX = """
INSERT INTO inbox (kind, account_id, key, stripe, body, received_at, state)
{numbers} SELECT 'webhook', 'checkout', {moment} || ' evt_' || {scattered}, i - i / 8 * 8, {body}, '{now}',
    'done' FROM numbers
"""
_OUTBOX = """
INSERT INTO outbox
    (say, subject, once, destination_id, lane, key, params, state, wanted, attempts, not_before)
{numbers} SELECT 'card', {link}, '', i + 1, 'slack::' || {channel}, '', '{{}}', 'said', 1, 0, '{now}'
FROM numbers
"""
_DRAFTS = """
INSERT INTO drafts (id, state, chat, team, "user", name, destination_id, account_id, version,
    answers, problems, choosing, desk, kept, earlier, recalled, expires_at)
{numbers} SELECT {link}, 'open', 'slack', '', 'U' || (i - i / {users} * {users}), 'alice', i + 1,
    'checkout', 1, '{{"backend": ""}}', '{{}}', {false}, '{{"spare_url": "{response_url}"}}',
    '{{}}', '[]', '[]', '{later}'
FROM numbers
"""
# In order, as those of the same days are.
_LINK = {"sqlite": "printf('PL%012d', i)", "postgresql": "'PL' || lpad(i::text, 12, '0')"}
# Ids over the whole range of those of webhooks, in order: quickly stored, and each new one lands far off.
_RANGE = 2**32
_SCATTERED = {
    "sqlite": "printf('%08x%015d', i * {apart}, -i)",
    "postgresql": "lpad(to_hex(i::bigint * {apart}), 8, '0') || lpad(i::text, 16, '-')",
}
_DAY = {
    "sqlite": "date('2024-01-01', '+' || (i / 8000) || ' days')",
    "postgresql": "(date '2024-01-01' + i / 8000)",
}
# Of the years before: what comes now has a later one.
_MOMENT = {
    "sqlite": "printf('2024-01-01T00:00:%010d', i)",
    "postgresql": "'2024-01-01T00:00:' || lpad(i::text, 10, '0')",
}
_BODY = {"sqlite": "x''", "postgresql": "''::bytea"}
_LINK_OF_EVENT = {
    "sqlite": "printf('PL%012d', {first} + i - i / {links} * {links})",
    "postgresql": "'PL' || lpad(({first} + i - i / {links} * {links})::text, 12, '0')",
}


def open_links(url: str, first: int, count: int, channels: int = 1) -> None:
    """Links that wait for their payment, over so many channels, and are asked after later, as all are."""
    _fill(url, first, count, channels, state="'open'", closed="NULL", poll_at=f"'{_LATER}'")


def old_links(url: str, first: int, count: int, events: int) -> None:
    """Links that were paid long ago, with as many events between them."""
    _fill(url, first, count, 100, state="'closed'", closed="'paid'", poll_at="NULL", events=events)


def drafts(url: str, first: int, count: int, response_url: str) -> None:
    """Forms that are open, each of its own channel."""
    with _filling(url) as (connection, given):
        given |= {"numbers": _NUMBERS.format(first=first, last=first + count - 1), "users": USERS}
        given |= {"channel": "'C' || i", "response_url": response_url, "root": "NULL"}
        for statement in (_ACCOUNT, _DESTINATIONS, _DRAFTS):
            connection.exec_driver_sql(statement.format(**given))


def _fill(
    url: str,
    first: int,
    count: int,
    channels: int,
    *,
    state: str,
    closed: str,
    poll_at: str,
    events: int = 0,
) -> None:
    with _filling(url) as (connection, given):
        given |= {"channel": f"'C' || (i - i / {channels} * {channels})"}
        given |= {"root": "'1700000000.000001'", "state": state, "closed": closed, "poll_at": poll_at}
        given["numbers"] = _NUMBERS.format(first=first, last=first + count - 1)
        for statement in (_ACCOUNT, _DESTINATIONS, _LINKS, _PROVIDER_LINKS, _OUTBOX):
            connection.exec_driver_sql(statement.format(**given))
        if events:
            scattered = _SCATTERED[connection.dialect.name]
            given["scattered"] = scattered.format(apart=_RANGE // (first + count))
            connection.exec_driver_sql(_PAYMENTS.format(**given))
            given["scattered"] = scattered.format(apart=_RANGE // events)
            given["link"] = _LINK_OF_EVENT[connection.dialect.name].format(first=first, links=count)
            given["numbers"] = _NUMBERS.format(first=0, last=events - 1)
            connection.exec_driver_sql(_INBOX.format(**given))
            connection.exec_driver_sql(_EVENTS.format(**given))


@contextlib.contextmanager
def _filling(url: str) -> Iterator[tuple[Connection, dict[str, object]]]:
    """A transaction, and what all statements are given."""
    engine = make_engine(url)
    name = engine.dialect.name
    given = {"amount": AMOUNT, "currency": CURRENCY, "now": _NOW, "later": _LATER, "false": "false"}
    given |= {"link": _LINK[name], "body": _BODY[name]}
    given |= {"moment": _MOMENT[name], "day": _DAY[name]}
    with engine.connect() as connection:
        _quickly(connection)
        connection.exec_driver_sql("BEGIN")
        yield connection, given
        connection.exec_driver_sql("COMMIT")
        if name == "postgresql":  # a server does so by itself, a file never
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _quickly(connection: Connection) -> None:
    """What is made here can be made again."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # or all events are read for each that goes
        connection.exec_driver_sql("PRAGMA cache_size=-200000")
    else:
        connection.exec_driver_sql("SET synchronous_commit = off")


def until_applied(url: str) -> None:
    """Return when no webhook is stored and not yet applied."""
    unsettled = "inbox WHERE state != 'done' AND"  # so the index is used: a million rows are not read
    _until_none(url, f"{unsettled} state = 'waiting'", f"{unsettled} state = 'failed'")


def until_told(url: str) -> None:
    """Return when nothing is owed to a chat."""
    failed = "outbox WHERE state != 'said' AND state IN ('lost', 'dead')"
    _until_none(url, "outbox WHERE state IN ('owed', 'sending')", failed)


def forget_waiting(url: str) -> None:
    """What was only to be taken in is never applied."""
    with _filling(url) as (connection, _):
        connection.exec_driver_sql("DELETE FROM inbox WHERE state != 'done' AND state = 'waiting'")


def _until_none(url: str, left: str, failed: str) -> None:
    engine = create_engine(url)
    deadline = time.monotonic() + _PATIENCE_S
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def count(rows: str) -> int:
            return int(connection.execute(text(f"SELECT count(*) FROM {rows}")).scalar_one())  # noqa: S608 - ours

        while count(left):
            if time.monotonic() > deadline:
                raise RuntimeError(f"there are {left}")
            time.sleep(_LOOK_EVERY_S)
        if count(failed):
            raise RuntimeError(f"there are {failed}")
    engine.dispose()
