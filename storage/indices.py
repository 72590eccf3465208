"""Indices of the few rows that are not settled: for migrations alone, as "where" takes 2 MB of imports.

A query that shall use one says the same condition, with its values written out.
"""

from sqlalchemy import Index, Table, text

from storage.columns import metadata
from storage.tables import inbox, outbox


def _unsettled(table: Table, condition: str, *columns: str) -> None:
    where = text(condition)
    Index(None, *(table.c[name] for name in columns), sqlite_where=where, postgresql_where=where)


_unsettled(inbox, "state != 'done'", "state", "kind", "stripe", "id")
_unsettled(outbox, "state IN ('owed', 'sending')", "lane", "id")
_unsettled(outbox, "state != 'said'", "state", "owed_since")

SCHEMA = metadata  # all tables, with all of their indices
