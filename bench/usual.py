"""What the design buys: two bots as they are usually written (bench/naive) beside Paylink, in one rig."""

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from statistics import median

from bench import filling, rig
from bench.load import Load, Sent
from bench.naive.sales import Sales
from bench.report import Line, section
from bench.webhooks import link_id
from storage import migrate

_SLACK, _TELEGRAM, _OURS = "naive_slack", "naive_telegram", "paylink"
_ROUNDS = 3
_LOADS = {
    "at once": Load(connections=64, count=400),
    "slowly": Load(connections=64, count=100, first=10_000, rate=50),
    "typed": Load(connections=1, count=60, first=20_000, rate=20, what="command"),
}
_CHATS = {"at once": "chat", "slowly": "slow_chat", "typed": "chat"}


def measure() -> str:
    """As a section."""
    with rig.folder() as at, contextlib.ExitStack() as stack:
        measures = {}
        for name, load in _LOADS.items():
            chat = stack.enter_context(rig.serving(_CHATS[name], {}, at, rig.LOAD_CORE))
            for app in (_SLACK, _OURS) if name == "typed" else (_SLACK, _TELEGRAM, _OURS):
                url = _filled(f"sqlite:///{at}/{name}-{app}.db", app, load)
                settings = rig.SETTINGS | rig.outside(chat, telegram=app == _TELEGRAM)
                settings |= {"PAYLINK_DATABASE_URL": url}
                server = stack.enter_context(rig.serving(app, settings, at))
                measures[name, app] = partial(_sent, server, load, url if app == _OURS else None)
        taken = rig.rounds(_ROUNDS, measures)
    note = "The usual way: the webhook's handler posts before it answers, and each request commits by itself."
    title = "Beside two small bots as they are usually written, SQLite, one core"
    return section(title, _lines(taken), [note], floor="slack-bolt / python-telegram-bot")


def _filled(url: str, app: str, load: Load) -> str:
    """A database in which all links of a load are, if it is about links."""
    count = load.count * _ROUNDS
    if app == _OURS:
        migrate.upgrade(url)
        filling.open_links(url, load.first, count, channels=load.first + count)
        return url
    Sales(url)
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
        rows = [(link_id(number), str(number)) for number in range(load.first, load.first + count)]
        file.executemany("INSERT INTO links VALUES (?, ?, 'open')", rows)
    return url


def _sent(server: rig.Server, load: Load, url: str | None, each: int) -> Sent:
    """The next round begins when all of this one is told."""
    sent = rig.send(rig.numbered(replace(load, url=server.url), each))
    if url:
        filling.until_applied(url)
        filling.until_told(url)
    return sent


def _lines(taken: Mapping[tuple[str, str], Sequence[Sent]]) -> list[Line]:
    def each(name: str, figure: str) -> dict[str, str]:
        return {app: _FIGURES[figure](sent) for (load, app), sent in taken.items() if load == name}

    rates, waits, typed = each("at once", "rate"), each("slowly", "waits"), each("typed", "p50")
    return [
        Line("webhooks answered a second, 64 connections", *_cells(rates)),
        Line("a webhook's 200, 50 a second, the chat takes 0.25 s: p50 / p99", *_cells(waits)),
        Line("`/paylink` acknowledged, p50", *_cells(typed)),
    ]


def _cells(figures: Mapping[str, str]) -> tuple[str, str]:
    return "; ".join(figure for app, figure in figures.items() if app != _OURS), figures[_OURS]


_FIGURES = {
    "rate": lambda sent: f"{median([each.count / each.seconds for each in sent]):,.0f}/s",
    "waits": lambda sent: (
        f"{median([each.p50 for each in sent]):.0f} / {median([each.p99 for each in sent]):.0f} ms"
    ),
    "p50": lambda sent: f"{median([each.p50 for each in sent]):.1f} ms",
}
