"""Copies a SQLite database while it is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from bot.errors import StorageUnavailable

_BUSY_S = 30


def backup(url: str, file: Path) -> None:
    """Write what is committed into a new file, readable by its owner only; writers are not held up.

    The file has its name only once it is complete and synced. Raises FileExistsError, FileNotFoundError (no
    database, or no such folder), StorageUnavailable.
    """
    source = Path(make_url(url).database or "")
    if not source.is_file():
        raise FileNotFoundError(source)
    if file.exists():
        raise FileExistsError(file)
    part = file.with_name(f"{file.name}.part")
    part.touch(0o600, exist_ok=False)
    try:
        _copy(source, part)
        _sync(part)
        part.rename(file)
    except BaseException:
        part.unlink()
        raise
    _sync(file.parent)


def _copy(source: Path, empty: Path) -> None:
    try:
        with closing(sqlite3.connect(source, timeout=_BUSY_S)) as connection:
            connection.execute("VACUUM INTO ?", (str(empty),))
    except sqlite3.Error as error:
        raise StorageUnavailable(str(error)) from error


def _sync(path: Path) -> None:
    """Sync a file, or the names in a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
