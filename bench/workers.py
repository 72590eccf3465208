"""Two work processes on PostgreSQL against one: many links of one account, webhooks that wait."""

import time
from pathlib import Path
from statistics import median

from bench import filling, rig
from bench.load import Load
from bench.postgresql import new_database, server
from bench.report import Line, section

_COUNT, _ROUNDS, _GOAL = 600, 3, 1.6


def measure() -> str:
    """As a section."""
    with rig.folder() as at, server(synchronous_commit="on") as address:
        taken = rig.rounds(
            _ROUNDS,
            {
                "one": lambda _: _rate(at, new_database(address), 1),
                "two": lambda _: _rate(at, new_database(address), 2),
            },
        )
    ratio = median([two / one for one, two in zip(taken["one"], taken["two"], strict=True)])
    line = Line(
        "webhooks applied by two work processes",
        f"{median(taken['one']):,.0f}/s by one",
        f"{median(taken['two']):,.0f}/s: **{ratio:.2f}**",
        f"at least {_GOAL}",
        ratio >= _GOAL,
    )
    note = "All of them, PostgreSQL included, share this machine's cores: with two there is no room for 1.6."
    return section("Two work processes, PostgreSQL", [line], [note])


def _rate(at: Path, url: str, processes: int) -> float:
    """What is stored beforehand, from the first that is applied to the last."""
    filling.open_links(url, 0, _COUNT, channels=50)
    settings = rig.SETTINGS | {"PAYLINK_DATABASE_URL": url}
    with rig.all_serving(["chat"], {}, at) as [chat]:
        settings |= {"PAYLINK_SLACK_API_URL": f"{chat.url}/slack/"}
        with rig.all_serving(["paylink_web"], settings, at) as [web]:
            rig.send(Load(web.url, 32, _COUNT, 0))
        with rig.all_serving(["paylink_work"] * processes, settings, at):
            filling.until_applied(url, _COUNT - 1)
            start = time.perf_counter()
            filling.until_applied(url)
            return _COUNT / (time.perf_counter() - start)
