"""Statements that run with every event: compiled once, and handed to the driver as they are.

To make them anew each time, result and all, takes SQLAlchemy several times as long as the database. Errors
are SQLAlchemy's, without the values.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]


class Prepared:
    """One statement in a dialect's own words. It holds no connection, and none of the values."""

    def __init__(
        self, dialect: Dialect, statement: Select[Any] | UpdateBase, names: Sequence[str] = ()
    ) -> None:
        """`names`: the columns that a statement which writes is given values of."""
        compiled = statement.compile(dialect=dialect, column_keys=names or None)
        self._text = str(compiled)
        given = {name: bind for name, bind in compiled.binds.items() if name in compiled.bind_names.values()}
        self._fixed = {name: bind.value for name, bind in given.items() if not bind.required}
        self._writers = [
            (name, writer_of(dialect, given[name].type)) for name in compiled.positiontup or tuple(given)
        ]
        self._names = [name for name, _ in self._writers]
        self._by_place = compiled.positiontup is not None
        columns = statement.exported_columns
        self._row = _row_of(str(column.key) for column in columns)
        self._readers = [
            (place, reader)
            for place, column in enumerate(columns)
            if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]

    def change(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run it; gives the number of rows that it changed."""
        with DriverCursor(connection, self._text) as cursor:
            cursor.execute(self._text, self._written(values))
            return int(cursor.rowcount)

    def change_each(self, connection: Connection, many: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of these."""
        with DriverCursor(connection, self._text) as cursor:
            cursor.executemany(self._text, [self._written(values) for values in many])

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it; gives rows with an attribute per column."""
        with DriverCursor(connection, self._text) as cursor:
            cursor.execute(self._text, self._written(values))
            found = cursor.fetchall()
        return [self._read(row) for row in found]

    def _written(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        known = {**self._fixed, **values} if self._fixed else values
        written = [write(known[name]) if write else known[name] for name, write in self._writers]
        return written if self._by_place else dict(zip(self._names, written, strict=True))

    def _read(self, row: Sequence[Any]) -> Any:
        if not self._readers:
            return self._row(row)
        read = list(row)
        for place, reader in self._readers:
            read[place] = reader(read[place])
        return self._row(read)


class DriverCursor:
    """The driver's cursor, to run one statement. Made of a generator it would take three times as long."""

    def __init__(self, connection: Connection, text: str) -> None:
        self._connection, self._text = connection, text

    def __enter__(self) -> Any:
        return self._connection.connection.cursor()

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if error is not None and isinstance(error, self._connection.dialect.loaded_dbapi.Error):
            raise _told(error, self._connection, self._text) from error


def say(connection: Connection, text: str) -> None:
    """Run a statement without values, such as the begin or the end of a transaction."""
    with DriverCursor(connection, text) as cursor:
        cursor.execute(text)


def _told(error: Exception, connection: Connection, text: str) -> BaseException:
    """The driver's error as SQLAlchemy's DBAPIError; a lost connection is invalidated."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )


def writer_of(dialect: Dialect, kind: TypeEngine[Any]) -> Convert | None:
    """What turns a value into one that the driver accepts; None if it accepts it as it is."""
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _row_of(names: Iterable[str]) -> Callable[[Iterable[Any]], Any]:
    """Makes a row of its values."""
    make: Callable[..., Any] = namedtuple  # noqa: PYI024 - the names are known when it runs
    row: Callable[[Iterable[Any]], Any] = make("Row", names)._make
    return row
