"""A PgBouncer of the tests' own, in transaction mode, run by an ordinary user."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep

import psycopg
from sqlalchemy import URL, make_url

from tests.postgresql import free_port, ordinary_user
from tests.rigs import PATIENCE_S

SETTINGS = """\
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = trust
auth_file = {users}
stats_users = {user}
pool_mode = transaction
default_pool_size = 4
server_login_retry = 1
query_wait_timeout = 2
"""


def program() -> str | None:
    """Where it is; Debian's place is on no ordinary user's path."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextlib.contextmanager
def bouncer(program_: str, server_url: str) -> Iterator[URL]:
    """A running one before a server. Gives the server's URL by it."""
    url, own = make_url(server_url), free_port()
    folder = Path(mkdtemp(prefix="paylink-pgbouncer-"))
    users, settings = folder / "users", folder / "pgbouncer.ini"
    place = {"host": url.host, "port": url.port, "user": url.username, "own": own}
    users.write_text(f'"{url.username}" ""\n')
    settings.write_text(SETTINGS.format(**place, users=users))
    with (folder / "log").open("ab") as log:
        running = subprocess.Popen(  # noqa: S603 - Debian's own
            [program_, str(settings)], stdout=log, stderr=log, **ordinary_user(folder)
        )
        try:
            _wait_until_it_listens(own, running)
            yield url.set(port=own)
        finally:
            running.terminate()
            running.wait()
            shutil.rmtree(folder)


def lent(url: str) -> tuple[int, int]:
    """How many clients a database has by a PgBouncer, and how many connections of the server they share."""
    at = make_url(url)
    console = f"host={at.host} port={at.port} user={at.username} dbname=pgbouncer"
    with psycopg.connect(console, autocommit=True, prepare_threshold=None) as connection:
        cursor = psycopg.ClientCursor(connection)
        counts = []
        for asked in ("SHOW CLIENTS", "SHOW SERVERS"):
            rows = cursor.execute(asked).fetchall()
            names = [column.name for column in cursor.description or ()]
            counts.append(sum(row[names.index("database")] == at.database for row in rows))
    return counts[0], counts[1]


def _wait_until_it_listens(port: int, running: "subprocess.Popen[bytes]") -> None:
    ends = monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if running.poll() is not None or monotonic() > ends:
                raise
            sleep(0.01)  # between two looks: a listening socket tells nobody
        else:
            return
