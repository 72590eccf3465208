"""A SQLite file is served by one process: two would create links twice, and post everything twice."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from bot.errors import PaylinkError


class DatabaseInUse(PaylinkError):
    """Another process serves this file already."""


@contextlib.contextmanager
def exclusive(url: str) -> Iterator[None]:
    """Hold the file for the length of the block; raises DatabaseInUse if another process does.

    A process that dies releases it. This is flock(2), which SQLite does not use: its own locks end as soon as
    the process closes any descriptor of the file. A file that cannot be opened is left to SQLite to report.
    """
    try:
        opened = os.open(Path(make_url(url).database or ""), os.O_RDONLY | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatabaseInUse(url) from None
        yield
    finally:
        os.close(opened)
