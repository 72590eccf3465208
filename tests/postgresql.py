"""A PostgreSQL server of the tests' own: on a free port, in a temporary folder, by an ordinary user."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sandbox.server import reserve

_DEBIAN = Path("/usr/lib/postgresql")
_ORDINARY = "nobody"  # who runs it where the tests are run by root, whom PostgreSQL refuses
# What a test writes may be lost with the machine: nobody waits for a disk.
QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}


def programs() -> Path | None:
    """Where the newest server's programs are; None if this machine has none."""
    versions = sorted(_DEBIAN.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    newest = versions[-1] if versions else shutil.which("pg_ctl")
    return Path(newest).parent if newest else None


@dataclass(frozen=True, slots=True)
class Server:
    """One that can be stopped as if it had crashed, and started again."""

    url: str  # of a database whose user may do everything
    start: Callable[[], None]
    stop: Callable[[], None]


@contextlib.contextmanager
def server(bin_: Path, **options: str) -> Iterator[str]:
    """A running server; gives the URL of a database of it, whose user may do everything."""
    with mortal_server(bin_, **options) as running:
        yield running.url


@contextlib.contextmanager
def mortal_server(bin_: Path, **options: str) -> Iterator[Server]:
    """A running server."""
    folder = Path(mkdtemp(prefix="paylink-postgresql-"))
    ordinary, reserved = ordinary_user(folder), reserve()  # while it is down, too
    data, port = str(folder / "data"), reserved.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        with (folder / "log").open("ab") as log:
            subprocess.run([bin_ / program, *arguments], check=True, stdout=log, stderr=log, **ordinary)  # noqa: S603

    try:
        run("initdb", "-D", data, "-U", "paylink", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        settings = " ".join(f"-c {name}={value}" for name, value in options.items())
        place = f"-p {port} -k {folder} -h 127.0.0.1 {settings}"
        start = partial(run, "pg_ctl", "-D", data, "-w", "-o", place, "start")
        stop = partial(run, "pg_ctl", "-D", data, "-m", "immediate", "stop")
        start()
        try:
            yield Server(f"postgresql+psycopg://paylink@127.0.0.1:{port}/postgres", start, stop)
        finally:
            stop()
    finally:
        reserved.close()
        shutil.rmtree(folder)


def ordinary_user(folder: Path) -> dict[str, Any]:
    """How `subprocess` runs a program that refuses root, in a folder which then is that user's."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    entry = pwd.getpwnam(_ORDINARY)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"cwd": folder, "user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
