"""From a webhook to the chat call that tells it, 50 a second, each in a thread of its own channel."""

import contextlib
import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import quantiles

from bench import filling, rig
from bench.load import Load
from bench.postgresql import new_database, server
from bench.report import Line, section
from storage import migrate

_RATE, _COUNT, _WARM, _ROUNDS = 50, 250, 25, 3
_LOOK_EVERY_S, _PATIENCE_S = 0.1, 60.0
_FILE, _SERVER = "SQLite, one process", "PostgreSQL, one process takes in, one works"
_GOALS = {_FILE: (5.0, 15.0), _SERVER: (10.0, 30.0)}


def measure() -> str:
    """In one process on SQLite, and in two on PostgreSQL, as a section."""
    with rig.folder() as at, server(synchronous_commit="on") as address, contextlib.ExitStack() as stack:
        url = f"sqlite:///{at}/paylink.db"
        migrate.upgrade(url)
        urls = {_FILE: url, _SERVER: new_database(address)}
        floors = {_FILE: ["by_hand_told"], _SERVER: ["by_hand_web", "by_hand_work"]}
        ours = {_FILE: ["paylink"], _SERVER: ["paylink_web", "paylink_work"]}
        taken = rig.rounds(
            _ROUNDS,
            {
                (kind, name): partial(waits_ms, stack.enter_context(telling(at, urls[name], apps[name])))
                for name in urls
                for kind, apps in (("floor", floors), ("ours", ours))
            },
        )
    lines = [_line(name, taken["floor", name], taken["ours", name]) for name in _GOALS]
    return section("Webhook received to chat call made, 50 a second: p50 / p99", lines)


@contextlib.contextmanager
def telling(at: Path, url: str, apps: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Running applications, with links for every round; gives where webhooks go, and the chat."""
    if "paylink" in apps[0]:
        filling.open_links(url, 0, _COUNT * _ROUNDS, channels=_COUNT * _ROUNDS)
    with rig.serving("chat", {}, at, None) as outside:
        settings = rig.SETTINGS | rig.outside(outside) | {"PAYLINK_DATABASE_URL": url}
        with rig.all_serving(apps, settings, at) as servers:
            yield servers[0].url, outside.url


def waits_ms(rig_: tuple[str, str], each: int) -> list[float]:
    """From the first byte sent to the first call that the chat gets about it."""
    url, chat = rig_
    sent = rig.send(rig.numbered(Load(url=url, connections=8, count=_COUNT, rate=_RATE), each))
    heard = _heard(chat, [f"C{each * _COUNT + number}" for number in range(_COUNT)])
    waits = [(came - began) * 1000 for came, began in zip(heard, sent.began, strict=True)]
    return waits[_WARM:]


def p50_p99(rounds: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Of all rounds together."""
    shares = quantiles([wait for waits in rounds for wait in waits], n=100)
    return shares[49], shares[98]


def _line(name: str, floor: Sequence[Sequence[float]], ours: Sequence[Sequence[float]]) -> Line:
    goals, (p50, p99) = _GOALS[name], p50_p99(ours)
    told = "{:.1f} / {:.1f} ms"
    return Line(
        name,
        f"{told.format(*p50_p99(floor))}, by hand",
        told.format(p50, p99),
        "{:.0f} / {:.0f} ms".format(*goals),
        p50 <= goals[0] and p99 <= goals[1],
    )


def calls_of(chat: str) -> list[tuple[str | None, str, float]]:
    """Channel, method and moment of each call of the chat so far."""
    with urllib.request.urlopen(f"{chat}/calls") as answer:  # noqa: S310 - our own
        return [tuple(call) for call in json.load(answer)]


def until_called(chat: str, times: int) -> None:
    """Return when the chat was called so often."""
    _until(lambda: len(calls_of(chat)) >= times)


def _heard(chat: str, channels: Sequence[str]) -> list[float]:
    """When each channel was first called, once all have been."""
    _until(lambda: set(channels) <= {channel for channel, _, _ in calls_of(chat)})
    first = {channel: came for channel, _, came in reversed(calls_of(chat))}
    return [first[channel] for channel in channels]


def _until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not so():
        if time.monotonic() > deadline:
            raise RuntimeError("not everything is told")
        time.sleep(_LOOK_EVERY_S)
