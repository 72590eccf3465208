"""Connections: how transactions begin and end on one, and how long it is kept."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.errors import StorageUnavailable
from storage.prepared import say

FILE = "file"  # in a connection's info: of SQLite, its path and its identity when the first was opened
_IDLE = 9  # kept connections, all of which may have been lost


@dataclass(frozen=True, slots=True)
class Dialect:
    """The differences between databases: how a transaction begins, and which errors mean "retry"."""

    begin_write: str
    begin_read: str
    is_conflict: Callable[[DBAPIError], bool]


class Kept:
    """A thread's own connection: opened when it is needed, kept for the next, given back after trouble."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def __enter__(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        check_file(self._connection)
        return self._connection

    def __exit__(self, error: object, *_: object) -> None:
        if error is not None or (self._connection and self._connection.invalidated):
            self.give_back()

    def give_back(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def identity(path: str) -> tuple[int, int] | None:
    """Which file this is; None if there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - before every transaction: twice as fast as a Path's
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_file(connection: Connection) -> None:
    """Raise StorageUnavailable if the file was replaced or deleted: what is written to it would be lost."""
    opened: tuple[str, Any] | None = connection.info.get(FILE)
    if opened and identity(opened[0]) != opened[1]:
        raise StorageUnavailable("the file was replaced or deleted while it was in use: restart the service")


def begin(connection: Connection, statement: str) -> None:
    """Begin a transaction; a connection that was lost while it lay idle is replaced by one that was not."""
    for left in reversed(range(_IDLE + 1)):
        if connection.invalidated:
            connection.rollback()  # SQLAlchemy believes in a transaction since the last statement it ran
        try:
            say(connection, statement)
        except DBAPIError as error:
            if not (error.connection_invalidated and left):
                raise
        else:
            return


def unavailable(error: DBAPIError) -> StorageUnavailable:
    """The database's own trouble, without the values of the statement."""
    return StorageUnavailable(str(error.orig).partition("\n")[0])


def roll_back(connection: Connection) -> None:
    """Roll back; a connection that cannot is discarded.

    After some errors (a full disk) SQLite has rolled back already, and refuses to do it again.
    """
    try:
        say(connection, "ROLLBACK")
    except SQLAlchemyError:
        connection.invalidate()
