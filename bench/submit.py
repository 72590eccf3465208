"""How long a person waits until what was typed is acknowledged and its row stored, over the bare handler."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from statistics import median

from bench import filling, rig
from bench.load import Load, Sent
from bench.report import Line, section
from storage import migrate

_WHAT = {
    "command": "Slack's one line",
    "form": "Slack's form, whose link is then made",
    "update": "Telegram's one line",
}
_ONE = Load(connections=1, count=60, first=1, rate=20)
_MANY = Load(connections=50, count=200, first=100_000)
_ROUNDS, _MORE_MS, _MANY_MS = 3, 2.0, 50.0


def measure() -> str:
    """One after the other, and 50 at once, as a section."""
    with rig.folder() as at, contextlib.ExitStack() as stack:
        url = f"sqlite:///{at}/paylink.db"
        migrate.upgrade(url)
        chat = stack.enter_context(rig.serving("chat", {}, at, rig.LOAD_CORE))
        for load in (_ONE, _MANY):
            filling.drafts(url, load.first, load.count * _ROUNDS, f"{chat.url}/slack/response")
        people = [load.first + each for load in (_ONE, _MANY) for each in range(load.count * _ROUNDS)]
        settings = rig.SETTINGS | rig.outside(chat, telegram=True)
        settings |= {"PAYLINK_DATABASE_URL": url, "PAYLINK_TELEGRAM_ADMITTED": ",".join(map(str, people))}
        floor, ours = (
            stack.enter_context(rig.serving(app, settings, at)) for app in ("acknowledged", "paylink")
        )
        measures = {
            (what, load, server): partial(_sent, server.url, url, replace(load, what=what))
            for what in _WHAT
            for load in (_ONE, _MANY)
            for server in (floor, ours)
        }
        taken = rig.rounds(_ROUNDS, measures)
    lines = []
    for what, name in _WHAT.items():
        one = [taken[what, _ONE, server] for server in (floor, ours)]
        many = [taken[what, _MANY, server] for server in (floor, ours)]
        lines += [_alone(name, *one), _together(name, *many)]
    return section("Typed to acknowledged, its row stored, SQLite, one core", lines)


def _sent(server: str, url: str, load: Load, each: int) -> Sent:
    sent = rig.send(rig.numbered(replace(load, url=server), each))
    filling.until_applied(url)
    filling.until_told(url)
    return sent


def _alone(name: str, floor: Sequence[Sent], ours: Sequence[Sent]) -> Line:
    over = median([one.p50 - bare.p50 for one, bare in zip(ours, floor, strict=True)])
    return Line(
        f"{name}: 20 a second, p50",
        f"{median([each.p50 for each in floor]):.1f} ms",
        f"{median([each.p50 for each in ours]):.1f} ms: **+{over:.1f} ms**",
        f"+{_MORE_MS:.0f} ms",
        over <= _MORE_MS,
    )


def _together(name: str, floor: Sequence[Sent], ours: Sequence[Sent]) -> Line:
    p99 = median([each.p99 for each in ours])
    return Line(
        f"{name}: 50 at once, p99",
        f"{median([each.p99 for each in floor]):.0f} ms",
        f"{p99:.0f} ms",
        f"at most {_MANY_MS:.0f} ms",
        p99 <= _MANY_MS,
    )
