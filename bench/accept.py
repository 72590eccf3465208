"""How many webhooks a second one core takes in: proof checked, stored durably, answered 200."""

import contextlib
from functools import partial
from pathlib import Path

from bench import rig
from bench.load import Load
from bench.postgresql import new_database, server
from bench.report import Line, section
from storage import migrate

_CONNECTIONS, _SECONDS, _MOST, _ROUNDS = 64, 2.0, 40_000, 3


def measure() -> str:
    """Both databases, as a section."""
    with rig.folder() as at:
        url = f"sqlite:///{at}/paylink.db"
        migrate.upgrade(url)
        lines = _against(at, url, "SQLite, `synchronous=FULL`", "by_hand_sqlite", 0.28)
        with server(synchronous_commit="on") as address:
            on_server = new_database(address)
            lines += _against(
                at, on_server, "PostgreSQL, `synchronous_commit=on`", "by_hand_postgresql", 0.25
            )
    return section("Webhooks accepted durably, 64 connections, one core", lines)


def _against(at: Path, url: str, name: str, by_hand: str, goal: float) -> list[Line]:
    settings = rig.SETTINGS | {"PAYLINK_DATABASE_URL": url}
    with contextlib.ExitStack() as stack:
        apps = ("bare", by_hand, "paylink_web")
        servers = {app: stack.enter_context(rig.serving(app, settings, at)) for app in apps}
        taken = rig.rounds(_ROUNDS, {app: partial(_burst, one) for app, one in servers.items()})
    return [
        rig.compared(f"{name}: by hand", taken["bare"], taken[by_hand]),
        rig.compared(name, taken["bare"], taken["paylink_web"], goal),
    ]


def _burst(server: rig.Server, each: int) -> rig.Burst:
    load = Load(url=server.url, connections=_CONNECTIONS, count=_MOST, seconds=_SECONDS)
    return rig.burst(server, rig.numbered(load, each))
