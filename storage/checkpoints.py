"""SQLite's log of transactions is brought into its file beside the writer, who would else stop for it."""

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from storage.prepared import say

_ROWS = 1000  # changed since the last time; each is a page of the log, or several
LEFT_TO_THE_WRITER = 4000  # pages: by then nearly all are in the file, and the log can begin anew


class Checkpoints:
    """Nobody waits for one: it needs no lock of those who write, and what it leaves is taken by the next."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._at = engine, 0
        self._thread = ThreadPoolExecutor(1, "storage-checkpoint")
        self._running: Future[None] | None = None

    def after(self, connection: Connection) -> None:
        """Called by the writer when it has committed on this connection."""
        changed: int = connection.connection.driver_connection.total_changes  # type: ignore[union-attr]
        if abs(changed - self._at) >= _ROWS and (self._running is None or self._running.done()):
            self._at = changed
            self._running = self._thread.submit(self._checkpoint)

    def close(self) -> None:
        self._thread.shutdown()

    def _checkpoint(self) -> None:
        """If the disk does not let it, the writer is told so by its own."""
        with contextlib.suppress(SQLAlchemyError), self._engine.connect() as connection:
            say(connection, "PRAGMA wal_checkpoint(PASSIVE)")
