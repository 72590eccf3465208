"""From a webhook to the chat call that tells it, 50 a second, each in a thread of its own channel."""

import json
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from statistics import quantiles

from bench import filling, rig
from bench.load import Load
from bench.postgresql import new_database, server
from bench.report import Line, section
from storage import migrate

_RATE, _COUNT, _WARM = 50, 500, 50
_LOOK_EVERY_S = 0.2
_BY_HAND = "2.9 / 6.7 ms (earlier, by hand)"


def measure() -> str:
    """In one process on SQLite, and in two on PostgreSQL, as a section."""
    with rig.folder() as at, server(synchronous_commit="on") as address:
        file = f"sqlite:///{at}/paylink.db"
        migrate.upgrade(file)
        lines = [
            _line("SQLite, one process", _waits_ms(at, file, ["paylink"]), 5, 15),
            _line(
                "PostgreSQL, web and work",
                _waits_ms(at, new_database(address), ["paylink_web", "paylink_work"]),
                10,
                30,
            ),
        ]
    return section("Webhook received to chat call made, 50 a second", lines)


def _line(what: str, waits: list[float], p50_ms: float, p99_ms: float) -> Line:
    shares = quantiles(waits, n=100)
    p50, p99 = shares[49], shares[98]
    goal = f"{p50_ms:.0f} / {p99_ms:.0f} ms"
    return Line(
        f"{what}: p50 / p99", _BY_HAND, f"{p50:.1f} / {p99:.1f} ms", goal, p50 <= p50_ms and p99 <= p99_ms
    )


def _waits_ms(at: Path, url: str, apps: list[str]) -> list[float]:
    """From the first byte sent to the first call that the chat gets about it."""
    filling.open_links(url, 0, _COUNT, channels=_COUNT)
    with rig.serving("chat", {}, at, None) as chat:
        settings = rig.SETTINGS | {
            "PAYLINK_DATABASE_URL": url,
            "PAYLINK_SLACK_API_URL": f"{chat.url}/slack/",
        }
        with rig.all_serving(apps, settings, at) as servers:
            sent = rig.send(Load(servers[0].url, 8, _COUNT, 0, rate=_RATE))
            filling.until_applied(url)
            heard = _heard(chat, _COUNT)
    pairs = [(heard[f"C{number}"], began) for number, began in enumerate(sent.began)]
    return [(came - began) * 1000 for came, began in pairs[_WARM:]]


def _heard(chat: rig.Server, channels: int) -> Mapping[str, float]:
    """When each channel was first called, once all have been."""
    while True:
        time.sleep(_LOOK_EVERY_S)
        with urllib.request.urlopen(f"{chat.url}/calls") as answer:  # noqa: S310 - our own
            calls = json.load(answer)
        first: dict[str, float] = {}
        for channel, _, came in calls:
            first.setdefault(channel, came)
        if len(first) >= channels:
            return first
