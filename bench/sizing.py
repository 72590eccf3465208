"""How much a service carries, in how much memory and on how much disk: the table of docs/operations.md.

Paid links a second, from the webhook until the chat is told, all processes and their database on the cores
of this machine.
"""

import contextlib
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, text

from bench import filling, rig
from bench.load import Load
from bench.postgresql import new_database, server
from bench.report import between, machine
from storage import migrate

_PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
_MARKS = "<!-- measured by make bench -->", "<!-- end of what was measured -->"
_COUNT, _ROUNDS = 250, 3
_SETUPS: Mapping[str, Sequence[str]] = {
    "one process, SQLite": ["paylink"],
    "1 takes in, 1 works, PostgreSQL": ["paylink_web", "paylink_work"],
    "2 take in, 2 work, PostgreSQL": ["paylink_web"] * 2 + ["paylink_work"] * 2,
}
_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


def measure() -> str:
    """Every set-up, as the page's table, which is put there, too."""
    with rig.folder() as at, server(synchronous_commit="on") as address:
        file = f"sqlite:///{at}/paylink.db"
        migrate.upgrade(file)
        urls = {name: new_database(address) if len(apps) > 1 else file for name, apps in _SETUPS.items()}
        rows = [_row(name, at, urls[name]) for name in _SETUPS]
    head = [
        "| set-up | paid links a second | memory of each process | disk for an open link | for its payment |",
        "|---|---|---|---|---|",
    ]
    told = f"*{machine()}, on which chat, load and database run as well; `python -m bench sizing` renews it.*"
    table = "\n".join([told, "", *head, *rows])
    between(_PAGE, *_MARKS, table)
    return f"## How large\n\n{table}\n"


def _row(name: str, at: Path, url: str) -> str:
    empty = _bytes(url)
    filling.open_links(url, 0, _COUNT * _ROUNDS, channels=_COUNT * _ROUNDS)
    filled = _bytes(url)
    with contextlib.ExitStack() as stack:
        chat = stack.enter_context(rig.serving("chat", {}, at, None))
        settings = rig.SETTINGS | rig.outside(chat) | {"PAYLINK_DATABASE_URL": url}
        servers = stack.enter_context(rig.all_serving(_SETUPS[name], settings, at))
        rates = rig.rounds(_ROUNDS, {"rate": partial(_rate, servers, url)})["rate"]
        memory = max(server.memory_mb() for server in servers)
    links = _COUNT * _ROUNDS
    each = [f"{size / links / 1000:.1f} KB" for size in (filled - empty, _bytes(url) - filled)]
    return f"| {name} | {median(rates):.0f} | {memory:.0f} MB | {each[0]} | {each[1]} |"


def _rate(servers: Sequence[rig.Server], url: str, each: int) -> float:
    """From the first that is sent until nothing is owed. One process that takes in has time for all."""
    start = time.perf_counter()
    rig.send(rig.numbered(Load(url=servers[0].url, connections=32, count=_COUNT), each))
    filling.until_applied(url)
    filling.until_told(url)
    return _COUNT / (time.perf_counter() - start)


def _bytes(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        size = int(connection.execute(text(_SIZE[engine.dialect.name])).scalar_one())
    engine.dispose()
    return size
