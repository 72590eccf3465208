"""How many webhooks a second are taken in and applied: link changed, post owed, in two transactions."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import filling, rig
from bench.load import Load
from bench.report import section
from storage import migrate

_CONNECTIONS, _SECONDS, _COUNT, _ROUNDS, _GOAL = 64, 2.0, 2_500, 4, 0.12


def measure() -> str:
    """On SQLite, one process on one core, as a section. Nobody sweeps up what the other has stored."""
    with rig.folder() as at:
        lines = [rig.compared(*each) for each in _taken(at, _filled(at, "by_hand"), _filled(at, "paylink"))]
    return section("Accepted and applied, 64 connections, one core, SQLite", lines)


def _filled(at: Path, name: str) -> str:
    url = f"sqlite:///{at}/{name}.db"
    migrate.upgrade(url)
    filling.open_links(url, 0, _COUNT * _ROUNDS)
    return url


def _taken(
    at: Path, by_hands: str, paylinks: str
) -> list[tuple[str, list[rig.Burst], list[rig.Burst], float | None]]:
    with contextlib.ExitStack() as stack:
        chat = stack.enter_context(rig.serving("chat", {}, at, rig.LOAD_CORE))
        settings = rig.SETTINGS | {"PAYLINK_SLACK_API_URL": f"{chat.url}/slack/"}
        bare = stack.enter_context(rig.serving("bare", settings, at))
        by_hand, paylink = (
            stack.enter_context(rig.serving(app, settings | {"PAYLINK_DATABASE_URL": url}, at))
            for app, url in (("by_hand_applied", by_hands), ("paylink", paylinks))
        )
        onto_bare = Load(url=bare.url, connections=_CONNECTIONS, count=40_000, seconds=_SECONDS)
        measures: dict[str, Callable[[int], rig.Burst]] = {
            "bare": lambda each: rig.burst(bare, rig.numbered(onto_bare, each)),
            "by hand": lambda each: applied(by_hand, by_hands, each),
            "paylink": lambda each: applied(paylink, paylinks, each),
        }
        taken = rig.rounds(_ROUNDS, measures)
    return [
        ("by hand", taken["bare"], taken["by hand"], None),
        ("Paylink", taken["bare"], taken["paylink"], _GOAL),
    ]


def applied(server: rig.Server, url: str, each: int) -> rig.Burst:
    """Send, and wait until nothing waits."""
    before = server.cpu_s()
    sent = rig.send(rig.numbered(Load(url=server.url, connections=_CONNECTIONS, count=_COUNT), each))
    start = time.perf_counter()
    filling.until_applied(url)
    seconds = sent.seconds + time.perf_counter() - start
    return rig.Burst(replace(sent, seconds=seconds), (server.cpu_s() - before) / _COUNT * 1e6)
