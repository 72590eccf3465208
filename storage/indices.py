"""Partial indices of the few rows that are not settled; only migrations import this, as it takes 2 MB.

A query that should use one repeats its condition, with literal values.
"""

from sqlalchemy import Index, Table, text

from storage.columns import metadata
from storage.tables import inbox, links, outbox


def _partial(table: Table, condition: str, *columns: str) -> None:
    where = text(condition)
    Index(None, *(table.c[name] for name in columns), sqlite_where=where, postgresql_where=where)


_partial(links, "state != 'closed'", "created_at", "id")
_partial(inbox, "state != 'done'", "state", "kind", "stripe", "id")
_partial(inbox, "account_id = '' AND state = 'done'", "received_at")
_partial(outbox, "state IN ('owed', 'sending')", "lane", "id")
_partial(outbox, "state != 'said'", "state", "owed_since")

SCHEMA = metadata  # all tables, with all of their indices
