"""How long a webhook waits for its 200, against one fsync of the same disk."""

import os
import time
from pathlib import Path
from statistics import median

from bench import rig
from bench.load import Load
from bench.report import Line, section
from storage import migrate

_PAGE, _SYNCS, _ROUNDS = b"\0" * 4096, 200, 5
_MORE_MS, _MANY_MS = 0.6, 25.0


def measure() -> str:
    """One connection and 64, as a section."""
    with rig.folder() as at:
        settings = rig.SETTINGS | {"PAYLINK_DATABASE_URL": f"sqlite:///{at}/paylink.db"}
        migrate.upgrade(settings["PAYLINK_DATABASE_URL"])
        with rig.serving("paylink_web", settings, at) as server:
            one = Load(url=server.url, connections=1, count=400)
            many = Load(url=server.url, connections=64, count=8_000, first=1_000_000)
            taken = rig.rounds(
                _ROUNDS,
                {
                    "fsync": lambda _: sync_ms(at),
                    "one": lambda each: rig.burst(server, rig.numbered(one, each)).sent.p50,
                    "many": lambda each: rig.burst(server, rig.numbered(many, each)).sent.p99,
                },
            )
    sync, one_ms, many_ms = (median(taken[name]) for name in ("fsync", "one", "many"))
    floor = f"fsync {sync:.2f} ms"
    over = median([wait - floor for wait, floor in zip(taken["one"], taken["fsync"], strict=True)])
    lines = [
        Line(
            "one connection, p50",
            floor,
            f"{one_ms:.2f} ms",
            f"fsync + {_MORE_MS} ms",
            reached=over <= _MORE_MS,
        ),
        Line(
            "64 connections, p99",
            floor,
            f"{many_ms:.1f} ms",
            f"at most {_MANY_MS:.0f} ms",
            reached=many_ms <= _MANY_MS,
        ),
    ]
    return section("Latency of a durable 200, SQLite", lines)


def sync_ms(at: Path) -> float:
    """The median time that a page takes to the disk."""
    waits = []
    file = os.open(at / "fsync", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for _ in range(_SYNCS):
        os.write(file, _PAGE)
        start = time.perf_counter()
        os.fsync(file)
        waits.append((time.perf_counter() - start) * 1000)
    os.close(file)
    return median(waits)
