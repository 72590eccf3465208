"""Databases with as many links as one likes, by plain SQL: each with a card in a thread of its own."""

import time

from sqlalchemy import Connection, create_engine, text

from bench.webhooks import AMOUNT, CURRENCY
from storage.engine import make_engine

_LOOK_EVERY_S, _PATIENCE_S = 0.02, 120.0
_NOW = "2026-11-21 09:00:00.000000"
_LATER = "2030-11-21 09:00:00.000000"
_NUMBERS = (
    "WITH RECURSIVE numbers(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM numbers WHERE i < {last})"
)
_ACCOUNT = """
INSERT INTO accounts (id, backend, mode, settings_prefix)
SELECT 'checkout', 'checkout', 'test', 'PAYLINK_CHECKOUT_'
WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE id = 'checkout')
"""
_DESTINATIONS = """
INSERT INTO destinations (id, chat, team, channel, private, lane, language, root, reach)
{numbers} SELECT i + 1, 'slack', 'T0', {channel}, {false}, 'slack:T0:' || {channel}, 'en',
    '1700000000.000001', 'open' FROM numbers
"""
_LINKS = """
INSERT INTO links (id, account_id, public_token, state, closed, amount_minor, currency, uses, creator_chat,
    creator_team, creator_user, creator_name, destination_id, created_at, expires_at, version, details, kind,
    poll_at)
{numbers} SELECT {link}, 'checkout', 'token' || i, {state}, {closed}, {amount}, '{currency}', 1, 'slack',
    'T0', 'U' || (i - i / 500 * 500), 'Alice', i + 1, '{now}', '{later}', 1, '{{}}', 'payment', {poll_at}
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
{numbers} SELECT 'checkout', 'old:' || i, {link}, 'ignored', 'payment_pending', 'old:' || i, {link}, '{now}'
FROM numbers
"""
_OUTBOX = """
INSERT INTO outbox
    (say, subject, once, destination_id, lane, key, params, state, wanted, attempts, not_before)
{numbers} SELECT 'card', {link}, '', i + 1, 'slack:T0:' || {channel}, '', '{{}}', 'said', 1, 0, '{now}'
FROM numbers
"""
_LINK = {"sqlite": "printf('PL%012d', i)", "postgresql": "'PL' || lpad(i::text, 12, '0')"}
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
    engine = make_engine(url)
    name = engine.dialect.name
    channel = f"'C' || (i - i / {channels} * {channels})"
    given = {"channel": channel, "amount": AMOUNT, "currency": CURRENCY, "now": _NOW, "later": _LATER}
    given |= {"state": state, "closed": closed, "poll_at": poll_at, "false": "false", "link": _LINK[name]}
    given["numbers"] = _NUMBERS.format(first=first, last=first + count - 1)
    with engine.connect() as connection:
        _quickly(connection)
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(_ACCOUNT)
        for statement in (_DESTINATIONS, _LINKS, _PROVIDER_LINKS, _OUTBOX):
            connection.exec_driver_sql(statement.format(**given))
        if events:
            given["link"] = _LINK_OF_EVENT[name].format(first=first, links=count)
            given["numbers"] = _NUMBERS.format(first=0, last=events - 1)
            connection.exec_driver_sql(_EVENTS.format(**given))
        connection.exec_driver_sql("COMMIT")
        if name == "postgresql":  # a server does so by itself, a file never
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _quickly(connection: Connection) -> None:
    """What is made here can be made again."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        connection.exec_driver_sql("PRAGMA cache_size=-200000")
    else:
        connection.exec_driver_sql("SET synchronous_commit = off")


def until_applied(url: str, waiting: int = 0) -> None:
    """Return when so few webhooks are stored and not yet applied."""
    engine = create_engine(url)
    count = text("SELECT count(*) FROM inbox WHERE state = 'waiting'")
    failed = text("SELECT count(*) FROM inbox WHERE state = 'failed'")
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.execute(count).scalar_one() <= waiting:
                if connection.execute(failed).scalar_one():
                    raise RuntimeError("webhooks have failed")
                engine.dispose()
                return
        time.sleep(_LOOK_EVERY_S)
    raise RuntimeError("webhooks are left waiting")
