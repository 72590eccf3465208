"""Statements that all tables share, built once: building one takes longer than running it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Dialect, Table, bindparam, literal_column, select

from storage.prepared import Prepared
from storage.rows import Values

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

_KEPT = 512  # a statement per table, and per set of columns that change


def upsert(connection: Connection, table: Table, values: Values, key: Sequence[str]) -> None:
    """Insert a row, or update the one with the same key."""
    _upsert(connection.dialect, table, tuple(key), tuple(values)).change(connection, values)


def add(connection: Connection, table: Table, values: Values) -> None:
    """Insert a row."""
    _add(connection.dialect, table, tuple(values)).change(connection, values)


def add_numbered(connection: Connection, table: Table, values: Values) -> int:
    """Insert a row; gives its generated id."""
    [row] = _add_numbered(connection.dialect, table, tuple(values)).all(connection, values)
    return int(row.id)


def add_once(connection: Connection, table: Table, values: Values, key: Sequence[str]) -> bool:
    """Insert a row; False if one with the same key exists."""
    return _add_once(connection.dialect, table, tuple(key), tuple(values)).change(connection, values) == 1


def update(connection: Connection, table: Table, row_id: int | str, values: Values) -> None:
    """Update the row with this id."""
    _update(connection.dialect, table, tuple(values)).change(connection, values | {"row_id": row_id})


def update_each(connection: Connection, table: Table, row_ids: Sequence[int], values: Values) -> None:
    """Update the rows with these ids to the same values."""
    statement = _update(connection.dialect, table, tuple(values))
    statement.change_each(connection, [values | {"row_id": row_id} for row_id in row_ids])


def unsettled(table: Table, settled: StrEnum) -> ColumnElement[bool]:
    """The rows in the table's partial index of states; with literals, or it is not used."""
    return table.c.state != literal_column(f"'{settled.value}'")


def insert(dialect: Dialect, table: Table) -> "SqliteInsert | PostgresqlInsert":
    """The dialect's own Insert, imported here: each package takes 2 MB and a tenth of a command's time."""
    made: Callable[[Table], SqliteInsert | PostgresqlInsert]
    made = import_module(f"sqlalchemy.dialects.{dialect.name}").Insert
    return made(table).inline()


@lru_cache(_KEPT)
def _add(dialect: Dialect, table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(dialect, table.insert().inline(), names)


@lru_cache(_KEPT)
def _add_numbered(dialect: Dialect, table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(dialect, table.insert().returning(table.c.id), names)


@lru_cache(_KEPT)
def _upsert(dialect: Dialect, table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> Prepared:
    statement = insert(dialect, table)
    changed = {name: statement.excluded[name] for name in names if name not in key}
    return Prepared(dialect, statement.on_conflict_do_update(index_elements=key, set_=changed), names)


@lru_cache(_KEPT)
def _add_once(dialect: Dialect, table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> Prepared:
    statement = insert(dialect, table).on_conflict_do_nothing(index_elements=key)
    return Prepared(dialect, statement, names)


@lru_cache(_KEPT)
def _update(dialect: Dialect, table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(dialect, table.update().where(table.c.id == bindparam("row_id")), names)


@lru_cache(_KEPT)
def _one(dialect: Dialect, table: Table, key: tuple[str, ...], *, lock: bool) -> Prepared:
    statement = select(table).where(*(table.c[name] == bindparam(name) for name in key))
    return Prepared(dialect, statement.with_for_update() if lock else statement)


class Repository:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def locks(self) -> bool:
        """Are rows locked that are read to be changed?"""
        return bool(self.connection.get_execution_options()["locks"])

    def one(self, table: Table, key: Mapping[str, Any], *, lock: bool = False) -> Any | None:
        """The row with this key, which is unique."""
        found = _one(self.connection.dialect, table, tuple(key), lock=lock and self.locks).all(
            self.connection, key
        )
        return found[0] if found else None

    def delete(self, table: Table, key: Mapping[str, Any]) -> None:
        """Delete the row with this key, if there is one."""
        self.connection.execute(table.delete().filter_by(**key))
