"""Statements that all tables share, each made once: making one takes longer than running it."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Executable, Insert, Row, Select, Table, bindparam, select

from storage.rows import Values

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


def upsert(connection: Connection, table: Table, values: Values, key: Sequence[str]) -> None:
    """Add a row, or bring the one with the same key up to date."""
    connection.execute(_upsert(connection.dialect.name, table, tuple(key), tuple(values)), values)


def add_once(connection: Connection, table: Table, values: Values, key: Sequence[str]) -> bool:
    """Add a row; False if one with the same key is there already."""
    return connection.execute(once(connection.dialect.name, table, tuple(key)), values).rowcount == 1


def update(connection: Connection, table: Table, row_id: int | str, values: Values) -> None:
    """Change the row with this id."""
    connection.execute(_update(table), values | {"row_id": row_id})


def _insert(dialect: str, table: Table) -> "SqliteInsert | PostgresqlInsert":
    """Both say it alike; the other's package, 2 MB and a tenth of a command's time, is left alone."""
    made: Callable[[Table], SqliteInsert | PostgresqlInsert]
    made = import_module(f"sqlalchemy.dialects.{dialect}").Insert
    return made(table)


@lru_cache
def _upsert(dialect: str, table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> Executable:
    statement = _insert(dialect, table)
    changed = {name: statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


@lru_cache
def once(dialect: str, table: Table, key: tuple[str, ...]) -> Insert:
    """An insert that does nothing where a row with the same key is; its `rowcount` tells."""
    statement: Insert = _insert(dialect, table).on_conflict_do_nothing(index_elements=key)
    return statement.execution_options(preserve_rowcount=True)


@lru_cache
def _update(table: Table) -> Executable:
    return table.update().where(table.c.id == bindparam("row_id"))


@lru_cache
def _one(table: Table, key: tuple[str, ...], *, lock: bool) -> Select[Any]:
    statement = select(table).where(*(table.c[name] == bindparam(name) for name in key))
    return statement.with_for_update() if lock else statement


class Repository:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def one(self, table: Table, key: Mapping[str, Any], *, lock: bool = False) -> Row[Any] | None:
        lock = lock and bool(self.connection.get_execution_options()["locks"])
        return self.connection.execute(_one(table, tuple(key), lock=lock), key).one_or_none()
