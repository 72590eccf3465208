"""A SQLite file is worked on by one process: two would make links twice, and say things twice."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from bot.errors import PaylinkError


class NotAlone(PaylinkError):
    """Another process works on this file already."""


@contextlib.contextmanager
def alone(url: str) -> Iterator[None]:
    """Inside the block nobody else is inside it with this file; raises NotAlone.

    A process that dies has left it. SQLite's own locks are of another kind, and end when their process closes
    the file anywhere: it stays open for the block. What cannot be opened is left to whoever uses it, who can
    say more.
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
            raise NotAlone(url) from None
        yield
    finally:
        os.close(opened)
