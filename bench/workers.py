"""Two work processes on PostgreSQL against one: many links of one account, applied and told.

With as few cores as there may be here, two processes that each take a whole one would measure only that
PostgreSQL and the chat want some of it, too. So each is held to the same share of a core, as a small machine
of its own would be: what a second one adds is then what it adds where there is room for it.
"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bench import filling, rig
from bench.load import Load
from bench.postgresql import new_database, server
from bench.report import Line, section

_COUNT, _ROUNDS, _GOAL = 200, 3, 1.6
_SHARE, _TICK_S = 0.25, 0.005


def measure() -> str:
    """As a section."""
    with rig.folder() as at, server(synchronous_commit="on") as address:
        measures = {processes: partial(_rate, at, address, processes) for processes in (1, 2)}
        taken = rig.rounds(_ROUNDS, measures)
    ratio = median([two / one for one, two in zip(taken[1], taken[2], strict=True)])
    line = Line(
        "webhooks applied and told",
        f"{median(taken[1]):,.0f}/s by one",
        f"{median(taken[2]):,.0f}/s by two: **{ratio:.2f}**",
        f"at least {_GOAL}",
        ratio >= _GOAL,
    )
    note = f"Each work process is held to {_SHARE:.0%} of a core: the ratio counts, not the rate."
    return section("Two work processes, PostgreSQL", [line], [note])


def _rate(at: Path, address: str, processes: int, _: int) -> float:
    """Sent at once; until nothing is owed any more."""
    url = new_database(address)
    filling.open_links(url, 0, _COUNT, channels=_COUNT)
    with rig.serving("chat", {}, at, None) as chat:
        settings = rig.SETTINGS | rig.outside(chat) | {"PAYLINK_DATABASE_URL": url}
        with (
            rig.serving("paylink_web", settings, at, None) as web,
            rig.all_serving(["paylink_work"] * processes, settings, at) as works,
            held_to(_SHARE, works),
        ):
            start = time.perf_counter()
            rig.send(Load(url=web.url, connections=32, count=_COUNT))
            filling.until_applied(url)
            filling.until_told(url)
            return _COUNT / (time.perf_counter() - start)


@contextlib.contextmanager
def held_to(share: float, servers: Sequence[rig.Server]) -> Iterator[None]:
    """While the block runs, stop each for a moment whenever it has had more than its share of a core."""
    over = threading.Event()

    def hold(pid: int) -> None:
        start, had = time.perf_counter(), _had_s(pid)
        while not over.wait(_TICK_S):
            greedy = _had_s(pid) - had > share * (time.perf_counter() - start)
            os.kill(pid, signal.SIGSTOP if greedy else signal.SIGCONT)
        os.kill(pid, signal.SIGCONT)

    threads = [threading.Thread(target=hold, args=[server.pid]) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _had_s(pid: int) -> float:
    """What all threads of a process have had of a processor, to the nanosecond."""
    stats = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(stat.read_text().split()[0]) for stat in stats) / 1e9
